"""The malware scanner: a clamd daemon, or none."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

_PLENTY = 4096
"""More bytes than any answer of clamd to what is asked here."""


_SOON = 3.0
"""Seconds after which somebody who only asks how it does gives up."""


class Verdict(StrEnum):
    """What is known about a file after it was to be scanned."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Signatures:
    """What the scanner knows malware by."""

    version: str
    """As the scanner says it."""
    made_at: datetime | None
    """When its database was made, in UTC; None where it does not say."""

    def days(self, now: datetime) -> int | None:
        """Their age in whole days."""
        return None if self.made_at is None else max((now - self.made_at).days, 0)


class ScannerDown(Exception):
    """The scanner gave no verdict: unreachable, too slow, or the file is larger than it takes."""


class NoScanner:
    """Stands where no scanner is set up, and says so instead of calling anything clean."""

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Always NOT_SCANNED; reads nothing of `chunks`."""
        return Verdict.NOT_SCANNED

    def signatures(self) -> Signatures:
        """Nothing to name."""
        return Signatures("", None)


class Clamd:
    """A clamd daemon at `host:port` or at the path of a socket, asked as clamd(8) describes under COMMANDS.

    `seconds` is how long it may take over any one step. Raises ValueError for an address that is none.
    """

    def __init__(self, address: str, *, seconds: float = 60) -> None:
        host, _, port = address.rpartition(":")
        if not address.startswith("/") and not (host and port.isdecimal()):
            raise ValueError(f"the scanner's address is host:port or /path/of/its/socket, not {address!r}")
        self._address = address
        self._seconds = seconds

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """CLEAN or INFECTED. Raises ScannerDown for anything else; an error of `chunks` passes through."""
        with self._connection(self._seconds) as connection:
            _say(connection, b"zINSTREAM\0")
            for chunk in filter(None, chunks):  # an empty one would be the end
                _say(connection, len(chunk).to_bytes(4, "big") + chunk)
            _say(connection, bytes(4))
            answer = _hear(connection)
        if answer == "stream: OK":
            return Verdict.CLEAN
        if answer.endswith(" FOUND"):
            return Verdict.INFECTED
        raise ScannerDown(answer)

    def signatures(self) -> Signatures:
        """Its name and version, and when its database was made. Raises ScannerDown.

        clamd says `ClamAV 1.4.6/27000/Mon Nov 24 08:31:04 2026`, in its own time zone: taken for UTC, which
        is wrong by hours where days are counted.
        """
        with self._connection(min(self._seconds, _SOON)) as connection:
            _say(connection, b"zVERSION\0")
            said = _hear(connection)
        return Signatures(said, _made_at(said.split("/")[-1]))

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[socket.socket]:
        with _faults_named():
            connection = self._connected(seconds)
        with connection:
            yield connection

    def _connected(self, seconds: float) -> socket.socket:
        if not self._address.startswith("/"):
            host, _, port = self._address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection


def _made_at(said: str) -> datetime | None:
    """The day that the C library writes as `Mon Nov 24 08:31:04 2026`."""
    try:
        return datetime.strptime(said, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _say(connection: socket.socket, words: bytes) -> None:
    with _faults_named():
        connection.sendall(words)


def _hear(connection: socket.socket) -> str:
    answer = b""
    with _faults_named():
        while not answer.endswith(b"\0") and len(answer) < _PLENTY:
            heard = connection.recv(_PLENTY)
            if not heard:
                raise ScannerDown("The scanner hung up before it answered.")
            answer += heard
    return answer.rstrip(b"\0").decode(errors="replace")


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except OSError as fault:  # a time-out is one too
        raise ScannerDown(str(fault)) from fault
