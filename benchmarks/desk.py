"""What the desk costs the database at sizes from a thousand cases to a million: lists, searches, a case.

`python benchmarks/desk.py [--postgresql] [--keep FOLDER] [--only WORD] [--rounds N] SIZE ...`; without sizes
a thousand and ten thousand. Seeds a database of each size, asks the real pages, and prints milliseconds of
processor time within the database (p50 / p95) and how many statements a page sends. Processor time, not time
by the wall: what else a shared machine does is not in it, and neither is waiting for a disk.

The sizes are asked side by side, one after the other in each round. `--keep` leaves the databases in FOLDER
and takes them up again the next time, with today's indexes.
"""

import argparse
import math
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, inspect, select, text
from sqlalchemy.orm import Session

from benchmarks.seeding import names, people, seed
from portal import create_app, db, sealing
from portal.adapters.scanner import NoScanner
from portal.adapters.vault import Vault
from portal.domain.accounts import Account, login_index
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

WARM = 2
QUICK = (1_000, 10_000)


# --- A clock within the driver -----------------------------------------------------------------------------


class Clock:
    """How long the database worked and how often it was asked."""

    seconds = 0.0
    statements = 0

    @classmethod
    def begin(cls) -> None:
        """Count from now on."""
        cls.seconds, cls.statements = 0.0, 0


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
    """Milliseconds of one page in the database, its statements, and what it shows."""

    middle: float
    high: float
    statements: int
    cases: int
    """How many cases the page shows at most."""


@contextmanager
def house(url: str, size: int, folder: Path) -> Iterator[tuple[Wiring, Flask, Cast]]:
    """A portal with so many cases, a counsellor with a full desk and an approver."""
    settings = Settings.from_environment(
        {"KODUTEE_VAR": str(folder), "KODUTEE_DATABASE_URL": url, "KODUTEE_DEMO": "1"}
    )
    keyring = Keyring.load_or_create(folder / "keyring.json")
    sealing.use(keyring)
    engine, programme = clocked(url), Programme.load(PROJECT / "programme.toml", demo=True)
    wiring = Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    app = create_app(settings, wiring=wiring)
    app.config["WTF_CSRF_ENABLED"] = False
    db.Base.metadata.create_all(engine)
    with wiring.writing() as session:
        cast = Cast(session)
        if not _taken_up(cast):
            _fill(engine, size, cast)
    _with_todays_indexes(engine)
    yield wiring, app, cast
    engine.dispose()


PEOPLE = {name: f"{name}@example.org" for name in ("clara", "aino", "mart", "petros")}
"""Who of the cast asks, and how they sign in."""


def _taken_up(cast: Cast) -> bool:
    """Whether this database was filled before; then its people are the cast."""
    found = {
        name: cast.session.scalar(select(Account).where(Account.login_index == login_index(login)))
        for name, login in PEOPLE.items()
    }
    cast.__dict__.update({name: account for name, account in found.items() if account})
    return any(found.values())


def _fill(engine: Engine, size: int, cast: Cast) -> None:
    for name in PEOPLE:
        getattr(cast, name)
    cast.session.commit()
    began, worked = time.perf_counter(), time.process_time()
    seed(engine, people.Scale(size, first_counsellor=cast.clara.id, first_partner=cast.tashkent.id))
    took, mine = time.perf_counter() - began, time.process_time() - worked
    print(f"  {size:>9,} cases seeded in {took:.0f} s ({mine:.0f} s of this process at work)", flush=True)


def _with_todays_indexes(engine: Engine) -> None:
    """Make the indexes that were thought of since this database was kept, and remove those given up."""
    for name, table in db.Base.metadata.tables.items():
        found = inspect(engine).get_indexes(name)
        kept = {(one["name"], *one["column_names"]) for one in found if not one.get("duplicates_constraint")}
        wanted = {(index.name, *(column.name for column in index.columns)): index for index in table.indexes}
        with engine.begin() as connection:
            for gone in kept - wanted.keys():
                connection.execute(text(f"DROP INDEX {gone[0]}"))
            for new in wanted.keys() - kept:
                wanted[new].create(connection)


Ask = Callable[[FlaskClient, int], Any]


