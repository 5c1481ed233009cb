"""What becomes of an uploaded file: a clean copy and pictures of its pages, made by a child process."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import Any, BinaryIO

MAX_BYTES = 25 * 1024 * 1024
"""The largest file that is looked at."""

MAX_SOURCES = 30
"""The most files that become one document."""

WALL_SECONDS, WALL_SECONDS_MORE = 30.0, 5.0
"""For the first file, and for each one more."""
_MAX_ANSWER = 256 * 1024 * 1024
"""More than the largest true answer: a file of MAX_BYTES and 200 pictures."""

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


@dataclass(frozen=True)
class Examined:
    """A document as it may be kept and shown.

    `file` is of type `mime`: a photo as a new JPEG, a PDF or several files as a new PDF. `pages` are JPEGs; a
    photo is its own page.
    """

    mime: str
    file: bytes
    preview: bytes
    """The first page, small enough for a list on a slow line."""
    pages: tuple[bytes, ...]
    hints: tuple[frozenset[Hint], ...] = ()
    """What may make each page hard to read."""


def examine(data: bytes) -> Examined:
    """The clean copy of a JPEG, PNG, WebP, HEIC or PDF file. Raises what `examine_all` raises."""
    return examine_all([data])


def examine_all(sources: Sequence[bytes]) -> Examined:
    """The clean copy of one file, or one PDF of several photos (or PDFs), their pages in this order.

    Raises Unfit: NOT_SUPPORTED (none of the kinds taken), DAMAGED (the decoder does not agree, or it is cut),
    TOO_LARGE (over 25 MiB or 50 megapixels, a WebP over 20; or it needs over 512 MiB of memory),
    TOO_MANY_PAGES (over 200 in all), PASSWORD (the PDF is locked), CHILD_DIED (it took over 20 s of processor
    or 30 s of time, 5 s more for each further file, or broke the decoder). Raises ValueError for no file and
    for more than MAX_SOURCES.
    """
    if not 0 < len(sources) <= MAX_SOURCES:
        raise ValueError(f"{len(sources)} files")
    for number, data in enumerate(sources):
        if len(data) > MAX_BYTES:
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


def _understood(answer: bytes) -> tuple[list[bytes], dict[str, Any]]:
    """The parts of an answer, and what is said about them (child.py). Raises Unfit for nonsense."""
    parts, at = [], 0
    try:
        while length := int(answer[at : (line := answer.index(b"\n", at))]):
            at = line + 1 + length
            parts.append(answer[line + 1 : at])
            if length < 0 or at > len(answer):
                raise ValueError(length)
        said = json.loads(answer[line + 1 :])
    except (ValueError, RecursionError):
        raise Unfit(Unfitness.CHILD_DIED) from None
    if not isinstance(said, dict):
        raise Unfit(Unfitness.CHILD_DIED)
    return parts, said


def _decoded(sources: Sequence[bytes]) -> bytes:
    """Everything the child answers. Raises Unfit if it does not end well."""
    with (
        _in_memory(sources) as source,
        Popen(  # noqa: S603 - a program of our own
            _COMMAND, stdin=source, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/"
        ) as child,
    ):
        clock = Timer(WALL_SECONDS + WALL_SECONDS_MORE * (len(sources) - 1), child.kill)
        clock.start()
        try:
            answer = child.stdout.read(_MAX_ANSWER + 1) if child.stdout else b""
            if len(answer) > _MAX_ANSWER:
                child.kill()
            child.wait()
        finally:
            clock.cancel()
            child.kill()
    if child.returncode != 0:
        raise Unfit(Unfitness.CHILD_DIED)
    return answer


def _in_memory(sources: Sequence[bytes]) -> BinaryIO:
    """A file that no disk ever sees; unlike a pipe it never waits for its reader."""
    file = os.fdopen(os.memfd_create("document"), "wb+")
    file.write(json.dumps({"lengths": [len(data) for data in sources]}).encode() + b"\n")
    file.writelines(sources)
    file.flush()
    file.seek(0)
    return file
