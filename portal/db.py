"""The database: base of all tables, clock, column types, and engines that lose no update."""

import enum
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    bindparam,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from portal.sealing import Sealed

TIME_ZONE = ZoneInfo("Europe/Tallinn")
"""The clock on the wall of the programme: by it a day begins, and moments are shown."""
EAST = timedelta(hours=14)
"""How far ahead of UTC the day begins first (Kiribati)."""

EPOCH_MS = 1_704_067_200_000  # 2024-01-01
COUNTER_BITS = 21
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
IN_THE_WAY = ("40001", "40P01", "55P03")
"""What PostgreSQL calls a serialization failure, a deadlock, and a lock that cannot be had."""

R = TypeVar("R")
B = TypeVar("B", bound="Base")


_shift = ContextVar("shift", default=timedelta())


def now() -> datetime:
    """The time, in UTC. The only clock the domain reads."""
    return datetime.now(UTC) + _shift.get()


@contextmanager
def clock_turned(by: timedelta) -> Iterator[None]:
    """Let `now` be earlier (negative) or later: for the demonstration's past, and for tests."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)


def day_of(moment: datetime) -> date:
    """The date of a moment, by the clock of the programme."""
    return moment.astimezone(TIME_ZONE).date()


def today() -> date:
    """The date, by the clock of the programme."""
    return day_of(now())


def latest_day() -> date:
    """The date where it is latest: what has happened anywhere is not of a later day."""
    return (now() + EAST).date()


class _Ids:
    """Hands out growing numbers: milliseconds in front, a counter behind that starts anywhere."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            tick = int(time.time() * 1000) - EPOCH_MS
            fresh = (tick << COUNTER_BITS) | secrets.randbits(COUNTER_BITS - 1)
            self._last = max(self._last + 1, fresh)
            return self._last


_ids = _Ids()


def new_id() -> int:
    """A row's number, 63 bits, ordered by time.

    Made before the row is written, because sealed values are bound to it.
    """
    return _ids.next()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases (SQLite hands back naive ones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Choices(TypeDecorator[frozenset[str]]):
    """Several members of one enum in one column, as their values with commas between."""

    impl = String(255)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(sorted(self.kind(one).value for one in value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str] | None:
        return None if value is None else frozenset(self.kind(one) for one in value.split(",") if one)


Number = BigInteger().with_variant(Integer(), "sqlite")
"""63-bit integers; SQLite's INTEGER is the one that becomes its row id."""


class Base(DeclarativeBase):
    """What every table has: a number, and columns for its sealed values."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        int: Number,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=32,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-1)

    def __init_subclass__(cls, **options: Any) -> None:
        for name, value in list(vars(cls).items()):
            if isinstance(value, Sealed):
                setattr(cls, f"_{name}", mapped_column(name, LargeBinary, nullable=True))
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        """Set the number first: sealing binds to it."""
        self.id = values.pop("id", None) or new_id()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)


class unsought(FunctionElement[Any]):  # noqa: N801 - written like the functions of a database
    """A column or a condition that is looked at where another index leads: SQLite must not enter by its own.

    SQLite keeps no statistics here and takes every index for equally good; PostgreSQL knows better itself.
    """

    name = "unsought"
    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unsought)
def _as_it_is(element: unsought, compiler: Any, **named: Any) -> str:
    return f"({compiler.process(element.clauses, **named)})"


@compiles(unsought, "sqlite")
def _without_index(element: unsought, compiler: Any, **named: Any) -> str:
    return f"+({compiler.process(element.clauses, **named)})"


def make_engine(url: str) -> Engine:
    """An engine for `url`; on SQLite with write-ahead log, full syncs and honest transactions.

    The default is a writing transaction. `engine.execution_options(reading=True)` gives one that
    does not queue behind writers.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"),
    # 16 MB instead of 2: the upper pages of a million cases stay at hand.
    "cache_size=-16000",
)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions on its own: see _begin_sqlite.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    syncs = "NORMAL" if options.get("light") else "FULL"
    if connection.info.get("syncs", "FULL") != syncs:
        connection.exec_driver_sql(f"PRAGMA synchronous={syncs}")
        connection.info["syncs"] = syncs
    # A deferred transaction that reads and then writes loses updates or fails with "locked".
    connection.exec_driver_sql("BEGIN" if options.get("reading") else "BEGIN IMMEDIATE")


READS, ANSWERS = "reads", "answers"
"""What `Session.info` holds: True for a session that never writes, else the last transaction that only reads;
and what was answered in those."""


def is_reading(session: Session) -> bool:
    """Whether this transaction of the session only reads."""
    reads = session.info.get(READS)
    return reads is True or (reads is not None and reads is session.get_transaction())


def asked_once(ask: Callable[[Session, B], R]) -> Callable[[Session, B], R]:
    """A question about one row, which is asked once in each transaction that only reads.

    One that writes asks each time: it may have changed the answer itself.
    """

    @wraps(ask)
    def asked(session: Session, about: B) -> R:
        if not is_reading(session):
            return ask(session, about)
        answers = session.info.setdefault(ANSWERS, {})
        during, answer = answers.get((ask, about.id), (None, None))
        if during is None or during is not session.get_transaction():
            answer = ask(session, about)
            answers[ask, about.id] = session.get_transaction(), answer
        return cast(R, answer)

    return asked


def only_reads(session: Session) -> None:
    """Begin a transaction of a writing session that writes nothing, and so does not queue behind writers."""
    session.connection(execution_options={"reading": True})
    session.info[READS] = session.get_transaction()


def is_light(session: Session) -> None:
    """Begin a transaction that does not wait for the disk: a power cut may undo it, and nobody minds."""
    connection = session.connection(execution_options={"light": True})
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")


def is_contended(fault: DBAPIError) -> bool:
    """Whether somebody else was in the way: the same may go well a moment later."""
    return getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF in BUSY or (
        getattr(fault.orig, "sqlstate", None) in IN_THE_WAY
    )


def holds_accounts(engine: Engine, *, demo: bool) -> bool:
    """Whether anybody real (or made up) has an account here; False without tables, or without an answer."""
    try:
        with engine.execution_options(reading=True).connect() as connection:
            kind = text("SELECT 1 FROM accounts WHERE demo = :demo LIMIT 1").bindparams(
                bindparam("demo", demo, type_=Boolean)
            )
            return connection.execute(kind).first() is not None
    except DBAPIError:
        return False


def lock_or_make(session: Session, wanted: Select[R], make: Callable[[], R]) -> R:
    """The one row that `wanted` selects, locked; made if there is none, also when two make it at once."""
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(locked)
    if row is None:
        try:
            with session.begin_nested():
                session.add(make())
        except IntegrityError:
            pass  # another was first: theirs is as good
        row = session.scalars(locked).one()
    return row