QUEUES: dict[Role, tuple[str, ...]] = {
    Role.COUNSELLOR: ("for-me", "unassigned", "overdue", "for-applicant", "mine"),
    Role.APPROVER: ("to-approve", "unassigned", "overdue", "all"),
}
FILTERS = (
    *("state=preparing", "country=UZ", "speaks=ka", "careful=yes", "leave=week", "leave=none", "partner=*"),
    *("silence=30", "sort=newest", "sort=oldest", "sort=contact", "sort=leave"),
    # What only several together say; the last ones leave hardly anything.
    *("country=UZ&speaks=ka", "country=UZ&sort=newest", "state=preparing&careful=yes&sort=leave"),
    *("partner=*&careful=yes&leave=week", "state=preparing&country=UZ&speaks=ka&leave=week&careful=yes"),
)
OTHER_PILES = tuple(
    f"{pile}&{chosen}"
    for pile in ("unassigned", "overdue")
    for chosen in ("careful=no", "sort=newest", "careful=no&sort=leave")
)
"""Filters and orders of what is not entered by whose it is."""


def get(address: str) -> Ask:
    """Ask for a page."""
    return lambda client, number: client.get(address)


def follow(address: str) -> Ask:
    """Ask for the page that comes after this one."""

    def ask(client: FlaskClient, number: int) -> Any:
        first = client.get(address).get_data(as_text=True)
        found = re.search(r'rel="next" href="([^"]+)"', first)
        assert found, address
        Clock.begin()
        return client.get(found[1].replace("&amp;", "&"))

    return ask


def searches(known: Sequence[tuple[str, Person]], begun: Sequence[tuple[str, str]]) -> dict[str, Ask]:
    """What is looked for: people of these cases, those of the seeds that are asked for, and beginnings."""

    def look(text: Callable[[int], str]) -> Ask:
        def ask(client: FlaskClient, number: int) -> Any:
            sent = client.post("/en/counsellor/search", data={"text": text(number)})
            return client.get(sent.location)

        return ask

    def one_of(known: Sequence[Any]) -> Callable[[int], Any]:
        return lambda number: known[number % len(known)]

    case, two = one_of(known), one_of(begun)
    return {
        "search reference": look(lambda number: case(number)[0]),
        "search 3 letters": look(lambda number: two(number)[0]),
        "search family name": look(one_of(names.ASKED)),
        "search commonest name": look(lambda number: names.COMMONEST),
        "search both names": look(one_of(names.ASKED_TOGETHER)),
        "search 2 x 3 letters": look(lambda number: " ".join(two(number))),
        "search nobody": look(lambda number: "Quetzalcoatl"),
        "search two of nobody": look(lambda number: f"{names.COMMONEST} Quetzalcoatl"),
        "search document": look(lambda number: case(number)[1].paper_number or ""),
        "search phone": look(lambda number: f"5{int((case(number)[1].paper_number or '')[2:]):07}"),
    }


def pages(session: Session, cast: Cast) -> dict[str, tuple[str, Ask]]:
    """What is measured: by its name who of the cast asks, and how."""
    mine = select(Line.id).where(Line.counsellor == cast.clara.id).order_by(Line.id)
    known = [
        (reference, person)
        for reference, person in session.execute(
            select(Case.reference, Person)
            .join(Person, Person.case_id == Case.id)
            .where(Case.id.in_(mine), Person.relation.is_(None))
            .order_by(Case.id)
        )
    ]
    partner = cast.petros.organisation_id
    found: dict[str, tuple[str, Ask]] = {}
    for who, role, wide in (("clara", Role.COUNSELLOR, "mine"), ("aino", Role.APPROVER, "all")):
        piles = (*QUEUES[role], *OTHER_PILES)
        found |= {
            f"{role}: {pile}".replace("&", ", ", 1): (who, get(f"{DESK}?pile={pile}")) for pile in piles
        }
        found[f"{role}: {wide}, second page"] = (who, follow(f"{DESK}?pile={wide}"))
        found[f"{role}: unassigned, second page"] = (who, follow(f"{DESK}?pile=unassigned"))
        for chosen in FILTERS:
            address = f"{DESK}?pile={wide}&{chosen.replace('*', str(partner))}"
            found[f"{role}: {wide}, {chosen}"] = (who, get(address))
        begun = names.BEGUN[:2] if role is Role.COUNSELLOR else names.BEGUN
        found |= {f"{role}: {name}": (who, ask) for name, ask in searches(known, begun).items()}
        found[f"{role}: case"] = (
            who,
            lambda client, number: client.get(f"{DESK}cases/{known[number % len(known)][0]}"),
        )
    found["approver: to decide"] = ("aino", get(f"{DESK}decisions"))
    found["counsellor: tasks and clocks"] = ("clara", get(f"{DESK}work"))
    found["approver: tasks and clocks"] = ("aino", get(f"{DESK}work"))
    found["partner: work"] = ("petros", get("/en/partner/"))
    found["manager: figures"] = ("mart", get("/en/manage/"))
    return found


