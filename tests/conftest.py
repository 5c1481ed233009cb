"""What every test may ask for: real servers, fresh databases, people, and the portal itself."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import URL, Dialect, Engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.pool import ConnectionPoolEntry

from portal import create_app, db, sealing
from portal.adapters.scanner import NoScanner
from portal.adapters.vault import Vault
from portal.domain.accounts import Account
from portal.programme import Programme
from portal.sealing import Keyring
from portal.settings import PROJECT, Settings
from portal.wiring import Wiring
from tests import servers
from tests.cast import Cast
from tests.cast import enter as cast_enter
from tests.halves import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - where memory is a folder on every Linux
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    # Thousands of small databases, each commit waited for: a busy disk may take longer than a lock waits.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_configure() -> None:
    """What is imported and collected stays until the end: it need not be looked through for garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is garbage, and room enough to let it lie for a while."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test proves nothing, so it fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


FIGURE = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """figure("S1: 0 of 100 replays accepted"): a figure as it was measured, printed when the run ends."""
    return partial(record_property, FIGURE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of this run, each once, with the databases it was measured on."""
    told: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, words in report.user_properties:
            if name == FIGURE:
                told.setdefault(words, []).append("PostgreSQL" if "postgresql" in report.nodeid else "SQLite")
    if told:
        terminalreporter.section("figures")
    for words in sorted(told):
        terminalreporter.line(f"{words} ({', '.join(sorted(set(told[words])))})")


# --- Servers: one of each per worker, started by the first test that needs it ---


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """A PostgreSQL server."""
    # Not below pytest's own folder: pytest closes that to other users, and the server is one.
    with tempfile.TemporaryDirectory(prefix="kodutee-") as folder, servers.postgres(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def templates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """templates("sqlite"): a database with all tables, made once a worker, to be copied for each test."""

    @cache
    def template(kind: str) -> str:
        if kind == "sqlite":
            name = str(tmp_path_factory.mktemp("template") / "portal.db")
            url = f"sqlite:///{name}"
        else:
            name = "template_of_portal"
            url = request.getfixturevalue("postgres_server").create_database(name)
        engine = db.make_engine(url)
        db.Base.metadata.create_all(engine)
        engine.dispose()
        return name

    return template


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The test runs once on each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_kind: str, templates: Callable[[str], str], tmp_path: Path
) -> Iterator[str]:
    """The address of a database with all tables, for this test alone."""
    if database_kind == "sqlite":
        shutil.copyfile(templates("sqlite"), tmp_path / "portal.db")
        yield f"sqlite:///{tmp_path / 'portal.db'}"
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    yield server.fresh_database(templates("postgresql"), db.Base.metadata.tables)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, for this test alone."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    name = uuid.uuid4().hex
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.S3]:
    """An S3 store and a bucket in it, shared by the tests of a worker: use names of your own."""
    with servers.seaweedfs(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def clamd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`host:port` of a malware scanner that knows EICAR."""
    with servers.clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, shared by the tests of a worker: each opens a context of its own."""
    with servers.chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page as large as a small phone, with nothing remembered."""
    with browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True) as context:
        yield context.new_page()


