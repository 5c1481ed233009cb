"""A hundred files of all kinds over HTTP to a running portal: each has its verdict, nothing comes through."""

import base64
import http.client
import json
import mimetypes
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import create_app, db
from portal.domain import documents
from portal.domain.documents import Document, DocumentState, Part
from portal.domain.journal import Event
from portal.domain.permissions import Act
from portal.sealing import Keyring
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests.browsers import Phone, signed_cookie
from tests.cast import Cast
from tests.corpus import serve
from tests.corpus.files import AT_ONCE, CORPUS, QUARANTINED, WAITING, Sent
from tests.servers import free_port

LONGEST = 300
"""Seconds in which all must be decided, on a machine ten times slower than ours."""
MOST_OF_A_CHILD = 512 * 1024  # KiB
DECIDED = (Act.DOCUMENT_CHECKED, Act.DOCUMENT_UNFIT, Act.DOCUMENT_QUARANTINE)
SECRETS = (b"SECRET", b"EICAR", b"<script", b"<?php", b"PK\3\4")


@dataclass
class Portal:
    """A portal in a process of its own, and Amina's phone before it."""

    wiring: Wiring
    url: str
    process: subprocess.Popen[str]
    cookie: str
    slowest_pulse: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, str]:
        """Status, body and Location of one answer."""
        host = self.url.removeprefix("http://")
        line = http.client.HTTPConnection(host, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {"Cookie": f"kodutee={self.cookie}", **named})
            answer = line.getresponse()
            self.answers[answer.status] += 1
            return answer.status, answer.read(), answer.headers.get("Location", "")
        finally:
            line.close()

    def send(self, one: Sent, data: bytes) -> int:
        """Send a file as tus wants it; the last status."""
        said = {"filename": one.name, "kind": "passport"}
        told = ",".join(f"{name} {base64.b64encode(word.encode()).decode()}" for name, word in said.items())
        begun, _body, place = self.ask(
            "POST", "/uploads/", Tus_Resumable="1.0.0", Upload_Length=str(len(data)), Upload_Metadata=told
        )
        assert begun == 201
        kind = "application/offset+octet-stream"
        path = place.removeprefix(self.url)
        headers = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": kind}
        return self.ask("PATCH", path, data, **headers)[0]

    def watch(self, stop: threading.Event) -> None:
        """Feel its pulse, all the time."""
        while not stop.wait(0.1):
            began = time.monotonic()
            self.ask("GET", "/health/live")
            self.slowest_pulse = max(self.slowest_pulse, time.monotonic() - began)

    def wait_for_all(self) -> list[Document]:
        """Every document, once the last one is decided."""
        deadline = time.monotonic() + LONGEST
        while True:
            with self.wiring.reading() as session:
                found = list(session.scalars(select(Document).order_by(Document.id)))
            if all(one.state is not DocumentState.CHECKING for one in found):
                return found
            assert time.monotonic() < deadline, "the check does not end"
            time.sleep(0.2)


