"""Migrations make the tables that the code describes, and go back again without a trace."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from portal import db, migrate


@pytest.fixture
def engine(empty_database_url):
    engine = db.make_engine(empty_database_url)
    yield engine
    engine.dispose()


def tables(engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_make_every_table(engine):
    migrate.to_head(engine)

    assert tables(engine) == set(db.Base.metadata.tables)
    assert migrate.is_at_head(engine)
    command.check(migrate.config(engine))


def test_an_empty_database_is_not_at_this_version(engine):
    assert not migrate.is_at_head(engine)


def test_every_migration_can_be_taken_back(engine):
    migrate.to_head(engine)

    command.downgrade(migrate.config(engine), "base")

    assert tables(engine) == set()
    migrate.to_head(engine)
    assert migrate.is_at_head(engine)


def test_migrating_twice_changes_nothing(engine):
    migrate.to_head(engine)
    with engine.begin() as connection:
        one = {"id": 1, "name": "A", "country": "UZ", "address": "", "phone": "", "hours": ""}
        connection.execute(db.Base.metadata.tables["organisations"].insert(), one)

    migrate.to_head(engine)

    with engine.begin() as connection:
        assert connection.execute(text("SELECT name FROM organisations")).scalars().all() == ["A"]
