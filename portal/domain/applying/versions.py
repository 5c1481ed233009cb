"""Versions: what stood in an answer before it was changed, and what stands there since, sealed."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, Session, class_mapper, mapped_column

from portal.db import Base, now
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.sealing import Sealed, SealedText

Row = dict[str, Any]
"""What stands in one row, by column; in a difference only what differs."""
Seen = dict[str, Row | None]
"""Rows by the name the journal gives them; None: there was no such row."""

LEFT_OUT = frozenset({"id", "case_id", "version"})
_DIALECT = sqlite.dialect()
"""The one whose way of keeping values fits into JSON."""


class Version(Base):
    """One change of the answers after they were sent: only what differs is kept, before and after."""

    __tablename__ = "answer_versions"
    __table_args__ = (Index("ix_answer_versions_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    question: Mapped[str] = mapped_column(String(32))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    """What it answers, when somebody asked for it."""
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    was = SealedText()
    became = SealedText()


# --- Rows as text, and back --------------------------------------------------------------------


def _sealed(kind: type) -> dict[str, Sealed[Any]]:
    return {name: one for name, one in vars(kind).items() if isinstance(one, Sealed)}


def _plain(kind: type) -> dict[str, Any]:
    """The columns of a table that hold no sealed value, by attribute, with their types."""
    hidden = {f"_{name}" for name in _sealed(kind)} | LEFT_OUT
    return {one.key: one.columns[0].type for one in class_mapper(kind).column_attrs if one.key not in hidden}


def seen(rows: Iterable[Base], **more: Row) -> Seen:
    """What stands in these rows now, and whatever else belongs to them."""
    return {**{f"{row.__tablename__}:{row.id}": _of(row) for row in rows}, **more}


def _of(row: Base) -> Row:
    found: Row = {name: one.text_of(row) for name, one in _sealed(type(row)).items()}
    for name, kind in _plain(type(row)).items():
        write = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
        value = getattr(row, name)
        found[name] = write(value) if write and value is not None else value
    return found


def rows(stood: Seen, kinds: Collection[type[Base]]) -> list[Base]:
    """Rows of these tables as they stood: copies that belong to no session."""
    tables = {kind.__tablename__: kind for kind in kinds}
    found = []
    for name, columns in stood.items():
        table, _colon, number = name.partition(":")
        if table in tables and columns is not None:
            found.append(_copy(tables[table], int(number), columns))
    return sorted(found, key=lambda row: row.id)


def _copy(kind: type[Base], number: int, columns: Row) -> Base:
    row, sealed, plain = kind(id=number), _sealed(kind), _plain(kind)
    for name, value in columns.items():
        if name in sealed:
            sealed[name].put_text(row, value)
        elif name in plain:  # a column of long ago may be gone
            read = plain[name].dialect_impl(_DIALECT).result_processor(_DIALECT, None)
            setattr(row, name, read(value) if read and value is not None else value)
    return row


# --- Kept, and gone back to ----------------------------------------------------------------------


def keep(
    session: Session,
    case: Case,
    question: str,
    before: Seen,
    after: Seen,
    *,
    correction_id: int | None,
    by: Account,
) -> None:
    """Keep what a change replaced; nothing when it changed nothing."""
    was, became = _difference(before, after), _difference(after, before)
    if was == became:
        return
    session.add(
        Version(
            case_id=case.id,
            question=question,
            correction_id=correction_id,
            changed_by_id=by.id,
            was=json.dumps(was, ensure_ascii=False),
            became=json.dumps(became, ensure_ascii=False),
        )
    )
    session.flush()


def _difference(one: Seen, other: Seen) -> Seen:
    """What of `one` is not so in `other`; a row that only one of them has is told as a whole."""
    found: Seen = {}
    for name in sorted(one.keys() | other.keys()):
        here, there = one.get(name), other.get(name)
        if here is None or there is None:
            if here != there:
                found[name] = here
        elif here != there:
            found[name] = {column: value for column, value in here.items() if value != there.get(column)}
    return found


def of_case(session: Session, case: Case) -> Sequence[Version]:
    """Every change after the answers were sent, the newest first."""
    return session.scalars(
        select(Version).where(Version.case_id == case.id).order_by(Version.id.desc())
    ).all()


def before(stood: Seen, version: Version) -> Seen:
    """What stood before this change, when `stood` is what stood after it."""
    was: Mapping[str, Row | None] = json.loads(version.was)
    earlier = dict(stood)
    for name, columns in was.items():
        now_there = earlier.get(name)
        earlier[name] = None if columns is None else {**(now_there or {}), **columns}
    return earlier


def questions_since(session: Session, case: Case, moment: datetime) -> frozenset[str]:
    """The questions whose answers were changed since then."""
    lately = select(Version.question).where(Version.case_id == case.id, Version.changed_at >= moment)
    return frozenset(session.scalars(lately))
