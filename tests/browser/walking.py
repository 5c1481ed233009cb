"""Every page that somebody meets, found by following the links from their first page on."""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape

from flask.testing import FlaskClient

LINK = re.compile(r'<a\b[^>]*\bhref="(/en/[^"#]*)')
CLASS = re.compile(r'\bclass="([^"]*)"')
NUMBER = re.compile(r"AVR-\w+|\d+")


def kind(path: str) -> str:
    """What an address asks for, whichever the case."""
    return NUMBER.sub("", path.partition("?")[0])


def walk(client: FlaskClient, first: str, within: tuple[str, ...], known: set[object]) -> Iterator[str]:
    """The address of one page of each sort that is not `known` yet: `first`, and those linked below `within`.

    Two pages are of one sort when they are of one kind, made of the same parts, and lead on to the same kinds.
    """
    waiting, met = deque([first]), {first}
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        links = [unescape(link) for link in LINK.findall(answer.text)]
        sort = (kind(path), frozenset(CLASS.findall(main)), frozenset(map(kind, links)))
        if sort in known:
            continue
        known.add(sort)
        yield path
        for link in links:
            if link.startswith(within) and link not in met:
                met.add(link)
                waiting.append(link)
