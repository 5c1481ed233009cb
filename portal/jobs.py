"""The other way in: work that nobody waits for, and work whose time has come."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from portal import checking, exporting, posting, queue
from portal.domain.access import held, passkeys, recovery, sheets, sign_in
from portal.domain.course import appointments, lifecycle, reminders
from portal.domain.desk import bulk, escalation, settling
from portal.domain.own import my_file
from portal.domain.papers import uploads
from portal.domain.telling import notices
from portal.queue import Failed, Job, NotYet
from portal.wiring import Wiring

log = logging.getLogger("portal.jobs")

REST = 0.5  # seconds between two looks at an empty table
REST_AFTER_FAULT = 10.0

Effect = Callable[[Session], None]
"""What a job changes in the database, in one transaction with the end of the job."""


def _check_document(wiring: Wiring, job: Job) -> Effect:
    return checking.check_document(wiring, job.subject_id or 0)


def _deliver_notice(wiring: Wiring, job: Job) -> Effect:
    return posting.deliver(wiring, job.subject_id or 0)


def _prepare_export(wiring: Wiring, job: Job) -> Effect:
    return exporting.prepare(wiring, job)


def _bulk(wiring: Wiring, job: Job) -> Effect:
    """Case by case, each in a transaction of its own: whoever takes the job over goes on where it stopped."""
    run_id = job.subject_id or 0
    is_left = True
    while is_left:
        with wiring.writing() as session:
            item = bulk.next_item(session, run_id)
            is_left = item is not None
            if item is not None:
                bulk.carry_out(session, item)
                queue.renew(session, job)
    return lambda session: bulk.end(session, run_id)


def _in_turns(*turns: Callable[[Session], int]) -> Callable[[Wiring, Job], Effect]:
    """What the clock does: each turn as much as fits in a transaction of its own, until nothing is left."""

    def handler(wiring: Wiring, job: Job) -> Effect:
        for turn in turns:
            done = queue.AT_ONCE
            while done >= queue.AT_ONCE:
                with wiring.writing() as session:
                    done = turn(session)
                    queue.renew(session, job)
        return _nothing

    return handler


def _nothing(session: Session) -> None:
    """All is done already."""


def _escalate(wiring: Wiring, job: Job) -> Effect:
    """What is late is looked for while nobody waits: in a large table that takes a while."""
    while rises := _rising(wiring):
        for start in range(0, len(rises), queue.AT_ONCE):
            with wiring.writing() as session:
                escalation.rise(session, rises[start : start + queue.AT_ONCE])
                queue.renew(session, job)
    return _nothing


def _rising(wiring: Wiring) -> Sequence[escalation.Rise]:
    with wiring.reading() as session:
        return escalation.rising(session)


def _rebuild_desk(wiring: Wiring, job: Job) -> Effect:
    """Some cases at a time, each in a transaction of its own: nobody waits for all of them."""
    after, is_more = 0, True
    while is_more:
        with wiring.writing() as session:
            after = settling.rebuild(session, after)
            session.commit()
        is_more = after > 0
    return _nothing


def _expire_recoveries(wiring: Wiring, job: Job) -> Effect:
    def effect(session: Session) -> None:
        recovery.expire(session)

    return effect


def _tell_recovery(wiring: Wiring, job: Job) -> Effect:
    return lambda session: recovery.tell(session, job.subject_id or 0)


def _sweep(wiring: Wiring, job: Job) -> Effect:
    def effect(session: Session) -> None:
        sign_in.sweep(session)
        passkeys.sweep(session)
        held.sweep(session)
        sheets.expire(session)

    return effect


def _sweep_uploads(wiring: Wiring, job: Job) -> Effect:
    checking.sweep_uploads(wiring)
    return _nothing


# A handler works on the world outside first, with no transaction open, and answers what is to be written.
HANDLERS: dict[str, Callable[[Wiring, Job], Effect]] = {
    uploads.CHECK_JOB: _check_document,
    notices.DELIVER_JOB: _deliver_notice,
    my_file.EXPORT_JOB: _prepare_export,
    bulk.JOB: _bulk,
    "escalate": _escalate,
    "expire_drafts": _in_turns(reminders.warn, lifecycle.expire_drafts),
    "expire_recoveries": _expire_recoveries,
    recovery.TELL_JOB: _tell_recovery,
    "rebuild_desk": _rebuild_desk,
    "remind": _in_turns(reminders.remind, reminders.remind_of_precepts),
    "remind_of_appointments": _in_turns(appointments.remind),
    "sweep": _sweep,
    "sweep_uploads": _sweep_uploads,
}

# Mail servers are away for hours, or take a letter from a stranger only the second time.
RESTS: dict[str, tuple[timedelta, ...]] = {
    notices.DELIVER_JOB: (
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
    ),
}

# What is written about the subject of a job when nothing more is tried.
AT_DEATH: dict[str, Callable[[Session, int, str], None]] = {
    notices.DELIVER_JOB: notices.bury,
    my_file.EXPORT_JOB: my_file.give_up,
}

EVERY: dict[str, timedelta] = {
    "escalate": timedelta(hours=1),
    "expire_drafts": timedelta(hours=6),
    "expire_recoveries": timedelta(hours=1),
    "rebuild_desk": timedelta(hours=24),
    "remind": timedelta(hours=6),
    "remind_of_appointments": timedelta(minutes=30),
    "sweep": timedelta(hours=1),
    "sweep_uploads": timedelta(hours=1),
}


def plan(wiring: Wiring) -> None:
    """See that every regular job stands in the table."""
    with wiring.writing() as session:
        for kind in EVERY:
            queue.keep_regular(session, kind)
        session.commit()


def work(wiring: Wiring, stop: threading.Event) -> None:
    """Do jobs until told to stop; the one in hand is finished first."""
    planned = False
    while not stop.is_set():
        try:
            if not planned:
                plan(wiring)
                planned = True
            rest = 0 if do_one(wiring) else REST
        except Exception as error:  # the database is away: wait, and never die of it
            log.warning("no job could be claimed: %s", type(error).__name__)
            rest = REST_AFTER_FAULT
        stop.wait(rest)


def do_one(wiring: Wiring) -> bool:
    """Do the next due job; False if there was none."""
    with wiring.reading() as session:
        if not queue.is_due(session):
            return False
    with wiring.writing() as session:
        job = queue.claim(session)
    if job is None:
        return False
    try:
        effect = HANDLERS[job.kind](wiring, job)
        with wiring.writing() as session:
            queue.carry_out(session, job, effect, every=EVERY.get(job.kind))
    except NotYet as early:
        with wiring.writing() as session:
            queue.put_off(session, job, early.until)
    except Exception as error:  # whatever it was, the job is tried again and the next one gets its turn
        _put_back(wiring, job, error if isinstance(error, Failed) else Failed(type(error).__name__))
    return True


def _put_back(wiring: Wiring, job: Job, failed: Failed) -> None:
    log.warning("job %s %s failed: %s", job.kind, job.id, failed.reason)

    def at_death(session: Session) -> None:
        if job.kind in AT_DEATH and job.subject_id:
            AT_DEATH[job.kind](session, job.subject_id, failed.reason)

    with wiring.writing() as session:
        queue.put_back(
            session,
            job,
            failed.reason,
            every=EVERY.get(job.kind),
            rests=RESTS.get(job.kind, queue.RESTS),
            for_good=failed.for_good,
            at_death=at_death,
        )
