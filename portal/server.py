"""The web server of the small size: waitress in one process, with the worker beside it."""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.buffers import FileBasedBuffer, OverflowableBuffer, TempfileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask
from waitress.wasyncore import dispatcher

from portal import jobs
from portal.adapters import scratch
from portal.adapters.scratch import Scratch
from portal.web.headers import HEADERS
from portal.wiring import Wiring

log = logging.getLogger("portal.server")

MOST_BODY = 27 * 1024 * 1024
MOST_ANSWER = 27 * 1024 * 1024
"""Bytes of an answer that stay in memory: nothing personal spills into a temporary file."""
DRAIN = 20.0


class _Refusal(ErrorTask):
    """What the server says itself to a request that it cannot read: guarded like every other answer."""

    def execute(self) -> None:
        self.response_headers.extend([*HEADERS.items(), ("Cache-Control", "no-store")])
        super().execute()


class _Sealed(TempfileBasedBuffer):
    def newfile(self) -> Scratch:
        return Scratch()


class _Body(OverflowableBuffer):
    """What a phone has sent so far: a little in memory, and more of it sealed on the disk."""

    buf: FileBasedBuffer | None

    def _set_large_buffer(self) -> None:
        small, self.buf = self.buf, _Sealed(self.buf)
        if small is not None:
            small.close()
        self.overflowed = True


class _Parser(HTTPRequestParser):
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = _Body(scratch.IN_MEMORY)


class _Channel(HTTPChannel):
    error_task_class = _Refusal
    parser_class = _Parser


@contextmanager
def serving(app: Flask, host: str, port: int) -> Iterator[str]:
    """The portal, answering at the address that is yielded; what is under way is finished first."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=8,
        ident=None,
        connection_limit=2000,
        asyncore_use_poll=True,
        channel_timeout=30,
        cleanup_interval=5,
        max_request_body_size=MOST_BODY,
        outbuf_overflow=MOST_ANSWER,
        recv_bytes=65536,
        clear_untrusted_proxy_headers=False,
    )
    server.channel_class = _Channel
    loop = threading.Thread(target=server.run, name="web", daemon=True)
    loop.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        _end(server, loop)


def _end(server: BaseWSGIServer, loop: threading.Thread) -> None:
    """Let nobody in any more, let those within finish, then close what the server has open.

    By `server.close` alone it closes a pipe that its threads wake it through. Whoever finishes a moment later
    writes one byte to the number of that pipe, which may be the number of the database by then.
    """
    server.accepting = False
    end = time.monotonic() + DRAIN
    while time.monotonic() < end and any(map(_is_busy, list(server.active_channels.values()))):
        time.sleep(0.02)
    server.task_dispatcher.shutdown(timeout=max(end - time.monotonic(), 1))
    server.trigger.pull_trigger(lambda: _close(server))
    loop.join(DRAIN)


def _close(server: BaseWSGIServer) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    if server.task_dispatcher.threads:  # they may still write to the pipe: that stays open
        dispatcher.close(server.trigger)
        dispatcher.close(server)
    else:
        server.close()


def _is_busy(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


@contextmanager
def working(wiring: Wiring) -> Iterator[None]:
    """A worker in a thread of its own; its last job is finished first."""
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=(wiring, stop), name="worker", daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(DRAIN)


def wait_for_the_end() -> None:
    """Until the process is asked to stop (SIGTERM, SIGINT)."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
