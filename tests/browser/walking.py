"""Every page that somebody meets, found by following the links from their first page on."""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape

from flask.testing import FlaskClient

LINK = re.compile(r'<a\b[^>]*\bhref="(/en/[^"#]*)')
CLASS = re.compile(r'\bclass="([^"]*)"')
NUMBER = re.compile(r"AVR-\w+|\d+")


def walk(client: FlaskClient, first: str, within: tuple[str, ...], known: set[object]) -> Iterator[str]:
    """The address of one page of each kind that is not `known` yet: `first`, and those linked below `within`.

    Two pages are of one kind when their addresses differ in numbers only and they are made of the same parts.
    """
    waiting = deque([first])
    met = {first}
    while waiting:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        kind = (NUMBER.sub("", path.partition("?")[0]), frozenset(CLASS.findall(_main(answer.text))))
        if kind not in known:
            known.add(kind)
            yield path
        for link in map(unescape, LINK.findall(answer.text)):
            if link.startswith(within) and link not in met:
                met.add(link)
                waiting.append(link)


def _main(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]
