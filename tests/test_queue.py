"""Jobs happen once, also when a worker dies over them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import db, queue
from portal.domain.search import SearchTerm
from portal.queue import Job, JobState


def mark(session):
    """An effect that can be counted."""
    session.add(SearchTerm(case_id=1, term=b"done"))


def marks(session):
    return session.scalar(select(func.count()).select_from(SearchTerm))


def test_a_job_is_claimed_by_one_worker_only(wiring, session):
    for number in range(20):
        queue.enqueue(session, "mark", number)
    session.commit()

    def take(_worker):
        done = 0
        while True:
            with wiring.writing() as own:
                job = queue.claim(own)
                if job is None:
                    return done
                done += queue.carry_out(own, job, mark)

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(take, range(4)))

    assert done == 20
    assert marks(session) == 20
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_job_whose_worker_died_is_claimed_again_after_its_lease(wiring, session):
    queue.enqueue(session, "mark", 1)
    session.commit()
    with wiring.writing() as dead:
        queue.claim(dead)

    with wiring.writing() as own:
        at_once = queue.claim(own)
    with db.clock_turned(queue.LEASE + timedelta(seconds=1)), wiring.writing() as own:
        later = queue.claim(own)

    assert at_once is None
    assert later.attempts == 2


def test_what_a_worker_wrote_after_losing_its_lease_is_undone(wiring, session):
    queue.enqueue(session, "mark", 1)
    session.commit()
    with wiring.writing() as slow:
        job = queue.claim(slow)
    with db.clock_turned(queue.LEASE + timedelta(seconds=1)), wiring.writing() as quick:
        queue.carry_out(quick, queue.claim(quick), mark)

    with wiring.writing() as slow:
        kept = queue.carry_out(slow, job, mark)

    assert kept is False
    assert marks(session) == 1


def test_a_job_that_fails_five_times_waits_for_a_person(wiring, session):
    queue.enqueue(session, "mark", 1)
    session.commit()

    for turn in range(queue.MOST_ATTEMPTS):
        with db.clock_turned(timedelta(hours=turn + 1)), wiring.writing() as own:
            job = queue.claim(own)
            queue.put_back(own, job, "ZeroDivisionError")

    session.expire_all()
    assert session.scalars(select(Job)).one().state is JobState.DEAD


def test_an_effect_that_fails_leaves_nothing(wiring, session):
    queue.enqueue(session, "mark", 1)
    session.commit()

    def fail(own):
        mark(own)
        own.flush()
        raise ZeroDivisionError

    with wiring.writing() as own:
        job = queue.claim(own)
        with pytest.raises(ZeroDivisionError):
            queue.carry_out(own, job, fail)

    assert marks(session) == 0
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_second_job_with_the_same_key_is_not_added(session):
    queue.enqueue(session, "mark", 1, key="once")
    session.commit()
    queue.enqueue(session, "mark", 1, key="once")
    session.commit()

    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_regular_job_comes_again_and_stands_in_the_table_once(wiring, session):
    for _worker in range(3):
        queue.keep_regular(session, "sweep")
        session.commit()

    with wiring.writing() as own:
        queue.carry_out(own, queue.claim(own), mark, every=timedelta(hours=1))
    with wiring.writing() as own:
        at_once = queue.claim(own)
    with db.clock_turned(timedelta(hours=1, seconds=1)), wiring.writing() as own:
        later = queue.claim(own)

    assert at_once is None
    assert (later.kind, later.attempts) == ("sweep", 1)
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_regular_job_never_dies(wiring, session):
    queue.keep_regular(session, "sweep")
    session.commit()

    for turn in range(queue.MOST_ATTEMPTS + 2):
        with db.clock_turned(timedelta(hours=2 * turn)), wiring.writing() as own:
            queue.put_back(own, queue.claim(own), "StoreDown", every=timedelta(hours=1))

    session.expire_all()
    assert session.scalars(select(Job)).one().state is JobState.WAITING
