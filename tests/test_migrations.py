"""Migrations make the tables that the code describes, and go back again without a trace."""

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from portal import db, migrate
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import Account


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


def test_an_authenticator_set_up_before_the_door_goes_on_working_and_back(engine, keyring):
    command.upgrade(migrate.config(engine), "0002")
    amina = {"id": 77, "role": "migrant", "login_index": b"x" * 16, "language": "uz", "password_hash": "-"}
    sealed = keyring.seal(b"JBSWY3DPEHPK3PXP", context="accounts.totp_secret.77")
    more = {"state": "active", "demo": False, "created_at": db.now(), "version": 1, "totp_step": 5}
    columns = [*amina, *more, "totp_secret"]
    with engine.begin() as connection:
        names, places = ", ".join(columns), ", ".join(f":{name}" for name in columns)
        insert = text(f"INSERT INTO accounts ({names}) VALUES ({places})")  # noqa: S608 - names of columns
        connection.execute(insert, amina | more | {"totp_secret": sealed})

    migrate.to_head(engine)

    with Session(engine) as session:
        account = session.get_one(Account, 77)
        [app] = factors.of_account(session, account)
        assert (app.kind, app.secret, app.step) == (FactorKind.TOTP, "JBSWY3DPEHPK3PXP", 5)
        assert (account.failures, account.shares_phone) == (0, None)
    command.downgrade(migrate.config(engine), "0002")
    with engine.begin() as connection:
        [back] = connection.execute(text("SELECT totp_secret FROM accounts WHERE id = 77")).scalars()
    assert keyring.unseal(bytes(back), context="accounts.totp_secret.77") == b"JBSWY3DPEHPK3PXP"
