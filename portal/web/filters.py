"""How dates, money, countries and choices are written in templates."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from urllib.parse import urlencode

from babel import Locale, numbers
from babel.numbers import get_currency_precision
from flask import Flask
from flask_babel import format_currency, format_date, format_decimal, format_time, get_locale, gettext
from jinja2 import pass_context
from markupsafe import Markup, escape

from portal.domain.dates import Known, PartOfDate
from portal.domain.people import STATELESS
from portal.web import current, words
from portal.web.sending import once
from portal.web.words import say

FORMER_OR_NO_COUNTRY = frozenset(
    {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
)


FORMER = frozenset({"AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR"})
"""Codes of countries that are no more."""


def init(app: Flask) -> None:
    """Make the filters known to templates, and to the macros of forms whose phone it is and which showing."""
    app.add_template_global(current.is_phone_shared)
    app.add_template_global(once)
    ours = (day, moment, meeting, there, clock, money, rate, country, map_link, megabytes, within, in_order)
    of_documents = (words.to_sender, words.happened, words.is_needless)
    of_words = (
        say,
        words.button,
        words.tone,
        words.next_step,
        words.short,
        words.hint,
        words.advice,
        words.closure,
    )
    for said in (
        *ours,
        *of_documents,
        *of_words,
        words.consent_text,
        words.guide,
        words.explain,
    ):
        app.add_template_filter(_for_each_reader(said), said.__name__)


GROUPS = re.compile(r"\+?\d+(?:[ \N{NO-BREAK SPACE}]\d+)+")
"""A number or a date that is written in groups: +372 5123 4567."""


def in_order(words: object) -> Markup:
    """The words, in which a number of several groups stays on one line and in its order, wherever they run.

    Between words from right to left the groups would change places, and the plus sign its side.
    """
    if isinstance(words, Markup):
        return words
    return Markup(GROUPS.sub(_kept_together, str(escape(str(words)))))  # noqa: S704 - escaped, and what is put in is ours


def _kept_together(found: re.Match[str]) -> str:
    number = found[0].replace(" ", "\N{NO-BREAK SPACE}")
    return f'<bdi dir="ltr">{number}</bdi>'


def _for_each_reader(said: Callable[..., object]) -> Callable[..., object]:
    """The filter, asked anew by every page: Jinja would answer `'x' | button` once, for the first reader."""

    @pass_context
    @wraps(said)
    def filtered(_context: object, *given: object) -> object:
        return said(*given)

    return filtered


def day(value: Known | None) -> str:
    """A date in words: 12 May 2026; or what is known of it: May 2026, or 2026."""
    if not isinstance(value, PartOfDate):
        return str(format_date(value, "long")) if value else ""
    return str(format_date(date(value.year, value.month, 1), "LLLL y")) if value.month else str(value.year)


def moment(value: datetime | None) -> str:
    """A date and a time of day: 12 May 2026, 14:02."""
    return f"{format_date(value, 'long')}, {format_time(value, 'short')}" if value else ""


def meeting(value: datetime) -> str:
    """When people meet, with the day of the week: it shows a wrong date. Tuesday 12 May 2026, 14:02."""
    return f"{format_date(value, 'full')}, {format_time(value, 'short')}"


def weekday(value: datetime) -> str:
    """The day of the week by its own name: Tuesday."""
    return str(format_date(value, "EEEE"))


def there(value: datetime) -> str:
    """A date and a time of day by the clock of the place that the value itself names: 12 May 2026, 14:02."""
    return f"{format_date(value.date(), 'long')}, {format_time(value.time(), 'short', rebase=False)}"


def clock(value: datetime) -> str:
    """A time of day: 14:02."""
    return str(format_time(value, "short"))


def money(minor: int, currency: str) -> str:
    """An amount given in minor units: 150000 EUR is €1,500.00."""
    return str(format_currency(Decimal(minor).scaleb(-get_currency_precision(currency)), currency))


def rate(value: Decimal, currency: str) -> str:
    """What one unit of another currency is worth, with all its digits: 14325.5 UZS is UZS 14,325.50."""
    return str(
        numbers.format_currency(value, currency, locale=get_locale() or "en", decimal_quantization=False)
    )


def megabytes(size: int) -> str:
    """A number of bytes: 0.6 MB; never 0."""
    tenths = max(1, round(size / 10**5))
    return f"{format_decimal(tenths / 10)}\N{NO-BREAK SPACE}{gettext('MB')}"


def within(name: object) -> str:
    """A name as it stands within a sentence: passport for Passport; short forms such as ID stay."""
    words = str(name)
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def country(code: str | None) -> str:
    """The name of a country in the language of the page; of none, that there is none."""
    if code == STATELESS:
        return str(gettext("No citizenship"))
    return str((get_locale() or Locale("en")).territories.get(code or "", code or ""))


def map_link(address: str, code: str) -> str:
    """Where a map of this address is found, when somebody wants to see it: nothing is loaded from there."""
    place = ", ".join((address, Locale("en").territories.get(code, code)))
    return f"https://www.openstreetmap.org/search?{urlencode({'query': place})}"


def countries() -> list[tuple[str, str]]:
    """All countries as (code, name), sorted as the language sorts them."""
    names = (get_locale() or Locale("en")).territories
    found = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in FORMER_OR_NO_COUNTRY
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())
