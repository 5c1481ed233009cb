"""Real servers for the tests, each on a free loopback port and in a folder of its own."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import obstore
import psycopg
from obstore.store import S3Store
from playwright.sync_api import Browser, sync_playwright

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


# Tables in any order, and no waiting for what a test may have left behind.
QUICKLY = ("SET session_replication_role = replica", "SET lock_timeout = '1s'")


class NotStarted(Exception):
    """A server did not come up; the message carries the end of what it said."""


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str],
    log: Path,
    ready: Callable[[], bool],
    *,
    user: str = "",
    stop: signal.Signals = signal.SIGINT,
    seconds: float = 60,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` while the block lasts, which begins when it is `ready`.

    It ends with the block, and also when the tests are killed. Raises NotStarted.
    """
    guard = ["setpriv", "--pdeathsig", "KILL"]
    if user:
        guard += ["--reuid", user, "--regid", user, "--init-groups"]
    with log.open("wb") as output:
        process = subprocess.Popen(guard + command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + seconds
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"{command[0]}: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    """Whether somebody answers on this loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- PostgreSQL ---------------------------------------------------------------


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server; databases are made on it by name."""

    port: int

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database like `template` and give its SQLAlchemy address."""
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.address(name)

    def address(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://kodutee@127.0.0.1:{self.port}/{name}"

    def fresh_database(self, template: str, tables: Iterable[str]) -> str:
        """The address of the one database of this worker, with these tables, all of them empty.

        Emptying them is faster than making a database. Where that fails (a test took a table away, or left a
        transaction open), it is made anew.
        """
        try:
            _emptier(self.port).execute("CALL empty_all()")
        except (psycopg.Error, KeyError):
            deletes = "; ".join(f'DELETE FROM "{table}"' for table in tables)  # noqa: S608 - our own tables
            # As a procedure they are planned once in a connection, not once in a test.
            body = f"CREATE PROCEDURE empty_all() LANGUAGE plpgsql AS $$ BEGIN {deletes}; END $$"
            self._make_anew(template).execute(body.encode())
        return self.address(_emptier(self.port).info.dbname)

    def _make_anew(self, template: str) -> psycopg.Connection:
        """A connection to a database of another name: whoever kept one to the old one must not meet this."""
        name = f"fresh_{uuid.uuid4().hex}"
        if old := _let_go_of_emptier(self.port):
            self.drop_database(old)
        self.create_database(name, template=template)
        _EMPTIERS[self.port] = connection = psycopg.connect(self._address(name), autocommit=True)
        for setting in QUICKLY:
            connection.execute(setting)
        return connection

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whatever is still connected to it."""
        self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def answers(self) -> bool:
        """Whether it accepts connections now."""
        try:
            self._say("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _say(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self._address(database), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def _address(self, database: str) -> str:
        return f"postgresql://kodutee@127.0.0.1:{self.port}/{database}"


_EMPTIERS: dict[int, psycopg.Connection] = {}


def _emptier(port: int) -> psycopg.Connection:
    """A connection to the database of the tests, kept for as long as the server runs."""
    return _EMPTIERS[port]


def _let_go_of_emptier(port: int) -> str:
    """The name of the database it was connected to; nothing when there was none."""
    if port not in _EMPTIERS:
        return ""
    with _EMPTIERS.pop(port) as connection:
        return connection.info.dbname


@contextmanager
def postgres(folder: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A PostgreSQL cluster below `folder`; it waits for the disk only if `durable`.

    A folder that already holds a cluster is taken up again, as after a crash.
    """
    owner = "postgres" if os.geteuid() == 0 else ""  # PostgreSQL refuses to be root
    data = folder / "cluster"
    if not data.exists():
        _initialise(data, owner)
    server = Postgres(free_port())
    where = [f"-D{data}", f"-p{server.port}", "-h127.0.0.1", "-cunix_socket_directories="]
    command = [_postgres_program("postgres"), *where]
    if not durable:
        command += [f"-c{setting}=off" for setting in ("fsync", "synchronous_commit", "full_page_writes")]
    with running(command, folder / "postgres.log", server.answers, user=owner):
        yield server
        _let_go_of_emptier(server.port)


def _initialise(data: Path, owner: str) -> None:
    data.mkdir(mode=0o700)
    as_owner: list[str] = []
    if owner:
        _let_pass(data, owner)
        as_owner = ["setpriv", "--reuid", owner, "--regid", owner, "--init-groups"]
    options = ["--username=kodutee", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    command = [*as_owner, _postgres_program("initdb"), "-D", str(data), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=data)
    if done.returncode:
        raise NotStarted(f"initdb: {done.stderr}")


def _let_pass(folder: Path, owner: str) -> None:
    """Give `folder` to `owner`, and let them walk to it."""
    shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o001)


def _postgres_program(name: str) -> str:
    """The program's path; Debian keeps it off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    program = str(found[-1]) if found else shutil.which(name)
    if not program:
        raise NotStarted(f"{name} is not installed: apt-get install postgresql")
    return program


# --- S3 -----------------------------------------------------------------------


@dataclass(frozen=True)
class S3:
    """An S3-compatible store and one bucket in it."""

    endpoint: str
    key: str
    secret: str
    bucket: str

    def store(self) -> S3Store:
        """A client of the bucket."""
        return S3Store(
            self.bucket,
            endpoint=self.endpoint,
            access_key_id=self.key,
            secret_access_key=self.secret,
            region="us-east-1",
            client_options={"allow_http": True},
        )

    def answers(self) -> bool:
        """Whether it takes and gives objects now."""
        try:
            obstore.put(self.store(), "ready", b"yes")
        except obstore.exceptions.BaseError:
            return False
        return True


@contextmanager
def seaweedfs(folder: Path) -> Iterator[S3]:
    """A SeaweedFS store below `folder`, with the bucket `documents`."""
    ports = {
        name: free_port()
        for part in ("master", "volume", "filer", "s3")
        for name in (f"{part}.port", f"{part}.port.grpc")
    }
    s3 = S3(f"http://127.0.0.1:{ports['s3.port']}", "rig", "a-secret-of-the-rig", "documents")
    people = folder / "people.json"
    credentials = [{"accessKey": s3.key, "secretKey": s3.secret}]
    people.write_text(
        json.dumps({"identities": [{"name": "rig", "credentials": credentials, "actions": ["Admin"]}]})
    )
    command = [
        str(Path(sys.executable).with_name("weed")),
        "-logtostderr",
        "server",
        "-s3",
        f"-s3.config={people}",
        *(f"-{name}={port}" for name, port in ports.items()),
        "-s3.port.iceberg=0",  # it ends when the usual port of this one is taken
        "-s3.port.lance=0",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=20",
        "-volume.preStopSeconds=0",
        f"-dir={folder}",
    ]
    # Asked politely it takes ten seconds to say goodbye, and nothing in it is worth keeping.
    with running(command, folder / "seaweedfs.log", s3.answers, stop=signal.SIGKILL):
        yield s3


# --- Malware scanner ------------------------------------------------------------


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """A ClamAV daemon that knows one signature, EICAR; gives its `host:port`."""
    (folder / "rig.ndb").write_text(f"Rig.Eicar:0:*:{EICAR.hex()}\n")
    port = free_port()
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"DatabaseDirectory {folder}\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
        f"Foreground yes\nStreamMaxLength 25M\nTemporaryDirectory {folder}\n"
    )
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        raise NotStarted("clamd is not installed: apt-get install clamav-daemon")
    command = [program, f"--config-file={configuration}"]
    with running(command, folder / "clamd.log", lambda: listens(port)):
        yield f"127.0.0.1:{port}"


@contextmanager
def answering(server: socket.socket, *answer: bytes) -> Iterator[None]:
    """Answer the first caller with these bytes after its question, then hang up."""

    def serve() -> None:
        with server.accept()[0] as caller:
            caller.recv(1000)
            for part in answer:
                caller.sendall(part)

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    thread.join()


# --- Browser --------------------------------------------------------------------


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Debian's Chromium, silent towards the world; with `more` flags.

    Where there is its headless shell, that: the same engine without the windows around it, which nobody would
    see, and which take half of the time.
    """
    flags = [
        *more,
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses its sandbox to root
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not program:
        raise NotStarted("no chromium is installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
