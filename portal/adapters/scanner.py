"""The malware scanner: a clamd daemon, or none."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

_PLENTY = 4096
"""More bytes than any answer of clamd to what is asked here."""


class Verdict(StrEnum):
    """What is known about a file after it was to be scanned."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class ScannerDown(Exception):
    """The scanner gave no verdict: unreachable, too slow, or the file is larger than it takes."""


class NoScanner:
    """Stands where no scanner is set up, and says so instead of calling anything clean."""

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Always NOT_SCANNED; reads nothing of `chunks`."""
        return Verdict.NOT_SCANNED

    def version(self) -> str:
        """Nothing to name."""
        return ""


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
        with self._connection() as connection:
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

    def version(self) -> str:
        """Its name, version and the age of its signatures, as it says them. Raises ScannerDown."""
        with self._connection() as connection:
            _say(connection, b"zVERSION\0")
            return _hear(connection)

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        with _faults_named():
            connection = self._connected()
        with connection:
            yield connection

    def _connected(self) -> socket.socket:
        if not self._address.startswith("/"):
            host, _, port = self._address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection


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
