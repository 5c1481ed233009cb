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
    """The address of one page of each sort that is not `known` yet, from `first` on, all below `within`.

    Two pages are of one sort when they are of one kind and made of the same parts. A page leads no further
    when one of its sort has led to the same kinds of pages; the first one always does.
    """
    waiting, met = deque([first]), {first}
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        links = dict.fromkeys(unescape(link) for link in LINK.findall(answer.text))
        sort = (kind(path), frozenset(CLASS.findall(main)))
        if sort not in known:
            yield path
        lead = (sort, frozenset(map(kind, links)))
        if lead not in known or path == first:
            waiting.extend(link for link in links if link.startswith(within) and link not in met)
            met.update(links)
        known |= {sort, lead}
