"""Another key for everything that is sealed: in batches, beside a portal that goes on working."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, bindparam, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from portal import sealing
from portal.db import Base
from portal.domain.journal import Event
from portal.sealing import Keyring, Sealed, Unsealable
from portal.settings import Settings
from portal.wiring import Wiring

BATCH = 500
"""Rows in one transaction: it is over before anybody else waits for it."""
BREATH = 0.02
"""Seconds between two batches, in which others write."""
_HEADER_BYTES = 5

LEFT_AS_THEY_ARE = frozenset({Event.__tablename__})
"""The journal's hashes are over the sealed words: to seal them anew would be to write the journal anew."""


@dataclass(frozen=True)
class Kept:
    """One column of sealed values; `bound` and the number of the row are what a value is bound to."""

    column: Column[Any]
    bound: str


@dataclass
class Turned:
    """What one run did: values sealed anew, and those that no key opens (table, column, row)."""

    values: int = 0
    lost: list[str] | None = None


def kept() -> dict[Table, list[Kept]]:
    """Every column of sealed values and every wrapped key, table by table."""
    found: dict[Table, list[Kept]] = {}
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if not isinstance(table, Table):
            continue
        for name, value in vars(mapper.class_).items():
            if isinstance(value, Sealed):
                found.setdefault(table, []).append(Kept(table.c[name], f"{table.name}.{name}"))
        if "wrapped_key" in table.c:
            found.setdefault(table, []).append(Kept(table.c.wrapped_key, f"{table.name}.key"))
    return dict(sorted(found.items(), key=lambda pair: pair[0].name))


def rotate(
    wiring: Wiring, *, told: Callable[[str], None] = lambda words: None, breath: float = BREATH
) -> Turned:
    """Make another key the current one, and seal everything with it that an older one sealed.

    Killed at any moment, it goes on where it stopped when it is called again. Old and new values are read
    throughout: the key is in the file before the first value is sealed with it, and no key ever leaves it.
    """
    keyring = turning(wiring.settings)
    done = Turned(lost=[])
    time.sleep(sealing.LOOK_EVERY)  # by then whoever shares the file seals with the new key too
    while True:
        before = done.values
        for table, columns in kept().items():
            if table.name not in LEFT_AS_THEY_ARE:
                _turn(wiring, keyring, table, columns, done, breath)
        told(f"{done.values} values are sealed with the new key.")
        if done.values == before:  # what was on its way with the old key has arrived
            break
    keyring.settled().save(wiring.settings.keyring)
    return done


def turning(settings: Settings) -> Keyring:
    """The keyring of the file with its other key; the one in the file when a turn was cut short."""
    keyring = Keyring.load(settings.keyring)
    if not keyring.is_turning:
        keyring.rotated().save(settings.keyring)
        keyring = Keyring.load(settings.keyring)
    return keyring


def prepare(settings: Settings) -> Keyring:
    """A key in the file that nothing is sealed with yet: time to bring the file to every machine."""
    Keyring.load(settings.keyring).prepared().save(settings.keyring)
    return Keyring.load(settings.keyring)


def counted(wiring: Wiring) -> dict[str, int]:
    """How many values each key seals, by the id of the key in hex."""
    found = dict.fromkeys(wiring.keyring.known, 0)
    with wiring.reading() as session:
        for columns in kept().values():
            for one in columns:
                head = func.substr(one.column, 1, _HEADER_BYTES)
                rows = select(head, func.count()).where(func.length(one.column) > 0).group_by(head)
                for header, number in session.execute(rows):
                    key_id = bytes(header)[1:].hex()
                    found[key_id] = found.get(key_id, 0) + number
    return found


def _turn(
    wiring: Wiring, keyring: Keyring, table: Table, columns: list[Kept], done: Turned, breath: float
) -> None:
    last = -(2**63)
    while True:
        with wiring.writing() as session:
            rows = list(_old(session, keyring, table, columns, last))
            for place, one in enumerate(columns, 1):
                _seal_anew(session, keyring, one, [(row[0], row[place]) for row in rows], done)
            session.commit()
        if not rows:
            return
        last = rows[-1][0]
        time.sleep(breath)


def _old(
    session: Session, keyring: Keyring, table: Table, columns: list[Kept], last: int
) -> Iterator[tuple[Any, ...]]:
    """The next rows with something an older key sealed: the number, then such values, None for others."""
    header = literal(keyring.header)

    def is_old(column: Column[Any]) -> Any:
        return (func.length(column) > 0) & (func.substr(column, 1, _HEADER_BYTES) != header)

    values = [case((is_old(one.column), one.column)) for one in columns]
    wanted = (table.c.id > last, or_(*(is_old(one.column) for one in columns)))
    rows = session.execute(select(table.c.id, *values).where(*wanted).order_by(table.c.id).limit(BATCH))
    return iter(rows)


def _seal_anew(
    session: Session, keyring: Keyring, one: Kept, values: list[tuple[int, bytes | None]], done: Turned
) -> None:
    changes = []
    for number, old in values:
        if old is None:
            continue
        context = f"{one.bound}.{number}"
        try:
            plain = keyring.unseal(bytes(old), context=context)
        except Unsealable:
            if done.lost is not None and context not in done.lost:
                done.lost.append(context)
            continue
        changes.append({"row": number, "old": old, "new": keyring.seal(plain, context=context)})
    if not changes:
        return
    # Whoever wrote another value meanwhile is right.
    stays = (one.column.table.c.id == bindparam("row"), one.column == bindparam("old"))
    changed = update(one.column.table).where(*stays).values({one.column: bindparam("new")})
    session.connection().execute(changed, changes)
    done.values += len(changes)
