"""A database as large as asked for, of people who do not exist, by bulk inserts.

What the measured pages read is sealed and hashed as in earnest, each value for its own row. Nothing is reused
but the keys of a name to search for, which are equal for equal names in earnest too. The hashes of the
journal are made up, so that `portal journal verify` finds every one of these events altered.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Index, text

from benchmarks.seeding import people, spread
from benchmarks.seeding.people import COLUMNS, Rows, Scale
from portal.db import Base

AT_ONCE = 10_000
"""Cases whose rows are made and written together."""

FILLED = (*(name for name in COLUMNS if not name.startswith("seed")), *spread.TABLES)


def seed(engine: Engine, scale: Scale) -> None:
    """Fill the empty tables of `engine`: what is sealed from here, what is many by the database itself.

    Indexes are made afterwards, which takes a third of the time.
    """
    fill = FILLS[engine.dialect.name]
    people.use_zone(engine.dialect.name != "sqlite")
    indexes = sorted((one for name in FILLED for one in Base.metadata.tables[name].indexes), key=_name)
    with fill.connected(engine, is_large=scale.cases > AT_ONCE) as connection:
        for index in indexes:
            index.drop(connection)
        for statement in spread.before(engine.dialect.name):
            connection.execute(text(statement))
        connection.commit()
        for batch in people.rows(scale, at_once=AT_ONCE):
            fill.write(connection, batch)
        for statement in spread.statements(engine.dialect.name):
            connection.execute(text(statement), {"events": scale.events})
            connection.commit()
        for index in indexes:
            index.create(connection)
            connection.commit()
        for name in spread.SEEDS:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.commit()
    fill.settle(engine)


def _name(index: Index) -> str:
    return str(index.name)


class _Sqlite:
    """Without waiting for the disk; a large one without a journal too, when nobody else is connected.

    What is cut is begun anew.
    """

    @staticmethod
    @contextmanager
    def connected(engine: Engine, *, is_large: bool) -> Iterator[Connection]:
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            connection.rollback()
            for pragma in (
                *("foreign_keys=OFF", "synchronous=OFF", "secure_delete=OFF", "cache_size=-400000"),
                "threads=2",
                *["journal_mode=OFF"] * is_large,
            ):
                driver.execute(f"PRAGMA {pragma}")
            yield connection
            driver.execute("PRAGMA journal_mode=WAL")
            connection.invalidate()

    @staticmethod
    def write(connection: Connection, batch: Rows) -> None:
        driver: Any = connection.connection.driver_connection
        for table, values in batch.items():
            names = COLUMNS[table]
            marks = ",".join("?" * len(names))
            driver.executemany(f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})", values)  # noqa: S608 - our own names
        connection.commit()

    @staticmethod
    def settle(engine: Engine) -> None:
        """Nothing: the portal itself keeps no statistics here."""


class _Postgresql:
    """By COPY, without looking for parents, and with room to sort indexes in memory."""

    @staticmethod
    @contextmanager
    def connected(engine: Engine, *, is_large: bool) -> Iterator[Connection]:
        with engine.connect() as connection:
            for setting in ("session_replication_role = replica", "maintenance_work_mem = '512MB'"):
                connection.execute(text(f"SET {setting}"))
            yield connection
            connection.invalidate()

    @staticmethod
    def write(connection: Connection, batch: Rows) -> None:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            for table, values in batch.items():
                with cursor.copy(f"COPY {table} ({','.join(COLUMNS[table])}) FROM STDIN") as copy:
                    for row in values:
                        copy.write_row(row)
        connection.commit()

    @staticmethod
    def settle(engine: Engine) -> None:
        """What autovacuum does within minutes of such a change."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


FILLS: Mapping[str, type[_Sqlite] | type[_Postgresql]] = {"sqlite": _Sqlite, "postgresql": _Postgresql}
