"""What was written to a person on the way, their journey and their talks: data beside the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import people
from portal.domain.cases import Case, Note
from portal.domain.course import appointments, counselling, inquiries, journey, notes
from portal.domain.course.appointments import Appointment, Slot
from portal.domain.course.counselling import CounsellingSession
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.journey import Leg, Meeting, NotDeparted, TravelPaper

Plain = dict[str, Any]


@dataclass(frozen=True)
class CourseFile:
    """What a person may read of it. Notes of a talk, and notes of staff, stay between colleagues."""

    inquiries: Sequence[Inquiry]
    summaries: Sequence[Note]
    papers: Sequence[tuple[TravelPaper, str]]
    """Each with the name of the person."""
    legs: Sequence[tuple[Leg, str]]
    """Each with the name of who alone takes it, or nothing."""
    meetings: Sequence[Meeting]
    missed: Sequence[NotDeparted]
    talks: Sequence[CounsellingSession]
    appointments: Sequence[tuple[Appointment, Slot]]


def gather(session: Session, case: Case) -> CourseFile:
    """All of one case."""
    names = {person.id: person.full_name for person in people.of_case(session, case)}
    papers = journey.papers(session, case)
    return CourseFile(
        inquiries=inquiries.of_case(session, case),
        summaries=notes.summaries(session, case),
        papers=[(paper, names.get(number, "")) for number, paper in papers.items()],
        legs=[(leg, names.get(leg.person_id or 0, "")) for leg in journey.legs(session, case)],
        meetings=journey.meetings(session, case),
        missed=journey.missed(session, case),
        talks=counselling.of_case(session, case),
        appointments=appointments.of_case(session, case),
    )


def _columns(row: Any, names: str) -> Plain:
    return {name: getattr(row, name) for name in names.split()}


def plain(one: CourseFile) -> Plain:
    """The same as plain objects for my-file.json; the schema names every key."""
    way = "origin destination carrier number departs_at departs_zone arrives_at arrives_zone"
    return {
        "questions": [_columns(each, "words asked_at due_on answer answered_at") for each in one.inquiries],
        "summaries": [_columns(each, "words written_at") for each in one.summaries],
        "travel_papers": [
            {"person": name, **_columns(each, "way asked_on received_on expires_on")}
            for each, name in one.papers
        ],
        "way": [{"person": name, **_columns(each, way)} for each, name in one.legs],
        "meetings": [_columns(each, "side place who phone at zone") for each in one.meetings],
        "not_departed": [_columns(each, "on reason") for each in one.missed],
        "talks": [
            _columns(each, "held_on way language interpreter topics informed evidence") for each in one.talks
        ],
        "appointments": [
            {
                **_columns(each, "state booked_at ended_at"),
                **_columns(slot, "starts_at minutes way place language"),
            }
            for each, slot in one.appointments
        ],
    }
