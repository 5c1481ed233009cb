"""What somebody looks for on the desk: filters that go together, and the order; each has an index."""

import enum
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import Session, aliased

from portal.db import today
from portal.domain.accounts import Organisation
from portal.domain.cases import OVER, CaseState
from portal.domain.desk.lines import NEVER, Line

Look = Callable[[Any], Any]
"""A column to enter by, or one that is only looked at (`unsought`)."""


class Sort(enum.StrEnum):
    """In which order; its value stands in addresses."""

    DUE = "due"
    CONTACT = "contact"
    LEAVE = "leave"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Order:
    """The column of an order, whether it goes down, and how a value of it is written in a cursor and read."""

    column: Any
    down: bool = False


ORDERS: dict[Sort, Order] = {
    Sort.DUE: Order(Line.due_on),
    Sort.CONTACT: Order(Line.contact_on),
    Sort.LEAVE: Order(Line.leave_by),
    Sort.NEWEST: Order(Line.came_at, down=True),
    Sort.OLDEST: Order(Line.came_at),
}


class Careful(enum.StrEnum):
    """Whether there is something to be careful about."""

    YES = "yes"
    NO = "no"


class Leave(enum.StrEnum):
    """When the term of a decision to leave ends."""

    PAST = "past"
    WEEK = "week"
    MONTH = "month"
    LATER = "later"
    NONE = "none"


class Silence(enum.StrEnum):
    """For how many days nobody has talked or written with the person."""

    WEEK = "7"
    FORTNIGHT = "14"
    MONTH = "30"
    LONG = "60"


STATES = tuple(state for state in CaseState if state not in OVER)


def _until(days: int) -> date:
    return today() + timedelta(days=days)


LEAVES: dict[Leave, Callable[[Any], ColumnElement[bool]]] = {
    Leave.PAST: lambda leave_by: leave_by < today(),
    Leave.WEEK: lambda leave_by: leave_by.between(today(), _until(7)),
    Leave.MONTH: lambda leave_by: leave_by.between(today(), _until(30)),
    Leave.LATER: lambda leave_by: leave_by.between(_until(31), NEVER - timedelta(days=1)),
    Leave.NONE: lambda leave_by: leave_by == NEVER,
}


@dataclass(frozen=True)
class Filters:
    """What somebody chose; None for everything."""

    state: CaseState | None = None
    country: str | None = None
    speaks: str | None = None
    careful: Careful | None = None
    leave: Leave | None = None
    partner: int | None = None
    silence: Silence | None = None
    sort: Sort | None = None

    @property
    def order(self) -> Sort:
        """The order that was chosen; else the one in which the filter itself counts."""
        return self.sort or self.natural

    @property
    def natural(self) -> Sort:
        """The order when none is chosen."""
        if self.leave not in (None, Leave.NONE):
            return Sort.LEAVE
        return Sort.CONTACT if self.silence else Sort.DUE

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any(getattr(self, name) is not None for name in NAMES if name != "sort")

    def conditions(self, look: Look) -> Sequence[ColumnElement[bool]]:
        """What a line must be; `look`: how each column is looked at."""
        return [
            CONDITIONS[name](look(column), value)
            for name, column in COLUMNS.items()
            if (value := getattr(self, name)) is not None
        ]

    @property
    def entry(self) -> Any:
        """The column by which a list is best entered: of a filter that leaves one value, else a range.

        Without anything to be careful with are nearly all.
        """
        chosen = ((getattr(self, name), column) for name, column in COLUMNS.items())
        return next((column for value, column in chosen if value not in (None, Careful.NO)), None)

    @property
    def values(self) -> dict[str, str]:
        """As they stand in an address; what is not chosen is not there."""
        return {name: str(value) for name in NAMES if (value := getattr(self, name)) is not None}


NAMES = tuple(each.name for each in fields(Filters))

COLUMNS: dict[str, Any] = {
    "partner": Line.partner,
    "state": Line.state,
    "country": Line.country,
    "speaks": Line.language,
    "careful": Line.vulnerable,
    "leave": Line.leave_by,
    "silence": Line.contact_on,
}
"""Of each filter the column that it looks at: those of one value first, and of them what leaves the least."""

CONDITIONS: dict[str, Callable[[Any, Any], Any]] = {
    "partner": operator.eq,
    "leave": lambda leave_by, chosen: LEAVES[chosen](leave_by),
    "state": operator.eq,
    "country": operator.eq,
    "speaks": operator.eq,
    "careful": lambda vulnerable, chosen: vulnerable == (true() if chosen is Careful.YES else false()),
    "silence": lambda contact_on, chosen: contact_on <= _until(-int(chosen)),
}
"""What the column must be."""


@dataclass(frozen=True)
class Menus:
    """What can be chosen from lists that are not the same everywhere."""

    countries: Sequence[str]
    languages: Sequence[str]
    partners: Mapping[int, str]


def _each(column: Any) -> Select[Any]:
    """Every value of an indexed column, by jumps from one to the next: as many steps as values."""
    first = select(func.min(column).label("value")).where(column > "").cte("each", recursive=True)
    line = aliased(Line)
    other = getattr(line, column.key)
    following = select(func.min(other)).where(other > first.c.value).scalar_subquery()
    every = first.union_all(select(following).where(first.c.value.is_not(None)))
    return select(every.c.value).where(every.c.value.is_not(None))


_COUNTRIES, _LANGUAGES = _each(Line.country), _each(Line.language)
_PARTNERS = select(Organisation.id, Organisation.name).order_by(Organisation.name)


def menus(session: Session) -> Menus:
    """The countries and languages on the desk, and the partners."""
    return Menus(
        countries=session.scalars(_COUNTRIES).all(),
        languages=session.scalars(_LANGUAGES).all(),
        partners={number: name for number, name in session.execute(_PARTNERS)},
    )


READ: dict[str, Callable[[str], Any]] = {
    "state": CaseState,
    "careful": Careful,
    "leave": Leave,
    "silence": Silence,
    "sort": Sort,
}


def read(session: Session, given: Mapping[str, str]) -> tuple[Filters, Sequence[str], Menus]:
    """The filters of an address, the names of those that mean nothing (any more), and what can be chosen."""
    menu, strange = menus(session), []
    known: dict[str, Any] = {}
    for name in NAMES:
        if not given.get(name):
            continue
        try:
            known[name] = _value(name, given[name], menu)
        except ValueError:
            strange.append(name)
    return Filters(**known), strange, menu


def _value(name: str, text: str, menu: Menus) -> Any:
    if name in READ:
        value = READ[name](text)
        if name == "state" and value not in STATES:
            raise ValueError(text)
        return value
    if name == "partner":
        number = int(text) if text.isascii() and text.isdigit() else 0
        if number not in menu.partners:
            raise ValueError(text)
        return number
    if text not in (menu.countries if name == "country" else menu.languages):
        raise ValueError(text)
    return text
