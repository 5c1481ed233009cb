"""Every page that somebody meets, found by following the links from their first page on."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape

from flask.testing import FlaskClient

LINK = re.compile(r'<a\b[^>]*\bhref="(/en/[^"#]*)')
PART = re.compile(r'<\w+[^>]*?(?:\bclass="[^"]*"|>)')
NUMBER = re.compile(r"AVR-\w+|\d+")


def walk(client: FlaskClient, starts: Iterable[str], outside: str, known: set[object]) -> Iterator[str]:
    """The address of one page of each kind, from `starts` on, and of none that begins with `outside`.

    Two pages are of one kind when their addresses differ in numbers only and they are made of the same parts.
    """
    waiting = deque(starts)
    met = set(waiting)
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        shape = frozenset(
            part.split(" ")[0] + part.partition("class=")[2] for part in PART.findall(answer.text)
        )
        kind = (NUMBER.sub("", path.partition("?")[0]), shape)
        if kind not in known:
            known.add(kind)
            yield path
        links = {unescape(link) for link in LINK.findall(answer.text)} - met
        met |= links
        waiting.extend(links)
