"""What the desk costs the database at sizes from a thousand cases to a million: queue, filters, search, case.

`python benchmarks/desk.py [--postgresql] [--folder BIG] SIZE ...`; without sizes a thousand and ten thousand.
Seeds a database of each size, asks the real pages, and prints milliseconds of processor time within the
database (p50 / p95) and how many statements a page sends. Processor time, not time by the wall: what else a
shared machine does is not in it, and neither is waiting for a disk.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from benchmarks.seeding import people, seed
from portal import create_app, db, sealing
from portal.adapters.scanner import NoScanner
from portal.adapters.vault import Vault
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.desk.lines import Line
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.programme import Programme
from portal.sealing import Keyring
from portal.settings import PROJECT, Settings
from portal.wiring import Wiring
from tests import servers
from tests.cast import Cast, enter

ROUNDS = 10
QUICK = (1_000, 10_000)


# --- A clock within the driver -----------------------------------------------------------------------------


class Clock:
    """How long the database worked and how often it was asked."""

    seconds = 0.0
    statements = 0


def _worked(cursor: Any) -> float:
    """Seconds a processor has worked for this cursor: in this thread, or in the server's process for it."""
    if isinstance(cursor, sqlite3.Cursor):
        return time.thread_time()
    return int(Path(f"/proc/{cursor.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9


def _timed(method: Callable[..., Any], *, counts: bool = False) -> Callable[..., Any]:
    def timed(self: Any, *given: Any, **named: Any) -> Any:
        began = _worked(self)
        try:
            return method(self, *given, **named)
        finally:
            Clock.seconds += _worked(self) - began
            Clock.statements += counts

    return timed


class SqliteCursor(sqlite3.Cursor):
    """SQLite works while rows are fetched."""

    execute = _timed(sqlite3.Cursor.execute, counts=True)
    fetchone = _timed(sqlite3.Cursor.fetchone)
    fetchmany = _timed(sqlite3.Cursor.fetchmany)
    fetchall = _timed(sqlite3.Cursor.fetchall)


class SqliteConnection(sqlite3.Connection):
    """Gives timed cursors."""

    def cursor(self, factory: Any = SqliteCursor) -> Any:
        """A timed cursor."""
        return super().cursor(factory)


class PostgresCursor(psycopg.Cursor[Any]):
    """PostgreSQL has answered when `execute` returns; its own process did the work."""

    execute = _timed(psycopg.Cursor.execute, counts=True)


def clocked(url: str) -> Engine:
    """The portal's own engine, with a clock in its driver."""
    engine = db.make_engine(url)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, _places: Any, named: dict[str, Any]) -> None:
        kind = (
            {"factory": SqliteConnection} if url.startswith("sqlite") else {"cursor_factory": PostgresCursor}
        )
        named.update(kind)

    return engine


# --- One size ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one page in the database, and its statements."""

    middle: float
    high: float
    statements: int


@contextmanager
def house(url: str, size: int, folder: Path) -> Iterator[tuple[Wiring, Flask, Account, Account]]:
    """A portal with so many cases, a counsellor with a full desk and an approver."""
    settings = Settings.from_environment(
        {"KODUTEE_VAR": str(folder), "KODUTEE_DATABASE_URL": url, "KODUTEE_DEMO": "1"}
    )
    keyring = Keyring.new()
    sealing.use(keyring)
    engine, programme = clocked(url), Programme.load(PROJECT / "programme.toml", demo=True)
    wiring = Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    db.Base.metadata.create_all(engine)
    with wiring.writing() as session:
        cast = Cast(session)
        clara, aino = cast.clara, cast.aino
        session.commit()
    people.use_zone(not url.startswith("sqlite"))
    began = time.perf_counter()
    seed(engine, people.Scale(size, first_counsellor=clara.id))
    print(f"  {size:>9,} cases seeded in {time.perf_counter() - began:.0f} s", flush=True)
    app = create_app(settings, wiring=wiring)
    app.config["WTF_CSRF_ENABLED"] = False
    yield wiring, app, clara, aino
    engine.dispose()


Ask = Callable[[FlaskClient, int], Any]


def pages(session: Session, clara: Account) -> dict[str, tuple[Role, Ask]]:
    """What is measured: by its name who asks, and how."""
    mine = list(session.scalars(select(Line.id).where(Line.counsellor == clara.id)))
    known = session.execute(
        select(Case.reference, Person).join(Person, Person.case_id == Case.id).where(Case.id.in_(mine))
    ).all()
    partner = session.scalar(select(Line.partner).where(Line.partner > 0).limit(1))

    def get(query: str) -> Ask:
        return lambda client, number: client.get(f"/en/counsellor/?{query}")

    def look(text: Callable[[str, Person], str]) -> Ask:
        def ask(client: FlaskClient, number: int) -> Any:
            reference, person = known[number % len(known)]
            return client.post("/en/counsellor/search", data={"text": text(reference, person)})

        return ask

    found: dict[str, tuple[Role, Ask]] = {}
    for role, piles in (
        (Role.COUNSELLOR, ("for-me", "unassigned", "overdue", "mine")),
        (Role.APPROVER, ("to-approve", "unassigned", "overdue", "all")),
    ):
        found |= {f"{role}: {pile}": (role, get(f"pile={pile}")) for pile in piles}
        wide = "mine" if role is Role.COUNSELLOR else "all"
        found |= {
            f"{role}: {wide}, {name}={value}": (role, get(f"pile={wide}&{name}={value}"))
            for name, value in (
                *(("state", "preparing"), ("country", "UZ"), ("speaks", "ka"), ("careful", "yes")),
                *(
                    ("leave", "week"),
                    ("partner", partner),
                    ("silence", "30"),
                    ("sort", "newest"),
                    ("sort", "oldest"),
                ),
            )
        }
        found |= {
            f"{role}: search reference": (role, look(lambda reference, one: reference)),
            f"{role}: search 3 letters": (role, look(lambda reference, one: (one.family_name or "")[:3])),
            f"{role}: search family name": (role, look(lambda reference, one: one.family_name or "")),
            f"{role}: search both names": (role, look(lambda reference, one: one.full_name)),
            f"{role}: search 2 x 3 letters": (
                role,
                look(lambda reference, one: f"{(one.family_name or '')[:3]} {(one.given_names or '')[:3]}"),
            ),
            f"{role}: search nobody": (role, look(lambda reference, one: "Quetzalcoatl")),
            f"{role}: search document": (role, look(lambda reference, one: one.paper_number or "")),
            f"{role}: case": (
                role,
                lambda client, number: client.get(f"/en/counsellor/cases/{known[number % len(known)][0]}"),
            ),
        }
    return found


def measure(client: FlaskClient, ask: Ask) -> Cost:
    """The cost of a page, asked several times about different cases."""
    took: list[float] = []
    many = 0
    for number in range(ROUNDS + 3):
        Clock.seconds, Clock.statements = 0.0, 0
        answer = ask(client, number)
        assert answer.status_code in (200, 303), answer.status_code
        took.append(Clock.seconds * 1000)
        many = max(many, Clock.statements) if number > 2 else 0
    took = sorted(took[3:])
    return Cost(statistics.median(took), took[int(len(took) * 0.95)], many)


def main() -> None:
    """Print one line a page."""
    given = argparse.ArgumentParser()
    given.add_argument("sizes", type=int, nargs="*", default=QUICK)
    given.add_argument("--postgresql", action="store_true")
    given.add_argument("--folder", default=None)
    wanted = given.parse_args()
    costs: dict[str, dict[int, Cost]] = {}
    with ExitStack() as stack:
        server = None
        for size in wanted.sizes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=wanted.folder, prefix="desk-")))
            if wanted.postgresql and server is None:
                server = stack.enter_context(servers.postgres(folder))
            url = server.create_database(f"desk{size}") if server else f"sqlite:///{folder / 'desk.db'}"
            with house(url, size, folder) as (wiring, app, clara, aino):
                with wiring.writing() as session:
                    clients = {
                        Role.COUNSELLOR: enter(app, session, clara),
                        Role.APPROVER: enter(app, session, aino),
                    }
                with wiring.reading() as session:
                    asked = pages(session, clara)
                for name, (role, ask) in asked.items():
                    label = name.split("=")[0] if "partner" in name else name
                    costs.setdefault(label, {})[size] = measure(clients[role], ask)
            if server:
                server.drop_database(f"desk{size}")
    tell("PostgreSQL" if wanted.postgresql else "SQLite", list(wanted.sizes), costs)


def tell(kind: str, sizes: list[int], costs: dict[str, dict[int, Cost]]) -> None:
    """The table: p50 / p95 in milliseconds at each size, statements, and the last p95 by the first."""
    heads = "".join(f"{size:>18,}" for size in sizes)
    print(
        f"\n{kind}: processor ms in the database, p50 / p95\n"
        f"{'page':<38}{heads}{'ratio':>8}{'statements':>12}"
    )
    for name, by_size in costs.items():
        cells = "".join(f"{by_size[size].middle:>9.1f} /{by_size[size].high:>6.1f} " for size in sizes)
        first, last = by_size[sizes[0]], by_size[sizes[-1]]
        asked = "/".join(str(one) for one in sorted({by_size[size].statements for size in sizes}))
        print(f"{name:<38}{cells} {last.high / first.high:>7.2f}{asked:>12}")


if __name__ == "__main__":
    main()
