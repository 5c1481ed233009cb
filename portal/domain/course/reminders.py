"""What the portal says by itself: something is not answered, a draft will be closed, a day comes closer."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, and_, bindparam, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, today
from portal.domain import clocks, corrections, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.applying.application import Application
from portal.domain.cases import BEFORE_DEPARTURE, Case, CaseState
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.queue import AT_ONCE


class PreceptReminder(Base):
    """Somebody was reminded, so many days before, of the last day in a decision to leave."""

    __tablename__ = "precept_reminders"
    __table_args__ = (UniqueConstraint("case_id", "deadline", "days"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    deadline: Mapped[date] = mapped_column()
    days: Mapped[int] = mapped_column()


WARNINGS = ("draft_first_warning", "draft_last_warning")


def remind(session: Session) -> int:
    """On the last day to answer, whoever was asked for something is reminded, once; how many were.

    More does not happen: silence closes nothing.
    """
    silent = corrections.not_reminded(Case.id.expression)
    waiting = _cases(session, CaseState.NEEDS_INFO, Case.due_on <= today(), silent)
    for case, owner in waiting:
        corrections.remind(session, case)
        notices.note(session, Act.CORRECTION_REMIND, owner, by=journal.NOBODY)
    return len(waiting)


def warn(session: Session) -> int:
    """Tell, twice at most, those whose draft will be closed; how many were told."""
    days = sorted((clocks.due(session, one) for one in WARNINGS), reverse=True)
    is_next = or_(*(and_(Case.warned <= said, Case.due_on <= day) for said, day in enumerate(days)))
    silent = _cases(session, CaseState.DRAFT, is_next)
    for case, owner in silent:
        case.warned = stage = stage_of(session, case)
        # Also when the portal stood still for weeks, nothing is closed before it was said.
        case.due_on = max(case.due_on or today(), days[stage - 1])
        journal.record(session, Act.CASE_EXPIRY_WARNED, actor=journal.NOBODY, case_id=case.id)
        notices.note(session, Act.CASE_EXPIRY_WARNED, owner, by=journal.NOBODY)
    return len(silent)


SENT = tuple(state for state in BEFORE_DEPARTURE if state is not CaseState.DRAFT)


def near(session: Session, *conditions: ColumnElement[bool], limit: int = AT_ONCE) -> list[tuple[Case, date]]:
    """The cases, of these, in which the last day in a decision to leave is near: the first day first."""
    days = clocks.programme(session).reminders.precept_days
    last = today() + timedelta(days=max(days, default=0))
    rows = session.execute(
        select(Case, Application.precept_deadline)
        .join(Application, Application.case_id == Case.id)
        .where(Case.state.in_(SENT), Application.precept_deadline.between(today(), last), *conditions)
        .order_by(Application.precept_deadline, Case.id)
        .limit(limit)
    )
    return [(case, deadline) for case, deadline in rows if deadline]


def leave_by(session: Session, case: Case) -> date | None:
    """The last day in the decision to leave of this case, while it is near."""
    return next((deadline for _case, deadline in near(session, Case.id == case.id)), None)


def remind_of_precepts(session: Session) -> int:
    """Remind counsellor and migrant some days before the last day in a decision to leave; of how many.

    Neutral: what the date is, nobody reads outside. The case does not change.
    """
    every = clocks.programme(session).reminders.precept_days
    silent = near(session, or_(false(), *map(_is_untold, every)))
    for case, deadline in silent:
        told = set(session.scalars(_TOLD, {"case": case.id, "deadline": deadline}))
        due = {days for days in every if (deadline - today()).days <= days}
        session.add_all(PreceptReminder(case_id=case.id, deadline=deadline, days=days) for days in due - told)
        journal.record(session, Act.CASE_PRECEPT_NEAR, actor=journal.NOBODY, case_id=case.id)
        _tell(session, case, case.migrant_id, case.counsellor_id)
    return len(silent)


_TOLD = select(PreceptReminder.days).where(
    PreceptReminder.case_id == bindparam("case"), PreceptReminder.deadline == bindparam("deadline")
)


def _is_untold(days: int) -> ColumnElement[bool]:
    """Whether the last day is so near, and nobody was reminded so many days before."""
    deadline = Application.precept_deadline
    told = select(PreceptReminder.id).where(
        PreceptReminder.case_id == Application.case_id,
        PreceptReminder.deadline == deadline,
        PreceptReminder.days == days,
    )
    return and_(deadline <= today() + timedelta(days=days), ~told.exists())


def _tell(session: Session, case: Case, *account_ids: int | None) -> None:
    for number in account_ids:
        account = session.get(Account, number) if number else None
        if account is not None and account.state is AccountState.ACTIVE:
            notices.note(session, Act.CASE_PRECEPT_NEAR, account, by=journal.NOBODY, words=case.reference)


def stage_of(session: Session, case: Case) -> int:
    """How many of the two warnings are due for this draft: 0 while there is plenty of time."""
    if case.state is not CaseState.DRAFT or case.due_on is None:
        return 0
    return sum(clocks.due(session, one) >= case.due_on for one in WARNINGS)


def _cases(
    session: Session, state: CaseState, *conditions: ColumnElement[bool]
) -> list[tuple[Case, Account]]:
    """Cases in a state, each with its migrant; who has no account in use any more is told nothing."""
    rows = session.execute(
        select(Case, Account)
        .join(Account, Account.id == Case.migrant_id)
        .where(Case.state == state, Account.state == AccountState.ACTIVE, *conditions)
        .order_by(Case.id)
        .limit(AT_ONCE)
    ).all()
    return [(case, owner) for case, owner in rows]
