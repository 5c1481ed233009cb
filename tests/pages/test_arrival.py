"""I have arrived; where the partner is; has the person left: the pages of the three who are told."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.db import TIME_ZONE, clock_turned, day_of, now, today
from portal.domain.cases import Case, CaseState
from portal.domain.course import departures, journey
from portal.domain.course.journey import Leg, When
from portal.web.filters import map_link


def typed(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def again(session, case):
    session.expire_all()
    return session.get(Case, case.id)


def test_she_says_that_she_arrived_and_the_partner_confirms_that_day(cast, session, enter):
    case = cast.case(CaseState.DEPARTED)
    case.departed_on = today() - timedelta(days=4)
    session.commit()
    amina, petros, day = enter(cast.amina), enter(cast.petros), today() - timedelta(days=2)

    home = amina.get("/en/my/").text
    answer = amina.post("/en/my/arrival", data=typed("on", day))
    after = amina.get("/en/my/").text
    shown = petros.get(f"/en/partner/cases/{case.reference}").text
    petros.post(f"/en/partner/cases/{case.reference}/arrival", data=typed("day", day))

    assert 'href="/en/my/arrival"' in home
    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert "You told us that you have arrived." in after
    assert "The returnee says: arrived on" in shown
    assert f'name="day-day" value="{day.day}"' in shown
    assert (again(session, case).state, case.arrived_on) == (CaseState.ARRIVED, day)


TASHKENT = ZoneInfo("Asia/Tashkent")


@pytest.fixture
def flight(cast, session):
    """flight(landed): she left for Tashkent, to land ten minutes after midnight on this day."""

    def flight(landed):
        lands = datetime.combine(landed, time(0, 10), TASHKENT)
        zones = {"departs_zone": TIME_ZONE.key, "arrives_zone": TASHKENT.key}
        case, left = cast.case(CaseState.DEPARTED), lands - timedelta(hours=5)
        case.departed_on = day_of(left)
        way = Leg(case_id=case.id, departs_at=left, arrives_at=lands, origin="-", destination="-", **zones)
        session.add(way)
        session.commit()
        return case

    return flight


@pytest.mark.parametrize(("hour", "has_begun"), [(time(0, 40), True), (time(23, 30), False)])
def test_a_day_that_has_begun_where_she_lands_is_no_future(session, enter, cast, flight, hour, has_begun):
    landed = today() + timedelta(days=1)
    case = flight(landed)
    there = datetime.combine(landed if has_begun else landed - timedelta(days=1), hour, TASHKENT)

    with clock_turned(there - now()):
        here, amina = today(), enter(cast.amina)
        page = amina.get("/en/my/arrival").text
        said = amina.post("/en/my/arrival", data=typed("on", landed))

    offered = landed if has_begun else here
    assert here == landed - timedelta(days=1)
    assert f'name="on-day" value="{offered.day}"' in page
    assert (said.status_code, again(session, case).arrival_said_on) == (
        (303, landed) if has_begun else (422, None)
    )


def test_a_plan_from_before_the_departure_is_not_offered(session, enter, cast, flight):
    case = flight(today() - timedelta(days=4))
    case.departed_on = today() - timedelta(days=1)
    session.commit()

    page = enter(cast.amina).get("/en/my/arrival").text

    assert f'name="on-day" value="{today().day}"' in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Fill this in."),
        (typed("on", today() + timedelta(days=2)), "This date cannot be right."),
        (typed("on", today() - timedelta(days=900)), "The arrival cannot be before the departure."),
        ({"on-day": "31", "on-month": "2", "on-year": "2026"}, "This is not a date."),
    ],
)
def test_a_day_that_cannot_be_is_told_beside_the_field(cast, enter, data, said):
    cast.case(CaseState.DEPARTED)

    answer = enter(cast.amina).post("/en/my/arrival", data=data)

    assert (answer.status_code, said in answer.text) == (422, True)


def test_in_another_state_there_is_nothing_to_say(cast, enter):
    cast.case(CaseState.ARRIVED)
    amina = enter(cast.amina)

    look, word = amina.get("/en/my/arrival"), amina.post("/en/my/arrival", data=typed("on", today()))

    assert (look.status_code, word.status_code) == (302, 409)


def test_after_the_arrival_she_reads_where_the_partner_is_and_by_when_to_call(cast, session, enter):
    cast.case(CaseState.ARRIVED)
    cast.tashkent.hours = "Mon–Fri 9:00–17:00"
    session.commit()

    text = enter(cast.amina).get("/en/my/").text

    place = ('href="tel:+998710000000"', "1 Main Street", "Mon–Fri 9:00–17:00", "Show on a map")
    assert [words for words in (*place, "Contact them by:") if words not in text] == []
    assert 'rel="external noreferrer noopener"' in text


def test_a_map_is_an_address_only():
    assert map_link("1 Main Street & Co", "UZ") == (
        "https://www.openstreetmap.org/search?query=1+Main+Street+%26+Co%2C+Uzbekistan"
    )


def test_the_partner_asks_whether_she_has_left_and_reads_the_answer(cast, session, enter):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    cast.refer(case)
    session.commit()
    clara, petros = enter(cast.clara), enter(cast.petros)
    here, travel = f"/en/partner/cases/{case.reference}", f"/en/counsellor/cases/{case.reference}"
    early = petros.post(f"{here}/departure-question").status_code
    left = today() - timedelta(days=40)
    way = (When(left, time(9), "Europe/Tallinn"), When(left, time(20), "Asia/Tashkent"))
    journey.add_leg(session, case, *way, origin="Tallinn", destination="Tashkent", by=cast.clara)
    session.commit()

    asked = petros.post(f"{here}/departure-question").status_code
    desk, page = clara.get("/en/counsellor/").text, clara.get(f"{travel}/travel").text
    bad = clara.post(f"{travel}/departure-answer", data={}).status_code
    good = clara.post(f"{travel}/departure-answer", data={"words": "The flight was moved."}).status_code
    session.expire_all()

    assert (early, asked, bad, good) == (409, 303, 422, 303)
    assert "The partner organisation asks about the departure" in desk
    assert "Has the person left?" in page
    assert "The flight was moved." in petros.get(here).text
    assert departures.open_in(session, case) is None
