"""The child process: it gives up what a decoder does not need, reads files, and answers what is made of them.

Its input begins with one line of JSON, `{"lengths": [...]}`, followed by so many files of these lengths. Its
output is parts, each a line with its length and those bytes; then the line `0`; then one line of JSON:
`{"mime": ..., "hints": [[a Hint, ...] for each page]}`: the parts are the pictures of the pages, the preview
and the file; or `{"unfit": an Unfitness, "source": which of the files, from 0}`: the parts are worth nothing.
"""

import json
import math
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from portal.adapters.decoding import legibility, photos
from portal.adapters.decoding.kinds import MAX_PAGES, Unfit, sniffed

MEMORY = 512 * 1024**2
CPU_SECONDS, CPU_SECONDS_MORE = 20, 5
"""For the first file, and for each one more."""
FOR_A_PHOTO, FOR_A_PDF, FOR_A_PAGE = 10, 4, 3
"""Seconds of processor for one photo, for copying a PDF, and for drawing one of its pages."""

_LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,
}

_INPUT, _OUTPUT = 0, 1


@dataclass
class Answer:
    """What has been found so far; pictures of pages leave at once, so that no more than one is held."""

    hints: list[list[str]] = field(default_factory=list)
    preview: bytes = b""
    files: list[tuple[str, bytes, tuple[int, int]]] = field(default_factory=list)

    def page(self, image: Image.Image, jpeg: bytes, *, is_photo: bool) -> None:
        """Say how one page looks."""
        if len(self.hints) == MAX_PAGES:
            raise Unfit("too_many_pages")
        self.hints.append(legibility.hints(image, is_photo=is_photo))
        self.preview = self.preview or photos.preview(image)
        _say(jpeg)

    def end(self) -> dict[str, Any]:
        """Say the preview and the file to keep; what to say about them."""
        mime, file, _size = self.files[0]
        if len(self.files) > 1:
            from portal.adapters.decoding import pdfs  # noqa: PLC0415 - see _pdf

            mime, file = "application/pdf", pdfs.bound(self.files)
        _say(self.preview)
        _say(file)
        return {"mime": mime, "hints": self.hints}


def _say(part: bytes) -> None:
    sys.stdout.buffer.write(b"%d\n" % len(part))
    sys.stdout.buffer.write(part)


def examine(data: bytes, answer: Answer) -> None:
    """Look at one file and add to the answer. Raises Unfit."""
    try:
        mime = sniffed(data)
        if mime == "application/pdf":
            _pdf(data, answer)
        else:
            _photo(data, mime, answer)
    except Unfit:
        raise
    except MemoryError:
        raise Unfit("too_large") from None
    except Exception as fault:  # decoders raise anything at all over a broken file
        raise Unfit("damaged") from fault


def _photo(data: bytes, mime: str, answer: Answer) -> None:
    _allow(FOR_A_PHOTO)
    shown = photos.photo(data, mime)
    jpeg = photos.as_jpeg(shown, quality=85)
    answer.files.append(("image/jpeg", jpeg, shown.size))
    answer.page(shown, jpeg, is_photo=True)


def _pdf(data: bytes, answer: Answer) -> None:
    # A photo needs no reader of PDFs: less to load, and to attack.
    from portal.adapters.decoding import pdfs  # noqa: PLC0415

    _allow(FOR_A_PDF)
    clean = pdfs.copied(data)
    _allow(FOR_A_PAGE)
    for shown in pdfs.pictures(clean):
        _allow(FOR_A_PAGE)
        answer.page(shown, photos.as_jpeg(shown, quality=80), is_photo=False)
    answer.files.append(("application/pdf", clean, (0, 0)))


def _allow(seconds: int) -> None:
    """From now on so much of the processor and no more: then the process ends, and nobody waits for it."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = math.ceil(spent.ru_utime + spent.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard < 0 else min(until, hard), hard))


def _files(lengths: list[int], at: int) -> Iterator[bytes]:
    """The files on the input, one at a time; read(2) gives at most 2 GiB, which is more than they have."""
    for length in lengths:
        yield os.pread(_INPUT, length, at)
        at += length


def _limit(number: int) -> None:
    cpu = CPU_SECONDS + CPU_SECONDS_MORE * (number - 1)
    for limit, value in (_LIMITS | {resource.RLIMIT_CPU: cpu}).items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def main() -> None:
    """Answer for the files on the input."""
    first = os.pread(_INPUT, 65536, 0).partition(b"\n")[0]
    lengths = json.loads(first)["lengths"]
    _limit(len(lengths))
    answer = Answer()
    try:
        for data in _files(lengths, len(first) + 1):
            examine(data, answer)
        said = answer.end()
    except Unfit as unfit:
        said = {"unfit": str(unfit), "source": min(len(answer.files), len(lengths) - 1)}
    sys.stdout.buffer.write(b"0\n" + json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.flush()
