"""The final report in words: what the partner tells, the budget, what proves it, and the talks."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.domain import people
from portal.domain.accounts import Account, Organisation
from portal.domain.cases import Case
from portal.domain.course.eu_sheet import Item
from portal.domain.support import monitoring, parts, plans, reports
from portal.domain.support.monitoring import FollowUp
from portal.domain.support.parts import Payment
from portal.domain.support.plans import Plan
from portal.domain.support.reports import Report
from portal.web import current
from portal.web.dossiers import Dossier, Fact, Part, Table, amount, budget
from portal.web.filters import day
from portal.web.words import say
from portal.web.words.monitoring import ITEMS


def dossier(case: Case, report: Report, *, viewer: Account) -> Dossier:
    """The report as this viewer may read it: a partner sees its own talks, and no book-keeping."""
    session, programme = current.db_session(), current.wiring().programme
    plan = plans.approved(session, case)
    partner = session.get(Organisation, report.organisation_id) if report.organisation_id else None
    talks = [one for one in monitoring.of_case(session, case, viewer=viewer) if one.held_on]
    return Dossier(
        heading=_("Final report"),
        sender=programme.organisation[current.language()],
        about=[
            Fact(_("Case number"), case.reference),
            Fact(_("Name"), people.principal(session, case).full_name),
            Fact(_("Partner organisation"), partner.name if partner else ""),
            Fact(_("Date of arrival"), day(case.arrived_on)),
            Fact(_("Report sent"), day(report.sent_at), is_open=report.sent_at is None),
        ],
        parts=[
            *(_told(report, name, item) for name, item in TEXTS.items()),
            _budget(plan, viewer),
            Part(
                _("Index of evidence"),
                tables=[budget.proofs(reports.evidence(session, case, viewer=viewer))],
                none=_("No files yet."),
            ),
            _talks(talks),
        ],
    )


TEXTS = {
    "contributed": Item.CONTRIBUTED,
    "situation": Item.SITUATION,
    "assessment": Item.ASSESSMENT,
}


def _told(report: Report, name: str, item: Item) -> Part:
    return Part(str(ITEMS[item]), words=getattr(report, name), none=_("Not written yet."))


def _budget(plan: Plan | None, viewer: Account) -> Part:
    if plan is None:
        return Part(_("Budget"), none=_("There is no approved plan."))
    session = current.db_session()
    tables = [budget.table(plan, reports.budget(session, plan))]
    if not viewer.organisation_id:
        tables.append(_payments(plan, parts.payments(session, plan)))
    return Part(_("Budget"), tables=tables, note=budget.rate_note(plan))


def _payments(plan: Plan, made: Sequence[Payment]) -> Table:
    rows = [
        [day(one.paid_on), one.pay_reference, str(say(one.state)), amount(one.amount, plan.currency)]
        for one in made
        if one.paid_on
    ]
    head = [_("Paid on"), _("Reference"), _("Answer of the returnee"), _("Amount")]
    return Table(head, rows, numbers=1, title=_("Payments"))


def _talks(talks: Sequence[FollowUp]) -> Part:
    rows = [[day(one.held_on), str(say(one.mode)), one.seen, one.findings] for one in reversed(talks)]
    head = [_("Day"), _("How"), _("Who was seen"), _("What came of it")]
    return Part(_("Talks after the return"), tables=[Table(head, rows)], none=_("No talk was written down."))
