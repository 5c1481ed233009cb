"""Appointments: a counsellor offers times, the migrant takes one, moves it, or cancels it."""

import enum
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import OVER, Case
from portal.domain.course.counselling import TalkWay
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.journal import Actor
from portal.domain.permissions import Act, Role, require
from portal.domain.telling import notices
from portal.queue import AT_ONCE
from portal.sealing import SealedText, in_use

MOST_OFFERED = 30
"""More times than this nobody chooses from."""
LONGEST = 240  # minutes
FURTHEST = timedelta(days=366)
"""Further ahead nobody plans a talk: the year is a slip."""
DAY = time(7), time(22)
"""Between these nobody asks whether a time of day is a slip."""


class Unusual(enum.StrEnum):
    """What is worth a second look before a time is offered. People call across time zones: it is possible."""

    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class AppointmentState(enum.StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"


class Slot(Base):
    """A time that a counsellor offers. Its row is the lock: of two who take it at once one gets it."""

    __tablename__ = "appointment_slots"
    __table_args__ = (Index("ix_appointment_slots_of_counsellor", "counsellor_id", "starts_at"),)

    counsellor_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    starts_at: Mapped[datetime] = mapped_column()
    minutes: Mapped[int] = mapped_column()
    way: Mapped[TalkWay] = mapped_column()
    place = SealedText()
    language: Mapped[str] = mapped_column(String(8))
    taken_back_at: Mapped[datetime | None] = mapped_column()

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes it this time: when, how long, how, where and in which language."""
        return self.starts_at, self.minutes, self.way, self.place, self.language


class Appointment(Base):
    """A time that somebody took."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_of_case", "case_id", "state"),
        Index("ix_appointments_of_slot", "slot_id", "state"),
    )

    slot_id: Mapped[int] = mapped_column(ForeignKey("appointment_slots.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[AppointmentState] = mapped_column(default=AppointmentState.BOOKED)
    booked_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None] = mapped_column()
    reminded_at: Mapped[datetime | None] = mapped_column()


# --- Offered --------------------------------------------------------------------------------------


def offer(
    session: Session,
    starts_at: datetime,
    minutes: int,
    way: TalkWay,
    *,
    place: str = "",
    language: str,
    by: Account,
) -> Slot:
    """Offer a time; offered twice (two taps) it is one.

    Raises Refused for one that is over or more than a year ahead, and for one that overlaps with one's own.
    """
    require(by.role, Act.SLOT_OFFER)
    session.refresh(by, with_for_update=True)
    if starts_at <= now() or not 0 < minutes <= LONGEST:
        raise Refused([Reason.SLOT_PAST])
    if starts_at > now() + FURTHEST:
        raise Refused([Reason.SLOT_FAR])
    slot = Slot(
        counsellor_id=by.id,
        starts_at=starts_at,
        minutes=minutes,
        way=way,
        language=language,
        place=place.strip(),
    )
    near = Slot.starts_at.between(starts_at - timedelta(minutes=LONGEST), slot.ends_at)
    own = session.scalars(select(Slot).where(Slot.counsellor_id == by.id, Slot.taken_back_at.is_(None), near))
    meets = [one for one in own if one.starts_at < slot.ends_at and slot.starts_at < one.ends_at]
    if meets and meets[0].facts == slot.facts:
        return meets[0]
    if meets:
        raise Refused([Reason.SLOT_OVERLAPS])
    session.add(slot)
    session.flush()
    journal.record(session, Act.SLOT_OFFER, actor=by.actor, about=f"{Slot.__tablename__}:{slot.id}")
    return slot


def unusual(session: Session, starts_at: datetime, minutes: int) -> list[Unusual]:
    """What is unusual about a time, given by the clock of the programme: a slip, or meant so."""
    ends_at, (first, last) = starts_at + timedelta(minutes=minutes), DAY
    is_day = first <= starts_at.time() and ends_at.time() <= last and starts_at.date() == ends_at.date()
    is_holiday = clocks.holiday(session, starts_at.date()) is not None
    found = {
        Unusual.NIGHT: not is_day,
        Unusual.WEEKEND: starts_at.weekday() >= 5 and not is_holiday,
        Unusual.HOLIDAY: is_holiday,
    }
    return [one for one, is_so in found.items() if is_so]


def last_offered(session: Session, counsellor: Account) -> Slot | None:
    """The latest time that a counsellor offered, however it ended: the next one is often alike."""
    own = select(Slot).where(Slot.counsellor_id == counsellor.id).order_by(Slot.starts_at.desc())
    return session.scalar(own.limit(1))


def take_back(session: Session, slot_id: int, *, by: Account) -> None:
    """Offer this time no more. Raises NotFound, and Refused when somebody has it: cancel that first."""
    require(by.role, Act.SLOT_TAKE_BACK)
    slot = session.scalar(
        select(Slot).where(Slot.id == slot_id, Slot.counsellor_id == by.id).with_for_update()
    )
    if slot is None:
        raise NotFound(str(slot_id))
    if _holder(session, slot) is not None:
        raise Refused([Reason.SLOT_TAKEN])
    if slot.taken_back_at is None:
        slot.taken_back_at = now()
        about = f"{Slot.__tablename__}:{slot.id}"
        journal.record(session, Act.SLOT_TAKE_BACK, actor=by.actor, about=about)


_IS_TAKEN = (
    select(Appointment.id)
    .where(Appointment.slot_id == Slot.id, Appointment.state == AppointmentState.BOOKED)
    .exists()
)
_IS_FREE = Slot.taken_back_at.is_(None) & (Slot.starts_at > bindparam("moment")) & ~_IS_TAKEN
_OFFERED = (
    select(Slot)
    .where(Slot.counsellor_id == bindparam("counsellor"), _IS_FREE)
    .order_by(Slot.starts_at)
    .limit(MOST_OFFERED)
)


@asked_once
def offered(session: Session, case: Case) -> Sequence[Slot]:
    """The times that the counsellor of this case offers and nobody has taken, the first one first.

    None once the case has ended, unless she asked to talk about going on: then none could be taken.
    """
    if not _may_meet(case):
        return []
    return session.scalars(_OFFERED, {"counsellor": case.counsellor_id or 0, "moment": now()}).all()


def own_slots(
    session: Session, counsellor: Account
) -> Sequence[tuple[Slot, Appointment | None, Case | None]]:
    """What a counsellor offers from yesterday on, each with who has taken it.

    Also what is longer over, while nobody has said whether it took place, if the case is still hers.
    """
    rows = session.execute(
        select(Slot, Appointment, Case)
        .outerjoin(
            Appointment,
            (Appointment.slot_id == Slot.id) & (Appointment.state == AppointmentState.BOOKED),
        )
        .outerjoin(Case, (Case.id == Appointment.case_id) & (Case.counsellor_id == counsellor.id))
        .where(
            Slot.counsellor_id == counsellor.id,
            Slot.taken_back_at.is_(None),
            (Slot.starts_at > now() - timedelta(days=1)) | Case.id.is_not(None),
        )
        .order_by(Slot.starts_at)
        .limit(200)
    )
    return [(slot, appointment, case) for slot, appointment, case in rows]


# --- Taken ----------------------------------------------------------------------------------------


_OF_CASE = (
    select(Appointment, Slot, Appointment.state)
    .join(Slot, Slot.id == Appointment.slot_id)
    .where(Appointment.case_id == bindparam("case"))
    .order_by(Slot.starts_at.desc())
)


@asked_once
def _every(session: Session, case: Case) -> Sequence[tuple[Appointment, Slot, AppointmentState]]:
    """Each with its state in the database: what others have just done counts, also to a row read before."""
    return [(one, slot, state) for one, slot, state in session.execute(_OF_CASE, {"case": case.id})]


def of_case(session: Session, case: Case) -> Sequence[tuple[Appointment, Slot]]:
    """Every appointment of a case, the newest first."""
    return [(appointment, slot) for appointment, slot, _state in _every(session, case)]


def booked(session: Session, case: Case) -> tuple[Appointment, Slot] | None:
    """The appointment that lies ahead of this case, if it has one."""
    return next((found for found in _open(session, case) if found[1].starts_at > now()), None)


def under_way(session: Session, case: Case) -> tuple[Appointment, Slot] | None:
    """The appointment whose time is now."""
    open_now = _open(session, case)
    return next((found for found in open_now if found[1].starts_at <= now() < found[1].ends_at), None)


def _open(session: Session, case: Case) -> list[tuple[Appointment, Slot]]:
    """What is booked: ahead, or over while nobody has said yet whether it took place."""
    every = _every(session, case)
    return [(one, slot) for one, slot, state in every if state is AppointmentState.BOOKED]


def in_calendar(session: Session, case: Case) -> tuple[str, int]:
    """What a calendar calls the appointment of a case, and how often it was changed.

    The name says nothing about anybody. It stays when the appointment is moved, or cancelled and booked anew:
    a calendar then shows the new time in the place of the old one.
    """
    rows = of_case(session, case)
    gone = (AppointmentState.MOVED, AppointmentState.CANCELLED)
    over = sum(one.state not in gone and slot.starts_at <= now() for one, slot in rows)
    return in_use().fingerprint("appointment", f"{case.id}.{over}").hex(), len(rows)


def missed(session: Session, case: Case) -> Slot | None:
    """When the last appointment of a case was to be, if it did not take place and none was booked since."""
    last = next(iter(of_case(session, case)), None)
    return last[1] if last and last[0].state is AppointmentState.MISSED else None


def book(session: Session, case: Case, slot_id: int, *, by: Account) -> Appointment:
    """Take an offered time. Raises NotFound, and Refused: with one ahead, or when somebody was quicker."""
    require(by.role, Act.APPOINTMENT_BOOK)
    _hold(session, case)
    if booked(session, case) is not None:
        raise Refused([Reason.APPOINTMENT_OPEN])
    return _take(session, case, slot_id, Act.APPOINTMENT_BOOK, by)


def move(session: Session, case: Case, slot_id: int, *, by: Account) -> Appointment:
    """Take another time instead. Raises as `book`, and Refused without an appointment that lies ahead."""
    require(by.role, Act.APPOINTMENT_MOVE)
    _hold(session, case)
    _end(_ahead(session, case), AppointmentState.MOVED)
    session.flush()
    return _take(session, case, slot_id, Act.APPOINTMENT_MOVE, by)


def cancel(session: Session, case: Case, *, by: Account) -> None:
    """Nobody comes. When a counsellor cancels, the migrant is told. Raises Refused when none lies ahead."""
    require(by.role, Act.APPOINTMENT_CANCEL)
    _hold(session, case)
    _ahead(session, case)
    end_all(session, case, actor=by.actor, tell=by.role is not Role.MIGRANT)


def end_all(session: Session, case: Case, *, actor: Actor, tell: bool = False) -> None:
    """What lies ahead does not take place: the case ended, or another counsellor has it."""
    found = booked(session, case)
    if found is None:
        return
    _end(found[0], AppointmentState.CANCELLED)
    session.flush()
    _write_down(session, Act.APPOINTMENT_CANCEL, found[0], actor)
    if tell:
        migrant = session.get_one(Account, case.migrant_id)
        notices.note(session, Act.APPOINTMENT_CANCEL, migrant, by=actor)


def settle(session: Session, case: Case, number: int, *, held: bool, by: Account) -> None:
    """It took place, or it did not; nothing else follows from that. Said twice (two taps) it is said once.

    Also when the case has ended meanwhile. Raises NotFound, and Refused before its time.
    """
    act = Act.APPOINTMENT_HELD if held else Act.APPOINTMENT_MISSED
    state = AppointmentState.HELD if held else AppointmentState.MISSED
    require(by.role, act)
    session.refresh(case, with_for_update=True)
    found = next((found for found in _every(session, case) if found[0].id == number), None)
    if found is None:
        raise NotFound(str(number))
    appointment, slot, before = found
    if before is state:
        return
    if before is not AppointmentState.BOOKED:
        raise Refused([Reason.CHANGED_MEANWHILE])
    if slot.starts_at > now():
        raise Refused([Reason.TOO_EARLY])
    _end(appointment, state)
    session.flush()
    _write_down(session, act, appointment, by.actor)


def remind(session: Session) -> int:
    """The clock: who has an appointment soon is reminded, once; how many were."""
    soon = now() + timedelta(hours=clocks.programme(session).reminders.appointment_hours)
    rows = session.execute(
        select(Appointment, Account)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Case, Case.id == Appointment.case_id)
        .join(Account, Account.id == Case.migrant_id)
        .where(Appointment.state == AppointmentState.BOOKED, Appointment.reminded_at.is_(None))
        .where(Slot.starts_at.between(now(), soon), Account.state == AccountState.ACTIVE)
        .order_by(Slot.starts_at)
        .limit(AT_ONCE)
    ).all()
    for appointment, migrant in rows:
        appointment.reminded_at = now()
        _write_down(session, Act.APPOINTMENT_REMIND, appointment, journal.NOBODY)
        notices.note(session, Act.APPOINTMENT_REMIND, migrant, by=journal.NOBODY)
    return len(rows)


