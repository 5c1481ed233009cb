"""The parts of a case's page: each loads in its place, has an address of its own, says what is new."""

from dataclasses import dataclass

from flask import url_for

from portal.domain import corrections
from portal.domain.care import care
from portal.domain.cases import Case
from portal.domain.course import verification
from portal.domain.desk import visits
from portal.domain.desk.visits import CasePart
from portal.domain.support import plans
from portal.web import current

SHOWN_AT = {
    CasePart.CHECKS: "show_checks",
    CasePart.ASSESSMENT: "show_assessment",
    CasePart.APPLICATION: "show_application",
    CasePart.CORRECTIONS: "show_changes",
    CasePart.DOCUMENTS: "show_documents",
    CasePart.CARE: "show_care",
    CasePart.TRAVEL: "show_travel",
    CasePart.PLAN: "show_plan",
    CasePart.HISTORY: "show_history",
}
"""Notes stand on the page of the case itself."""


@dataclass(frozen=True)
class Section:
    """One part: where it is, how much in it is new to the viewer, and how much of it is open."""

    part: CasePart
    href: str
    fresh: int
    open: int = 0


def sections(case: Case) -> list[Section]:
    """The parts that there are for this viewer, in their order."""
    session, viewer = current.db_session(), current.viewer()
    moment = visits.since(session, case, viewer=viewer)
    news = visits.news(session, case, moment, viewer=viewer)
    missing = {CasePart.CHECKS: len(verification.open_lines(session, case))}
    hidden = set()
    if not care.may_read(case, viewer):
        hidden.add(CasePart.CARE)
    if not corrections.of_case(session, case):
        hidden.add(CasePart.CORRECTIONS)
    if plans.latest(session, case) is None:
        hidden.add(CasePart.PLAN)
    return [
        Section(
            part, url_for(f".{endpoint}", reference=case.reference), news.get(part, 0), missing.get(part, 0)
        )
        for part, endpoint in SHOWN_AT.items()
        if part not in hidden
    ]
