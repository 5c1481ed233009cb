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
    """The addresses that `read` comes to."""
    for path, _text in read(client, first, within, known):
        yield path


def read(
    client: FlaskClient, first: str, within: tuple[str, ...], known: set[object]
) -> Iterator[tuple[str, str]]:
    """Address and text of each page with a part that no page of its kind had yet, all below `within`.

    A page leads no further when one of its kind that is made of the same parts has led to the same kinds of
    pages; the first one always does. What is `known` grows.
    """
    waiting, met = deque([first]), {first}
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        links = dict.fromkeys(unescape(link) for link in LINK.findall(answer.text))
        parts = frozenset((kind(path), one) for one in (*CLASS.findall(main), "the page itself"))
        if not parts <= known:
            yield path, answer.text
        lead = (parts, frozenset(map(kind, links)))
        if lead not in known or path == first:
            waiting.extend(link for link in links if link.startswith(within) and link not in met)
            met.update(links)
        known |= {*parts, lead}
