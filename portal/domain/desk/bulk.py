"""One act for many cases: a job goes from case to case, asks each time whether it may, and reports."""

import csv
import enum
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, day_of, now
from portal.domain import cases, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.applying.application import Application
from portal.domain.cases import Case, CaseState, visible_to
from portal.domain.desk import handover
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act, require
from portal.domain.telling import notices
from portal.sealing import SealedText

JOB = "bulk"
MOST = 500
"""So many cases at once and no more."""
REMINDED_EVERY = timedelta(days=1)
"""Nobody is pressed: whoever was reminded is left alone for so long."""


class BulkKind(enum.StrEnum):
    """What is done with all of them."""

    ASSIGN = "assign"
    REMIND = "remind"
    EXPORT = "export"


class Outcome(enum.StrEnum):
    """How it ended for one case."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class BulkRun(Base):
    """One act that somebody wanted for many cases. Nobody else sees it."""

    __tablename__ = "bulk_runs"
    __table_args__ = (Index("ix_bulk_runs_of_account", "by_id", "id"),)

    kind: Mapped[BulkKind] = mapped_column()
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    why = SealedText()
    made_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None] = mapped_column()


class BulkItem(Base):
    """One case of a run, and how it ended; `reason` says why it was refused."""

    __tablename__ = "bulk_items"
    __table_args__ = (UniqueConstraint("run_id", "case_id"), Index("ix_bulk_items_next", "run_id", "outcome"))

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_runs.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.WAITING)
    reason: Mapped[Reason | None] = mapped_column()


@dataclass(frozen=True)
class Progress:
    """How far a run has come."""

    done: int
    refused: int
    waiting: int

    @property
    def total(self) -> int:
        """How many cases there are in it."""
        return self.done + self.refused + self.waiting


# --- Asked for ------------------------------------------------------------------------------------

ACTS: Mapping[BulkKind, Act] = {
    BulkKind.ASSIGN: Act.CASE_HAND_OVER,
    BulkKind.REMIND: Act.CASE_REMIND,
    BulkKind.EXPORT: Act.CASE_EXPORT,
}


def begin(
    session: Session,
    kind: BulkKind,
    references: Sequence[str],
    *,
    by: Account,
    to: Account | None = None,
    why: str = "",
) -> BulkRun:
    """Ask for one act for these cases; what does not exist for this person is left out.

    Raises Refused: for none, for more than MOST, and for an assignment to nobody or without a reason.
    """
    require(by.role, ACTS[kind])
    if len(set(references)) > MOST:
        raise Refused([Reason.TOO_MANY_CASES])
    if kind is BulkKind.ASSIGN:
        _check_assignment(session, to, why)
    known = (Case.reference.in_([cases.read_reference(one) for one in set(references)]), visible_to(by))
    found = session.scalars(select(Case.id).where(*known).order_by(Case.due_on, Case.id)).all()
    if not found:
        raise Refused([Reason.NO_CASES])
    run = BulkRun(kind=kind, by_id=by.id, to_id=to.id if to else None, why=why.strip())
    session.add(run)
    session.flush()
    session.add_all(BulkItem(run_id=run.id, case_id=one, outcome=Outcome.WAITING) for one in found)
    queue.enqueue(session, JOB, run.id)
    return run


def _check_assignment(session: Session, to: Account | None, why: str) -> None:
    if to is None or to not in handover.takers(session):
        raise Refused([Reason.NOBODY_TO_TAKE])
    if not why.strip():
        raise Refused([Reason.REASON_MISSING])


# --- Carried out ----------------------------------------------------------------------------------


def next_item(session: Session, run_id: int) -> BulkItem | None:
    """The next case of a run that nobody has looked at, locked; None when all are done."""
    waiting = select(BulkItem).where(BulkItem.run_id == run_id, BulkItem.outcome == Outcome.WAITING)
    return session.scalar(waiting.order_by(BulkItem.id).limit(1).with_for_update(skip_locked=True))


def carry_out(session: Session, item: BulkItem) -> None:
    """Do it for one case, if its person still may: every right is asked anew."""
    run = session.get_one(BulkRun, item.run_id)
    by = session.get_one(Account, run.by_id)
    try:
        require(by.role, ACTS[run.kind])
        if by.state is not AccountState.ACTIVE:
            raise NotAllowed("switched off")
        with session.begin_nested():
            DO[run.kind](session, _case(session, item, by), run, by)
    except Refused as refused:
        item.outcome, item.reason = Outcome.REFUSED, refused.reasons[0]
    except (NotFound, NotAllowed):
        item.outcome, item.reason = Outcome.REFUSED, Reason.NOT_YOURS
    else:
        item.outcome = Outcome.DONE


def end(session: Session, run_id: int) -> None:
    """Every case was looked at; whoever gets cases is told once."""
    run = session.get_one(BulkRun, run_id)
    if run.ended_at is None:
        run.ended_at = now()
        if run.kind is BulkKind.ASSIGN and run.to_id and progress(session, run).done:
            by = session.get_one(Account, run.by_id)
            notices.note(session, Act.CASE_HAND_OVER, session.get_one(Account, run.to_id), by=by)


def _case(session: Session, item: BulkItem, by: Account) -> Case:
    mine = select(Case).where(Case.id == item.case_id, visible_to(by)).with_for_update()
    case = session.scalar(mine.execution_options(populate_existing=True))
    if case is None:
        raise NotFound(str(item.case_id))
    return case


def _assign(session: Session, case: Case, run: BulkRun, by: Account) -> None:
    handover.give(session, case, session.get_one(Account, run.to_id), run.why, by=by)


def _remind(session: Session, case: Case, run: BulkRun, by: Account) -> None:
    if case.state is not CaseState.NEEDS_INFO:
        raise Refused([Reason.NOTHING_ASKED])
    reminded = select(func.max(Event.at)).where(Event.case_id == case.id, Event.act == Act.CASE_REMIND)
    if (last := session.scalar(reminded)) and now() - last < REMINDED_EVERY:
        raise Refused([Reason.REMINDED_LATELY])
    migrant = session.get_one(Account, case.migrant_id)
    journal.record(session, Act.CASE_REMIND, actor=by.actor, case_id=case.id)
    if migrant.state is AccountState.ACTIVE:
        notices.note(session, Act.CORRECTION_REMIND, migrant, by=by)


def _export(session: Session, case: Case, run: BulkRun, by: Account) -> None:
    journal.record(session, Act.CASE_EXPORT, actor=by.actor, case_id=case.id)


DO: Mapping[BulkKind, Callable[[Session, Case, BulkRun, Account], None]] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.REMIND: _remind,
    BulkKind.EXPORT: _export,
}

# --- Read -----------------------------------------------------------------------------------------


def find(session: Session, run_id: int, *, viewer: Account) -> BulkRun:
    """A run of one's own. Raises NotFound."""
    run = session.get(BulkRun, run_id)
    if run is None or run.by_id != viewer.id:
        raise NotFound(str(run_id))
    return run


