"""Style sheet, scripts and pictures, published under hashed names so that they are kept for ever."""

import gzip
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self
from wsgiref.headers import Headers
from wsgiref.types import WSGIApplication

import brotli
from whitenoise import WhiteNoise

PREFIX = "/static/"
PUBLISHED = {".css", ".js", ".svg"}
"""What is published; a checksum or a README beside a vendored file is not."""

DIGEST = 8
"""Hexadecimal digits of the hash: every page carries them six times."""
COMMENTED = {".css": rb"/\*.*?\*/\s*", ".js": rb"^ */\*.*?\*/$\s*"}
"""Comments; those of a script on lines of their own."""
SPOKEN = re.compile(r'\b_\("([^"]*)"\)')
"""What a script says to people: it is published once for each language, with the words in their place."""

Voices = Mapping[str, Callable[[str], str]]
"""How each language says an English sentence, by its code."""


class Statics:
    """The published files of one start of the portal: where they lie, and at which addresses."""

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self._folder = folder
        self._addresses = addresses

    @classmethod
    def build(cls, source: Path, target: Path, voices: Voices | None = None) -> Self:
        """Publish the files below `source` into `target`, each plain, gzip and brotli.

        What is there already stays, also from earlier versions: a page opened before an upgrade
        still asks for its own style.
        """
        files = sorted(file for file in source.rglob("*") if file.suffix in PUBLISHED)
        addresses = {}
        for file in files:
            name = file.relative_to(source)
            for language, content in _spoken(_lean(file), voices or {}):
                digest = hashlib.sha256(content).hexdigest()[:DIGEST]
                hashed = name.with_suffix(f"{language}.{digest}{name.suffix}")
                _publish(content, target / hashed, drafts=target.parent)
                addresses[name.as_posix() + language] = PREFIX + hashed.as_posix()
        return cls(target, addresses)

    def url(self, name: str, language: str = "") -> str:
        """The address of the file `name`, as it is called in the source, for pages in this language.

        Raises KeyError for no file.
        """
        return self._addresses.get(f"{name}.{language}") or self._addresses[name]

    def wrap(self, app: WSGIApplication, headers: Mapping[str, str]) -> WSGIApplication:
        """`app` with the published files in front of it; each of them is answered with `headers`."""

        def add_headers(answer: Headers, path: str, url: str) -> None:
            for name, value in headers.items():
                answer[name] = value

        wrapped: WSGIApplication = WhiteNoise(
            app,
            root=self._folder,
            prefix=PREFIX,
            immutable_file_test=lambda path, url: True,
            allow_all_origins=False,
            add_headers_function=add_headers,
        )
        return wrapped


def _lean(file: Path) -> bytes:
    """The content as it is sent: a style sheet or script of ours goes without its comments, a tenth of it."""
    content = file.read_bytes()
    if "vendor" in file.parts or file.suffix not in COMMENTED:
        return content
    return re.sub(COMMENTED[file.suffix], b"", content, flags=re.DOTALL | re.MULTILINE)


def _spoken(content: bytes, voices: Voices) -> Iterator[tuple[str, bytes]]:
    """What is published of a file: itself, or what says the same in each language, with `.code`."""
    if not voices or not SPOKEN.search(text := content.decode()):
        yield "", content
        return
    for code, say in voices.items():
        yield f".{code}", _said(text, say).encode()


def _said(text: str, say: Callable[[str], str]) -> str:
    return SPOKEN.sub(lambda found: json.dumps(say(found[1]), ensure_ascii=False), text)


def _publish(content: bytes, place: Path, *, drafts: Path) -> None:
    """Write `content` and its compressed copies; the plain one last: it says that all three are there."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    _write(place.with_name(place.name + ".br"), brotli.compress(content, quality=11), drafts)
    _write(place.with_name(place.name + ".gz"), gzip.compress(content, mtime=0), drafts)
    _write(place, content, drafts)


def _write(place: Path, content: bytes, drafts: Path) -> None:
    """Put a whole file in its place or none: two processes may start at once, and either may be killed.

    The draft lies outside the published folder, so that nobody is ever served one.
    """
    handle, draft = tempfile.mkstemp(dir=drafts, prefix=".static-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(draft, place)
