"""How days are counted: all of them, or working days without Saturdays, Sundays and public holidays.

And which day it is in a country.
"""

from datetime import date, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import holidays
from babel.core import get_global

from portal.db import latest_day, now


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def holiday(country: str, day: date, language: str) -> str | None:
    """What a public holiday is called in a language, or else in the country's own; None on any other day."""
    if day not in _public_holidays(country, day.year):
        return None
    known = holidays.list_localized_countries().get(country, [])
    own = holidays.country_holidays(country).default_language
    spoken = next((one for one in known if one.partition("_")[0] == language), own)
    return holidays.country_holidays(country, years=day.year, language=spoken).get(day)


@cache
def _zones(country: str) -> tuple[ZoneInfo, ...]:
    there = {zone for zone, where in get_global("zone_territories").items() if where == country}
    return tuple(ZoneInfo(zone) for zone in there & available_timezones())


def day_in(country: str | None) -> date:
    """The date in a country, in the east of it; without one, the latest date on Earth."""
    zones = _zones(country) if country else ()
    return max((now().astimezone(zone).date() for zone in zones), default=latest_day())


class CountsDays:
    """So many days, of one kind, by the public holidays of a country (`calendar`, a code such as EE)."""

    days: int
    working: bool
    calendar: str

    def due(self, start: date) -> date:
        """The last day in time, when the clock starts on `start` (which is not counted)."""
        return self._forth(start, self.days)

    def left(self, on: date, due: date) -> int:
        """How many of its days are left on a day, when `due` is the last one; below zero when it is late."""
        if not self.working:
            return (due - on).days
        first, last = sorted((on, due))
        days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        number = sum(self._is_working(day) for day in days)
        return number if due >= on else -number

    def resumed(self, on: date, left: int) -> date:
        """The last day, when it goes on with so many days left; what was late stays as late as it was."""
        if left < 0:
            return self._back(on, -left)
        return self._forth(on, left)

    def _forth(self, on: date, days: int) -> date:
        if not self.working:
            return on + timedelta(days=days)
        day, left = on, days
        while left:
            day += timedelta(days=1)
            left -= self._is_working(day)
        return day

    def _back(self, on: date, days: int) -> date:
        if not self.working:
            return on - timedelta(days=days)
        day, late = on, days
        while late:
            late -= self._is_working(day)
            day -= timedelta(days=1)
        return day

    def _is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in _public_holidays(self.calendar, day.year)
