"""What becomes of an uploaded file: a clean copy and pictures of its pages, made by a child process."""

import json
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer
from typing import BinaryIO

MAX_BYTES = 25 * 1024 * 1024
"""The largest file that is looked at."""

WALL_SECONDS = 30.0
_MAX_ANSWER = 256 * 1024 * 1024
"""More than the largest true answer: a file of MAX_BYTES and 200 pictures."""

_KEPT_TYPES = ("image/jpeg", "application/pdf")

# Run by its path and isolated (-I): so it starts without the portal around it, which it would first import,
# and without the environment, in which the portal's own secrets are.
_COMMAND = [sys.executable, "-I", "-B", str(Path(__file__).with_name("decoder.py"))]
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}  # each thread's arena would count against the limit of memory


class Unfitness(StrEnum):
    """Why a file is not taken."""

    NOT_SUPPORTED = "not_supported"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    PASSWORD = "password"  # noqa: S105 - the PDF asks for one
    CHILD_DIED = "child_died"


class Unfit(Exception):
    """The file is not taken, for `reason`."""

    def __init__(self, reason: Unfitness) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Examined:
    """A file as it may be kept and shown.

    `file` is of type `mime`: a photo as a new JPEG, a PDF as a new PDF. `pages` are JPEGs; a photo is its own
    page.
    """

    mime: str
    file: bytes
    preview: bytes
    """The first page, small enough for a list on a slow line."""
    pages: tuple[bytes, ...]


def examine(data: bytes) -> Examined:
    """The clean copy of a JPEG, PNG, WebP, HEIC or PDF file.

    Raises Unfit: NOT_SUPPORTED (none of these), DAMAGED (the decoder does not agree, or the file is cut),
    TOO_LARGE (over 25 MiB or 50 megapixels), TOO_MANY_PAGES (over 200), PASSWORD (the PDF is locked),
    CHILD_DIED (it took over 20 s of processor or 30 s of time, or broke the decoder). Limits: decoder.py.
    """
    if len(data) > MAX_BYTES:
        raise Unfit(Unfitness.TOO_LARGE)
    head, _, body = _decoded(data).partition(b"\n")
    try:
        said = json.loads(head)
        if "unfit" in said:
            raise Unfit(Unfitness(said["unfit"]))
        mime, lengths = said["mime"], [int(length) for length in said["lengths"]]
    except (KeyError, TypeError, ValueError, RecursionError):  # what a broken-in decoder might answer
        raise Unfit(Unfitness.CHILD_DIED) from None
    if mime not in _KEPT_TYPES or len(lengths) < 3 or min(lengths) < 1 or sum(lengths) != len(body):
        raise Unfit(Unfitness.CHILD_DIED)
    file, preview, *pages = _parts(body, lengths)
    return Examined(mime, file, preview, tuple(pages))


def _parts(body: bytes, lengths: list[int]) -> list[bytes]:
    parts, at = [], 0
    for length in lengths:
        parts.append(body[at : at + length])
        at += length
    return parts


def _decoded(data: bytes) -> bytes:
    """Everything the child answers. Raises Unfit if it does not end well."""
    with (
        _in_memory(data) as source,
        Popen(  # noqa: S603 - a script of our own
            _COMMAND, stdin=source, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/"
        ) as child,
    ):
        clock = Timer(WALL_SECONDS, child.kill)
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


def _in_memory(data: bytes) -> BinaryIO:
    """A file that no disk ever sees; unlike a pipe it never waits for its reader."""
    file = os.fdopen(os.memfd_create("document"), "wb+")
    file.write(data)
    file.seek(0)
    return file
