"""What was made once by the real steps: its rows are put into the database of the next test that asks for it.

To bring a case to its state is half the work of all tests. The first test of a worker that wants one takes
the steps; the rows they wrote are kept for the others, as long as nothing is there that would lead elsewhere.
What was made beside a worker is not kept: nobody knows which rows are the worker's.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import jobs
from portal.db import Base, now, today
from portal.domain.accounts import Account, Organisation
from portal.domain.cases import Case
from portal.queue import Job

UNORDERED = {
    "sqlite": "PRAGMA defer_foreign_keys=ON",
    "postgresql": "SET LOCAL session_replication_role=replica",
}
"""Rows point at each other in circles, and what they point at was there when they were written."""
PEOPLE = [Base.metadata.tables[name] for name in ("accounts", "factors", "organisations")]
PACKAGES, CASES = Base.metadata.tables["packages"], Base.metadata.tables["cases"]

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]
Made = TypeVar("Made", Account, Organisation, Case)
Numbers = Callable[[], Collection[int]]


def nobody() -> Collection[int]:
    """What stands by itself belongs to no account."""
    return ()


@dataclass(frozen=True)
class Memory:
    """The rows that came, and the people and packages that they belong to, wherever these came from."""

    number: int
    on: date
    rows: Rows
    shared: Rows


_memories: dict[Hashable, Memory] = {}


def once(
    session: Session, kind: type[Made], key: Hashable, make: Callable[[], Made], within: Numbers = nobody
) -> Made:
    """What `make` makes, or made in an earlier test for the same `key`. Commits.

    `within` tells the numbers of the accounts and organisations it belongs to: they come back with it.
    """
    session.commit()
    rules = id(session.info.get("programme")) if kind is Case else 0
    whole_key = (session.get_bind().dialect.name, rules, kind, key)
    known = _memories.get(whole_key)
    found = session.get(kind, known.number) if known else None
    if found is None:
        found = _found(session, kind, whole_key, make, within)
    session.commit()
    return found


def _found(
    session: Session, kind: type[Made], key: Hashable, make: Callable[[], Made], within: Numbers
) -> Made:
    if abs(now() - datetime.now(UTC)) > timedelta(seconds=5):
        return make()  # the clock is turned
    known = _memories.get(key)
    if known is None or known.on != today():
        return _made(session, kind, key, make, within)
    # Who somebody is depends on nobody else; what became of a case, on everybody in it.
    if (kind is Case and not _fits(session, known)) or not _put_back(session, known):
        return make()
    return session.get_one(kind, known.number)


def anew(
    session: Session, kind: type[Made], key: Hashable, make: Callable[[], Made], within: Numbers = nobody
) -> Made:
    """The same for who remembers nothing: it is made by the real steps each time."""
    return make()


def _fits(session: Session, memory: Memory) -> bool:
    """Whether it would be the youngest case here and their only one, and who is here is as they were then."""
    whose = [row["migrant_id"] for row in memory.rows[CASES]]
    cases = session.execute(select(Case.id, Case.migrant_id)).all()
    there = _by_number(_rows(session.connection(), memory.shared))
    session.commit()
    then = _by_number(memory.shared)
    # Whoever came since has nothing to do with it; but another package may be chosen.
    are_the_same = all(
        row == then.get(number, None if "ceiling" in row else row) for number, row in there.items()
    )
    is_new = all(number < memory.number and migrant not in whose for number, migrant in cases)
    return is_new and are_the_same


def _by_number(rows: Rows) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for some in rows.values() for row in some}


def _made(
    session: Session, kind: type[Made], key: Hashable, make: Callable[[], Made], within: Numbers
) -> Made:
    tables = PEOPLE if kind is not Case else Base.metadata.tables.values()
    before = _rows(session.connection(), tables)
    session.commit()
    made = make()
    session.commit()
    after = _rows(session.connection(), tables)
    session.commit()
    if kind is Case and _is_worked_on(session):
        return made
    written = _written(before, after)
    is_first = (
        not isinstance(made, Case) or [row["migrant_id"] for row in after[CASES]].count(made.migrant_id) == 1
    )
    if written is not None and is_first:
        came = {row["id"] for table in PEOPLE for row in written.get(table, ())}
        shared = _shared(after, {*within(), *came}) if kind is Case else {}
        if not _are_known(shared):
            return made
        rows = {table: some for table, some in written.items() if table not in shared}
        _memories[key] = Memory(made.id, today(), rows, shared)
    return made


def _is_worked_on(session: Session) -> bool:
    """Whether a worker is here, or was: the first it does is to write its regular jobs."""
    is_planned = session.scalar(select(Job.id).where(Job.key.in_(jobs.EVERY)).limit(1)) is not None
    session.commit()
    return is_planned


def _rows(connection: Connection, tables: Iterable[Table]) -> dict[Table, list[dict[str, Any]]]:
    return {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def _written(before: Rows, after: Rows) -> Rows | None:
    """The rows that came; None when one that was there was changed, too."""
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    old = {table: {row["id"] for row in rows} for table, rows in before.items()}
    if any(row["id"] in old[table] for table, rows in new.items() for row in rows):
        return None
    return {table: rows for table, rows in new.items() if rows}


def _are_known(shared: Rows) -> bool:
    """Whether all these people are remembered themselves: whoever asks for one later must find the same."""
    known = {one.number for one in _memories.values()}
    return all(row["id"] in known for table in (PEOPLE[0], PEOPLE[2]) for row in shared.get(table, ()))


def _shared(rows: Rows, within: Collection[int]) -> Rows:
    """The rows of these people, and all packages."""
    accounts, factors, organisations = PEOPLE
    return {
        accounts: [row for row in rows[accounts] if row["id"] in within],
        factors: [row for row in rows[factors] if row["account_id"] in within],
        organisations: [row for row in rows[organisations] if row["id"] in within],
        PACKAGES: rows[PACKAGES],
    }


def _put_back(session: Session, memory: Memory) -> bool:
    """Write the rows of what is not there; False, and nothing written, when one of that name is there."""
    connection = session.connection()
    try:
        connection.execute(text(UNORDERED[connection.dialect.name]))
        for table, rows in memory.shared.items():
            there = set(connection.scalars(select(table.c.id)))
            if new := [row for row in rows if row["id"] not in there]:
                connection.execute(table.insert(), new)
        for table, rows in memory.rows.items():
            connection.execute(table.insert(), rows)
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True
