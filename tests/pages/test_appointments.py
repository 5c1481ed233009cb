"""Appointments on the pages of both, and conversations that are written down."""

import re
from datetime import timedelta

import pytest

from portal.counting import holiday
from portal.db import TIME_ZONE, clock_turned, now, today
from portal.domain.cases import CaseState
from portal.domain.course import appointments, case_tasks, counselling
from portal.domain.course.counselling import TalkWay
from portal.programme import Clock
from tests.reading import read

MINE = "/en/my/appointments"
DESK = "/en/counsellor/appointments"
SOON = now() + timedelta(days=3)
DAY = Clock(5, working=True, calendar="EE").due(today())
SUNDAYS = (today() + timedelta(days=13 + 7 * weeks - today().weekday()) for weeks in range(9))
SUNDAY = next(day for day in SUNDAYS if holiday("EE", day, "en") is None)
SLOT = {
    "on-day": DAY.day,
    "on-month": DAY.month,
    "on-year": DAY.year,
    "at": "10:30",
    "minutes": 45,
    "way": "place",
    "place": "Room 4",
    "language": "ru",
}
TALK = {
    "held_on-day": today().day,
    "held_on-month": today().month,
    "held_on-year": today().year,
    "way": "phone",
    "language": "uz",
    "topics": ["rights", "free_choice"],
    "informed": "y",
    "evidence": "Said so",
    "notes": "Between us",
}


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


@pytest.fixture
def slot(cast, session, case):
    slot = appointments.offer(session, SOON, 45, TalkWay.PLACE, place="Room 4", language="ru", by=cast.clara)
    session.commit()
    return slot


def _state(session, case):
    session.expire_all()
    found = [one.state for one, _slot in appointments.of_case(session, case)]
    session.commit()
    return found


def test_a_time_is_offered_and_taken_back(cast, enter, session, case):
    clara = enter(cast.clara)

    offered = clara.post(DESK, data=SLOT)
    [slot] = appointments.offered(session, case)
    session.commit()
    back = clara.post(f"{DESK}/{slot.id}/end")

    session.expire_all()
    assert (offered.status_code, back.status_code) == (303, 303)
    assert list(appointments.offered(session, case)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "ten"},
        {"on-year": "2001"},
        {"on-year": DAY.year + 2},
        {"on-year": "2099"},
        {"minutes": 1000},
        {"way": "owl"},
        {"language": "tlh"},
    ],
)
def test_a_wrong_time_is_told_beside_its_field(cast, enter, session, case, wrong):
    answer = enter(cast.clara).post(DESK, data=SLOT | wrong)

    assert (answer.status_code, list(appointments.offered(session, case))) == (422, [])


def test_a_time_at_night_on_a_sunday_is_asked_about_once_and_for_this_time_only(cast, enter, session, case):
    clara = enter(cast.clara)
    night = SLOT | {"on-day": SUNDAY.day, "on-month": SUNDAY.month, "on-year": SUNDAY.year, "at": "3:00"}

    asked = clara.post(DESK, data=night).text
    mark = re.search(r'name="sure" value="([^"]+)"', asked)[1]
    other = clara.post(DESK, data=night | {"at": "3:30", "sure": mark}).text
    before = list(appointments.offered(session, case))
    session.commit()
    offered = clara.post(DESK, data=night | {"sure": mark})

    said = ("Do you mean this time?", "This is a Sunday.", "This is at night in Estonia: 03:00–03:45.")
    assert [words in asked for words in said] == [True] * 3
    assert "Do you mean this time?" in other
    assert (before, offered.status_code, len(appointments.offered(session, case))) == ([], 303, 1)


def test_two_times_that_overlap_are_told_so(cast, enter, case):
    clara = enter(cast.clara)
    clara.post(DESK, data=SLOT)

    answer = clara.post(DESK, data=SLOT | {"at": "11:00"})

    assert answer.status_code == 422
    assert "overlaps" in answer.text


def test_a_time_offered_by_two_taps_is_one_time(cast, enter, session, case):
    clara = enter(cast.clara)

    answers = [clara.post(DESK, data=SLOT).status_code for _tap in range(2)]

    assert (answers, len(appointments.offered(session, case))) == ([303, 303], 1)


def test_she_books_moves_and_cancels(cast, enter, session, case, slot):
    later = appointments.offer(
        session, SOON + timedelta(days=1), 30, TalkWay.PHONE, language="ru", by=cast.clara
    )
    session.commit()
    amina = enter(cast.amina)

    booked = amina.post(read(amina.get(MINE)).buttons["Book this time"])
    moved = amina.post(f"{MINE}/{later.id}/move")
    cancelled = amina.post(read(amina.get(MINE)).buttons["Cancel the appointment"])

    assert [one.status_code for one in (booked, moved, cancelled)] == [303, 303, 303]
    assert _state(session, case) == ["cancelled", "moved"]


