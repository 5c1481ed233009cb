"""The database loses no update, forgets no time zone, and hands out no number twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import column, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from portal import db
from portal.domain.accounts import Account
from portal.domain.permissions import Role


def test_no_update_is_lost_when_many_read_and_write(wiring, cast, session):
    account_id = cast.amina.id
    session.commit()

    def add_one(_round: int) -> None:
        with wiring.writing() as own:
            account = own.scalars(select(Account).where(Account.id == account_id).with_for_update()).one()
            account.failures += 1
            own.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))

    session.expire_all()
    assert session.scalar(select(Account.failures).where(Account.id == account_id)) == 80


def test_a_moment_comes_back_as_it_went_in(cast, session):
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    cast.amina.created_at = moment
    session.commit()

    session.expire_all()

    assert cast.amina.created_at == moment
    assert cast.amina.created_at.tzinfo is not None


def test_a_moment_without_its_zone_is_refused(cast, session):
    cast.amina.created_at = datetime(2026, 3, 1, 12, 30)

    with pytest.raises(Exception, match="time zone"):
        session.commit()


def test_numbers_grow_and_are_never_given_twice():
    numbers = [db.new_id() for _ in range(20_000)]

    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**63


def test_sqlite_waits_for_the_disk(wiring):
    if wiring.engine.dialect.name != "sqlite":
        return
    with wiring.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_clock_can_be_turned_back_and_returns():
    with db.clock_turned(timedelta(days=-7)):
        then = db.now()

    assert timedelta(days=6, hours=23) < db.now() - then < timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("utc", "here", "latest"),
    [("09:59", 10, 10), ("10:01", 10, 11), ("21:59", 10, 11), ("22:01", 11, 11)],
)
def test_a_day_begins_in_tallinn_and_what_happened_may_be_of_any_day_on_earth(utc, here, latest):
    moment = datetime.fromisoformat(f"2026-11-10T{utc}Z")

    with db.clock_turned(moment - datetime.now(UTC)):
        days = db.today().day, db.latest_day().day

    assert (db.day_of(moment).day, *days) == (here, here, latest)


def test_a_name_that_no_column_has_is_refused():
    with pytest.raises(TypeError, match="nickname"):
        Account(role=Role.MIGRANT, nickname="A")


@pytest.mark.parametrize("kind", [sqlite, postgresql])
def test_a_condition_that_is_only_looked_at_stays_whole(kind):
    one, other, third = (column(name) for name in ("one", "other", "third"))

    said = str(
        select(one).where(third == 1, db.unsought(or_(one == 1, other == 2))).compile(dialect=kind.dialect())
    )

    assert re.search(r"third = \S+ AND \+?\(one = \S+ OR other = \S+\)", said)


def _failures():
    """A question that is asked once, and the sessions in which it was asked."""
    asked = []

    @db.asked_once
    def failures(own, account):
        asked.append(own)
        return own.scalar(select(Account.failures).where(Account.id == account.id))

    return failures, asked


def test_a_session_that_only_reads_asks_once_until_its_transaction_ends_and_one_that_writes_each_time(
    wiring, cast, session
):
    amina, (failures, asked) = cast.amina, _failures()
    session.commit()

    with wiring.reading() as reading:
        found = [failures(reading, amina), failures(reading, amina)]
        amina.failures += 1
        session.commit()
        reading.rollback()
        found.append(failures(reading, amina))
    anew = [failures(session, amina), failures(session, amina)]

    assert found == [0, 0, 1]
    assert anew == [1, 1]
    assert asked == [reading, reading, session, session]


def test_a_session_that_writes_asks_once_while_it_only_reads_and_nobody_waits_for_it(wiring, cast, session):
    amina, (failures, asked) = cast.amina, _failures()
    session.commit()

    with wiring.writing() as own:
        db.only_reads(own)
        found = [failures(own, amina), failures(own, amina)]
        amina.failures += 1
        session.commit()
        own.commit()
        found += [failures(own, amina), failures(own, amina)]

    assert found == [0, 0, 1, 1]
    assert len(asked) == 3
