"""Languages: which ones there are, which one a page speaks, and the mirror-written one for testing."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel, Domain, force_locale
from werkzeug.exceptions import NotFound

from portal.db import TIME_ZONE
from portal.settings import PROJECT
from portal.web import arabic, current

TRANSLATIONS = PROJECT / "translations"


@dataclass(frozen=True)
class Language:
    """One language of the portal: `code` stands in addresses, `locale` is Babel's name for it."""

    code: str
    name: str
    locale: str
    direction: str = "ltr"

    @property
    def tag(self) -> str:
        """What browsers call it."""
        return self.locale.replace("_", "-")


MIRRORED = Language("xb", "‏אב‏ Mirror", "ar", "rtl")
LANGUAGES = (
    Language("en", "English", "en_GB"),
    Language("et", "Eesti", "et"),
    Language("ru", "Русский", "ru"),
)
LETTERS_ONLY = (Language("ar", "العربية", "ar", "rtl"),)
"""Letters are written in these, and no pages (programme.LETTER_LANGUAGES)."""


def languages(*, demo: bool) -> dict[str, Language]:
    """The languages by code; the mirror-written one only in the demo."""
    return {one.code: one for one in (*LANGUAGES, *((MIRRORED,) if demo else ()))}


# --- The mirror: English in Arabic letters, so that a right-to-left layout shows before it is translated ---

_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابصدعفغهيجكلمنوپقرستثضشظىز", strict=True))
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|<[^>]*>|&\w+;|\{\w*\}|https?://\S+|\S+@\S+")


def mirror(text: str) -> str:
    """`text` with its letters in a right-to-left script; placeholders, tags and addresses as they are."""
    pieces, end = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [_turned(text[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join([*pieces, _turned(text[end:])])


def _turned(text: str) -> str:
    return "".join(_LETTERS.get(letter.lower(), letter) for letter in text)


class _Said(NullTranslations):
    """Translations without a catalogue: a function makes each of the English."""

    def __init__(self, said: Callable[[str], str]) -> None:
        super().__init__()
        self._said = said

    def gettext(self, message: str) -> str:
        return self._said(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._said(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)

    # The names flask-babel calls them by.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext  # type: ignore[assignment]


_WITHOUT_CATALOGUE = {MIRRORED.code: _Said(mirror), "ar": _Said(lambda words: arabic.WORDS.get(words, words))}


class _Words(Domain):
    def get_translations(self) -> Any:
        """Asked for a hundred times by each page: without the domain's own way through Babel's locales."""
        return _here_spoken()


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        return _Words(translation_directories=[str(TRANSLATIONS)], domain="messages")


@cache
def catalogue(code: str) -> NullTranslations:
    """The translations of a language, for what is written outside of a page; English for an unknown one."""
    locales = [one.locale for one in LANGUAGES if one.code == code]
    return Translations.load(str(TRANSLATIONS), locales) if locales else NullTranslations()


def _spoken(code: str) -> NullTranslations:
    return _WITHOUT_CATALOGUE.get(code) or catalogue(code)


def _here_spoken() -> NullTranslations:
    return _spoken(current.language())


def voices(*, demo: bool) -> dict[str, Callable[[str], str]]:
    """How each language of the portal says an English sentence that stands in no page."""
    return {code: _spoken(code).gettext for code in languages(demo=demo)}


# --- Which language --------------------------------------------------------------------------------


def init(app: Flask, *, demo: bool) -> None:
    """Make every address carry its language, and every page speak it."""
    app.extensions["languages"] = known = languages(demo=demo)
    _Babel(
        app,
        default_translation_directories=str(TRANSLATIONS),
        default_timezone=TIME_ZONE.key,
        locale_selector=lambda: known[current.language()].locale,
    )
    # As templates ask: without flask-babel's way to the one domain there is.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda *words: _here_spoken().gettext(*words),
        lambda *words: _here_spoken().ngettext(*words),
        newstyle=True,
        pgettext=lambda *words: _here_spoken().pgettext(*words),
        npgettext=lambda *words: _here_spoken().npgettext(*words),
    )
    app.url_value_preprocessor(_read)
    app.url_defaults(_write)
    app.before_request(_guess)
    app.context_processor(_context)


def known() -> dict[str, Language]:
    """The languages of this portal."""
    found: dict[str, Language] = current_app.extensions["languages"]
    return found


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """For the length of the block sentences are in another language: for somebody who is not the reader."""
    all_known = known() | {one.code: one for one in LETTERS_ONLY}
    theirs, before = all_known.get(code, LANGUAGES[0]), current.language()
    g.language = theirs.code
    try:
        with force_locale(theirs.locale):
            yield theirs
    finally:
        g.language = before


def preferred() -> str:
    """The first language of the browser that the portal speaks; English otherwise.

    Exact base languages only: nobody is handed Russian for Ukrainian.
    """
    for tag in request.accept_languages.values():
        base = tag.partition("-")[0].lower()
        if base in known() and base != MIRRORED.code:
            return base
    return "en"


def _guess() -> None:
    # For pages without a language in the address, among them those that do not exist.
    if "language" not in g:
        first = request.path.split("/", 2)[1]
        g.language = first if first in known() else preferred()


def _read(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "language" in values:
        code = values.pop("language")
        if code not in known():
            raise NotFound
        g.language = code


def _write(endpoint: str, values: dict[str, Any]) -> None:
    if "language" not in values and _has_languages(endpoint):
        values["language"] = current.language()


@dataclass(frozen=True)
class Other:
    """A language the reader may switch to, and the same page in it."""

    code: str
    name: str
    tag: str
    href: str


def _readable() -> tuple[str, dict[str, Any]] | None:
    """The page that the reader could load here: endpoint and arguments. None: only the first page of all.

    What answers a form cannot be loaded: then it is the page of the same address, or the nearest above.
    """
    if request.endpoint is None:
        return None
    if request.method == "GET":
        return request.endpoint, request.view_args or {}
    path = request.path.rstrip("/")
    while path:
        if found := current.page_at(path, method="GET") or current.page_at(f"{path}/", method="GET"):
            return found
        path = path.rpartition("/")[0]
    return None


def _here(code: str, page: tuple[str, dict[str, Any]] | None) -> str:
    if page is None or not _has_languages(page[0]):
        return url_for("public.home", language=code)
    # The query as it is: taken apart, a name in it could pass for one of the arguments of url_for.
    query = request.query_string.decode("ascii", "replace")
    # What comes after this page is read in the same language as this page.
    query = re.sub(r"(?<=\bnext=)(/|%2F)[a-z]+(?=/|%2F)", rf"\g<1>{code}", query, flags=re.IGNORECASE)
    address = url_for(page[0], **{**page[1], "language": code})
    return f"{address}?{query}" if query else address


def _has_languages(endpoint: str) -> bool:
    """Whether a page has addresses by language; one of a letter has a short address as well."""
    return current_app.url_map.is_endpoint_expecting(endpoint, "language")


def _context() -> dict[str, object]:
    mine, page = known()[current.language()], _readable()
    return {
        "language": mine.code,
        "html_lang": mine.tag,
        "direction": mine.direction,
        "languages": [Other(one.code, one.name, one.tag, _here(one.code, page)) for one in known().values()],
    }