def _take(session: Session, case: Case, slot_id: int, act: Act, by: Account) -> Appointment:
    slot = session.scalar(select(Slot).where(Slot.id == slot_id).with_for_update())
    if slot is None or slot.counsellor_id != case.counsellor_id:
        raise NotFound(str(slot_id))
    if slot.starts_at <= now():
        raise Refused([Reason.SLOT_PAST])
    if slot.taken_back_at is not None or _holder(session, slot) is not None:
        raise Refused([Reason.SLOT_TAKEN])
    appointment = Appointment(slot_id=slot.id, case_id=case.id, state=AppointmentState.BOOKED)
    session.add(appointment)
    session.flush()
    _write_down(session, act, appointment, by.actor)
    return appointment


def _holder(session: Session, slot: Slot) -> int | None:
    return session.scalar(
        select(Appointment.case_id).where(
            Appointment.slot_id == slot.id, Appointment.state == AppointmentState.BOOKED
        )
    )


def _hold(session: Session, case: Case) -> None:
    session.refresh(case, with_for_update=True)
    if not _may_meet(case):
        raise Refused([Reason.WRONG_STATE])


def _ahead(session: Session, case: Case) -> Appointment:
    found = booked(session, case)
    if found is None:
        has_begun = bool(_open(session, case))
        raise Refused([Reason.APPOINTMENT_BEGUN if has_begun else Reason.CHANGED_MEANWHILE])
    return found[0]


def _may_meet(case: Case) -> bool:
    return case.state not in OVER or case.talk_asked_at is not None


def _end(appointment: Appointment, state: AppointmentState) -> None:
    appointment.state, appointment.ended_at = state, now()


def _write_down(session: Session, act: Act, appointment: Appointment, actor: Actor) -> None:
    about = f"{Appointment.__tablename__}:{appointment.id}"
    journal.record(session, act, actor=actor, case_id=appointment.case_id, about=about)
