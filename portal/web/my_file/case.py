"""A case in my file: where it stands, what was answered, sent, agreed and paid, and who saw it."""

from collections.abc import Collection, Iterator

from flask_babel import gettext as _
from flask_babel import pgettext

from portal.domain import own_data
from portal.domain.accounts import Account
from portal.domain.consents import Consent
from portal.domain.corrections import Correction
from portal.domain.own_data import CaseFile, Paper, PlanFile
from portal.domain.own_json import payment_words, plan_words
from portal.domain.people import Person
from portal.domain.plans import Line, Milestone, Payment, Plan
from portal.domain.referrals import Referral
from portal.web.answers import all_told, paper_lines
from portal.web.filters import country, day, moment, money
from portal.web.my_file.parts import Entry, Part, lines, named, told
from portal.web.words import say, short


def parts(one: CaseFile, account: Account, lost: Collection[str]) -> Iterator[Part]:
    """All of one case."""
    yield _stands(one)
    yield Part(
        _("The people"), entries=[_person(each) for each in (one.answers.principal, *one.answers.family)]
    )
    yield from _answers(one)
    yield Part(_("What you agreed to"), entries=[_consent(each) for each in one.consents])
    if one.corrections:
        yield Part(
            _("What you were asked to change"), entries=[_correction(each) for each in one.corrections]
        )
    yield Part(_("Documents"), entries=[_paper(each, lost) for each in one.papers])
    yield Part(
        _("Letters"),
        entries=[
            Entry(str(say(post.letter.kind)), moment(post.letter.made_at), lines(named(_("File"), post.name)))
            for post in one.post
        ],
    )
    if one.travel:
        yield Part(_("For the journey"), entries=list(_travel(one)))
    if one.sharing:
        yield Part(_("Partner organisations"), entries=[_sharing(*each) for each in one.sharing])
    for plan in one.plans:
        yield from _plan(plan)
    yield Part(_("What happened"), entries=told(one.happened, account))
    yield Part(
        _("Who opened your file"),
        entries=told(one.looked, account),
        none=_("Nobody has opened your file yet."),
    )


def _stands(one: CaseFile) -> Part:
    case = one.case
    facts = [
        (_("Case number"), case.reference),
        (_("State"), str(say(case.state))),
        (_("Since"), moment(case.since)),
        (_("Started"), moment(case.opened_at)),
        (_("Sent"), moment(case.submitted_at)),
        (_("Left Estonia"), day(case.departed_on)),
        (_("Arrived"), day(case.arrived_on)),
        (_("Contact the local office by"), day(case.contact_by)),
        (_("Partner organisation"), one.partner),
        (_("Why it was closed"), str(say(case.closure_reason)) if case.closure_reason else ""),
    ]
    return Part(_("Your case"), facts=facts)


def _person(person: Person) -> Entry:
    return Entry(
        person.full_name or _("No name yet"),
        str(say(person.relation)) if person.relation else _("You"),
        lines(
            named(_("Date of birth"), day(person.born_on)),
            person.gender and named(_("Gender"), say(person.gender)),
            named(_("Citizenship"), country(person.citizenship)),
            named(_("Travel document"), ", ".join(paper_lines(person))),
        ),
    )


def _answers(one: CaseFile) -> Iterator[Part]:
    for part in all_told(one.answers):
        facts = [(str(short(question)), words) for question, words in part.answers]
        yield Part(str(say(part.section)), facts=facts, none=_("Not answered yet"))


def _consent(one: Consent) -> Entry:
    return Entry(
        str(say(one.purpose)),
        moment(one.given_at),
        lines(one.withdrawn_at and _("Taken back: %(when)s", when=moment(one.withdrawn_at))),
    )


def _correction(one: Correction) -> Entry:
    return Entry(
        str(say(one.section)) if one.section else _("A document to send"),
        moment(one.asked_at),
        lines(
            say(one.reason),
            one.words,
            one.answered_at and _("Changed: %(when)s", when=moment(one.answered_at)),
        ),
    )


def _paper(paper: Paper, lost: Collection[str]) -> Entry:
    document = paper.document
    is_lost = paper.name in lost and bool(paper.name)
    return Entry(
        str(say(document.kind)),
        " · ".join(lines(moment(document.sent_at), say(document.state))),
        lines(
            document.reject_reason and say(document.reject_reason),
            document.words if own_data.is_told(document) else "",
            named(_("File"), "" if is_lost else paper.name),
            is_lost and _("This file could not be read. Please tell us."),
        ),
    )


def _travel(one: CaseFile) -> Iterator[Entry]:
    for tick in one.travel:
        yield Entry(str(say(tick.item)), tick.person.full_name, lines(say(tick.result)))


def _sharing(referral: Referral, name: str) -> Entry:
    return Entry(
        name,
        " · ".join(lines(moment(referral.proposed_at), say(referral.state))),
        lines(
            referral.consented_at and _("You agreed: %(when)s", when=moment(referral.consented_at)),
            referral.decided_at and _("Answered or ended: %(when)s", when=moment(referral.decided_at)),
        ),
    )


# --- The plan -------------------------------------------------------------------------------------


def _plan(one: PlanFile) -> Iterator[Part]:
    plan = one.plan
    facts = [
        (_("State"), str(say(plan.state))),
        (_("What you want to reach"), plan.objectives),
        (_("You agreed"), moment(plan.agreed_at)),
        (_("What was said"), plan_words(plan)),
    ]
    yield Part(_("Reintegration plan %(number)d", number=plan.number), facts=facts)
    yield Part(_("What is in the plan"), entries=[_line(line, plan) for line in one.lines])
    yield Part(_("Steps of the plan"), entries=[_step(step) for step in one.milestones])
    things = {line.id: line.description for line in one.lines}
    yield Part(
        _("Payments"), entries=[_payment(each, plan, things.get(each.line_id, "")) for each in one.payments]
    )


def _line(line: Line, plan: Plan) -> Entry:
    return Entry(
        line.description or str(say(line.category)),
        money(line.amount, plan.currency),
        lines(say(line.category), say(line.modality), named(pgettext("of goods", "From"), line.supplier)),
    )


def _step(step: Milestone) -> Entry:
    return Entry(
        step.description or str(say(step.type)),
        " · ".join(lines(day(step.due_on), say(step.state))),
        lines(step.report, step.words),
    )


def _payment(payment: Payment, plan: Plan, thing: str) -> Entry:
    return Entry(
        " · ".join(lines(thing, money(payment.amount, plan.currency))),
        " · ".join(lines(day(payment.paid_on), say(payment.state))),
        lines(payment_words(payment)),
    )
