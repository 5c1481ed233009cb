"""The web server of the small size: how it ends."""

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import pytest
from flask import Flask, request

from portal import server

HEADER = b"SQLite format 3\0"
ANSWER = "whole"


@pytest.fixture
def going_on() -> threading.Event:
    """Until it is set, `/slow` does not answer."""
    return threading.Event()


@pytest.fixture
def arrived() -> Queue[str]:
    """The path of each request, as it comes in."""
    return Queue()


@pytest.fixture
def app(going_on: threading.Event, arrived: Queue[str]) -> Flask:
    """A portal of two pages: one that takes long, and one longer than a phone reads at once."""
    app = Flask("portal")
    app.before_request(lambda: arrived.put(request.path))
    app.add_url_rule("/slow", "slow", lambda: (going_on.wait(30), ANSWER)[1])
    app.add_url_rule("/long", "long", lambda: b"x" * server.MOST_ANSWER)
    return app


def call(url: str, path: str) -> socket.socket:
    """A call to the portal that has asked and not listened yet."""
    at = urlsplit(url)
    line = socket.create_connection((at.hostname, at.port), timeout=30)
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


def test_an_answer_under_way_is_given_whole(app, going_on, arrived):
    with ThreadPoolExecutor() as phones, server.serving(app, "127.0.0.1", 0) as url:
        lines = [call(url, path) for path in ("/slow", "/long")]
        assert {arrived.get(timeout=30) for _ in lines} == {"/slow", "/long"}
        going_on.set()
        slow, long = (phones.submit(heard, line) for line in lines)

    assert slow.result().endswith(ANSWER.encode())
    assert len(long.result()) > server.MOST_ANSWER


def test_a_request_that_outlives_the_server_writes_into_no_file_opened_since(
    app, going_on, arrived, tmp_path, monkeypatch
):
    """It would wake the server through a number that may by now be that of a database."""
    monkeypatch.setattr(server, "DRAIN", 0.2)
    before = threads()
    with server.serving(app, "127.0.0.1", 0) as url:
        line = call(url, "/slow")
        arrived.get(timeout=30)
    opened = files_below(tmp_path, 20)
    going_on.set()
    for one in threads() - before:
        one.join(30)

    for number in opened:
        os.close(number)
    assert {file.read_bytes() for file in tmp_path.iterdir()} == {HEADER}
    assert threads() <= before
    assert heard(line) == b""
