"""Senders that mean no good, and two at once, at a real server: over a raw socket, byte for byte."""

import base64
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.domain.papers.uploads import Chunk, Upload
from tests.browsers import Phone, signed_cookie
from tests.portals import RunningPortal, portal_server
from tests.samples import photo

PHOTO = photo(side=400)
SENDERS = 12


@pytest.fixture
def portal(wiring) -> Iterator[RunningPortal]:
    with portal_server(wiring) as running:
        yield running


@pytest.fixture
def cookie(portal, cast, session) -> bytes:
    cast.case()
    return f"kodutee={signed_cookie(portal.app, session, cast.amina)}".encode()


def _raw(portal: RunningPortal, cookie: bytes, line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    """What the server answers to exactly these bytes; nothing when it hangs up."""
    head = (line, b"Host: localhost", b"Cookie: " + cookie, b"Connection: close", *headers)
    answer = b""
    with (
        socket.create_connection(("127.0.0.1", portal.port), timeout=30) as line_to,
        suppress(ConnectionError),  # it need not hear all of it
    ):
        line_to.sendall(b"\r\n".join(head) + b"\r\n\r\n" + body)
        while came := line_to.recv(65536):
            answer += came
    return answer


def _status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(found[1]) if found else 0


def _create(portal: RunningPortal, cookie: bytes, name: bytes, *, length: int = len(PHOTO)) -> bytes:
    said = b"kind " + base64.b64encode(b"passport") + b",filename " + base64.b64encode(name)
    about = (b"Upload-Length: %d" % length, b"Upload-Metadata: " + said, b"Content-Length: 0")
    return _raw(portal, cookie, b"POST /uploads/ HTTP/1.1", b"Tus-Resumable: 1.0.0", *about)


NAMES = {
    b"../../../etc/passwd": "passwd",
    b"C:\\Windows\\system32\\cmd.exe": "cmd.exe",
    b"photo.jpg\r\nSet-Cookie: kodutee=1": "photo.jpgSet-Cookie: kodutee=1",
    b"a\x00b.jpg": "ab.jpg",
    "photo\u202egpj.exe".encode(): "photogpj.exe",
    "جواز السفر.jpg".encode(): "جواز السفر.jpg",
    "ፓስፖርት.pdf".encode(): "ፓስፖርት.pdf",
    b"\xff\xfe\x80": "\ufffd\ufffd\ufffd",
    b"<img src=x onerror=alert(1)>": "<img src=x onerror=alert(1)>",
    b"x" * 3000 + b".jpg": "x" * 116 + ".jpg",
    b"\x1b[2J\x07": "[2J",
    b"": "file",
    b"/": "file",
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whatever_a_file_is_called_its_name_is_harmless_and_the_server_goes_on(portal, cookie, wiring):
    answers = [_create(portal, cookie, name) for name in NAMES]

    assert {_status(answer) for answer in answers} == {201}
    assert [answer for answer in answers if b"\r\nset-cookie: kodutee=1" in answer.lower()] == []
    with wiring.reading() as session:
        kept = [upload.file_name for upload in session.scalars(select(Upload).order_by(Upload.id))]
    assert kept == list(NAMES.values())
    page = Phone(portal.url, {"kodutee": cookie.decode().partition("=")[2]}).get("/en/my/documents")
    assert (page.status, "<img src=x" in page.body, "&lt;img src=x" in page.body) == (200, False, True)


TUS = b"Tus-Resumable: 1.0.0"
OCTETS = b"Content-Type: application/offset+octet-stream"
KIND = b"Upload-Metadata: kind cGFzc3BvcnQ="
HOSTILE = {
    "no length": (b"POST /uploads/ HTTP/1.1", TUS, KIND),
    "deferred length": (b"POST /uploads/ HTTP/1.1", TUS, KIND, b"Upload-Defer-Length: 1"),
    "two lengths": (b"POST /uploads/ HTTP/1.1", TUS, KIND, b"Upload-Length: 5", b"Upload-Length: 6"),
    "a length with a zero byte": (b"POST /uploads/ HTTP/1.1", TUS, KIND, b"Upload-Length: 5\x00"),
    "a length in other digits": (b"POST /uploads/ HTTP/1.1", TUS, KIND, "Upload-Length: ٣".encode()),
    "a length beyond all": (b"POST /uploads/ HTTP/1.1", TUS, KIND, b"Upload-Length: " + b"9" * 4000),
    "metadata of Latin letters": (
        b"POST /uploads/ HTTP/1.1",
        TUS,
        b"Upload-Length: 5",
        b"Upload-Metadata: \xe9 \xff",
    ),
    "metadata without end": (
        b"POST /uploads/ HTTP/1.1",
        TUS,
        b"Upload-Length: 5",
        b"Upload-Metadata: x" + b",x" * 20000,
    ),
    "a header without end": (b"POST /uploads/ HTTP/1.1", TUS, b"X: " + b"x" * 400_000),
    "a kind that is a path": (
        b"POST /uploads/ HTTP/1.1",
        TUS,
        b"Upload-Length: 5",
        b"Upload-Metadata: kind Li4vLi4=",
    ),
    "a broken header": (b"POST /uploads/ HTTP/1.1", TUS, b"Upload-Length : 5", b"nonsense"),
    "a token that is a path": (b"PATCH /uploads/..%2f..%2fetc HTTP/1.1", TUS, OCTETS, b"Upload-Offset: 0"),
    "a token of other bytes": (b"PATCH /uploads/%ff%00%0d%0a HTTP/1.1", TUS, OCTETS, b"Upload-Offset: 0"),
    "a token without end": (b"HEAD /uploads/" + b"a" * 9000 + b" HTTP/1.1", TUS),
    "a method of no kind": (b"BREW /uploads/x HTTP/1.1", TUS),
    "a method in a header": (b"POST /uploads/x HTTP/1.1", TUS, b"X-HTTP-Method-Override: CONNECT"),
    "no protocol": (b"PATCH /uploads/x", TUS, OCTETS, b"Upload-Offset: 0"),
    "two ways to count": (
        b"PATCH /uploads/x HTTP/1.1",
        TUS,
        OCTETS,
        b"Upload-Offset: 0",
        b"Content-Length: 4",
        b"Transfer-Encoding: chunked",
        b"",
        b"0",
    ),
    "less than nothing": (
        b"PATCH /uploads/x HTTP/1.1",
        TUS,
        OCTETS,
        b"Upload-Offset: 0",
        b"Content-Length: -1",
    ),
    "more than there can be": (
        b"PATCH /uploads/x HTTP/1.1",
        TUS,
        OCTETS,
        b"Upload-Offset: 0",
        b"Content-Length: " + b"9" * 30,
    ),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_request_however_odd_is_a_fault_of_the_server(portal, cookie, wiring):
    statuses = {name: _status(_raw(portal, cookie, *parts)) for name, parts in HOSTILE.items()}

    assert {name: status for name, status in statuses.items() if status and not 400 <= status < 500} == {}
    with wiring.reading() as session:
        assert session.scalars(select(Upload)).all() == []
    assert Phone(portal.url).get("/health/live").status == 200


def test_of_many_who_send_the_same_bytes_at_once_one_is_heard_and_the_others_told_so(portal, cookie, wiring):
    address = re.search(rb"\r\n[Ll]ocation: (\S+)", _create(portal, cookie, b"photo.jpg"))[1]
    line = b"PATCH " + urlsplit(address).path + b" HTTP/1.1"
    about = (TUS, OCTETS, b"Upload-Offset: 0", b"Content-Length: %d" % len(PHOTO))
    answers: list[int] = []
    gate = threading.Barrier(SENDERS)

    def send() -> None:
        gate.wait()
        answers.append(_status(_raw(portal, cookie, line, *about, body=PHOTO)))

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join(60)

    assert (len(answers), answers.count(204), set(answers) - {204, 409, 423}) == (SENDERS, 1, set())
    with wiring.reading() as session:
        upload = session.scalars(select(Upload)).one()
        assert (upload.received, upload.length) == (len(PHOTO), len(PHOTO))
        assert len(session.scalars(select(Chunk).where(Chunk.upload_id == upload.id)).all()) <= 1