def progress(session: Session, run: BulkRun) -> Progress:
    """How many are done, refused and waiting."""
    counted = select(BulkItem.outcome, func.count()).where(BulkItem.run_id == run.id)
    found = {outcome: number for outcome, number in session.execute(counted.group_by(BulkItem.outcome))}
    return Progress(*(found.get(one, 0) for one in (Outcome.DONE, Outcome.REFUSED, Outcome.WAITING)))


def report(session: Session, run: BulkRun) -> Sequence[tuple[BulkItem, str]]:
    """Every case with its reference: the refused ones first."""
    rows = session.execute(
        select(BulkItem, Case.reference)
        .join(Case, Case.id == BulkItem.case_id)
        .where(BulkItem.run_id == run.id)
        .order_by(BulkItem.outcome.desc(), Case.reference)
    )
    return [(item, reference) for item, reference in rows]


def table(session: Session, run: BulkRun, *, viewer: Account) -> str:
    """The list of a finished export as CSV (RFC 4180): no names, and nothing that a spreadsheet calculates.

    What is not the viewer's any more is not in it. Raises NotFound when it is no finished export.
    """
    if run.kind is not BulkKind.EXPORT or run.ended_at is None:
        raise NotFound(str(run.id))
    written = io.StringIO()
    csv.writer(written).writerows(_rows(session, run, viewer))
    return written.getvalue()


def _rows(session: Session, run: BulkRun, viewer: Account) -> Iterator[list[str]]:
    yield ["reference", "state", "since", "due", "country"]
    listed = session.execute(
        select(Case, Application.country)
        .join(BulkItem, BulkItem.case_id == Case.id)
        .join(Application, Application.case_id == Case.id)
        .where(BulkItem.run_id == run.id, BulkItem.outcome == Outcome.DONE, visible_to(viewer))
        .order_by(Case.reference)
    )
    for case, country in listed:
        facts = (case.reference, case.state, day_of(case.since), case.due_on or "", country or "")
        yield [harmless(str(one)) for one in facts]


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%") else text
