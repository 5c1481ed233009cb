"""What my file is made of: parts with facts and entries, as letters/my-file-1/my-file.typ prints them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.accounts import Account
from portal.domain.course.history import Entry as Happened
from portal.web.filters import moment
from portal.web.words import say

Fact = tuple[str, str]
"""A name and its value; one without a value is left out."""


@dataclass(frozen=True)
class Entry:
    """One thing of several."""

    title: str
    when: str = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Part:
    """One part of the file; `none` is said when there is nothing in it."""

    title: str
    intro: str = ""
    facts: Sequence[Fact] = ()
    entries: Sequence[Entry] = ()
    none: str = ""


def lines(*words: object) -> tuple[str, ...]:
    """Those of the words that there are."""
    return tuple(str(one) for one in words if one)


def named(name: object, value: object) -> str:
    """`Name: value`, or nothing without a value."""
    return f"{name}: {value}" if value else ""


def told(entries: Iterable[Happened], account: Account) -> list[Entry]:
    """What happened, as the page of it says it."""
    return [
        Entry(
            str(say(one.act)) + (f": {say(one.document)}" if one.document else ""),
            " · ".join(lines(moment(one.at), _who(one, account), _times(one.times))),
            lines(say(one.purpose) if one.purpose else one.note, say(one.why) if one.why else ""),
        )
        for one in entries
    ]


def _who(one: Happened, account: Account) -> object:
    if one.actor_id == account.id:
        return _("You")
    return one.organisation or (say(one.role) if one.role else _("The portal"))


def _times(number: int) -> str:
    if number == 1:
        return ""
    return str(ngettext("%(num)s time on this day", "%(num)s times on this day", number))