DESK = "/en/counsellor/"


@dataclass(frozen=True)
class House:
    """One size, ready to be asked."""

    wiring: Wiring
    app: Flask
    cast: Cast
    asked: dict[str, tuple[str, Ask]]
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def sign_in(self, who: str) -> None:
        """Anew before each page: whoever does nothing for a quarter of an hour is signed out."""
        with self.wiring.writing() as session:
            self.clients[who] = enter(self.app, session, getattr(self.cast, who))

    def ask(self, page: str, number: int) -> tuple[float, int, int]:
        """Milliseconds of one page in the database, its statements, and the cases on it."""
        who, ask = self.asked[page]
        sealing.use(self.wiring.keyring)
        Clock.begin()
        answer = ask(self.clients[who], number)
        assert answer.status_code in (200, 303), answer.status_code
        return (
            Clock.seconds * 1000,
            Clock.statements,
            answer.get_data(as_text=True).count('class="case-link"'),
        )


def measure(houses: dict[int, House], page: str, rounds: int) -> dict[int, Cost]:
    """The cost of a page, asked several times about different cases: of each size in turn, side by side."""
    took: dict[int, list[tuple[float, int, int]]] = {size: [] for size in houses}
    for house in houses.values():
        sealing.use(house.wiring.keyring)
        house.sign_in(house.asked[page][0])
    for number in range(rounds + WARM):
        for size, house in houses.items():
            took[size].append(house.ask(page, number))
    return {size: _cost(found[WARM:]) for size, found in took.items()}


def _cost(took: list[tuple[float, int, int]]) -> Cost:
    times, statements, cases = (sorted(each) for each in zip(*took, strict=True))
    high = times[math.ceil(len(times) * 0.95) - 1]
    return Cost(statistics.median(times), high, int(statements[-1]), int(cases[-1]))


def main() -> None:
    """Print one line a page."""
    given = argparse.ArgumentParser()
    given.add_argument("sizes", type=int, nargs="*", default=QUICK)
    given.add_argument("--postgresql", action="store_true")
    given.add_argument("--keep", type=Path, default=None)
    given.add_argument("--only", default="")
    given.add_argument("--rounds", type=int, default=20)
    wanted = given.parse_args()
    houses: dict[int, House] = {}
    with ExitStack() as stack:
        place = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-")))
        place.mkdir(exist_ok=True)
        server = stack.enter_context(servers.postgres(place)) if wanted.postgresql else None
        for size in wanted.sizes:
            folder = place / f"{'postgresql' if server else 'sqlite'}-{size}"
            folder.mkdir(exist_ok=True)
            url = _url(server, folder, size)
            houses[size] = ready(*stack.enter_context(house(url, size, folder)))
        asked = [name for name in houses[wanted.sizes[0]].asked if wanted.only in name]
        costs = {name: measure(houses, name, wanted.rounds) for name in asked}
    tell("PostgreSQL" if wanted.postgresql else "SQLite", list(wanted.sizes), costs)


def _url(server: servers.Postgres | None, folder: Path, size: int) -> str:
    if server is None:
        return f"sqlite:///{folder / 'desk.db'}"
    if (folder / "keyring.json").exists():
        return server.address(f"desk{size}")
    return server.create_database(f"desk{size}")


def ready(wiring: Wiring, app: Flask, cast: Cast) -> House:
    """It is known what is asked."""
    with wiring.reading() as session:
        return House(wiring, app, cast, pages(session, cast))


def tell(kind: str, sizes: list[int], costs: dict[str, dict[int, Cost]]) -> None:
    """The table: p50 / p95 in milliseconds at each size, statements, and the last p95 by the first."""
    heads = "".join(f"{size:>18,}" for size in sizes)
    width = 2 + max(len(name) for name in costs)
    print(
        f"\n{kind}: processor ms in the database, p50 / p95\n"
        f"{'page':<{width}}{heads}{'ratio':>8}{'statements':>12}{'cases':>9}"
    )
    for name, by_size in costs.items():
        cells = "".join(f"{by_size[size].middle:>9.1f} /{by_size[size].high:>6.1f} " for size in sizes)
        first, last = by_size[sizes[0]], by_size[sizes[-1]]
        asked = "/".join(str(one) for one in sorted({by_size[size].statements for size in sizes}))
        shown = f"{first.cases}-{last.cases}"
        print(f"{name:<{width}}{cells} {last.high / first.high:>7.2f}{asked:>12}{shown:>9}")


if __name__ == "__main__":
    main()