# --- The portal: engine, session, people (tests/cast.py), app and client ----------


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The keys of all tests of a worker; in use, as in a process of the portal."""
    keyring = Keyring.new()
    sealing.use(keyring)
    return keyring


@pytest.fixture(scope="session")
def programme() -> Programme:
    """The sample programme, with its sample packages."""
    return Programme.load(PROJECT / "programme.toml", demo=True)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, worker_var: Path) -> Settings:
    """Settings of a portal of its own; static files are published once a worker."""
    return Settings.from_environment(
        {
            "KODUTEE_VAR": str(worker_var),
            "KODUTEE_DATABASE_URL": database_url,
            "KODUTEE_STORE_URL": (tmp_path / "documents").as_uri(),
            "KODUTEE_DEMO": "yes",
        }
    )


@pytest.fixture(scope="session")
def worker_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what all portals of a worker share."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def engines() -> Iterator[Callable[[URL], Engine]]:
    """engines(url): the engine of this worker for a kind of database, connected to this one from now on.

    A new engine for each test would compile every statement anew: a third of the time of the tests.
    """
    now_at: dict[str, URL] = {}
    every: list[Engine] = []

    def redirect(
        dialect: Dialect, record: ConnectionPoolEntry, places: list[str], names: dict[str, object]
    ) -> None:
        url = record.info["url"] = now_at[dialect.name]
        if dialect.name == "sqlite":
            places[0] = str(url.database)
        else:
            names["dbname"] = url.database

    def refuse_old(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """A request that outlived its test may have left a connection to that test's database."""
        url = record.info["url"]
        if url != now_at[url.get_backend_name()]:
            raise DisconnectionError

    @cache
    def engine(kind: str, url: URL) -> Engine:
        made = db.make_engine(url.render_as_string(hide_password=False))
        event.listen(made, "do_connect", redirect)
        event.listen(made, "checkout", refuse_old)
        every.append(made)
        return made

    def connected(url: URL) -> Engine:
        kind = url.get_backend_name()
        now_at[kind] = url
        return engine(kind, url.set(database="any"))

    yield connected
    for one in every:
        one.dispose()


@pytest.fixture
def wiring(
    settings: Settings, keyring: Keyring, programme: Programme, engines: Callable[[URL], Engine]
) -> Iterator[Wiring]:
    """A portal's plugs."""
    sealing.use(keyring)  # a portal of a test's own puts its own in use
    # With a face of its own for each test: who listens to its statements hears those of this test.
    engine = engines(make_url(settings.database_url)).execution_options()
    yield Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    if engine.dialect.name == "sqlite":  # its file goes; a database of PostgreSQL stays, and is emptied
        engine.dispose()


@pytest.fixture
def session(wiring: Wiring) -> Iterator[Session]:
    """A session of the test's own. Commit before asking the portal: on SQLite an open one locks it out."""
    with wiring.writing() as session:
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """Amina, Clara, Petros and the others."""
    return Cast(session, remembers=True)


@pytest.fixture(scope="session")
def portal(programme: Programme, keyring: Keyring, worker_var: Path) -> Flask:
    """The portal of a worker, made once: `app` plugs it into the database of each test."""
    settings = Settings.from_environment({"KODUTEE_VAR": str(worker_var), "KODUTEE_DEMO": "yes"})
    engine = db.make_engine("sqlite://")
    app = create_app(
        settings, wiring=Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    )
    app.after_request(_refuse_uncommitted)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    engine.dispose()
    return app


@pytest.fixture
def app(portal: Flask, wiring: Wiring) -> Flask:
    """The portal; forms need no token here (tests/web/test_forgery.py asks for them)."""
    portal.extensions["wiring"] = wiring
    portal.config["WTF_CSRF_ENABLED"] = False
    return portal


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "do_orm_execute")
def _note_change(session_or_state: Session | ORMExecuteState, *_: object) -> None:
    if isinstance(session_or_state, ORMExecuteState):
        if session_or_state.is_select:
            return
        session_or_state = session_or_state.session
    assert not db.is_reading(session_or_state), "something is written in a transaction that only reads"
    session_or_state.info["uncommitted"] = True


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_change(session: Session) -> None:
    session.info.pop("uncommitted", None)


def _refuse_uncommitted(response: Response) -> Response:
    """A page that answered well and forgot to commit fails its test."""
    if response.status_code < 400 and "db_session" in g:
        assert "uncommitted" not in g.db_session.info, "the page changed something and did not commit"
        assert not g.db_session.new, "the page added something and did not commit"
        assert not g.db_session.dirty, "the page changed something and did not commit"
    return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def enter(app: Flask, session: Session) -> Callable[[Account], FlaskClient]:
    """enter(cast.amina): a browser in which she is signed in."""
    return partial(cast_enter, app, session)
