"""What nobody does in time goes up, step by step: the counsellor's list, the senior counsellors', a figure.

Nothing is ever closed by silence: here states are read, and never changed.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from portal.db import Base, now, today
from portal.domain import clocks, journal
from portal.domain.care.care import CareTask
from portal.domain.cases import ACCEPTED, OVER, Case, CaseState
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.departures import DepartureQuestion
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.course.standing import RUNNING
from portal.domain.desk import desk
from portal.domain.desk.lines import Line
from portal.domain.documents import Document
from portal.domain.own.data_requests import DataRequest, RequestState
from portal.domain.permissions import Act
from portal.domain.support.grants import OURS_TO_MOVE
from portal.domain.support.parts import Milestone, MilestoneState, Payment
from portal.domain.support.plans import Plan, PlanState
from portal.queue import AT_ONCE


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
    DOCUMENT = "document"
    REPORT = "report"
    PLAN = "plan"
    REQUEST = "request"


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
    """A table whose rows can be late: each on a day of its own."""

    table: type[Any]
    is_open: ColumnElement[bool]
    since: ColumnElement[Any] | None = None

    @property
    def case_id(self) -> ColumnElement[Any]:
        """The number of the case that a row belongs to."""
        return cast(ColumnElement[Any], self.table.id if self.table is Case else self.table.case_id)

    @property
    def day(self) -> ColumnElement[Any]:
        """When it is late, or since when it waits."""
        return cast(ColumnElement[Any], self.table.due_on) if self.since is None else self.since

    def is_late(self, session: Session, reached: date) -> ColumnElement[bool]:
        """Whether it was due on this day, or before it."""
        return self.day <= reached

    def due_on(self, session: Session, day: Any) -> date:
        """The last day, of what `day` says."""
        return cast(date, day)

    def is_meant(self, step: type[Escalation]) -> ColumnElement[bool]:
        """Whether a step up of one of the rows is about the day that it has now."""
        return step.due_on == self.day


@dataclass(frozen=True)
class Sent(Watched):
    """A table whose rows say since when they are to be looked at: whoever sent one was told by when."""

    def is_late(self, session: Session, reached: date) -> ColumnElement[bool]:
        """Whether it came so long ago that its last day was this one, or before it."""
        return self.day < clocks.began_before(session, clocks.REVIEW, reached)

    def due_on(self, session: Session, day: Any) -> date:
        """The last day to look at it."""
        return clocks.look_by(session, day)

    def is_meant(self, step: type[Escalation]) -> ColumnElement[bool]:
        """Whether a step up came after it was sent, and not after what was sent there before."""
        return step.at > self.day


def _is_in(states: Sequence[CaseState], case_id: Any) -> ColumnElement[bool]:
    own = aliased(Case)
    return select(own.id).where(own.id == case_id, own.state.in_(states)).exists()


WATCHED: dict[Late, Watched] = {
    Late.CASE: Watched(Case, or_(Case.state.in_(OURS), Case.talk_asked_at.is_not(None))),
    Late.INQUIRY: Watched(Inquiry, Inquiry.answered_at.is_(None)),
    Late.TASK: Watched(CaseTask, CaseTask.done_at.is_(None)),
    Late.CARE: Watched(CareTask, and_(CareTask.done_at.is_(None), _is_in(RUNNING, CareTask.case_id))),
    Late.DEPARTURE: Watched(
        DepartureQuestion,
        and_(DepartureQuestion.answered_at.is_(None), _is_in(RUNNING, DepartureQuestion.case_id)),
    ),
    Late.PAYMENT: Watched(Payment, Payment.state.in_(OURS_TO_MOVE)),
    # What comes before the decision is looked at for it, by the clock of the case.
    Late.DOCUMENT: Sent(
        Document,
        and_(desk.is_to_be_looked_at(), _is_in(ACCEPTED, Document.case_id)),
        since=desk.DOCUMENT_SINCE,
    ),
    Late.REPORT: Sent(
        Milestone,
        and_(Milestone.state == MilestoneState.REPORTED, _is_in(ACCEPTED, Milestone.case_id)),
        since=Milestone.reported_at.expression,
    ),
    Late.PLAN: Watched(Plan, and_(Plan.state == PlanState.SUBMITTED, _is_in(ACCEPTED, Plan.case_id))),
    Late.REQUEST: Watched(
        DataRequest, and_(DataRequest.state == RequestState.RECEIVED, DataRequest.case_id.is_not(None))
    ),
}


@dataclass(frozen=True)
class Rise:
    """One step up that is to be taken."""

    late: Late
    level: Level
    case_id: int
    thing_id: int
    due_on: date


def rising(session: Session) -> list[Rise]:
    """What is late and has not come as far up as it must; AT_ONCE of each kind at most. Only reads."""
    return [one for late in WATCHED for level in LADDER for one in _rising(session, late, level)]


def rise(session: Session, rises: Sequence[Rise]) -> None:
    """Take these steps up, and write each in the journal."""
    for one in rises:
        step = Escalation(
            case_id=one.case_id, late=one.late, thing_id=one.thing_id, due_on=one.due_on, level=one.level
        )
        session.add(step)
        about = f"{WATCHED[one.late].table.__tablename__}:{one.thing_id}"
        journal.record(session, LADDER[one.level].act, actor=journal.NOBODY, case_id=one.case_id, about=about)
    session.flush()


def _rising(session: Session, late: Late, level: Level) -> list[Rise]:
    watched, reached = WATCHED[late], LADDER[level].reached_on(session)
    known = select(Escalation.id).where(_is_about(late), Escalation.level == level)
    found = session.execute(
        select(watched.table.id, watched.case_id, watched.day)
        .where(watched.is_open, watched.is_late(session, reached), ~known.exists())
        .order_by(watched.day, watched.table.id)
        .limit(AT_ONCE)
    ).all()
    return [
        Rise(late, level, case_id, number, watched.due_on(session, day)) for number, case_id, day in found
    ]


def _is_about(late: Late, step: type[Escalation] = Escalation) -> ColumnElement[bool]:
    """Whether a step up is about a row of the table, as it is now."""
    watched = WATCHED[late]
    return and_(step.late == late, step.thing_id == watched.table.id, watched.is_meant(step))


def has_come_to(level: Level) -> ColumnElement[bool]:
    """Whether something late in a case has come so far up: a condition on Case, for lists and figures."""
    return or_(*(_still_late(late, level) for late in WATCHED))


def ended_with_request(level: Level) -> Select[Case, date]:
    """Cases that are over, each with the day of a request about data of it that has come so far up.

    They stand on no desk any more; the law asks for an answer all the same.
    """
    asked = select(Case, DataRequest.due_on).join(DataRequest, DataRequest.case_id == Case.id)
    return asked.join(Escalation, _is_about(Late.REQUEST)).where(Escalation.level == level, *_ended())


def steps_up() -> CompoundSelect[Any]:
    """The level and the case of every step up whose thing is late still: a question, for figures."""
    late = select(Escalation).join(Line, Line.id == Escalation.case_id).where(Line.due_on < today())
    step = aliased(Escalation, late.cte("late_steps"))
    on_desk = (
        select(step.level, step.case_id).join(watched.table, _is_about(kind, step)).where(watched.is_open)
        for kind, watched in WATCHED.items()
    )
    ended = select(Escalation.level, Escalation.case_id).join(DataRequest, _is_about(Late.REQUEST))
    return union_all(*on_desk, ended.join(Case, Case.id == DataRequest.case_id).where(*_ended()))


def _ended() -> tuple[ColumnElement[bool], ...]:
    """A case that is over, and a request about data of it that is late."""
    waits = DataRequest.state == RequestState.RECEIVED
    return Case.state.in_(OVER), waits, DataRequest.due_on < today()


def _still_late(late: Late, level: Level) -> ColumnElement[bool]:
    watched = WATCHED[late]
    step = select(Escalation.id).where(_is_about(late), Escalation.level == level)
    if late is Late.CASE:
        return and_(watched.is_open, step.correlate(Case).exists())
    row = select(watched.table.id).where(watched.case_id == Case.id, watched.is_open)
    return row.where(step.correlate(watched.table).exists()).correlate(Case).exists()
