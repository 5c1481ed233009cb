"""A database as large as asked for, of people who do not exist, by bulk inserts.

What the measured pages read is sealed and hashed as in earnest; the hashes of the journal are made up, so
that `portal journal verify` finds every one of these events altered.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, Index, Table, text

from benchmarks.seeding.people import Rows, Scale, rows
from portal.db import Base

AT_ONCE = 5_000
"""Cases whose rows are made and written together."""

Write = Callable[[Table, Sequence[str], list[tuple[Any, ...]]], None]


def seed(engine: Engine, scale: Scale) -> None:
    """Fill the empty tables of `engine`; indexes are made afterwards, which takes a third of the time."""
    tables = Base.metadata.tables
    indexes = [index for name in rows_of_tables() for index in tables[name].indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    _fill(engine, rows(scale, at_once=AT_ONCE))
    with engine.begin() as connection:
        for index in sorted(indexes, key=_name):
            index.create(connection)
    if engine.dialect.name == "postgresql":
        # What autovacuum does within minutes of such a change.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _name(index: Index) -> str:
    return str(index.name)


def rows_of_tables() -> tuple[str, ...]:
    """The tables that are filled, parents first."""
    return (
        "organisations",
        "accounts",
        "cases",
        "applications",
        "persons",
        "person_keys",
        "documents",
        "journal_chains",
        "journal_events",
        "search_terms",
        "desk_lines",
    )


def _fill(engine: Engine, batches: Iterator[Rows]) -> None:
    fill = _fill_sqlite if engine.dialect.name == "sqlite" else _fill_postgresql
    fill(engine, batches)


def _fill_sqlite(engine: Engine, batches: Iterator[Rows]) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        connection.rollback()
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "secure_delete=OFF", "cache_size=-200000"):
            driver.execute(f"PRAGMA {pragma}")
        for batch in batches:
            driver.execute("BEGIN")
            for table, (names, values) in batch.items():
                marks = ",".join("?" * len(names))
                statement = f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
                driver.executemany(statement, values)
            driver.execute("COMMIT")
        connection.invalidate()


def _fill_postgresql(engine: Engine, batches: Iterator[Rows]) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for batch in batches:
                for table, (names, values) in batch.items():
                    with cursor.copy(f"COPY {table} ({','.join(names)}) FROM STDIN") as copy:
                        for row in values:
                            copy.write_row(row)
                driver.commit()
        connection.invalidate()
