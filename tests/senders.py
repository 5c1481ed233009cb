"""Who sends files: with a form, or over lines that break to a server that is killed, counting all it says."""

import base64
import io
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal import jobs
from portal.wiring import Wiring

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}
PIECE = 1024 * 1024
RETRY = 0.1


class Broken(Exception):
    """The line broke, or the server said nothing that helps: try again."""


@dataclass
class Sender:
    """One file on its way. It breaks its own line when it comes to each of `breaks` (positions, rising)."""

    url: str
    cookie: str
    data: bytes
    breaks: list[int]
    address: str = ""
    acknowledged: int = 0
    """As far as the server has ever said that bytes are safe."""
    lost: int = 0
    """Bytes that were acknowledged once, and were not there any more."""
    sent_again: int = 0
    """Acknowledged bytes that went over the line once more."""
    tries: int = 0
    is_done: bool = False
    piece: int = PIECE

    def send(self) -> None:
        """Until all of it is acknowledged, whatever happens meanwhile."""
        while not self.is_done:
            self.tries += 1
            try:
                self._go_on()
            except (Broken, OSError, HTTPException):
                time.sleep(RETRY)

    def _go_on(self) -> None:
        if not self.address:
            self.address = self._announce()
        at = self._offset(self._ask("HEAD", {}))
        self.lost += max(0, self.acknowledged - at)
        self.acknowledged = max(self.acknowledged, at)
        while at < len(self.data):
            self.sent_again += max(0, self.acknowledged - at)
            at = self._piece(at)
            self.acknowledged = max(self.acknowledged, at)
        self.is_done = True

    def _announce(self) -> str:
        about = {"filename": "photo.png", "kind": "passport"}
        said = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in about.items())
        headers = {"Upload-Length": str(len(self.data)), "Upload-Metadata": said}
        answer = self._ask("POST", headers, path="/uploads/")
        if answer.status != 201:
            raise Broken(answer.status)
        return urlsplit(answer.headers["Location"]).path

    def _piece(self, at: int) -> int:
        piece = self.data[at : at + self.piece]
        headers = {**OCTETS, "Upload-Offset": str(at), "Content-Length": str(len(piece))}
        if self.breaks and at <= self.breaks[0] < at + len(piece):
            self._break_off(headers, piece[: self.breaks.pop(0) - at])
        return self._offset(self._ask("PATCH", headers, piece))

    def _break_off(self, headers: dict[str, str], piece: bytes) -> None:
        """A part of it, and then the phone is in a tunnel."""
        connection = self._connection()
        connection.putrequest("PATCH", self.address)
        for name, value in {**headers, "Cookie": self.cookie}.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(piece)
        connection.close()
        raise Broken("tunnel")

    def _offset(self, answer: HTTPResponse) -> int:
        if answer.status not in (200, 204):
            raise Broken(answer.status)
        return int(answer.headers["Upload-Offset"])

    def _ask(self, method: str, headers: dict[str, str], body: bytes = b"", path: str = "") -> HTTPResponse:
        connection = self._connection()
        try:
            connection.request(method, path or self.address, body, {**TUS, **headers, "Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer

    def _connection(self) -> HTTPConnection:
        return HTTPConnection(urlsplit(self.url).netloc, timeout=30)


@dataclass
class Crowd:
    """Several who send at the same time, `at_once` of them."""

    senders: Sequence[Sender]
    at_once: int = 4
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Everybody begins."""
        waiting, lock = list(self.senders), threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    if not waiting:
                        return
                    one = waiting.pop()
                one.send()

        self._threads = [threading.Thread(target=work, daemon=True) for _ in range(self.at_once)]
        for one in self._threads:
            one.start()

    @property
    def is_sending(self) -> bool:
        """Whether anybody is not done yet."""
        return any(one.is_alive() for one in self._threads)

    def wait(self, seconds: float) -> None:
        """Until everybody is done."""
        end = time.monotonic() + seconds
        for one in self._threads:
            one.join(max(0, end - time.monotonic()))


def breaks_of(length: int, number: int) -> list[int]:
    """Where a line breaks, somewhere in a file."""
    return sorted(random.randrange(1, length) for _ in range(number))  # noqa: S311 - when, not what


def send_with_form(
    client: FlaskClient,
    data: bytes,
    *,
    name: str = "паспорт.jpg",
    kind: str = "passport",
    path: str = "/en/my/documents/new",
) -> TestResponse:
    """A document as it comes with a form, without a script."""
    boundary, body = encode_multipart({"kind": kind, "file": FileStorage(io.BytesIO(data), name)})
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def check_all(wiring: Wiring) -> None:
    """The worker looks at everything that came."""
    while jobs.do_one(wiring):
        pass
