"""Forms that came when the sign-in had lapsed."""

from datetime import timedelta

from sqlalchemy import select

from portal.db import clock_turned
from portal.domain.access import held

PAGE = "my/application/name"
TYPED = [("given_names", "Амина"), ("several", "a"), ("several", "b"), ("born_on-day", "")]


def test_what_was_typed_comes_back_as_it_was(cast, session):
    assert held.hold(session, cast.amina, PAGE, TYPED)

    assert held.held(session, cast.amina, PAGE) == TYPED


def test_a_page_knows_only_its_own(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)

    assert held.held(session, cast.amina, "my/application/birth") is None


def test_nobody_else_sees_it(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)

    assert held.held(session, cast.giorgi, PAGE) is None


def test_the_last_one_counts(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)
    held.hold(session, cast.amina, PAGE, [("given_names", "Laylo")])

    assert held.held(session, cast.amina, PAGE) == [("given_names", "Laylo")]


def test_what_is_saved_is_kept_no_longer(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)
    held.hold(session, cast.giorgi, PAGE, TYPED)

    held.drop(session, cast.amina, PAGE)

    assert held.held(session, cast.amina, PAGE) is None
    assert held.held(session, cast.giorgi, PAGE) == TYPED


def test_it_lies_sealed(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)

    row = session.scalars(select(held.HeldForm)).one()

    assert "Амина".encode() not in row._fields


def test_after_a_day_it_is_gone(cast, session):
    held.hold(session, cast.amina, PAGE, TYPED)

    with clock_turned(held.LASTS + timedelta(seconds=1)):
        assert held.held(session, cast.amina, PAGE) is None
        held.hold(session, cast.giorgi, PAGE, TYPED)
        held.sweep(session)

    assert [row.account_id for row in session.scalars(select(held.HeldForm))] == [cast.giorgi.id]


def test_more_than_a_page_can_hold_is_not_kept(cast, session):
    assert not held.hold(session, cast.amina, PAGE, [("story", "x" * held.LARGEST)])

    assert held.held(session, cast.amina, PAGE) is None


def test_one_person_cannot_fill_the_house(cast, session):
    pages = [f"my/application/family/{number}" for number in range(held.MOST + 2)]

    for page in pages:
        held.hold(session, cast.amina, page, TYPED)

    assert [held.held(session, cast.amina, page) for page in pages] == [None, None, *[TYPED] * held.MOST]
