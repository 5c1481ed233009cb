"""Every page that somebody meets, found by following the links of the demonstration from their first page on."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

LINK = re.compile(r'<a [^>]*href="(/en/[^"#]*)')


@dataclass(frozen=True)
class Place:
    """One page as one person sees it; nobody is signed in without a login."""

    login: str
    path: str

    def __str__(self) -> str:
        return f"{self.login or 'a stranger'} at {self.path}"


def walk(app: Flask, client: FlaskClient, starts: list[str], known: set[object]) -> Iterator[str]:
    """The address of one page of each kind that is not `known` yet, and of every page to start from.

    Two cases are not two kinds of page, two questions or two steps are.
    """
    waiting, first = deque(starts), set(starts)
    while waiting:
        path = waiting.popleft()
        kind = _kind(app, path)
        if kind is None or (kind in known and path not in first):
            continue
        first.discard(path)
        answer = client.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            known.add(kind)
            yield path
            waiting.extend(unescape(link) for link in LINK.findall(answer.text))


def _kind(app: Flask, path: str) -> object:
    """The endpoint, and those parts of the address that choose what is shown; None for no page."""
    try:
        endpoint, given = app.url_map.bind("").match(path.partition("?")[0])
    except HTTPException:
        return None
    chosen = {name: value for name, value in given.items() if isinstance(value, str) and name != "reference"}
    return endpoint, *sorted(chosen.items())
