"""The plan for the returnee to keep: what for, what is bought, by when, and where the money stands."""

from functools import partial

from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy.orm import Session

from portal.domain import people
from portal.domain.applying import application
from portal.domain.cases import Case
from portal.domain.support import grants, parts, rates
from portal.domain.support.parts import MilestoneState, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.programme import LETTER_LANGUAGES
from portal.web import current, dossiers
from portal.web.dossiers import Dossier, Fact, Part, Table, amount, budget
from portal.web.filters import day, money
from portal.web.language import speaking
from portal.web.words import say
from portal.web.words.standing import PAYMENT_STATES, PLAN_STATES


def printed(case: Case, plan: Plan) -> bytes:
    """The plan as PDF. Who speaks a language of letters without pages gets it in that, as every letter."""
    session = current.db_session()
    spoken = application.answers(session, case).application.language
    with speaking(spoken if spoken in LETTER_LANGUAGES else current.language()) as language:
        return dossiers.printed(dossier(session, case, plan), language)


def dossier(session: Session, case: Case, plan: Plan) -> Dossier:
    """The plan in the language that is spoken now."""
    programme = current.wiring().programme
    return Dossier(
        heading=_("My plan"),
        sender=programme.organisation[current.language()],
        about=[
            Fact(_("Name"), people.principal(session, case).full_name),
            Fact(_("Case number"), case.reference),
            Fact(_("State of the plan"), str(PLAN_STATES[plan.state])),
            *([Fact(_("Use it until"), day(plan.use_by))] if plan.use_by else ()),
        ],
        parts=[
            Part(_("What I want to reach"), words=plan.objectives),
            _money(session, plan),
            _bought(session, plan),
            _steps(session, plan),
            _payments(session, plan),
        ],
    )


def _both(plan: Plan, minor: int) -> str:
    """An amount in the plan's currency and, where there is a rate, in that of the place."""
    own, found = money(minor, plan.currency), rates.of(plan)
    return f"{own}\n{amount(rates.to_local(plan, minor), found.currency)}" if found else own


def _money(session: Session, plan: Plan) -> Part:
    sums, both = grants.money(session, plan), partial(_both, plan)
    facts = [Fact(_("Agreed"), both(sums.agreed)), Fact(_("At most"), money(sums.ceiling, plan.currency))]
    if plan.state is PlanState.APPROVED:
        facts.append(Fact(pgettext("amount", "Paid"), both(sums.paid)))
        facts.append(Fact(_("Still to come"), both(sums.open)))
    return Part(_("Money"), facts=facts, note=budget.rate_note(plan))


def _bought(session: Session, plan: Plan) -> Part:
    rows = [
        [
            one.description or str(say(one.category)),
            one.supplier or str(_("Not decided yet")),
            str(say(one.modality)),
            _both(plan, one.amount),
        ]
        for one in parts.lines(session, plan)
    ]
    head = [_("What"), _("From whom"), _("How it is given"), _("Amount")]
    return Part(_("What is bought or paid"), tables=[Table(head, rows, numbers=1)])


def _steps(session: Session, plan: Plan) -> Part:
    rows = [
        [day(one.due_on), one.description or str(say(one.type)), str(say(one.state))]
        for one in parts.milestones(session, plan)
        if one.state is not MilestoneState.DROPPED
    ]
    return Part(_("Steps"), tables=[Table([_("By which day"), _("What"), _("State")], rows)])


def _payments(session: Session, plan: Plan) -> Part:
    names = {one.id: one.description or str(say(one.category)) for one in parts.lines(session, plan)}
    rows = [
        [names.get(one.line_id, ""), str(PAYMENT_STATES[one.state]), _both(plan, one.amount)]
        for one in parts.payments(session, plan)
        if one.state is not PaymentState.DROPPED
    ]
    return Part(_("Payments"), tables=[Table([_("For what"), _("State"), _("Amount")], rows, numbers=1)])
