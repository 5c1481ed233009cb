"""What becomes of an uploaded file: a clean copy and pictures of its pages, made by a child process."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import IO, Any

from portal.adapters import scratch

MAX_BYTES = 25 * 1024 * 1024
"""The largest file that is looked at."""

MAX_SOURCES = 30
"""The most files that become one document."""

WALL_SECONDS, WALL_SECONDS_MORE = 30.0, 5.0
"""For the first file, and for each one more."""
_MAX_ANSWER = 256 * 1024 * 1024
"""More than the largest true answer: a file of MAX_BYTES and 200 pictures."""
_MAX_SAID, _MAX_LINE = 1024 * 1024, 32
_HEAD = 4096
"""Bytes before the first file; what is said of them all stands there."""
_BLOCK = 256 * 1024

_KEPT_TYPES = ("image/jpeg", "application/pdf")

# Isolated (-I), and without the environment, in which the portal's own secrets are. The packages around the
# child's own are empty ones: so it starts without the rest of the portal, which they would bring along.
_START = """
import sys, types
for name, folder in zip(("portal", "portal.adapters"), sys.argv[1:]):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [folder]
from portal.adapters.decoding.child import main
main()
"""
_HERE = Path(__file__).parent
_COMMAND = [sys.executable, "-I", "-B", "-c", _START, str(_HERE.parent), str(_HERE)]
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}  # each thread's arena would count against the limit of memory


class Unfitness(StrEnum):
    """Why a file is not taken."""

    NOT_SUPPORTED = "not_supported"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    PASSWORD = "password"  # noqa: S105 - the PDF asks for one
    CHILD_DIED = "child_died"


class Hint(StrEnum):
    """Why a page may be hard to read: a guess, never a reason to refuse it."""

    BLURRED = "blurred"
    DARK = "dark"
    GLARE = "glare"
    CUT = "cut"
    SMALL = "small"


class Unfit(Exception):
    """The file is not taken, for `reason`; of several it was the one numbered `source`, from 0."""

    def __init__(self, reason: Unfitness, source: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source


class Sources:
    """The files that become one document, in memory that no disk ever sees: for the child, and to read again.

    To be closed. What their blocks raise passes through.
    """

    def __init__(self, sources: Iterable[Iterable[bytes]]) -> None:
        self._lengths: list[int] = []
        self._file = os.fdopen(
            os.memfd_create("document"), "wb+"
        )  # unlike a pipe it never waits for its reader
        try:
            self._file.seek(_HEAD)
            for blocks in sources:
                self._lengths.append(sum(map(self._file.write, blocks)))
            self._file.flush()
        except BaseException:
            self._file.close()
            raise
        said = json.dumps({"lengths": self._lengths}).encode()
        os.pwrite(self._file.fileno(), said.ljust(_HEAD - 1) + b"\n", 0)

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator["Run"]:
        """The files, each to be read in blocks."""
        at = _HEAD
        for length in self._lengths:
            yield Run(self._file, at, length)
            at += length

    def fileno(self) -> int:
        """What the child reads."""
        return self._file.fileno()

    def close(self) -> None:
        """Forget them."""
        self._file.close()


@dataclass(frozen=True)
class Run:
    """A run of bytes of a file, read in blocks, as often as wanted."""

    file: IO[bytes]
    start: int
    size: int

    def __iter__(self) -> Iterator[bytes]:
        for at in range(self.start, self.start + self.size, _BLOCK):
            self.file.seek(at)
            yield self.file.read(min(_BLOCK, self.start + self.size - at))

    def whole(self) -> bytes:
        """All of it at once."""
        return b"".join(self)


@dataclass(frozen=True)
class Examined:
    """A document as it may be kept and shown.

    `file` is of type `mime`: a photo as a new JPEG, a PDF or several files as a new PDF. `pages` are JPEGs; a
    photo is its own page.
    """

    mime: str
    file: Run
    preview: Run
    """The first page, small enough for a list on a slow line."""
    pages: tuple[Run, ...]
    hints: tuple[frozenset[Hint], ...] = ()
    """What may make each page hard to read."""


def examine(data: bytes) -> Examined:
    """The clean copy of a JPEG, PNG, WebP, HEIC or PDF file. Raises what `examine_all` raises."""
    with closing(Sources([[data]])) as sources:
        return examine_all(sources)


def examine_all(sources: Sources) -> Examined:
    """The clean copy of one file, or one PDF of several photos (or PDFs), their pages in this order.

    Raises Unfit: NOT_SUPPORTED (none of the kinds taken), DAMAGED (the decoder does not agree, or it is cut),
    TOO_LARGE (over 25 MiB or 50 megapixels, a WebP over 20; or it needs over 512 MiB of memory),
    TOO_MANY_PAGES (over 200 in all), PASSWORD (the PDF is locked), CHILD_DIED (it took over 20 s of processor
    or 30 s of time, 5 s more for each further file, or broke the decoder). Raises ValueError for no file and
    for more than MAX_SOURCES.
    """
    if not 0 < len(sources) <= MAX_SOURCES:
        raise ValueError(f"{len(sources)} files")
    for number, source in enumerate(sources):
        if source.size > MAX_BYTES:
            raise Unfit(Unfitness.TOO_LARGE, number)
    parts, said = _understood(_decoded(sources))
    try:
        if "unfit" in said:
            raise Unfit(Unfitness(said["unfit"]), int(said["source"]))
        mime, hints = said["mime"], tuple(frozenset(map(Hint, page)) for page in said["hints"])
    except (KeyError, TypeError, ValueError):  # what a broken-in decoder might answer
        raise Unfit(Unfitness.CHILD_DIED) from None
    if mime not in _KEPT_TYPES or len(parts) != len(hints) + 2 or not hints:
        raise Unfit(Unfitness.CHILD_DIED)
    *pages, preview, file = parts
    return Examined(mime, file, preview, tuple(pages), hints)


def _understood(answer: IO[bytes]) -> tuple[list[Run], dict[str, Any]]:
    """The parts of an answer, and what is said about them (child.py). Raises Unfit for nonsense."""
    parts, end = [], answer.seek(0, os.SEEK_END)
    try:
        length, at = _line(answer, 0)
        while length:
            parts.append(Run(answer, at, length))
            if length < 0 or at + length > end:
                raise ValueError(length)
            length, at = _line(answer, at + length)
        answer.seek(at)
        said = json.loads(answer.read(_MAX_SAID))
    except (ValueError, RecursionError):
        raise Unfit(Unfitness.CHILD_DIED) from None
    if not isinstance(said, dict):
        raise Unfit(Unfitness.CHILD_DIED)
    return parts, said


def _line(answer: IO[bytes], at: int) -> tuple[int, int]:
    """The number in the line that begins there, and where it ends."""
    answer.seek(at)
    line, end, _rest = answer.read(_MAX_LINE).partition(b"\n")
    if not end:
        raise ValueError(line)
    return int(line), at + len(line) + 1


def _decoded(sources: Sources) -> IO[bytes]:
    """Everything the child answers, sealed: its pages may be many. Raises Unfit if it does not end well."""
    answer = scratch.room(None)
    with Popen(  # noqa: S603 - a program of our own
        _COMMAND, stdin=sources.fileno(), stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/"
    ) as child:
        clock = Timer(WALL_SECONDS + WALL_SECONDS_MORE * (len(sources) - 1), child.kill)
        clock.start()
        try:
            while child.stdout and (block := child.stdout.read(_BLOCK)):
                answer.write(block)
                if answer.tell() > _MAX_ANSWER:
                    child.kill()
                    break
            child.wait()
        finally:
            clock.cancel()
            child.kill()
    if child.returncode != 0:
        raise Unfit(Unfitness.CHILD_DIED)
    return answer
