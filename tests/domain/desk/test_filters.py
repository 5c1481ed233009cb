"""Filters, orders, cursors and saved views: what they leave, where a list goes on, and whose they are."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select

from benchmarks.seeding import people, seed
from portal.db import clock_turned, today
from portal.domain.applying.application import Application, NeedsAnswer
from portal.domain.cases import CaseState
from portal.domain.desk import filters, lines, piles, settling, views
from portal.domain.desk.cursors import Stale, Strange
from portal.domain.desk.filters import Careful, Filters, Leave, Silence, Sort
from portal.domain.desk.lines import Line
from portal.domain.desk.piles import Pile
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Role


@pytest.fixture
def three(cast, session) -> Iterator[dict[str, int]]:
    """Three of Clara's cases that differ in all that can be filtered by; their numbers by name."""
    made = {}
    for name, state in (
        ("uzbek", CaseState.IN_REVIEW),
        ("georgian", CaseState.PREPARING),
        ("old", CaseState.ARRIVED),
    ):
        made[name] = cast.case(state, migrant=cast.account(Role.MIGRANT, name))
    said = {
        name: session.scalar(select(Application).where(Application.case_id == case.id))
        for name, case in made.items()
    }
    said["georgian"].country, said["georgian"].language = "GE", "ka"
    said["georgian"].needs = NeedsAnswer.YES
    said["uzbek"].precept_deadline = today() + timedelta(days=5)
    said["old"].precept_deadline = today() - timedelta(days=5)
    session.commit()
    line = session.get(Line, made["old"].id)
    line.contact_on = today() - timedelta(days=40)
    session.commit()
    return {name: case.id for name, case in made.items()}


def left(session, viewer, chosen: Filters) -> list[int]:
    return [row.case.id for row in piles.queue(session, Pile.MINE, chosen, viewer=viewer).rows]


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"state": CaseState.PREPARING}, ["georgian"]),
        ({"country": "UZ"}, ["old", "uzbek"]),
        ({"speaks": "ka"}, ["georgian"]),
        ({"careful": Careful.YES}, ["georgian"]),
        ({"careful": Careful.NO}, ["old", "uzbek"]),
        ({"leave": Leave.WEEK}, ["uzbek"]),
        ({"leave": Leave.PAST}, ["old"]),
        ({"leave": Leave.NONE}, ["georgian"]),
        ({"silence": Silence.MONTH}, ["old"]),
        ({"country": "UZ", "leave": Leave.MONTH}, ["uzbek"]),
        ({"country": "GE", "speaks": "ru"}, []),
    ],
)
def test_a_filter_leaves_what_fits_and_filters_go_together(session, cast, three, chosen, names):
    found = left(session, cast.clara, Filters(**chosen))

    assert sorted(found) == sorted(three[name] for name in names)
    assert piles.count(session, Pile.MINE, Filters(**chosen), viewer=cast.clara) == len(names)


def test_a_partner_is_filtered_by_too(session, cast, three):
    assert left(session, cast.clara, Filters(partner=cast.tashkent.id)) == [three["old"]]


@pytest.mark.parametrize("sort", Sort)
def test_every_order_goes_both_ways_and_nothing_comes_twice_or_is_lost(session, cast, sort, monkeypatch):
    monkeypatch.setattr(piles, "LIMIT", 2)
    for number in range(5):
        with clock_turned(timedelta(days=-number % 3)):
            cast.case(CaseState.SUBMITTED, migrant=cast.account(Role.MIGRANT, f"migrant {number}"))
    chosen, there, at = Filters(sort=sort), [], ""
    while True:
        page = piles.queue(session, Pile.UNASSIGNED, chosen, viewer=cast.clara, at=at)
        there.append([row.case.id for row in page.rows])
        if not page.later:
            break
        at = page.later
    back = [there[-1]]
    while page.earlier:
        page = piles.queue(session, Pile.UNASSIGNED, chosen, viewer=cast.clara, at=page.earlier)
        back.append([row.case.id for row in page.rows])

    assert [len(one) for one in there] == [2, 2, 1]
    assert len({number for part in there for number in part}) == 5
    assert back[::-1] == there


def _cursor(session, viewer, monkeypatch, **chosen) -> str:
    monkeypatch.setattr(piles, "LIMIT", 1)
    return piles.queue(session, Pile.MINE, Filters(**chosen), viewer=viewer).later


