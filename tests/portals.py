"""A running portal, a bad line to it, and a note of what it was asked to keep."""

import itertools
import re
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from portal import create_app
from portal.server import serving, working
from portal.wiring import Wiring


@dataclass(frozen=True)
class RunningPortal:
    """A portal that answers at `url`, its worker beside it."""

    url: str
    app: Flask
    pieces: "list[Piece]"
    """Every piece of a file that was sent to it, in order."""

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self.url).port or 0


@dataclass
class Piece:
    """One PATCH: where it began, and what was acknowledged (None: nothing)."""

    start: int
    received: int | None = None


_made: dict[Hashable, Flask] = {}


def plugged(wiring: Wiring) -> Flask:
    """The portal with these plugs; made once in a process for the same settings.

    To make one anew, its addresses and all its templates, takes longer than many a test.
    """
    settings = replace(wiring.settings, database_url="", store_url="", public_url="")
    key = (settings, wiring.settings.secure, id(wiring.programme), id(wiring.keyring))
    if key not in _made:
        _made[key] = create_app(wiring.settings, wiring=wiring)
    app = _made[key]
    app.extensions["wiring"] = wiring
    return app


@contextmanager
def portal_server(wiring: Wiring, port: int = 0) -> Iterator[RunningPortal]:
    """The portal in a real web server, as long as the block lasts; on any free port unless told."""
    app, pieces = plugged(wiring), []
    within = app.wsgi_app
    app.wsgi_app = _noting(within, pieces)  # type: ignore[method-assign]
    try:
        with serving(app, "127.0.0.1", port) as url, working(wiring):
            yield RunningPortal(url, app, pieces)
    finally:
        app.wsgi_app = within  # type: ignore[method-assign]


def _noting(within: Any, pieces: list[Piece]) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "PATCH":
            return within(environ, start_response)  # type: ignore[no-any-return]
        piece = Piece(int(environ["HTTP_UPLOAD_OFFSET"]))
        pieces.append(piece)

        def noted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status.startswith("204"):
                piece.received = int(dict(headers)["Upload-Offset"])
            return start_response(status, headers, *more)

        return within(environ, noted)  # type: ignore[no-any-return]

    return application


class _Line(ABC):
    """A way from a free port to the portal; what becomes of a call that comes in is for `_carry` to say."""

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address of the portal over this line."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                phone, _address = self._door.accept()
                threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    @abstractmethod
    def _carry(self, phone: socket.socket) -> None:
        """Take this call to the portal, or not."""


@dataclass
class BadLine(_Line):
    """A line to `port` that is cut when so many bytes have gone up, each time anew.

    With `swallow` the next cut comes after a piece has gone up whole, and takes its answer with it.
    """

    port: int
    cut_at: list[int]
    swallow: list[int] = field(default_factory=list)
    sent: int = 0

    def _carry(self, phone: socket.socket) -> None:
        with suppress(OSError):
            server = socket.create_connection(("127.0.0.1", self.port))
            for work in (self._up, self._down):
                threading.Thread(target=work, args=(phone, server), daemon=True).start()

    def _up(self, phone: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := phone.recv(16384):
                self.sent += len(data)
                server.sendall(data)
                if self.cut_at and self.sent >= self.cut_at[0]:
                    self.cut_at.pop(0)
                    break
        self._hang_up(phone, server)

    def _down(self, phone: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(16384):
                is_kept = re.match(rb"HTTP/1.. 204", data)
                if is_kept and self.swallow and self.sent >= self.swallow[0]:
                    self.swallow.pop(0)
                    break
                phone.sendall(data)
        self._hang_up(phone, server)

    def _hang_up(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@dataclass
class DroppingLine(_Line):
    """A line to `port` that drops every fourth request: by turns before it arrives, and with its answer.

    Each request goes by itself, so that a browser cannot tell a line that was cut from one that was idle.
    """

    port: int
    takes_answers: bool = True
    """Without it every one is dropped before it arrives."""
    dropped: list[str] = field(default_factory=list)
    """The first line of each request that came to nothing for who sent it."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        super().__post_init__()

    def _carry(self, phone: socket.socket) -> None:
        with suppress(OSError), phone:
            asked = _request(phone)
            if not asked:
                return
            number = next(self._numbers)
            is_dropped = number % 4 == 0
            if is_dropped:
                self.dropped.append(asked.partition(b"\r\n")[0].decode())
            if not is_dropped or (self.takes_answers and number % 8 == 0):
                answer = self._ask(asked)
                if not is_dropped:
                    phone.sendall(answer)

    def _ask(self, asked: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            server.sendall(asked.replace(b"\r\nConnection: keep-alive", b"\r\nConnection: close", 1))
            return b"".join(iter(lambda: server.recv(16384), b""))


def _request(phone: socket.socket) -> bytes:
    """One request, whole; nothing when the other end says nothing."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        data = phone.recv(16384)
        if not data:
            return b""
        asked += data
    head, _, body = asked.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += phone.recv(16384)
    return head + b"\r\n\r\n" + body
