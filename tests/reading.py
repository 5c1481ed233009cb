"""A page as a person reads it: its heading, its facts, its links and its buttons."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

FRAME = {"Leave quickly", "Sign out", "Stay signed in"}
"""Buttons of every page behind the door."""

READ = {"h1", "dt", "dd", "a", "button", "summary", "textarea", "p"}


@dataclass
class Page:
    """What stands on a page; links, facts and buttons by their words."""

    heading: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    """The words of each button of a form, and where the form goes."""
    typed: str = ""
    """What stands in the text area."""
    fields: dict[str, str] = field(default_factory=dict)
    """What stands in each line to type in, and what is sent along, by name."""
    wrong: dict[str, str] = field(default_factory=dict)
    """What is wrong, by the id of the field it stands beside."""

    def link(self, beginning: str) -> str:
        """Where the first link goes whose words begin like this."""
        return next(to for words, to in self.links.items() if words.startswith(beginning))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._name = self._action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._action = given.get("action") or ""
        if tag == "input" and given.get("name") != "csrf_token":
            self.page.fields[given.get("name") or ""] = given.get("value") or ""
        if tag in READ:
            self._open.append((tag, given, []))

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, given, words = self._open.pop()
            self._keep(tag, given, " ".join("".join(words).split()))

    def _keep(self, tag: str, given: dict[str, str | None], words: str) -> None:
        page = self.page
        match tag:
            case "h1":
                page.heading = words
            case "dt":
                self._name = words
            case "dd":
                page.facts.setdefault(self._name, words)
            case "a":
                page.links.setdefault(words, given.get("href") or "")
            case "button":
                page.buttons[words] = self._action
            case "textarea":
                page.typed = words
            case "p" if given.get("class") == "wrong":
                page.wrong[str(given["id"]).removesuffix("-error")] = words.removeprefix("Mistake: ")


def read(response: TestResponse) -> Page:
    """What stands on the page of this answer."""
    reader = _Reader()
    reader.feed(response.text)
    return reader.page


def words_of(answer: TestResponse) -> str:
    """The words of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())
