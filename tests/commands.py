"""The `portal` command in a process of its own, one that need not import the portal first.

To import it takes two seconds of a processor, and the tests of faults start it anew two dozen times. So one
process of a worker imports it and does nothing else; each command is forked from that, with an environment of
its own, and can be killed like any other. tests/test_cli.py also starts it all the way, as its keeper does.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TextIO

from portal import cli
from tests.project import ROOT

LARGEST = 1_000_000
"""Bytes of an environment and its arguments."""
SECONDS = 120


class Command:
    """A command that is running; what it prints is at `stdout`."""

    def __init__(self, environment: Mapping[str, str], arguments: tuple[str, ...], stderr: int) -> None:
        self._said, report = socket.socketpair(type=socket.SOCK_SEQPACKET)
        reads, writes = os.pipe()
        asked = json.dumps([dict(environment), arguments]).encode()
        socket.send_fds(_nursery(), [asked], [writes, stderr, report.fileno()])
        os.close(writes)
        report.close()
        self.stdout: TextIO = os.fdopen(reads)
        self._said.settimeout(SECONDS)
        self.pid = int(self._said.recv(100))

    def send_signal(self, number: signal.Signals) -> None:
        """Tell it something."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """How it ended: its answer, or less than nothing by a signal."""
        with self._said:
            return int(self._said.recv(100))


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`portal ARGUMENTS`, to its end."""
    with tempfile.TemporaryFile("w+") as errors:
        command = Command(environment, arguments, errors.fileno())
        with command.stdout:
            printed = command.stdout.read()
        ended = command.wait()
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, ended, printed, errors.read())


def start(environment: Mapping[str, str], *arguments: str) -> Command:
    """`portal ARGUMENTS`, which goes on."""
    return Command(environment, arguments, sys.__stderr__.fileno())


@cache
def _nursery() -> socket.socket:
    here, there = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with there:
        door = there.fileno()
        child = subprocess.Popen([sys.executable, "-m", __name__, str(door)], cwd=ROOT, pass_fds=[door])

    def close() -> None:
        here.close()
        child.wait()

    atexit.register(close)
    return here


# --- In the other process -------------------------------------------------------------


def _nurse(number: int) -> None:
    """Fork a command for each that is asked for, until nobody can ask any more."""
    with socket.socket(fileno=number) as door:
        while True:
            asked, given, _flags, _who = socket.recv_fds(door, LARGEST, 3)
            if not asked:
                break
            if os.fork() == 0:
                door.close()
                _mind(*json.loads(asked), *given)
            for one in given:
                os.close(one)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass  # whoever has ended since


def _mind(environment: dict[str, str], arguments: list[str], stdout: int, stderr: int, report: int) -> None:
    """Fork the command, tell its number, and how it ended."""
    child = os.fork()
    if child == 0:
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        for one in (stdout, stderr, report):
            os.close(one)
        os.environ.clear()
        os.environ.update(environment)
        sys.exit(cli.main(arguments))
    os.close(stdout)
    os.close(stderr)
    os.write(report, str(child).encode())
    _child, status = os.waitpid(child, 0)
    os.write(report, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


if __name__ == "__main__":
    _nurse(int(sys.argv[1]))
