"""Dossiers: the hand-over sheet, the final report and the plan to keep, as parts that a page and a PDF share.

What an edition of the template prints does not change: another look is another edition.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from portal.adapters.letters import typeset
from portal.db import day_of, now
from portal.domain.dates import PartOfDate
from portal.programme import Words
from portal.web import current
from portal.web.filters import day, money
from portal.web.language import Language
from portal.web.words import say

EDITION = "dossier-1"
"""The folder of its template, below portal/letters/."""


@dataclass(frozen=True)
class Fact:
    """A field: its name, and its value in words; open when nobody knows it yet."""

    name: str
    value: str
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a head, with sums at the foot. `numbers`: how many columns at the end hold amounts."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()
    numbers: int = 0
    title: str = ""


@dataclass(frozen=True)
class Part:
    """One part: facts, a text, tables; `none` is said when there is nothing in it."""

    title: str
    facts: Sequence[Fact] = ()
    words: str = ""
    tables: Sequence[Table] = ()
    note: str = ""
    none: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.facts or self.words or any(table.rows for table in self.tables))


@dataclass(frozen=True)
class Dossier:
    """All of it; `about` stands under the heading."""

    heading: str
    sender: str
    about: Sequence[Fact] = ()
    intro: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)


def printed(dossier: Dossier, language: Language) -> bytes:
    """The dossier as PDF, in the language that is spoken now."""
    made = to_user_timezone(now())
    content = {
        # A reader of PDF writes this above its window: nothing of whom it is about.
        "title": f"{dossier.heading}, {day(made.date())}",
        "made_on": [made.year, made.month, made.day],
        "lang": language.tag.partition("-")[0],
        "dir": language.direction,
        "day": day(made.date()),
        "sender": dossier.sender,
        "heading": dossier.heading,
        "about": [_plain_fact(one) for one in dossier.about],
        "intro": dossier.intro,
        "open": _("open"),
        "parts": [_plain(part) for part in dossier.parts],
    }
    return typeset("dossier", EDITION, content)


def answer(data: bytes, name: str) -> Response:
    """A PDF as a file to be kept; its name says nothing of whom it is about (RFC 6266)."""
    file_name = f"{name}-{to_user_timezone(now()):%Y-%m-%d}.pdf"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file_name}"',
    }
    return Response(data, mimetype="application/pdf", headers=headers)


def _plain(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "facts": [_plain_fact(one) for one in part.facts],
        "words": part.words,
        "tables": [
            {
                "title": one.title,
                "head": list(one.head),
                "rows": [list(row) for row in one.rows],
                "foot": list(one.foot),
                "numbers": one.numbers,
            }
            for one in part.tables
            if one.rows
        ],
        "note": part.note,
        "none": part.none if part.is_empty else "",
    }


def _plain_fact(one: Fact) -> dict[str, Any]:
    return {"name": one.name, "value": one.value, "open": one.is_open}


def in_words(value: Any) -> str:
    """A value of the domain in the language of the page; several, one to a line."""
    match value:
        case None | "" | () | []:
            return ""
        case Words():
            return value[current.language()]
        case bool():
            return str(_("Yes") if value else _("No"))
        case enum.StrEnum():
            return str(say(value))
        case datetime() | date() | PartOfDate():
            return day(day_of(value) if isinstance(value, datetime) else value)
        case tuple() | list():
            return "\n".join(filter(None, (in_words(one) for one in value)))
    return str(value)


def amount(minor: int | None, currency: str | None) -> str:
    """An amount, or nothing without one."""
    return money(minor, currency) if minor is not None and currency else ""


def percent(part: int, whole: int) -> str:
    """How much of a whole, in percent."""
    return f"{(Decimal(100) * part / whole).quantize(Decimal(1))} %" if whole else ""