def test_a_booked_time_stands_on_her_first_page_and_one_that_was_missed_is_told(
    cast, enter, session, case, slot
):
    amina = enter(cast.amina)
    before = amina.get("/en/my/").text
    amina.post(f"{MINE}/{slot.id}/book")
    booked = amina.get("/en/my/").text

    with clock_turned(timedelta(days=4)):
        number = appointments.of_case(session, case)[0][0].id
        appointments.settle(session, case, number, held=False, by=cast.clara)
        session.commit()
    after = [amina.get("/en/my/").text, amina.get(MINE).text]

    stands = ["Put it into the calendar, move or cancel it" in page for page in (before, booked, after[0])]
    assert stands == [False, True, False]
    said = ("did not take place", "It changes nothing in your application")
    assert [words in after[1] for words in said] == [True, True]


def test_whoever_comes_second_hears_it_and_sees_what_is_left(cast, enter, session, case, slot):
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    left = appointments.offer(
        session, SOON + timedelta(days=1), 30, TalkWay.PHONE, language="ru", by=cast.clara
    )
    appointments.book(session, other, slot.id, by=cast.giorgi)
    session.commit()
    amina = enter(cast.amina)

    answer = amina.post(f"{MINE}/{slot.id}/book")
    appointments.take_back(session, left.id, by=cast.clara)
    session.commit()
    none_left = amina.post(f"{MINE}/{slot.id}/book")

    told = "Somebody else has just booked this time."
    assert [(one.status_code, told in one.text) for one in (answer, none_left)] == [(409, True)] * 2
    assert read(answer).buttons["Book this time"] == f"{MINE}/{left.id}/book"
    assert "No other time is offered now. Call us, or look here again later." in none_left.text


def test_an_old_page_moves_and_cancels_nothing_whose_time_has_come(cast, enter, session, case, slot):
    later = appointments.offer(
        session, SOON + timedelta(days=9), 30, TalkWay.PHONE, language="ru", by=cast.clara
    )
    number = appointments.book(session, case, slot.id, by=cast.amina).id
    session.commit()
    address = f"/en/counsellor/cases/{case.reference}"
    amina, clara = enter(cast.amina), enter(cast.clara)
    slot.starts_at = now() - timedelta(minutes=10)
    session.commit()

    hers = [amina.post(f"{MINE}/{later.id}/move"), amina.post(f"{MINE}/cancel")]
    theirs = clara.post(f"{address}/appointment/cancel")

    assert [(one.status_code, "has come" in one.text) for one in (*hers, theirs)] == [(409, True)] * 3
    assert "Your appointment is now" in hers[0].text
    assert read(hers[1]).buttons["Book this time"] == f"{MINE}/{later.id}/book"
    assert read(theirs).buttons["It took place"] == f"{address}/appointments/{number}/held"
    assert _state(session, case) == ["booked"]


def test_the_first_page_says_that_it_is_now_and_offers_neither_to_move_nor_to_cancel(
    cast, enter, session, case, slot
):
    appointments.book(session, case, slot.id, by=cast.amina)
    session.commit()
    amina, link = enter(cast.amina), "Put it into the calendar, move or cancel it"
    before = amina.get("/en/my/")
    slot.starts_at = now() - timedelta(minutes=10)
    session.commit()

    after = amina.get("/en/my/")

    assert [link in read(one).links for one in (before, after)] == [True, False]
    assert ["Your appointment is now" in one.text for one in (before, after)] == [False, True]


def test_the_calendar_learns_when_and_not_what(cast, enter, session, case, slot):
    amina = enter(cast.amina)
    before = amina.get(f"{MINE}/calendar.ics").status_code
    amina.post(f"{MINE}/{slot.id}/book")

    answer = amina.get(f"{MINE}/calendar.ics")

    lines = answer.text.split("\r\n")
    assert (before, answer.mimetype) == (404, "text/calendar")
    assert (lines[0], lines[-2], "SUMMARY:Appointment" in lines) == ("BEGIN:VCALENDAR", "END:VCALENDAR", True)
    assert f"DTSTART:{slot.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert not any(word in answer.text for word in (case.reference, "Room 4", "VARRE", "Clara", "localhost"))


def test_a_time_that_was_moved_stands_in_the_calendar_in_the_place_of_the_first(
    cast, enter, session, case, slot
):
    later = appointments.offer(
        session, SOON + timedelta(hours=2), 45, TalkWay.PHONE, language="ru", by=cast.clara
    )
    session.commit()
    amina = enter(cast.amina)

    taken = []
    for number, way in ((slot.id, "book"), (later.id, "move")):
        amina.post(f"{MINE}/{number}/{way}")
        lines = amina.get(f"{MINE}/calendar.ics").text.split("\r\n")
        taken.append(dict(line.split(":", 1) for line in lines if line.startswith(("UID", "SEQ", "DTSTART"))))

    assert taken[0]["UID"] == taken[1]["UID"]
    assert [one["SEQUENCE"] for one in taken] == ["1", "2"]
    assert taken[1]["DTSTART"] == f"{later.starts_at:%Y%m%dT%H%M%SZ}"


