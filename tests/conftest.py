"""What every test may ask for: real servers, fresh databases, people, and the portal itself."""

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test proves nothing, so it fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# --- Servers: one of each per worker, started by the first test that needs it ---


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """A PostgreSQL server."""
    # Not below pytest's own folder: pytest closes that to other users, and the server is one.
    with TemporaryDirectory(prefix="kodutee-") as folder, servers.postgres(Path(folder)) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: servers.Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database, for this test alone."""
    name = uuid.uuid4().hex
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, for this test alone; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'portal.db'}"
    return str(request.getfixturevalue("postgres_url"))


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


@pytest.fixture
def wiring(settings: Settings, keyring: Keyring, programme: Programme) -> Iterator[Wiring]:
    """A portal's plugs, with all tables made."""
    engine = db.make_engine(settings.database_url)
    db.Base.metadata.create_all(engine)
    yield Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    engine.dispose()


@pytest.fixture
def session(wiring: Wiring) -> Iterator[Session]:
    """A session of the test's own. Commit before asking the portal: on SQLite an open one locks it out."""
    with wiring.writing() as session:
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """Amina, Clara, Petros and the others."""
    return Cast(session)


@pytest.fixture
def app(settings: Settings, wiring: Wiring) -> Flask:
    """The portal; forms need no token here (tests/web/test_forgery.py asks for them)."""
    app = create_app(settings, wiring=wiring)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.after_request(_refuse_uncommitted)
    return app


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "do_orm_execute")
def _note_change(session_or_state: Session | ORMExecuteState, *_: object) -> None:
    if isinstance(session_or_state, ORMExecuteState):
        if session_or_state.is_select:
            return
        session_or_state = session_or_state.session
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
