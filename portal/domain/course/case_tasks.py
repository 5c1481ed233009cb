"""Tasks that people of the programme set themselves or a colleague in a case, each with a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import cases, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case, visible_to
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import COUNSEL, Act, Role, require
from portal.sealing import SealedText

LIMIT = 100
"""More than this nobody reads on one page."""


class CaseTask(Base):
    """One thing that somebody of the programme has to do in a case by a day."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        Index("ix_case_tasks_of_case", "case_id", "done_at"),
        Index("ix_case_tasks_of_owner", "owner_id", "done_at", "due_on"),
        Index("ix_case_tasks_by_day", "done_at", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    words = SealedText()
    due_on: Mapped[date] = mapped_column()
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column()

    # Two who tick it off at once: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_overdue(self) -> bool:
        """Whether its day is past."""
        return self.done_at is None and self.due_on < today()


def owners(session: Session, case: Case) -> Sequence[Account]:
    """Who may be given a task in this case: its counsellor, and the seniors, who see every case."""
    here = Account.state == AccountState.ACTIVE
    seniors = session.scalars(select(Account).where(here, Account.role == Role.APPROVER)).all()
    own = session.get(Account, case.counsellor_id) if case.counsellor_id else None
    found = {one.id: one for one in ([own] if own else []) + list(seniors)}
    return sorted(found.values(), key=lambda one: one.name.casefold())


def add(
    session: Session, case: Case, words: str, due_on: date, *, by: Account, owner: Account | None = None
) -> CaseTask:
    """Write down what is to be done, by its owner (who writes it, unless somebody else is named).

    Written down twice (two taps, a bad line) it is one task.
    Raises Refused without words, and NotFound for an owner for whom this case does not exist.
    """
    require(by.role, Act.TASK_ADD)
    owner = owner or by
    if owner.role not in COUNSEL or not _sees(session, case, owner):
        raise NotFound(str(owner.id))
    said = words.strip()
    if not said:
        raise Refused([Reason.REASON_MISSING])
    cases.hold(session, case)
    for known in of_case(session, case):
        if known.done_at is None and (known.owner_id, known.due_on, known.words) == (owner.id, due_on, said):
            return known
    task = CaseTask(case_id=case.id, owner_id=owner.id, words=said, due_on=due_on, made_by_id=by.id)
    session.add(task)
    session.flush()
    journal.record(session, Act.TASK_ADD, actor=by.actor, case_id=case.id, about=_label(task))
    return task


def done(session: Session, case: Case, task: CaseTask, *, by: Account) -> None:
    """It is done; said twice it is said once."""
    require(by.role, Act.TASK_DONE)
    if task.done_at is None:
        task.done_at, task.done_by_id = now(), by.id
        session.flush()
        journal.record(session, Act.TASK_DONE, actor=by.actor, case_id=case.id, about=_label(task))


def find(session: Session, case: Case, task_id: int) -> CaseTask:
    """One task of this case. Raises NotFound."""
    found = session.get(CaseTask, task_id)
    if found is None or found.case_id != case.id:
        raise NotFound(str(task_id))
    return found


def of_case(session: Session, case: Case) -> Sequence[CaseTask]:
    """All tasks of a case: the open ones by their day, then what is done."""
    every = session.scalars(select(CaseTask).where(CaseTask.case_id == case.id)).all()
    return sorted(every, key=lambda one: (one.done_at is not None, one.due_on, one.id))


def open_of(session: Session, owner: Account) -> Sequence[tuple[CaseTask, Case]]:
    """What this person still has to do in the cases that exist for them, the most urgent first."""
    mine = select(CaseTask, Case).join(Case, Case.id == CaseTask.case_id)
    mine = mine.where(CaseTask.owner_id == owner.id, CaseTask.done_at.is_(None), visible_to(owner))
    rows = session.execute(mine.order_by(CaseTask.due_on, CaseTask.id).limit(LIMIT))
    return [(task, case) for task, case in rows]


def pass_on(session: Session, case: Case, *, of: Account, to: Account) -> None:
    """Whoever takes a case on takes on what its counsellor had to do in it."""
    theirs = (CaseTask.case_id == case.id, CaseTask.owner_id == of.id, CaseTask.done_at.is_(None))
    for task in session.scalars(select(CaseTask).where(*theirs)):
        task.owner_id = to.id


def _sees(session: Session, case: Case, owner: Account) -> bool:
    return session.scalar(select(Case.id).where(Case.id == case.id, visible_to(owner))) is not None


def _label(task: CaseTask) -> str:
    return f"{CaseTask.__tablename__}:{task.id}"
