"""What nobody does in time goes up, step by step: the counsellor's list, the senior counsellors', a figure.

Nothing is ever closed by silence: here states are read, and never changed.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from portal.db import Base, now, today
from portal.domain import clocks, journal
from portal.domain.care.care import CareTask
from portal.domain.cases import OVER, Case
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.departures import DepartureQuestion
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.permissions import Act
from portal.domain.support.grants import OURS_TO_MOVE
from portal.domain.support.parts import Payment

AT_ONCE = 500
"""So many rise in one transaction; the others in the next one."""


class Level(enum.StrEnum):
    """How far up something is that is late."""

    COUNSELLOR = "counsellor"
    APPROVER = "approver"
    MANAGER = "manager"


class Late(enum.StrEnum):
    """What can be late."""

    CASE = "case"
    INQUIRY = "inquiry"
    TASK = "task"
    PAYMENT = "payment"
    CARE = "care"
    DEPARTURE = "departure"


class Escalation(Base):
    """One step up, taken once for one thing and one day. Rows are added and never changed."""

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("late", "thing_id", "due_on", "level"),
        Index("ix_escalations_of_case", "case_id", "level"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    late: Mapped[Late] = mapped_column()
    thing_id: Mapped[int] = mapped_column()
    due_on: Mapped[date] = mapped_column()
    level: Mapped[Level] = mapped_column()
    at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: by which clock it is reached after the day, and how the journal names it."""

    act: Act
    clock: str | None

    def reached_on(self, session: Session) -> date:
        """What was due on this day, or before it, has come so far."""
        if self.clock is None:
            return today() - timedelta(days=1)
        return clocks.late_since(session, self.clock)


LADDER: dict[Level, Rung] = {
    Level.COUNSELLOR: Rung(Act.CASE_OVERDUE, None),
    Level.APPROVER: Rung(Act.CASE_ESCALATE, "escalate"),
    Level.MANAGER: Rung(Act.CASE_COUNT_LATE, "count_late"),
}

OURS = tuple(state for state, wait in WAITS.items() if wait.party not in (Party.MIGRANT, Party.NOBODY))
"""The states in which somebody of the programme or a partner must act. A migrant's silence goes nowhere."""


@dataclass(frozen=True)
class Watched:
    """A table whose rows can be late."""

    table: type[Any]
    case_id: Callable[[], ColumnElement[int]]
    is_open: Callable[[], ColumnElement[bool]]


def _goes_on(case_id: ColumnElement[int]) -> ColumnElement[bool]:
    own = aliased(Case)
    return select(own.id).where(own.id == case_id, own.state.not_in(OVER)).exists()


WATCHED: dict[Late, Watched] = {
    Late.CASE: Watched(
        Case,
        lambda: Case.id.expression,
        lambda: or_(Case.state.in_(OURS), Case.talk_asked_at.is_not(None)),
    ),
    Late.INQUIRY: Watched(Inquiry, lambda: Inquiry.case_id.expression, lambda: Inquiry.answered_at.is_(None)),
    Late.TASK: Watched(CaseTask, lambda: CaseTask.case_id.expression, lambda: CaseTask.done_at.is_(None)),
    Late.CARE: Watched(
        CareTask,
        lambda: CareTask.case_id.expression,
        lambda: and_(CareTask.done_at.is_(None), _goes_on(CareTask.case_id.expression)),
    ),
    Late.DEPARTURE: Watched(
        DepartureQuestion,
        lambda: DepartureQuestion.case_id.expression,
        lambda: and_(DepartureQuestion.answered_at.is_(None), _goes_on(DepartureQuestion.case_id.expression)),
    ),
    Late.PAYMENT: Watched(
        Payment, lambda: Payment.case_id.expression, lambda: Payment.state.in_(OURS_TO_MOVE)
    ),
}


def escalate(session: Session) -> int:
    """The clock: what is late goes up as far as it must, each step once, in the journal; how many did."""
    return sum(_raise(session, late, level) for late in WATCHED for level in LADDER)


def _raise(session: Session, late: Late, level: Level) -> int:
    watched, rung = WATCHED[late], LADDER[level]
    table = watched.table
    known = select(Escalation.id).where(_is_about(late, table), Escalation.level == level)
    rising = session.execute(
        select(table.id, watched.case_id(), table.due_on)
        .where(watched.is_open(), table.due_on <= rung.reached_on(session), ~known.exists())
        .order_by(table.due_on, table.id)
        .limit(AT_ONCE)
    ).all()
    for thing_id, case_id, due_on in rising:
        session.add(Escalation(case_id=case_id, late=late, thing_id=thing_id, due_on=due_on, level=level))
        about = f"{table.__tablename__}:{thing_id}"
        journal.record(session, rung.act, actor=journal.NOBODY, case_id=case_id, about=about)
    return len(rising)


def _is_about(late: Late, table: type[Any]) -> ColumnElement[bool]:
    """Whether a step up is about this row, and about the day that it has now."""
    return and_(Escalation.late == late, Escalation.thing_id == table.id, Escalation.due_on == table.due_on)


def has_come_to(level: Level) -> ColumnElement[bool]:
    """Whether something late in a case has come so far up: a condition on Case, for lists and figures."""
    return or_(*(_still_late(late, level) for late in WATCHED))


def _still_late(late: Late, level: Level) -> ColumnElement[bool]:
    watched = WATCHED[late]
    step = select(Escalation.id).where(_is_about(late, watched.table), Escalation.level == level)
    if late is Late.CASE:
        return and_(watched.is_open(), step.correlate(Case).exists())
    row = select(watched.table.id).where(watched.case_id() == Case.id, watched.is_open())
    return row.where(step.correlate(watched.table).exists()).correlate(Case).exists()
