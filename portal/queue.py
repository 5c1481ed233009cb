"""The job table: work that must happen because of a change, written in the same transaction as the change."""

import enum
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, Select, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, lock_or_make, now

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
AT_ONCE = 500
"""So much is done in one transaction of long work, the rest in the next one: nobody waits for all of it."""
RESTS = tuple(timedelta(seconds=5 * 2**tries) for tries in range(1, MOST_ATTEMPTS))
"""How long a job rests after its first try went wrong, its second, and so on."""


class Failed(Exception):
    """Work that knows why it failed; `for_good` when trying again would be no use."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class NotYet(Exception):
    """It is too early for this work; it is asked for again at `until`, and this was no try."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class JobState(enum.StrEnum):
    """Where a job stands; a finished one is deleted."""

    WAITING = "waiting"
    DEAD = "dead"


class Job(Base):
    """One piece of work, claimed with a lease, tried at most five times."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_next", "state", "run_at"),)

    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column()
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    run_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    lease_until: Mapped[datetime | None] = mapped_column()
    token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))


def enqueue(
    session: Session,
    kind: str,
    subject_id: int | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Ask for one piece of work on the row `subject_id`. A second job with the same `key` is not added."""
    if key and session.scalar(select(Job.id).where(Job.key == key)):
        return
    session.add(Job(kind=kind, subject_id=subject_id, key=key, run_at=run_at or now()))


def _due() -> Select[int]:
    return (
        select(Job.id)
        .where(Job.state == JobState.WAITING, Job.run_at <= now())
        .where((Job.lease_until.is_(None)) | (Job.lease_until < now()))
        .order_by(Job.run_at)
        .limit(1)
    )


def is_due(session: Session) -> bool:
    """Whether there is anything to claim."""
    return session.scalar(_due()) is not None


def claim(session: Session) -> Job | None:
    """The next due job, leased to the caller; None if there is none. Commits."""
    due = _due().with_for_update(skip_locked=True)
    job = session.scalar(
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(token=secrets.token_hex(16), lease_until=now() + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    session.commit()
    return job


def renew(session: Session, job: Job) -> None:
    """Long work goes on: nobody else claims it for another lease. Commits."""
    mine = update(Job).where(Job.id == job.id, Job.token == job.token).values(lease_until=now() + LEASE)
    session.execute(mine.execution_options(synchronize_session=False))
    session.commit()


def carry_out(
    session: Session, job: Job, work: Callable[[Session], None], *, every: timedelta | None = None
) -> bool:
    """Do `work` and end the job in one transaction: delete it, or let it come again after `every`.

    False when the lease was lost meanwhile: then everything the work wrote is undone.
    A fault of the work itself is raised, after rolling back.
    """
    mine = (Job.id == job.id, Job.token == job.token)
    again = {"run_at": now() + (every or LEASE), "lease_until": None, "token": None, "attempts": 0}
    ending = update(Job).where(*mine).values(**again) if every else delete(Job).where(*mine)
    try:
        work(session)
        kept = session.execute(ending.returning(Job.id).execution_options(synchronize_session=False)).first()
    except BaseException:
        session.rollback()
        raise
    if kept is None:
        session.rollback()
        return False
    session.commit()
    return True


def keep_regular(session: Session, kind: str) -> None:
    """See that the regular job of this kind stands in the table once, and is not dead."""
    job = lock_or_make(
        session, select(Job).where(Job.key == kind), lambda: Job(kind=kind, key=kind, state=JobState.WAITING)
    )
    if job.state is JobState.DEAD:
        job.state, job.attempts, job.run_at = JobState.WAITING, 0, now()


def put_back(
    session: Session,
    job: Job,
    error: str,
    *,
    every: timedelta | None = None,
    rests: Sequence[timedelta] = RESTS,
    for_good: bool = False,
    at_death: Callable[[Session], None] | None = None,
) -> None:
    """Try again after a rest that grows; after five tries keep it for a person to see. Commits.

    A regular job never dies: it comes again after `every`. `for_good` keeps it at once. What `at_death`
    writes is written together with that.
    """
    is_last = for_good or job.attempts >= MOST_ATTEMPTS
    is_dead = is_last and every is None
    rest = every if is_last else rests[min(job.attempts, len(rests)) - 1]
    kept = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.token == job.token)
        .values(
            state=JobState.DEAD if is_dead else JobState.WAITING,
            lease_until=None,
            run_at=now() + (rest or timedelta()),
            error=error[:200],
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if kept and is_dead and at_death:
        at_death(session)
    session.commit()


def put_off(session: Session, job: Job, until: datetime) -> None:
    """Leave it for later; it was not tried. Commits."""
    again = {"run_at": until, "lease_until": None, "token": None, "attempts": Job.attempts - 1}
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.token == job.token)
        .values(**again)
        .execution_options(synchronize_session=False)
    )
    session.commit()


def revive(job: Job) -> None:
    """Try a dead job anew, as often as a new one."""
    job.state, job.attempts, job.run_at, job.token = JobState.WAITING, 0, now(), None
