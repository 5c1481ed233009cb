"""Dates as people know them: some know the year only, or the month and the year."""

import calendar
from dataclasses import dataclass
from datetime import date

from portal.sealing import Sealed


@dataclass(frozen=True)
class PartOfDate:
    """A year, or a month of a year: all that somebody knows of a date."""

    year: int
    month: int | None = None

    def isoformat(self) -> str:
        """`2002` or `2002-03`, as ISO 8601 shortens a date."""
        return f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}"

    def __str__(self) -> str:
        return self.isoformat()


Known = date | PartOfDate
"""A whole date, or what is known of it."""


def read(text: str) -> Known:
    """A date, or a part of one, from its ISO form. Raises ValueError."""
    year, *more = text.split("-")
    if len(more) > 1:
        return date.fromisoformat(text)
    return PartOfDate(int(year), *(int(month) for month in more))


def earliest(known: Known) -> date:
    """The first day it can be."""
    return known if isinstance(known, date) else date(known.year, known.month or 1, 1)


def latest(known: Known) -> date:
    """The last day it can be."""
    if isinstance(known, date):
        return known
    month = known.month or 12
    return date(known.year, month, calendar.monthrange(known.year, month)[1])


class SealedPartly(Sealed[Known | None]):
    """A personal column that holds a date, a part of one, or None."""

    def __init__(self) -> None:
        super().__init__(lambda known: known.isoformat(), read, empty=None)
