"""The partner's question, long after the planned day of departure, whether the person has left."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.course import journey
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
from portal.sealing import SealedText


class DepartureQuestion(Base):
    """A partner organisation asks whether the person has left; open until a counsellor answers."""

    __tablename__ = "departure_questions"
    __table_args__ = (Index("ix_departure_questions_of_case", "case_id", "answered_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answer = SealedText()


def of_case(session: Session, case: Case) -> Sequence[DepartureQuestion]:
    """Every question of a case, the newest first."""
    found = select(DepartureQuestion).where(DepartureQuestion.case_id == case.id)
    return session.scalars(found.order_by(DepartureQuestion.id.desc())).all()


def open_in(session: Session, case: Case) -> DepartureQuestion | None:
    """The question that waits for an answer."""
    return next((one for one in of_case(session, case) if one.answered_at is None), None)


def may_ask(session: Session, case: Case) -> bool:
    """Whether the organisation may ask now: the planned day is long past, and nobody has asked already."""
    planned = journey.first_day(session, case) if case.state in journey.PLANNED else None
    if planned is None:
        return False
    is_long_past = clocks.due(session, "ask_departure", planned) <= today()
    return is_long_past and open_in(session, case) is None


def ask(session: Session, case: Case, *, by: Account) -> DepartureQuestion:
    """Ask the counsellor; from now runs the clock of the answer. Raises Refused."""
    require(by.role, Act.CASE_ASK_DEPARTURE)
    # Two people asking at once are one question: the case row is the lock.
    session.refresh(case, with_for_update=True)
    if not may_ask(session, case):
        raise Refused([Reason.WRONG_STATE])
    question = DepartureQuestion(
        case_id=case.id, asked_by_id=by.id, due_on=clocks.due(session, "departure_answer")
    )
    session.add(question)
    session.flush()
    journal.record(session, Act.CASE_ASK_DEPARTURE, actor=by.actor, case_id=case.id)
    return question


def answer(session: Session, case: Case, words: str, *, by: Account) -> None:
    """The person has not left: in a few words why not, and what is planned now. Raises Refused."""
    require(by.role, Act.CASE_ANSWER_DEPARTURE)
    question = open_in(session, case)
    if question is None:
        raise Refused([Reason.WRONG_STATE])
    close(session, case, words, by=by)
    journal.record(session, Act.CASE_ANSWER_DEPARTURE, actor=by.actor, case_id=case.id, note=words)


def close(session: Session, case: Case, words: str, *, by: Account) -> None:
    """Nothing is asked any more: it was answered, or the person left, or stopped."""
    if question := open_in(session, case):
        question.answer, question.answered_at, question.answered_by_id = words, now(), by.id
