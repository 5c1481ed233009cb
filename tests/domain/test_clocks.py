"""By which day, and at which moment, a clock of the programme has run out."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.db import clock_turned, day_of, now
from portal.domain import clocks
from portal.programme import Clock


def of_programme(days: int, *, working: bool) -> Any:
    """A session of a programme with one clock."""
    known = {"clock": Clock(days=days, working=working, calendar="EE")}
    return SimpleNamespace(info={"programme": SimpleNamespace(clocks=known)})


@pytest.mark.parametrize(
    ("start", "working", "end"),
    [
        ("2026-06-19T15:00Z", False, "2026-06-20T15:00Z"),
        ("2026-06-19T15:00Z", True, "2026-06-22T15:00Z"),
        ("2026-06-19T21:30Z", True, "2026-06-21T21:30Z"),  # Saturday in Tallinn already
        ("2027-03-28T00:20Z", False, "2027-03-29T00:20Z"),  # the night in which clocks are changed
    ],
)
def test_a_clock_runs_out_at_the_hour_at_which_it_started(start, working, end):
    programme, began = of_programme(1, working=working), datetime.fromisoformat(start)
    over = []

    for seconds in (-1, 1):
        with clock_turned(datetime.fromisoformat(end) + timedelta(seconds=seconds) - now()):
            over.append(clocks.is_over(programme, "clock", began))

    assert over == [False, True]


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    after=st.integers(-5, 40),
    working=st.booleans(),
)
def test_what_began_before_a_moment_is_what_is_due_by_its_day(start, after, working):
    programme, due_on = of_programme(5, working=working), day_of(start) + timedelta(days=after)

    is_due = clocks.due(programme, "clock", day_of(start)) <= due_on

    assert (start < clocks.began_before(programme, "clock", due_on)) is is_due
