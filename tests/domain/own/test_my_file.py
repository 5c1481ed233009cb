"""My file: asked for once at a time, there for two days, an hour after it was fetched, then gone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import jobs
from portal.db import clock_turned, now
from portal.domain import objects
from portal.domain.accounts import AccountState
from portal.domain.errors import Expired, NotFound, TooMany
from portal.domain.journal import Event
from portal.domain.own import closing, my_file
from portal.domain.own.my_file import AFTER_FETCHED, EXPORT_JOB, LASTS, Export, ExportState
from portal.domain.permissions import Act
from portal.domain.telling.notices import Notice
from portal.domain.throttle import LIMITS, Tried
from portal.queue import Job
from tests.together import at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def export(cast, session) -> Export:
    """A copy that Amina asked for."""
    found = my_file.ask(session, cast.amina)
    session.commit()
    return found


@pytest.fixture
def ready(export, session) -> Export:
    """A copy that lies in the store."""
    my_file.ready(session, export.id, "exports/0000000000000001-00000000000000aa", 1234)
    session.commit()
    return export


def waiting_jobs(session) -> int:
    return session.scalar(select(func.count()).select_from(Job).where(Job.kind == EXPORT_JOB))


def acts(session, account) -> list[Act]:
    about = f"accounts:{account.id}"
    return list(session.scalars(select(Event.act).where(Event.about == about).order_by(Event.id)))


def test_a_copy_is_asked_for_and_a_job_makes_it(cast, session, export):
    assert (export.state, export.expires_at, waiting_jobs(session)) == (ExportState.WAITING, None, 1)
    assert acts(session, cast.amina) == [Act.DATA_EXPORT_ASK]


def test_its_owner_is_told_so_that_nobody_asks_behind_her_back(cast, session, export):
    told = session.scalars(select(Notice.act).where(Notice.account_id == cast.amina.id)).all()

    assert told == [Act.DATA_EXPORT_ASK]


def test_asking_again_while_one_is_made_leads_to_it(cast, session, export):
    again = my_file.ask(session, cast.amina)

    assert (again.id, waiting_jobs(session)) == (export.id, 1)


def test_two_taps_at_once_make_one_copy(cast, session, wiring):
    number = cast.amina.id

    def ask(session):
        my_file.ask(session, session.get(type(cast.amina), number))

    session.commit()
    ended = at_once(wiring, ask, ask)

    assert ended == ["done", "done"]
    assert session.scalar(select(func.count()).select_from(Export)) == 1


def test_a_new_copy_takes_the_place_of_the_one_before(cast, session, ready):
    new = my_file.ask(session, cast.amina)

    assert (ready.state, ready.store_name, ready.wrapped_key) == (ExportState.EXPIRED, None, b"")
    assert new.state is ExportState.WAITING


def test_nobody_asks_for_a_copy_all_day_long(cast, session):
    most, _window = LIMITS[Tried.DATA_EXPORT][0]
    for _ in range(most):
        export = my_file.ask(session, cast.amina)
        my_file.give_up(session, export.id)

    with pytest.raises(TooMany):
        my_file.ask(session, cast.amina)


def test_a_copy_is_there_for_two_days(cast, session, ready):
    with clock_turned(LASTS - MINUTE):
        assert my_file.find(session, ready.id, by=cast.amina) is ready
    with clock_turned(LASTS + MINUTE), pytest.raises(Expired):
        my_file.find(session, ready.id, by=cast.amina)


def test_after_it_was_fetched_it_is_there_for_one_more_hour(cast, session, ready):
    my_file.fetched(session, ready, by=cast.amina)

    assert ready.state is ExportState.FETCHED
    assert acts(session, cast.amina)[-1] is Act.DATA_EXPORT_FETCH
    with clock_turned(AFTER_FETCHED - MINUTE):
        my_file.fetched(session, ready, by=cast.amina)  # the line broke
    with clock_turned(AFTER_FETCHED + MINUTE), pytest.raises(Expired):
        my_file.find(session, ready.id, by=cast.amina)


def test_fetching_does_not_make_it_last_longer(cast, session, ready):
    over = ready.expires_at

    with clock_turned(LASTS - MINUTE):
        my_file.fetched(session, ready, by=cast.amina)

    assert ready.expires_at == over


@pytest.mark.parametrize("fetched_before", [False, True])
def test_when_its_time_is_over_its_key_is_gone_and_its_object_belongs_to_nothing(
    cast, session, ready, fetched_before
):
    name = ready.store_name
    if fetched_before:
        my_file.fetched(session, ready, by=cast.amina)
    assert my_file.orphans(session, [name]) == []

    with clock_turned(LASTS + MINUTE):
        my_file.expire(session)

    assert (ready.state, ready.wrapped_key) == (ExportState.EXPIRED, b"")
    assert my_file.orphans(session, [name]) == [name]


def test_an_object_whose_row_may_still_come_is_left_alone(session, cast):
    name = objects.new_name(my_file.FOLDER)

    assert my_file.orphans(session, [name]) == []


@pytest.mark.parametrize("who", ["giorgi", "clara", "petros", "mart"])
def test_a_copy_exists_for_its_owner_alone(cast, session, ready, who):
    with pytest.raises(NotFound):
        my_file.find(session, ready.id, by=getattr(cast, who))


def test_one_that_is_still_made_cannot_be_fetched(cast, session, export):
    with pytest.raises(Expired):
        my_file.find(session, export.id, by=cast.amina)


def test_while_the_store_is_down_it_waits_and_is_tried_again(session, export):
    my_file.put_off(session, export.id)

    assert (export.state, export.is_delayed, waiting_jobs(session)) == (ExportState.WAITING, True, 2)


def test_what_cannot_be_made_says_so_and_can_be_asked_for_again(cast, session, export):
    my_file.give_up(session, export.id, "ValueError")

    assert (export.state, export.wrapped_key) == (ExportState.FAILED, b"")
    assert my_file.ask(session, cast.amina).id != export.id


def test_a_copy_that_comes_too_late_is_not_put_in_place_of_what_was_decided(session, export):
    my_file.give_up(session, export.id)

    my_file.ready(session, export.id, "exports/late", 1)

    assert (export.state, export.store_name) == (ExportState.FAILED, None)


def test_nothing_is_made_for_an_account_that_is_stopped(cast, session, export, wiring):
    cast.amina.state = AccountState.FROZEN
    session.commit()

    assert my_file.waiting(session, export.id) is None
    session.commit()
    assert jobs.do_one(wiring)

    session.refresh(export)
    assert export.state is ExportState.FAILED


def test_a_job_that_is_done_twice_takes_nothing_away(session, ready):
    my_file.give_up(session, ready.id)

    assert ready.state is ExportState.READY


def test_what_the_store_lost_can_be_asked_for_anew(session, ready):
    my_file.lost(session, ready)

    assert (ready.state, ready.wrapped_key) == (ExportState.FAILED, b"")


def test_whoever_closes_the_account_takes_the_copy_along(cast, session, ready):
    closing.close(session, cast.amina)

    assert (ready.state, ready.wrapped_key) == (ExportState.EXPIRED, b"")


def test_the_copies_of_a_person_are_listed_the_newest_first(cast, session, ready):
    new = my_file.ask(session, cast.amina)

    assert list(my_file.of_account(session, cast.amina)) == [new, ready]
    assert my_file.latest(session, cast.giorgi) is None
    assert ready.ready_at <= now()
