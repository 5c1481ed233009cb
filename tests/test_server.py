"""The web server of the small size: how it ends."""

import os
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from portal import server

HEADER = b"SQLite format 3\0"
ANSWER = "whole"


@pytest.fixture
def going_on() -> threading.Event:
    """Until it is set, `/slow` does not answer."""
    return threading.Event()


@pytest.fixture
def app(going_on: threading.Event) -> Flask:
    """A portal of two pages: one that takes long, and one longer than a phone reads at once."""
    app = Flask("portal")
    app.add_url_rule("/slow", "slow", lambda: (going_on.wait(10), ANSWER)[1])
    app.add_url_rule("/long", "long", lambda: b"x" * server.MOST_ANSWER)
    return app


def call(url: str, path: str) -> socket.socket:
    """A call to the portal that has asked and not listened yet."""
    at = urlsplit(url)
    line = socket.create_connection((at.hostname, at.port), timeout=10)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n".encode())
    return line


def heard(line: socket.socket) -> bytes:
    with line:
        return b"".join(iter(lambda: line.recv(65536), b""))


def threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.name.startswith(("web", "waitress"))}


def files_below(folder: Path, number: int) -> list[int]:
    """Files that each begin like a database, open under the numbers that are free now."""
    opened = []
    for name in range(number):
        (folder / str(name)).write_bytes(HEADER)
        opened.append(os.open(folder / str(name), os.O_RDWR))
    return opened


def test_nothing_of_the_server_is_left(app):
    before = threads()
    with server.serving(app, "127.0.0.1", 0) as url:
        assert threads() > before
    assert threads() <= before

    with pytest.raises(ConnectionRefusedError):
        call(url, "/slow")


def test_an_answer_under_way_is_given_whole(app, going_on):
    with server.serving(app, "127.0.0.1", 0) as url:
        slow, long = call(url, "/slow"), call(url, "/long")
        answers: list[bytes] = []
        time.sleep(0.3)  # both have arrived
        listens = threading.Thread(target=lambda: answers.extend([heard(slow), heard(long)]))
        threading.Timer(0.3, lambda: (going_on.set(), listens.start())).start()
    listens.join()

    assert answers[0].endswith(ANSWER.encode())
    assert len(answers[1]) > server.MOST_ANSWER


def test_a_request_that_outlives_the_server_writes_into_no_file_opened_since(
    app, going_on, tmp_path, monkeypatch
):
    """It would wake the server through a number that may by now be that of a database."""
    monkeypatch.setattr(server, "DRAIN", 0.2)
    before = threads()
    with server.serving(app, "127.0.0.1", 0) as url:
        line = call(url, "/slow")
        time.sleep(0.3)
    opened = files_below(tmp_path, 20)
    going_on.set()
    for _ in range(100):
        if threads() <= before:
            break
        time.sleep(0.05)

    for number in opened:
        os.close(number)
    assert {file.read_bytes() for file in tmp_path.iterdir()} == {HEADER}
    assert threads() <= before
    assert heard(line) == b""
