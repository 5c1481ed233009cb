"""The frame of the migrant's pages: whose case it is, and the rooms that are open."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from portal.domain import cases
from portal.domain.cases import AFTER_ARRIVAL, BEFORE_DEPARTURE, Case, CaseState
from portal.domain.course import appointments, journey, letters, lifecycle
from portal.domain.errors import NotFound
from portal.domain.permissions import Act, Role
from portal.domain.support import plans
from portal.web import current

ROOMS = {
    "migrant.standing": _l("My case"),
    "application.overview": _l("Application"),
    "documents.overview": _l("Documents"),
    "migrant.journey": _l("Journey"),
    "migrant.appointments": _l("Appointments"),
    "plan.show": _l("Plan"),
    "afterwards.show": _l("After the return"),
    "letters.overview": _l("Letters"),
    "migrant.history": _l("History"),
}
NEEDS_A_CASE = frozenset({"documents.overview", "migrant.history"})


@dataclass(frozen=True)
class Room:
    """A tab."""

    href: str
    name: LazyString
    here: bool


FILLED_IN: list[Callable[[], Case | None]] = []
"""Who else fills in the application of somebody: the case they are at, counsellor/assisted.py."""


def my_case() -> Case:
    """The viewer's case: the one that is running, else the latest. Raises NotFound when there is none."""
    for filled_in in FILLED_IN:
        if at := filled_in():
            return at
    case = cases.of_migrant(current.db_session(), current.viewer())
    if case is None:
        raise NotFound("case")
    return case


def may(case: Case, act: Act) -> bool:
    """Whether the viewer can take this step with the case now."""
    session, viewer = current.db_session(), current.viewer()
    is_step = act in lifecycle.steps_for(case, viewer)
    return is_step and not lifecycle.missing_for(session, case, act, by=viewer)


def can_stop() -> bool:
    """Whether the way out stands at the foot of this page: for migrants with a case, until the departure."""
    found = current.signed_in()
    if found is None or found.account.role is not Role.MIGRANT:
        return False
    with current.reading() as session:
        case = cases.of_migrant(session, found.account)
        return case is not None and case.state in BEFORE_DEPARTURE


def my_rooms() -> list[Room]:
    """The tabs above each page of the migrant: those that have something in them."""
    session = current.db_session()
    case = cases.of_migrant(session, current.viewer())
    closed = set() if case else set(NEEDS_A_CASE)
    if not letters.of_migrant(session, current.viewer()):
        closed.add("letters.overview")
    if case is None or not has_journey(session, case):
        closed.add("migrant.journey")
    if case is None or not _has_appointments(session, case):
        closed.add("migrant.appointments")
    if case is None or plans.shown_to_returnee(session, case) is None:
        closed.add("plan.show")
    if case is None or case.state not in AFTER_ARRIVAL:
        closed.add("afterwards.show")
    here = _here()
    return [
        Room(url_for(endpoint), name, here=endpoint == here)
        for endpoint, name in ROOMS.items()
        if endpoint not in closed
    ]


def _has_appointments(session: Session, case: Case) -> bool:
    """Whether there is one, one to choose, or something to read about the last one."""
    something = (appointments.booked, appointments.under_way, appointments.offered, appointments.missed)
    return any(one(session, case) for one in something)


def has_journey(session: Session, case: Case) -> bool:
    """Whether there is anything to read about the journey."""
    return case.state in (*journey.PLANNED, CaseState.DEPARTED) or bool(journey.missed(session, case))


ANSWERS_IN = dict.fromkeys(("migrant.take_slot", "migrant.cancel_appointment"), "migrant.appointments")
"""Buttons that answer with the page they stand on, when what they ask for cannot be done."""


def _here() -> str | None:
    """The room of this page: its own, or the first one of its part of the house."""
    endpoint = ANSWERS_IN.get(request.endpoint or "", request.endpoint)
    if endpoint in ROOMS:
        return endpoint
    return next((one for one in ROOMS if one.partition(".")[0] == request.blueprint), None)
