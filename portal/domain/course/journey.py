"""The journey itself: papers of each person, the way from place to place, who waits, and when it fails."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import cases, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.domain.telling import notices
from portal.sealing import SealedDate, SealedText

LONG_BEFORE = timedelta(days=60)
"""A way that begins so long before the application has a wrong year."""


class PaperWay(enum.StrEnum):
    """With which paper somebody travels."""

    IN_HAND = "in_hand"
    LAISSEZ_PASSER = "laissez_passer"


class Side(enum.StrEnum):
    """At which end of the journey somebody is met."""

    DEPARTURE = "departure"
    TRANSIT = "transit"
    ARRIVAL = "arrival"


class MissReason(enum.StrEnum):
    """Why somebody did not leave."""

    CHANGED_MIND = "changed_mind"
    ILL = "ill"
    DID_NOT_COME = "did_not_come"
    PAPERS = "papers"
    NOT_LET_ON = "not_let_on"
    CANCELLED = "cancelled"
    TOO_LATE = "too_late"
    OTHER = "other"


class TravelPaper(Base):
    """The paper one person travels with, and when it was asked for and came."""

    __tablename__ = "travel_papers"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), unique=True)
    way: Mapped[PaperWay] = mapped_column()
    asked_on: Mapped[date | None] = mapped_column()
    received_on: Mapped[date | None] = mapped_column()
    expires_on = SealedDate()

    @property
    def is_missing(self) -> bool:
        """Whether it was asked for and is not there."""
        return self.way is PaperWay.LAISSEZ_PASSER and self.received_on is None


class Leg(Base):
    """One part of the way: a flight, a bus. `person_id` names who alone takes it; empty: everybody.

    A leg that did not take place is kept, with `ended_at`.
    """

    __tablename__ = "travel_legs"
    __table_args__ = (Index("ix_travel_legs_of_case", "case_id", "ended_at", "departs_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    origin = SealedText()
    destination = SealedText()
    carrier = SealedText()
    number = SealedText()
    departs_at: Mapped[datetime] = mapped_column()
    departs_zone: Mapped[str] = mapped_column(String(40))
    arrives_at: Mapped[datetime] = mapped_column()
    arrives_zone: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column()

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes it this leg: when, who, from where to where, and by what."""
        where = (self.origin, self.destination, self.carrier, self.number)
        return self.departs_at, self.arrives_at, self.person_id, *where

    @property
    def departs(self) -> datetime:
        """When it leaves, by the clock of the place."""
        return self.departs_at.astimezone(ZoneInfo(self.departs_zone))

    @property
    def arrives(self) -> datetime:
        """When it arrives, by the clock of the place."""
        return self.arrives_at.astimezone(ZoneInfo(self.arrives_zone))