FITS = {
    "state": lambda line, value: line.state is value,
    "country": lambda line, value: line.country == value,
    "speaks": lambda line, value: line.language == value,
    "careful": lambda line, value: line.vulnerable is (value is Careful.YES),
    "leave": lambda line, value: {
        Leave.PAST: line.leave_by < today(),
        Leave.WEEK: today() <= line.leave_by <= today() + timedelta(days=7),
        Leave.MONTH: today() <= line.leave_by <= today() + timedelta(days=30),
        Leave.LATER: today() + timedelta(days=30) < line.leave_by < lines.NEVER,
        Leave.NONE: line.leave_by == lines.NEVER,
    }[value],
    "partner": lambda line, value: line.partner == value,
    "silence": lambda line, value: line.contact_on <= today() - timedelta(days=int(value)),
}
"""What each filter leaves of all lines, said once more without a database."""
LIES_IN = {
    Pile.FOR_ME: lambda line, viewer: line.counsellor == viewer.id and line.for_counsellor,
    Pile.FOR_MIGRANT: lambda line, viewer: line.counsellor == viewer.id and line.for_migrant,
    Pile.MINE: lambda line, viewer: line.counsellor == viewer.id,
    Pile.UNASSIGNED: lambda line, viewer: line.counsellor == lines.NOBODY,
    Pile.OVERDUE: lambda line, viewer: (
        line.due_on < today()
        and (viewer.role is Role.APPROVER or line.counsellor in (viewer.id, lines.NOBODY))
    ),
    Pile.ALL: lambda line, viewer: viewer.role is Role.APPROVER,
}
COLUMN = {Sort.DUE: "due_on", Sort.CONTACT: "contact_on", Sort.LEAVE: "leave_by"}


def _walked(session, pile, chosen, viewer) -> list[int]:
    """The numbers of a whole list, page by page."""
    found, at = [], ""
    while True:
        page = piles.queue(session, pile, chosen, viewer=viewer, at=at)
        found += [row.case.id for row in page.rows]
        if not (at := page.later):
            return found


@pytest.mark.parametrize("enough", [1, 1000])
def test_whatever_is_chosen_together_each_list_holds_what_fits_in_its_order(
    session, cast, wiring, monkeypatch, enough
):
    """Three hundred cases; thirty lists by chance, those of one order as well as those of another."""
    seed(wiring.engine, people.Scale(300, 1, first_counsellor=cast.clara.id, first_partner=cast.tashkent.id))
    monkeypatch.setattr(piles, "ENOUGH", enough)
    monkeypatch.setattr(piles, "LIMIT", 40)
    every, chance = session.scalars(select(Line)).all(), Random(enough)  # noqa: S311 - nothing here is secret
    values = {
        "state": [line.state for line in every],
        "country": ["UZ", "GE"],
        "speaks": ["ka", "ru"],
        "careful": list(Careful),
        "leave": list(Leave),
        "partner": [cast.tashkent.id],
        "silence": list(Silence),
    }
    for _ in range(30):
        viewer = chance.choice((cast.clara, cast.aino))
        pile = chance.choice([one for one in piles.piles_of(viewer) if one in LIES_IN])
        names = chance.sample(sorted(values), chance.choice((0, 1, 1, 2, 2, 3)))
        sort = chance.choice((None, *Sort))
        chosen = Filters(**{name: chance.choice(values[name]) for name in names}, sort=sort)
        fits = [
            line for line in every
            if LIES_IN[pile](line, viewer) and all(FITS[name](line, getattr(chosen, name)) for name in names)
        ]  # fmt: skip
        column = COLUMN.get(chosen.order, "came_at")
        fits.sort(key=lambda line: (getattr(line, column), line.id), reverse=chosen.order is Sort.NEWEST)

        assert _walked(session, pile, chosen, viewer) == [line.id for line in fits], (viewer, pile, chosen)
        counted = piles.count(session, pile, chosen, viewer=viewer)
        assert counted == min(len(fits), piles.most_counted(pile)), (viewer, pile, chosen)