def test_a_time_to_choose_names_the_day_of_the_week(cast, enter, session, case, slot):
    here = SOON.astimezone(TIME_ZONE)
    when = f"{here:%A}, {here.day} {here:%B %Y}"

    pages = [enter(cast.amina).get(MINE).text, enter(cast.clara).get("/en/counsellor/appointments").text]

    assert [page.count(when) for page in pages] == [1, 1]


def test_what_cancelling_means_is_read_before_its_button_is_seen(cast, enter, session, case, slot):
    amina = enter(cast.amina)
    amina.post(f"{MINE}/{slot.id}/book")

    [folded] = re.findall(r"<details>(.*?)</details>", amina.get(MINE).text, re.S)

    said = ("It changes nothing in your application.", f'action="{MINE}/cancel"')
    assert [one in folded for one in said] == [True, True]


def test_the_counsellor_cancels_and_she_is_told_on_her_page(cast, enter, session, case, slot):
    number = appointments.book(session, case, slot.id, by=cast.amina).id
    session.commit()
    address = f"/en/counsellor/cases/{case.reference}"

    early = enter(cast.clara).post(f"{address}/appointments/{number}/held")
    answer = enter(cast.clara).post(f"{address}/appointment/cancel")

    assert (early.status_code, answer.status_code, _state(session, case)) == (409, 303, ["cancelled"])


def test_what_is_booked_stands_among_the_tasks_and_is_asked_about_once_it_is_over(
    cast, enter, session, case, slot
):
    appointments.book(session, case, slot.id, by=cast.amina)
    session.commit()
    pages = ["/en/counsellor/work", DESK]
    ahead = [enter(cast.clara).get(page).text for page in pages]
    slot.starts_at = now() - timedelta(hours=2)
    session.commit()
    after = enter(cast.clara).get(pages[0]).text

    assert [("Amina Юсупова" in page, case.reference in page) for page in ahead] == [(True, True)] * 2
    assert [words in after for words in ("Did it take place?", "in 3 days")] == [True, False]


def test_a_conversation_begins_with_the_language_of_the_person(cast, enter, case):
    page = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/counselling").text

    assert '<option selected value="ru">' in page


def test_a_conversation_is_written_down(cast, enter, session, case):
    address = f"/en/counsellor/cases/{case.reference}/counselling"
    clara = enter(cast.clara)

    answer = clara.post(address, data=TALK)

    [one] = counselling.of_case(session, case)
    assert (answer.status_code, one.informed, one.notes) == (303, True, "Between us")
    session.commit()
    assert "Between us" in clara.get(address).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"topics": []},
        {"topics": ["x"]},
        {"evidence": ""},
        {"held_on-year": "2999"},
        {"held_on-year": "1999"},
        {"way": ""},
    ],
)
def test_a_wrong_conversation_is_told_beside_its_field(cast, enter, session, case, wrong):
    address = f"/en/counsellor/cases/{case.reference}/counselling"

    answer = enter(cast.clara).post(address, data=TALK | wrong)

    assert ("Say what shows it" in answer.text) == ("evidence" in wrong)
    assert (answer.status_code, list(counselling.of_case(session, case))) == (422, [])


def test_strangers_and_other_roles_find_nothing(cast, enter, session, case, slot):
    address = f"/en/counsellor/cases/{case.reference}/counselling"
    cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)

    for who in (cast.kalle, cast.amina, cast.petros, cast.mart):
        browser = enter(who)
        found = {browser.get(address).status_code, browser.post(address, data=TALK).status_code}
        assert found == {404}, who.role
    for who in (cast.clara, cast.petros, cast.mart):
        browser = enter(who)
        assert {browser.get(MINE).status_code, browser.post(f"{MINE}/{slot.id}/book").status_code} == {404}
    assert enter(cast.kalle).post(f"{DESK}/{slot.id}/end").status_code == 404


def test_the_next_time_begins_like_the_last_one_and_what_is_to_come_cannot_be_over(
    cast, enter, session, case, slot
):
    appointments.book(session, case, slot.id, by=cast.amina)
    session.commit()
    clara = enter(cast.clara)

    again = clara.get(DESK).text
    shown = read(clara.get(f"/en/counsellor/cases/{case.reference}/counselling"))

    assert re.findall(r'<option selected value="(\w+)"', again) == ["45", "ru"]
    assert re.findall(r'<input checked[^>]* value="(\w+)"', again) == ["place"]
    assert 'value="Room 4"' in again
    assert {"It took place", "Cancel the appointment"} & shown.buttons.keys() == {"Cancel the appointment"}


def test_a_conversation_and_a_task_sent_by_two_taps_are_one(cast, enter, session, case):
    address = f"/en/counsellor/cases/{case.reference}"
    task = {"task": "Call her", "due_on-day": DAY.day, "due_on-month": DAY.month, "due_on-year": DAY.year}
    clara = enter(cast.clara)

    for _tap in range(2):
        clara.post(f"{address}/counselling", data=TALK)
        clara.post(f"{address}/to-do/tasks", data=task | {"owner": cast.clara.id})

    kept = (len(counselling.of_case(session, case)), len(case_tasks.of_case(session, case)))
    assert kept == (1, 1)
