"""Work that the portal has given up, like notices that could not be delivered: a person may try it anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal import queue
from portal.domain import accounts, journal
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import DELIVER_JOB, Notice, NoticeState
from portal.queue import Job, JobState

MOST = 200
"""Whoever has more of it than this has one fault, not two hundred."""


@dataclass(frozen=True)
class GivenUp:
    """What could not be done, since when, and the kind of the fault; not for whom."""

    job_id: int
    kind: str
    channel: Channel | None
    since: datetime
    error: str


def all_of_it(session: Session) -> list[GivenUp]:
    """Everything given up, the newest first."""
    rows = session.execute(
        select(Job, Notice.channel)
        .outerjoin(Notice, and_(Job.kind == DELIVER_JOB, Notice.id == Job.subject_id))
        .where(Job.state == JobState.DEAD)
        .order_by(Job.run_at.desc())
        .limit(MOST)
    )
    return [GivenUp(job.id, job.kind, channel, job.run_at, job.error or "") for job, channel in rows]


def retry(session: Session, job_id: int, *, by: Account) -> None:
    """Try it once more, as often as at first. Raises Refused when it is not given up (any more)."""
    require(by.role, Act.JOB_RETRY)
    dead = select(Job).where(Job.id == job_id, Job.state == JobState.DEAD).with_for_update()
    job = session.scalar(dead)
    if job is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    queue.revive(job)
    notice = session.get(Notice, job.subject_id or 0) if job.kind == DELIVER_JOB else None
    if notice is None:
        journal.record(session, Act.JOB_RETRY, actor=by.actor, about=f"jobs:{job.id}")
        return
    notice.state, notice.error = NoticeState.WAITING, ""
    accounts.write_down(session, Act.NOTICE_RETRY, session.get_one(Account, notice.account_id), by=by)
