"""Dates of which not everything is known, and how old that makes somebody."""

from datetime import date

import pytest

from portal.db import today
from portal.domain import dates
from portal.domain.cases import CaseState
from portal.domain.dates import PartOfDate
from portal.domain.people import principal

ON = date(2026, 6, 15)


@pytest.mark.parametrize("known", [date(2002, 3, 27), PartOfDate(2002, 3), PartOfDate(2002)])
def test_what_is_known_of_a_date_is_kept_sealed(cast, session, known):
    amina = principal(session, cast.case(CaseState.DRAFT))

    amina.born_on = known
    session.commit()
    session.expire_all()

    assert amina.born_on == known
    assert known.isoformat().encode() not in amina._born_on


@pytest.mark.parametrize(
    ("known", "first", "last"),
    [
        (PartOfDate(2024), date(2024, 1, 1), date(2024, 12, 31)),
        (PartOfDate(2024, 2), date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 2, 3), date(2024, 2, 3), date(2024, 2, 3)),
    ],
)
def test_a_part_of_a_date_is_any_day_in_it(known, first, last):
    assert (dates.earliest(known), dates.latest(known)) == (first, last)


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (None, None),
        (date(2000, 6, 15), 26),
        (date(2000, 6, 16), 25),
        (PartOfDate(2000, 5), 26),
        (PartOfDate(2000, 6), None),
        (PartOfDate(2000, 7), 25),
        (PartOfDate(2000), None),
    ],
)
def test_an_age_is_told_only_where_it_is_known(cast, session, born, age):
    amina = principal(session, cast.case(CaseState.DRAFT))
    amina.born_on = born

    assert amina.age(ON) == age


@pytest.mark.parametrize(
    ("years", "is_minor", "is_adult"),
    [(None, False, False), (17, True, False), (18, False, False), (19, False, True)],
)
def test_who_may_be_either_is_neither_a_minor_nor_an_adult(cast, session, years, is_minor, is_adult):
    amina = principal(session, cast.case(CaseState.DRAFT))
    amina.born_on = years and PartOfDate(today().year - years)

    # On the last day of the year whoever turns 18 in it is of age.
    assert (amina.is_minor, amina.is_adult or (today().month, today().day) == (12, 31)) == (
        is_minor,
        is_adult or (today().month, today().day) == (12, 31),
    )
