"""The programme's public pages: Markdown by language, filled with the programme's facts, rendered once."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from portal.domain.errors import NotFound
from portal.programme import LANGUAGES, Adviser, HelpLine, Office, Programme
from portal.web.language import MIRRORED, mirror

FOLDER = Path(__file__).resolve().parent.parent / "content"

_FILE = re.compile(
    r"---\ntitle: (?P<title>[^\n]+)\nsummary: (?P<summary>[^\n]+)\norder: (?P<order>\d+)\n---\n(?P<body>.+)",
    re.DOTALL,
)
_FACT = re.compile(r"\{\{ (\w+) \}\}")
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_LINK = re.compile(r"\]\((/[^)]*)\)")

_TAGS = {
    *("h2", "h3", "h4", "p", "br", "strong", "em", "ul", "ol", "li", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "dir"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Page:
    """One page in one language, ready to be shown. Its headings begin at h2: the title is the h1."""

    key: str
    title: str
    summary: str
    """One sentence for the card that leads here."""
    html: Markup


@dataclass(frozen=True)
class _Source:
    """What one file says."""

    title: str
    summary: str
    order: int
    body: str

    def shape(self) -> tuple[object, ...]:
        """What is the same in every language: order, headings, facts and links."""
        found = (pattern.findall(self.body) for pattern in (_HEADING, _FACT, _LINK))
        return (self.order, *found)


class Content:
    """Every public page of one programme: `<page>/<language>.md` in a folder.

    A file may name a fact of the programme as `{{ fact }}`. A paragraph whose fact is not set is
    left out, and with it a heading that has nothing else below it. Links within the portal are
    written without a language: `[Contact](/programme/contact)`.
    """

    def __init__(self, programme: Programme, folder: Path = FOLDER) -> None:
        """Read every file. Raises ValueError, naming the first that is not written as it should be."""
        self._programme = programme
        self._sources = {(path.parent.name, path.stem): _read(path) for path in folder.glob("*/*.md")}
        english = {key: source for (key, language), source in self._sources.items() if language == "en"}
        self._keys = sorted(english, key=lambda key: (english[key].order, key))
        self._rendered: dict[tuple[str, str], Page] = {}

    def page(self, key: str, language: str) -> Page:
        """The page `key`; in the mirrored language the English one, mirrored.

        Raises NotFound for a page that does not exist in this language.
        """
        if (key, language) not in self._rendered:
            self._rendered[key, language] = self._render(key, language)
        return self._rendered[key, language]

    def pages(self, language: str) -> list[Page]:
        """Every page, in the order of the programme."""
        return [self.page(key, language) for key in self._keys]

    def check(self, languages: tuple[str, ...] = LANGUAGES) -> list[str]:
        """What is wrong with the files; empty when every page is whole in each of `languages`."""
        without_english = sorted({key for key, _ in self._sources} - set(self._keys))
        return [
            *(f"{key}/en.md: is missing" for key in without_english),
            *(fault for key in self._keys for fault in (*self._unlike(key, languages), *self._loose(key))),
        ]

    def _unlike(self, key: str, languages: tuple[str, ...]) -> Iterator[str]:
        """The languages in which a page is missing or has another shape than in English."""
        shape = self._sources[key, "en"].shape()
        for language in languages:
            source = self._sources.get((key, language))
            if source is None:
                yield f"{key}/{language}.md: is missing"
            elif source.shape() != shape:
                yield f"{key}/{language}.md: order, headings, facts or links are not those of {key}/en.md"

    def _loose(self, key: str) -> Iterator[str]:
        """What a page names and nobody has."""
        body = self._sources[key, "en"].body
        facts = _facts(self._programme, "en")
        pages = [f"/programme/{each}" for each in self._keys]
        for fact in _FACT.findall(body):
            if fact not in facts:
                yield f"{key}/en.md: there is no fact {fact}"
        for link in _LINK.findall(body):
            if link.startswith("/programme/") and link not in pages:
                yield f"{key}/en.md: there is no page {link}"

    def _render(self, key: str, language: str) -> Page:
        mirrored = language == MIRRORED.code
        source = self._sources.get((key, "en" if mirrored else language))
        if source is None:
            raise NotFound(key)
        said = mirror if mirrored else str
        tokens = _MARKDOWN.parse(_filled(source.body, _facts(self._programme, language)))
        for token in (inner for block in tokens for inner in block.children or ()):
            _adapt(token, language, said)
        html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
        clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
        return Page(key, said(source.title), said(source.summary), Markup(clean))  # noqa: S704 - cleaned


def _read(path: Path) -> _Source:
    match = _FILE.fullmatch(path.read_text("utf-8"))
    if match is None:
        raise ValueError(f"{path}: begins with ---, title, summary, order, --- and goes on with the text")
    return _Source(match["title"], match["summary"], int(match["order"]), match["body"])


def _adapt(token: Token, language: str, said: Callable[[str], str]) -> None:
    """Lead a link to the page in this language, keep numbers and addresses left to right, say the text."""
    href = str(token.attrGet("href") or "")
    if href.startswith("/"):
        token.attrSet("href", f"/{language}{href}")
    elif href.startswith(("tel:", "mailto:")):
        token.attrSet("dir", "ltr")
    if token.type == "text":
        token.content = said(token.content)


def _filled(body: str, facts: Mapping[str, str]) -> str:
    """`body` with its facts; without paragraphs that lack one, and headings left with nothing below."""
    kept: list[str] = []
    for block in reversed(re.split(r"\n{2,}", body.strip())):
        stated = all(facts[name] for name in _FACT.findall(block))
        depth = _depth(block)
        bare = depth and (not kept or 0 < _depth(kept[-1]) <= depth)
        if stated and not bare:
            kept.append(block)
    return _FACT.sub(lambda match: facts[match[1]], "\n\n".join(reversed(kept)))


def _depth(block: str) -> int:
    """The level of a heading; 0 for any other block."""
    match = _HEADING.match(block)
    return len(match[1]) if match else 0


def _facts(programme: Programme, language: str) -> dict[str, str]:
    """Everything a page may name, as Markdown; what is not set is empty."""
    stated = {**vars(programme.unverified), **vars(programme.data_protection)}
    return {
        "programme": programme.name[language],
        "short_name": programme.short_name[language],
        "organisation": programme.organisation[language],
        "contacts": "\n\n".join(_office(office, language) for office in programme.contacts),
        "emergency": "\n".join(_help_line(line, language) for line in programme.emergency),
        "independent_advice": "\n".join(_adviser(one, language) for one in programme.independent_advice),
        **{name: words[language] for name, words in stated.items()},
    }


def _office(office: Office, language: str) -> str:
    email = f"[{office.email}](mailto:{office.email})"
    lines = [f"**{office.name[language]}**", office.address, *map(_call, office.phones), email]
    return "\\\n".join([*lines, office.hours[language]] if office.hours else lines)


def _help_line(line: HelpLine, language: str) -> str:
    return " ".join(["-", f"**{line.name[language]}**", _call(line.phone), line.note[language]]).strip()


def _adviser(adviser: Adviser, language: str) -> str:
    name = adviser.name[language]
    linked = f"[{name}]({adviser.url})" if adviser.url else name
    return f"- {linked} {_call(adviser.phone)}" if adviser.phone else f"- {linked}"


def _call(phone: str) -> str:
    return f"[{phone}](tel:{phone.replace(' ', '')})"
