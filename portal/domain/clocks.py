"""By which date somebody must act, as the programme's owner set it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from portal import counting
from portal.db import TIME_ZONE, day_of, now, today
from portal.programme import Programme

REVIEW = "document_review"


def programme(session: Session) -> Programme:
    """The programme this session works for: wiring put it there, one for the life of the process."""
    found: Programme = session.info["programme"]
    return found


def due(session: Session, clock: str, start: date | None = None) -> date:
    """The last day of `clock`, counted from `start` (today)."""
    return programme(session).clocks[clock].due(start or today())


def look_by(session: Session, sent_at: datetime) -> date:
    """By when a document or a report that came at this moment is looked at."""
    return due(session, REVIEW, day_of(sent_at))


def left(session: Session, clock: str, due_on: date) -> int:
    """How many days of `clock` are left today, when `due_on` is the last; below zero when it is late."""
    return programme(session).clocks[clock].left(today(), due_on)


def resumed(session: Session, clock: str, days: int) -> date:
    """The last day of `clock`, when it goes on today with so many days left."""
    return programme(session).clocks[clock].resumed(today(), days)


def is_over(session: Session, clock: str, start: datetime) -> bool:
    """Whether `clock`, started at this moment, has run out; its days have 24 hours each."""
    first = day_of(start)
    return now() >= start + (due(session, clock, first) - first)


def holiday(session: Session, day: date, language: str = "") -> str | None:
    """What the public holiday on this day is called, in this language if that is known; None without one."""
    return counting.holiday(programme(session).calendar, day, language)


def late_since(session: Session, clock: str) -> date:
    """What was due on this day, or earlier, is late by the whole of `clock` today."""
    return _began(session, clock, today())


def began_before(session: Session, clock: str, due_on: date) -> datetime:
    """When `clock` started before this moment, its last day was this one, or earlier."""
    return datetime.combine(_began(session, clock, due_on) + timedelta(days=1), time(), TIME_ZONE)


def _began(session: Session, clock: str, due_on: date) -> date:
    found = programme(session).clocks[clock]
    return found.resumed(due_on, -found.days)


def is_silent(session: Session, clock: str, since: datetime) -> bool:
    """Whether the last day of `clock`, started at this moment, is behind us."""
    return programme(session).clocks[clock].due(day_of(since)) < today()