class Meeting(Base):
    """Somebody who waits for the travellers at one end of the journey."""

    __tablename__ = "travel_meetings"
    __table_args__ = (UniqueConstraint("case_id", "side"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    side: Mapped[Side] = mapped_column()
    place = SealedText()
    who = SealedText()
    phone = SealedText()
    at: Mapped[datetime] = mapped_column()
    zone: Mapped[str] = mapped_column(String(40))

    @property
    def when(self) -> datetime:
        """When, by the clock of the place."""
        return self.at.astimezone(ZoneInfo(self.zone))


class NotDeparted(Base):
    """A journey that did not take place."""

    __tablename__ = "journeys_missed"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    on: Mapped[date] = mapped_column()
    reason: Mapped[MissReason] = mapped_column()
    note = SealedText()
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class When:
    """A moment as a ticket tells it: day and time by the clock of a place (`zone` like Europe/Tallinn)."""

    on: date
    at: time
    zone: str

    @property
    def moment(self) -> datetime:
        """The same for everybody."""
        return datetime.combine(self.on, self.at, ZoneInfo(self.zone))


PLANNED = frozenset({CaseState.PREPARING, CaseState.READY_TO_TRAVEL})
"""The states in which a journey is planned and changed."""


def is_zone(text: str) -> bool:
    """Whether there is a time zone of this name."""
    return text in available_timezones()


# --- Planned --------------------------------------------------------------------------------------


def set_paper(
    session: Session,
    case: Case,
    person: Person,
    way: PaperWay,
    *,
    asked_on: date | None = None,
    received_on: date | None = None,
    expires_on: date | None = None,
    by: Account,
) -> TravelPaper:
    """Write down with which paper somebody travels. Raises Refused when it came before it was asked for."""
    _may_plan(case, by)
    if asked_on and received_on and received_on < asked_on:
        raise Refused([Reason.DATE_TOO_EARLY])
    paper = session.scalar(select(TravelPaper).where(TravelPaper.person_id == person.id))
    if paper is None:
        paper = TravelPaper(case_id=case.id, person_id=person.id, way=way)
        session.add(paper)
    paper.way, paper.asked_on, paper.received_on = way, asked_on, received_on
    paper.expires_on = expires_on
    session.flush()
    _write_down(session, case, paper, by)
    return paper


def add_leg(
    session: Session,
    case: Case,
    departs: When,
    arrives: When,
    *,
    origin: str,
    destination: str,
    carrier: str = "",
    number: str = "",
    person: Person | None = None,
    by: Account,
) -> Leg:
    """Add a part of the way; added twice (two taps) it is one. Raises Refused for times that cannot be.

    Nobody is on two parts of the way at once: one leaves in the minute in which the other arrives, or later.
    """
    _may_plan(case, by)
    if arrives.moment <= departs.moment:
        raise Refused([Reason.ARRIVES_TOO_EARLY])
    if departs.moment.date() < case.applied_on - LONG_BEFORE:
        raise Refused([Reason.DATE_LONG_AGO])
    cases.hold(session, case)
    same = (departs.moment, arrives.moment, person and person.id, origin, destination, carrier, number)
    planned = legs(session, case)
    for known in planned:
        if known.facts == same:
            return known
    if clash := next((one for one in planned if _clashes(one, departs, arrives, person)), None):
        is_after = departs.moment >= clash.departs_at
        raise Refused([Reason.LEAVES_BEFORE_ARRIVAL if is_after else Reason.MISSES_NEXT_LEG])
    leg = Leg(
        case_id=case.id,
        person_id=person.id if person else None,
        departs_at=departs.moment,
        departs_zone=departs.zone,
        arrives_at=arrives.moment,
        arrives_zone=arrives.zone,
        origin=origin,
        destination=destination,
        carrier=carrier,
        number=number,
    )
    session.add(leg)
    session.flush()
    _write_down(session, case, leg, by)
    return leg


def _clashes(known: Leg, departs: When, arrives: When, person: Person | None) -> bool:
    """Whether somebody would be on this part of the way and on another one (`person` empty: everybody)."""
    is_same = person is None or known.person_id in (None, person.id)
    return is_same and departs.moment < known.arrives_at and known.departs_at < arrives.moment


def end_leg(session: Session, case: Case, leg_id: int, *, by: Account) -> None:
    """This part of the way is not taken after all. Raises NotFound."""
    _may_plan(case, by)
    leg = session.get(Leg, leg_id)
    if leg is None or leg.case_id != case.id:
        raise NotFound(str(leg_id))
    if leg.ended_at is None:
        leg.ended_at = now()
        _write_down(session, case, leg, by)


def set_meeting(
    session: Session, case: Case, side: Side, at: When, *, place: str, who: str, phone: str, by: Account
) -> Meeting:
    """Who waits for the travellers, where and when: one for each end."""
    _may_plan(case, by)
    meeting = session.scalar(select(Meeting).where(Meeting.case_id == case.id, Meeting.side == side))
    if meeting is None:
        meeting = Meeting(case_id=case.id, side=side, at=at.moment, zone=at.zone)
        session.add(meeting)
    meeting.at, meeting.zone = at.moment, at.zone
    meeting.place, meeting.who, meeting.phone = place, who, phone
    session.flush()
    _write_down(session, case, meeting, by)
    return meeting


def end_meeting(session: Session, case: Case, side: Side, *, by: Account) -> None:
    """Nobody waits there after all."""
    _may_plan(case, by)
    meeting = session.scalar(select(Meeting).where(Meeting.case_id == case.id, Meeting.side == side))
    if meeting is not None:
        _write_down(session, case, meeting, by)
        session.delete(meeting)


def _may_plan(case: Case, by: Account) -> None:
    require(by.role, Act.JOURNEY_SET)
    if case.state not in PLANNED:
        raise Refused([Reason.WRONG_STATE])


def _write_down(session: Session, case: Case, thing: TravelPaper | Leg | Meeting, by: Account) -> None:
    about = f"{thing.__tablename__}:{thing.id}"
    journal.record(session, Act.JOURNEY_SET, actor=by.actor, case_id=case.id, about=about)
    if not isinstance(thing, TravelPaper):
        _tell(session, case, by)


def _tell(session: Session, case: Case, by: Account) -> None:
    """That the way or a meeting is another one: once, until it was read."""
    migrant = session.get_one(Account, case.migrant_id)
    if all(one.act is not Act.JOURNEY_SET for one in notices.unread(session, migrant)):
        notices.note(session, Act.JOURNEY_SET, migrant, by=by)


# --- Read -----------------------------------------------------------------------------------------


_LEGS = (
    select(Leg)
    .where(Leg.case_id == bindparam("case"), Leg.ended_at.is_(None))
    .order_by(Leg.departs_at, Leg.id)
)
_PAPERS = select(TravelPaper).where(TravelPaper.case_id == bindparam("case"))


@asked_once
def legs(session: Session, case: Case) -> Sequence[Leg]:
    """The way from place to place, as it is planned now."""
    return session.scalars(_LEGS, {"case": case.id}).all()


def meetings(session: Session, case: Case) -> Sequence[Meeting]:
    """Who waits where, in the order of the journey."""
    return session.scalars(select(Meeting).where(Meeting.case_id == case.id).order_by(Meeting.at)).all()


@asked_once
def papers(session: Session, case: Case) -> Mapping[int, TravelPaper]:
    """The papers of the travellers, by the number of the person."""
    return {paper.person_id: paper for paper in session.scalars(_PAPERS, {"case": case.id})}


_MISSED = select(NotDeparted).where(NotDeparted.case_id == bindparam("case")).order_by(NotDeparted.id.desc())


def missed(session: Session, case: Case) -> Sequence[NotDeparted]:
    """The journeys that did not take place, the last one first."""
    return session.scalars(_MISSED, {"case": case.id}).all()


# --- What the lifecycle asks ------------------------------------------------------------------------


def papers_fault(session: Session, case: Case) -> Reason | None:
    """Why nobody can travel with these papers: one has not come, or ends before the journey does."""
    found = papers(session, case).values()
    if any(paper.is_missing for paper in found):
        return Reason.PAPER_NOT_RECEIVED
    last = last_day(session, case)
    ends_early = (last and paper.expires_on and paper.expires_on < last for paper in found)
    return Reason.PAPER_ENDS_EARLY if any(ends_early) else None


def first_day(session: Session, case: Case) -> date | None:
    """The day on which the journey begins, by the clock of its first place."""
    return next((leg.departs.date() for leg in legs(session, case)), None)


def last_day(session: Session, case: Case) -> date | None:
    """The day on which the journey ends, by the clock of its last place."""
    return max((leg.arrives.date() for leg in legs(session, case)), default=None)


def note_missed(
    session: Session, case: Case, on: date, reason: MissReason, *, note: str = "", by: Account
) -> None:
    """Keep that nobody left on that day. The lifecycle takes the step."""
    session.add(NotDeparted(case_id=case.id, on=on, reason=reason, note=note.strip(), by_id=by.id))
    session.flush()


def was_missed_since(session: Session, case: Case) -> bool:
    """Whether a journey failed since everything was ready for it."""
    return any(one.at >= case.since for one in missed(session, case)[:1])


def begin_anew(session: Session, case: Case) -> None:
    """The way that was planned is over; another one has to be booked."""
    for leg in legs(session, case):
        leg.ended_at = now()
    for meeting in meetings(session, case):
        session.delete(meeting)
    session.flush()