def test_a_cursor_leads_nowhere_in_another_list_or_for_somebody_else(session, cast, three, monkeypatch):
    at = _cursor(session, cast.clara, monkeypatch)

    for pile, chosen, viewer in (
        (Pile.MINE, Filters(country="UZ"), cast.clara),
        (Pile.FOR_ME, Filters(), cast.clara),
        (Pile.MINE, Filters(), cast.kalle),
    ):
        with pytest.raises(Strange):
            piles.queue(session, pile, chosen, viewer=viewer, at=at)


def test_a_cursor_of_yesterday_is_stale(session, cast, three, monkeypatch):
    at = _cursor(session, cast.clara, monkeypatch)

    with clock_turned(timedelta(hours=13)), pytest.raises(Stale):
        piles.queue(session, Pile.MINE, viewer=cast.clara, at=at)


@pytest.mark.parametrize(
    "given",
    [
        {"state": "closed"},
        {"state": "%"},
        {"country": "ZZ"},
        {"speaks": "xx"},
        {"partner": "17"},
        {"partner": "²"},
        {"silence": "8"},
        {"sort": "name"},
    ],
)
def test_a_filter_of_an_old_bookmark_is_named_and_left_out(session, cast, three, given):
    chosen, strange, _menus = filters.read(session, {**given, "careful": "yes"})

    assert (chosen, strange) == (Filters(careful=Careful.YES), list(given))


def test_lists_offer_what_is_on_the_desk(session, cast, three):
    menus = filters.menus(session)

    assert (menus.countries, menus.languages) == (["GE", "UZ"], ["ka", "ru"])
    assert list(menus.partners.values()) == [cast.tashkent.name]


# --- The lines are true --------------------------------------------------------------------------------


def _values(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in Line.__table__.columns.keys()}  # noqa: SIM118 - a table has keys


def test_lines_written_with_each_change_are_the_lines_written_anew(session, cast):
    for number, state in enumerate(CaseState):
        cast.case(state, migrant=cast.account(Role.MIGRANT, f"migrant {number}"))
    kept = {line.id: _values(line) for line in session.scalars(select(Line))}

    for line in session.scalars(select(Line)):
        session.delete(line)
    session.commit()
    settling.rebuild(session)
    session.commit()

    assert {line.id: _values(line) for line in session.scalars(select(Line))} == kept
    assert len(kept) == len(set(CaseState) - {CaseState.DRAFT}) - 4


def test_what_was_undone_leaves_the_line_as_it_was(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = date(2001, 1, 1)
    session.flush()
    session.rollback()
    lines.settle(session)

    assert session.get(Line, case.id).due_on != date(2001, 1, 1)


# --- Saved views -----------------------------------------------------------------------------------------


def test_a_view_is_kept_renamed_moved_and_removed_by_its_owner_alone(session, cast):
    clara = cast.clara
    first = views.save(session, "Georgia", Pile.MINE, Filters(country="GE"), by=clara)
    second = views.save(session, "Quiet", Pile.FOR_ME, Filters(silence=Silence.LONG), by=clara)
    views.move_up(session, second, by=clara)
    views.rename(session, first, "Tbilisi", by=clara)
    session.commit()

    assert [(view.name, view.values) for view in views.of_account(session, clara)] == [
        ("Quiet", {"pile": "for-me", "silence": "60"}),
        ("Tbilisi", {"pile": "mine", "country": "GE"}),
    ]
    with pytest.raises(NotFound):
        views.find(session, first.id, viewer=cast.kalle)
    views.remove(session, second, by=clara)
    session.commit()
    assert [view.name for view in views.of_account(session, clara)] == ["Tbilisi"]


def test_twenty_views_are_enough_and_the_same_name_replaces(session, cast):
    for number in range(views.MOST):
        views.save(session, f"View {number}", Pile.MINE, Filters(), by=cast.clara)
    views.save(session, "View 3", Pile.FOR_ME, Filters(), by=cast.clara)

    with pytest.raises(Refused) as refused:
        views.save(session, "One more", Pile.MINE, Filters(), by=cast.clara)
    assert refused.value.reasons == [Reason.VIEWS_FULL]
    assert len(views.of_account(session, cast.clara)) == views.MOST


def test_a_view_of_a_pile_that_left_the_desk_is_not_shown(session, cast):
    views.save(session, "All", Pile.ALL, Filters(), by=cast.aino)
    cast.aino.role = Role.COUNSELLOR

    assert views.of_account(session, cast.aino) == []
