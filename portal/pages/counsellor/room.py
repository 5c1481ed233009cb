"""What every page of a counsellor begins with: the door, the case, and the frame around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask import session as browser
from flask_babel import gettext as _

from portal.db import today
from portal.domain import accounts, cases
from portal.domain.accounts import Account, Organisation
from portal.domain.applying import application
from portal.domain.care import supporters
from portal.domain.cases import Case
from portal.domain.course.lifecycle import WAITS
from portal.domain.desk import desk, openings, piles, same, searched, visits
from portal.domain.desk.desk import Task
from portal.domain.desk.visits import CasePart
from portal.domain.errors import NotFound
from portal.web import current
from portal.web.htmx import is_part_wanted
from portal.web.spoken import language_named
from portal.web.words import say
from portal.web.words.desk import short_day, stands, until

bp = Blueprint("counsellor", __name__, url_prefix="/<language>/counsellor")
for said in (desk.is_turn_of, stands, short_day, until):
    bp.add_app_template_filter(said)

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""

LIST = "list"
"""Where in the browser's session the list stands that was looked at last."""


@dataclass(frozen=True)
class Tab:
    """One part of a case, as a link."""

    name: str
    href: str
    here: bool


def find_case(reference: str) -> Case:
    """The case that somebody is about to change."""
    return cases.find(current.db_session(), reference, viewer=current.viewer())


def open_case(reference: str) -> Case:
    """The case for a page that shows it: who looked is written down, and the migrant can read it."""
    session = current.db_session(writing=True)
    case = find_case(reference)
    cases.opened(session, case, by=current.viewer())
    visits.visit(session, case, by=current.viewer())
    current.write_down()
    return case


def show(template: str, case: Case, *, part: str, **context: object) -> str:
    """A page about a case, in its frame. `part` is the endpoint of the tab it belongs to."""
    session, viewer = current.db_session(), current.viewer()
    # Who decides reads one page only, and may be the first who sees both files.
    has_alike = part == "show_case" or request.endpoint == "counsellor.decide"
    moment = visits.since(session, case, viewer=viewer)
    opening = openings.current(session, case, viewer=viewer)
    waiting = desk.waiting_in(session, case, viewer=viewer)
    documents = waiting.get(Task.DOCUMENT)
    partner = session.get(Organisation, case.partner_id) if case.partner_id else None
    return render_template(
        template,
        case=case,
        layout="counsellor/part.html" if is_part() else "base.html",
        opening=opening,
        is_new=_marks(moment, viewer),
        since=moment,
        wait=WAITS[case.state],
        answers=application.answers(session, case),
        counsellor=accounts.names(session, [case.counsellor_id]).get(case.counsellor_id or 0, ""),
        partner=partner,
        supporter=supporters.of_case(session, case),
        waiting=waiting,
        alike=same.of_case(session, case, viewer=viewer) if has_alike else (),
        closed=same.with_colleagues(session, case, viewer=viewer) if has_alike else (),
        today=today(),
        language_name=language_named,
        list_href=list_href(),
        parts=_parts(case, part, documents.number if documents else 0),
        **context,
    )


def remember_list(values: Mapping[str, str]) -> None:
    """Keep in this browser which list was looked at: pile, filters and place; or a search, by its sign."""
    looked_at = {name: value for name, value in values.items() if value}
    if browser.get(LIST) != looked_at:
        browser[LIST] = looked_at


def last_search() -> str:
    """The sign of the search that was looked at last; empty when it was a list, or somebody else's search."""
    sign = str(browser.get(LIST, {}).get("found", ""))
    try:
        searched.read(sign, viewer=current.viewer())
    except NotFound:
        return ""
    return sign


def list_href() -> str:
    """The address of the list the viewer comes from; of somebody else's in this browser the first one."""
    if sign := last_search():
        return url_for(".show_found", sign=sign)
    values = browser.get(LIST, {})
    is_mine = values.get("pile") in piles.piles_of(current.viewer())
    return url_for(".queue", **values if is_mine else {})


def is_part() -> bool:
    """Whether the page of the case itself asks for this part of it, to show it in its place."""
    return request.method == "GET" and is_part_wanted()


def _marks(moment: datetime | None, viewer: Account) -> Callable[..., bool]:
    """Whether something was done after the viewer's last visit, and by somebody else."""

    def is_new(at: datetime | None, by_id: int | None = None) -> bool:
        return moment is not None and at is not None and at > moment and by_id != viewer.id

    return is_new


def _parts(case: Case, part: str, documents: int) -> list[Tab]:
    return [
        Tab(str(name), url_for(f".{endpoint}", reference=case.reference), here=endpoint == part)
        for endpoint, name in (
            ("show_case", _("Overview")),
            ("show_application", _("Application")),
            ("show_checks", say(CasePart.CHECKS)),
            ("show_assessment", say(CasePart.ASSESSMENT)),
            (
                "show_documents",
                _("Documents (%(number)d)", number=documents) if documents else _("Documents"),
            ),
            ("show_work", _("Notes and tasks")),
            ("show_care", _("Conversations")),
            ("show_counselling", _("Counselling")),
            ("show_travel", _("Journey and partner")),
            ("show_plan", _("Plan and payments")),
            *([("show_afterwards", _("After the return"))] if case.arrived_on else ()),
            ("show_history", _("History")),
        )
    ]