@pytest.fixture
def portal(keyring: Keyring, clamd_address: str, tmp_path: Path) -> Iterator[Portal]:
    """It runs as long as the test."""
    keyring.save(tmp_path / "keyring.json")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KODUTEE_")},
        "KODUTEE_VAR": str(tmp_path),
        "KODUTEE_PORT": str(free_port()),
        "KODUTEE_CLAMD": clamd_address,
        "KODUTEE_DEMO": "1",
    }
    wiring = wire(Settings.from_environment(environment))
    db.Base.metadata.create_all(wiring.engine)
    with wiring.writing() as session:
        cast = Cast(session)
        cast.case()
        cookie = signed_cookie(create_app(wiring.settings, wiring=wiring), session, cast.amina)
    process = subprocess.Popen(
        [sys.executable, "-m", serve.__spec__.name], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Portal(wiring, process.stdout.readline().strip(), process, cookie)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        wiring.engine.dispose()


def _verdict(document: Document) -> str:
    return str(document.reject_reason or document.state)


def _stored(portal: Portal, folder: Path) -> list[Path]:
    """Every stored part, as it is when it is opened, in files."""
    folder.mkdir()
    with portal.wiring.reading() as session:
        rows = session.execute(select(Document, Part).join(Part, Part.document_id == Document.id)).all()
        for document, part in rows:
            context = documents.part_context(document.id, part.number)
            path = folder / f"{document.id}.{part.number}{mimetypes.guess_extension(part.mime)}"
            path.write_bytes(
                b"".join(portal.wiring.vault.read(part.store_name, key=document.key, context=context))
            )
    return sorted(folder.iterdir())


def _served(portal: Portal, folder: Path, found: list[Document]) -> int:
    """Every document as its sender sees it, beside what is stored; how many answers there were."""
    seen = 0
    for document in found:
        if document.state is not DocumentState.WAITING:
            continue
        for page in (0, 1):
            status, body, _ = portal.ask("GET", f"/en/my/documents/{document.id}/pages/{page}")
            assert (status, body) == (200, next(folder.glob(f"{document.id}.{page}.*")).read_bytes())
            seen += 1
    return seen


def _noted(folder: Path) -> dict[str, object]:
    """What exiftool finds beside what a plain picture or PDF of ours has: by file and tag."""
    told = subprocess.run(
        ["exiftool", "-json", "-G1", "-a", "-ee", "-q", *map(str, sorted(folder.iterdir()))],
        capture_output=True,
        check=False,
        text=True,
    )
    ours = ("System:", "File:", "ExifTool:", "JFIF:", "Composite:", "PDF:", "SourceFile")
    return {
        f"{one['SourceFile']} {tag}": value
        for one in json.loads(told.stdout)
        for tag, value in one.items()
        if not tag.startswith(ours) or tag.endswith(("Comment", "Author", "Creator", "Producer"))
    }


def _seconds(portal: Portal) -> list[float]:
    """How long each check took: one worker decides one after the other."""
    with portal.wiring.reading() as session:
        moments = session.scalars(select(Event.at).where(Event.act.in_(DECIDED)).order_by(Event.at)).all()
    return [(after - before).total_seconds() for before, after in pairwise(moments)]


def test_every_file_has_its_verdict_and_nothing_comes_through(portal, tmp_path, figure):
    data = [one.make() for one in CORPUS]
    stop = threading.Event()
    pulse = threading.Thread(target=portal.watch, args=(stop,))
    pulse.start()

    answered = [portal.send(one, each) for one, each in zip(CORPUS, data, strict=True)]
    found = portal.wait_for_all()
    stop.set()
    pulse.join()

    taken = [one for one in CORPUS if one.verdict != AT_ONCE]
    said = {document.file_name: _verdict(document) for document in found}
    assert len(CORPUS) >= 60
    assert answered == [415 if one.verdict == AT_ONCE else 204 for one in CORPUS]
    assert said == {one.name: one.verdict for one in taken}

    files = _stored(portal, tmp_path / "stored")
    kept = {path.name.split(".")[0] for path in files}
    assert kept == {str(document.id) for document in found if _verdict(document) == WAITING}
    assert [path.name for path in files for word in SECRETS if word in path.read_bytes()] == []
    assert _noted(tmp_path / "stored") == {}
    seen = _served(portal, tmp_path / "stored", found)
    assert not [status for status in portal.answers if status >= 500]

    portal.process.terminate()
    memory = int(portal.process.stdout.read().split()[-1])
    assert memory < MOST_OF_A_CHILD
    verdicts = Counter(one.verdict for one in CORPUS)
    figure(
        f"S8: {len(CORPUS)} files, every verdict as expected ({verdicts[WAITING]} taken, "
        f"{verdicts[QUARANTINED]} malware), 0 answers 500; slowest check {max(_seconds(portal)):.1f} s; "
        f"largest child {memory // 1024} MiB; /health/live at most {portal.slowest_pulse:.2f} s"
    )
    figure(f"S8: 0 bytes of GPS, XMP or comment in {len(files)} stored parts and {seen} served ones")


HOSTILE: dict[str, bytes] = {
    "path": b'filename="../../../etc/passwd.jpg"',
    "path of Windows": b'filename="C:\\\\Windows\\\\..\\\\a.jpg"',
    "zero byte": b'filename="a\0.jpg"',
    "new line": b'filename="a\r\nSet-Cookie: stolen=1\r\nX: .jpg"',
    "quote": b'filename="a\\";x=\\".jpg"',
    "turned around": 'filename="a\u202egpj.exe"'.encode(),
    "no UTF-8": b'filename="\xff\xfe\xfd.jpg"',
    "long": b'filename="' + b"a" * 5000 + b'.jpg"',
    "two names": b"filename=\"a.jpg\"; filename*=UTF-8''%2e%2e%2fb%0d%0a.jpg",
    "markup": b'filename="<script>alert(1)</script>.jpg"',
    "dots": b'filename=".."',
    "spaces": b'filename="   "',
}


def test_names_that_mean_harm_over_a_raw_socket(portal):
    phone = Phone(portal.url, {"kodutee": portal.cookie})
    token = phone.get("/en/my/documents/new").form_token
    picture = CORPUS[0].make()

    statuses = {name: _raw(portal, token, disposition, picture) for name, disposition in HOSTILE.items()}
    found = portal.wait_for_all()

    assert {name: status for name, status in statuses.items() if not 300 <= status < 500} == {}
    for document in found:
        assert document.file_name.isprintable()
        assert "/" not in document.file_name
        assert "\\" not in document.file_name
        assert 0 < len(document.file_name) <= 120
        page = phone.get(f"/en/my/documents/{document.id}/pages/1")
        assert (page.status, page.headers["content-type"]) == (200, "image/jpeg")
        assert page.headers["content-disposition"].isascii()
        assert "stolen" not in page.headers.get("set-cookie", "")
    page = phone.get("/en/my/documents")
    assert page.status == 200
    assert "<script>alert(1)" not in page.body


def _raw(portal: Portal, token: str, disposition: bytes, picture: bytes) -> int:
    """Send a form whose file is named by these very bytes; the status (0: it hung up)."""
    part = b'--xx\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = (
        part % (b"csrf_token", token.encode())
        + part % (b"kind", b"passport")
        + b'--xx\r\nContent-Disposition: form-data; name="file"; '
        + disposition
        + b"\r\nContent-Type: image/jpeg\r\n\r\n"
        + picture
        + b"\r\n--xx--\r\n"
    )
    head = (
        f"POST /en/my/documents/new HTTP/1.1\r\nHost: {portal.url.removeprefix('http://')}\r\n"
        f"Cookie: kodutee={portal.cookie}\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    host, port = portal.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(head + body)
        answer = b""
        while more := line.recv(65536):
            answer += more
    return int(answer.split(b" ", 2)[1]) if answer else 0
