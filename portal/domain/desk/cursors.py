"""Cursors: where a list goes on. Sealed for one viewer and one list, so that nobody reads or makes one."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.db import now
from portal.domain.desk import signs
from portal.sealing import Unsealable

FRESH = timedelta(hours=12)
"""As long as a sign-in lasts: the next day a list is another one."""


class Strange(Exception):
    """Not a cursor of this list and this viewer."""


class Stale(Exception):
    """A cursor of this list, from a day that is over."""


@dataclass(frozen=True)
class Place:
    """A line in a list, by what it is sorted by and its number; `back`: towards the beginning of the list."""

    value: date | datetime
    number: int
    back: bool = False


def write(place: Place, *, of_list: str) -> str:
    """The cursor that leads behind (or before) this line, good for this list only."""
    content = [int(now().timestamp()), place.value.isoformat(), place.number, place.back]
    return signs.write(json.dumps(content), context=f"cursor {of_list}")


def read(text: str, *, of_list: str) -> Place:
    """Where the list goes on. Raises Strange or Stale."""
    try:
        made, value, number, back = json.loads(signs.read(text, context=f"cursor {of_list}"))
    except Unsealable:
        raise Strange from None
    if now().timestamp() - made > FRESH.total_seconds():
        raise Stale
    read_value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return Place(read_value, number, back)
