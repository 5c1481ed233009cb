"""The journey on the counsellor's page and on the migrant's own."""

import re
from datetime import time, timedelta

import pytest

from portal.db import today
from portal.domain import people
from portal.domain.cases import CaseState
from portal.domain.course import journey
from portal.domain.course.journey import PaperWay, Side, When
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.reading import read

DAY = today() + timedelta(days=10)
MINE = "/en/my/journey"
NEWS = "There is news about your account"


def _day(name, on):
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


LEG = {
    "origin": "Tallinn",
    "destination": "Tashkent",
    "carrier": "Turkish Airlines",
    "number": "TK 1422",
    **_day("departs_on", DAY),
    "departs_at": "18:05",
    "departs_zone": "Europe/Tallinn",
    **_day("arrives_on", DAY + timedelta(days=1)),
    "arrives_at": "04.40",
    "arrives_zone": "Asia/Tashkent",
    "person": 0,
}
MEETING = {
    "arrival-place": "Exit 2",
    "arrival-who": "Petros",
    "arrival-phone": "+998 71 000 00 00",
    **_day("arrival-on", DAY + timedelta(days=1)),
    "arrival-at": "0500",
    "arrival-zone": "Asia/Tashkent",
}


def _address(case, part=""):
    return f"/en/counsellor/cases/{case.reference}/journey{part}"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.PREPARING)


def test_a_flight_and_a_meeting_are_written_down_and_she_reads_them(cast, enter, session, case):
    clara = enter(cast.clara)

    answers = [
        clara.post(_address(case, "/legs"), data=LEG),
        clara.post(_address(case, "/meetings/arrival"), data=MEETING),
    ]
    page = enter(cast.amina).get(MINE).text

    assert [one.status_code for one in answers] == [303, 303]
    for words in ("TK 1422", "Turkish Airlines", "Exit 2", "Petros", "+998710000000"):
        assert [words in text for text in (clara.get(_address(case)).text, page)] == [True, True], words


def test_times_stand_there_as_on_the_ticket(cast, enter, session, case):
    enter(cast.clara).post(_address(case, "/legs"), data=LEG)
    facts = read(enter(cast.amina).get(MINE)).facts

    assert [facts[name].partition(", ")[2].replace("\u202f", " ") for name in ("Leaves", "Arrives")] == [
        "18:05",
        "04:40",
    ]


def test_a_meeting_begins_with_the_day_and_the_clock_of_the_ticket_and_never_with_a_guess(
    cast, enter, session, case
):
    clara = enter(cast.clara)
    before = read(clara.get(_address(case))).fields
    clara.post(_address(case, "/legs"), data=LEG)
    after = read(clara.get(_address(case))).fields

    zones = [f"{side}-zone" for side in Side]
    assert [before.get(name) for name in zones] == ["Europe/Tallinn", "", ""]
    assert [after.get(name) for name in zones] == ["Europe/Tallinn", "", "Asia/Tashkent"]
    assert after["arrival-on-day"] == str((DAY + timedelta(days=1)).day)


def test_her_first_page_tells_of_the_journey_until_it_begins(cast, enter, session, case):
    own = enter(cast.amina)
    before = own.get("/en/my/").text
    enter(cast.clara).post(_address(case, "/legs"), data=LEG)

    after = own.get("/en/my/").text

    assert ["Tickets, papers and who waits for you" in page for page in (before, after)] == [False, True]


def test_a_flight_sent_by_two_taps_is_one_flight(cast, enter, session, case):
    clara = enter(cast.clara)

    answers = [clara.post(_address(case, "/legs"), data=LEG).status_code for _tap in range(2)]

    assert (answers, len(journey.legs(session, case))) == ([303, 303], 1)


def test_she_is_told_of_a_change_once_until_she_has_read_it(cast, enter, session, case):
    clara, amina = enter(cast.clara), enter(cast.amina)

    clara.post(_address(case, "/legs"), data=LEG)
    clara.post(_address(case, "/meetings/arrival"), data=MEETING)
    first = [one.act for one in notices.unread(session, cast.amina)]
    session.commit()
    amina.post("/en/account/news", data={"notice": "all"})
    clara.post(_address(case, "/meetings/arrival"), data=MEETING | {"arrival-at": "06:00"})

    assert first == [Act.JOURNEY_SET]
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.JOURNEY_SET]


def test_who_opens_the_journey_has_read_that_it_is_another_one_and_nothing_else(cast, enter, session, case):
    clara, amina = enter(cast.clara), enter(cast.amina)
    clara.post(_address(case, "/legs"), data=LEG)

    banners = [NEWS in amina.get(address).text for address in ("/en/my/", MINE, MINE, "/en/my/")]
    notices.note(session, Act.NOTE_SHARE, cast.amina, by=cast.clara)
    session.commit()
    clara.post(_address(case, "/meetings/arrival"), data=MEETING)
    again = NEWS in amina.get(MINE).text

    assert (banners, again) == ([True, False, False, False], True)
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.NOTE_SHARE]


def test_what_was_written_down_can_be_taken_away(cast, enter, session, case):
    clara = enter(cast.clara)
    clara.post(_address(case, "/legs"), data=LEG)
    clara.post(_address(case, "/meetings/arrival"), data=MEETING)
    [leg] = journey.legs(session, case)
    session.commit()

    clara.post(_address(case, f"/legs/{leg.id}/end"))
    clara.post(_address(case, "/meetings/arrival/end"))

    session.expire_all()
    assert (list(journey.legs(session, case)), list(journey.meetings(session, case))) == ([], [])


def test_a_paper_that_was_asked_for_is_said_to_be_missing_until_it_comes(cast, enter, session, case):
    amina = people.principal(session, case).id
    session.commit()
    to, name = _address(case, f"/papers/{amina}"), f"p{amina}-"
    asked = {f"{name}way": "laissez_passer", **_day(f"{name}asked_on", today())}
    clara, own = enter(cast.clara), enter(cast.amina)

    first = clara.post(to, data=asked)
    waiting = own.get(MINE).text
    second = clara.post(to, data=asked | _day(f"{name}received_on", today()))
    arrived = own.get(MINE).text

    assert (first.status_code, second.status_code) == (303, 303)
    assert ["is not here yet" in page for page in (waiting, arrived)] == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": ""},
        {"departs_at": "25:00"},
        {"departs_at": "soon"},
        {"departs_zone": "Mars/Base"},
        {"departs_zone": "../../etc/passwd"},
        _day("arrives_on", DAY - timedelta(days=1)),
        {"arrives_on-day": "31", "arrives_on-month": "2"},
        {"person": 1},
        {"number": "x" * 100},
        {"arrives_on-day": "31", "arrives_on-month": "12", "arrives_on-year": "9999", "arrives_at": "23:30"},
    ],
)
def test_a_wrong_leg_is_told_beside_its_field(cast, enter, session, case, wrong):
    answer = enter(cast.clara).post(_address(case, "/legs"), data=LEG | wrong)

    assert (answer.status_code, list(journey.legs(session, case))) == (422, [])
    assert "Check your answers" in answer.text


def test_a_flight_that_leaves_before_the_other_arrives_is_refused_beside_its_field(
    cast, enter, session, case
):
    clara = enter(cast.clara)
    clara.post(_address(case, "/legs"), data=LEG)
    too_early = {"departs_at": "18:30", "number": "TK 370"}
    too_late = {"departs_at": "12:00", "arrives_at": "03:00", "number": "TK 370"}

    answers = [clara.post(_address(case, "/legs"), data=LEG | wrong) for wrong in (too_early, too_late)]

    assert [
        re.findall(r'<p class="wrong" id="(\w+)-error"><span[^>]+>Mistake:</span> ([^<]+)', answer.text)
        for answer in answers
    ] == [
        [
            (
                "departs_at",
                "The part of the way before this one has not arrived by then. Check the times of both.",
            )
        ],
        [("arrives_at", "The next part of the way has left by then. Check the times of both.")],
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert [read(answer).fields[name] for answer in answers for name in ("departs_at", "number")] == [
        "18:30",
        "TK 370",
        "12:00",
        "TK 370",
    ]
    assert len(journey.legs(session, case)) == 1


def test_a_paper_cannot_come_before_it_was_asked_for(cast, enter, session, case):
    amina = people.principal(session, case).id
    session.commit()
    name = f"p{amina}-"
    days = _day(f"{name}asked_on", today()) | _day(f"{name}received_on", today() - timedelta(days=2))

    answer = enter(cast.clara).post(
        _address(case, f"/papers/{amina}"), data={f"{name}way": "laissez_passer", **days}
    )

    assert answer.status_code == 422
    assert "cannot come before it is asked for" in answer.text


def test_in_another_state_nothing_is_planned(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    clara = enter(cast.clara)

    answers = [
        clara.post(_address(case, "/legs"), data=LEG),
        clara.post(_address(case, "/meetings/arrival"), data=MEETING),
        clara.post(_address(case, "/meetings/arrival/end")),
    ]

    assert [one.status_code for one in answers] == [409] * 3
    assert enter(cast.amina).get(MINE).status_code == 404


def test_who_did_not_leave_reads_that_nothing_is_lost(cast, enter, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    data = {**_day("on", today()), "reason": "ill", "note": "Called from the gate"}

    answer = enter(cast.clara).post(f"/en/counsellor/cases/{case.reference}/steps/not_departed", data=data)
    page = enter(cast.amina).get(MINE).text

    session.refresh(case)
    assert (answer.status_code, case.state) == (303, CaseState.PREPARING)
    assert ["Nothing is lost" in page, "Called from the gate" in page] == [True, False]


def test_strangers_and_other_roles_find_nothing(cast, enter, session, case):
    for who in (cast.kalle, cast.petros, cast.mart, cast.amina):
        browser = enter(who)
        found = [browser.get(_address(case)), browser.post(_address(case, "/legs"), data=LEG)]
        assert {one.status_code for one in found} == {404}, who.role
    assert [enter(who).get(MINE).status_code for who in (cast.giorgi, cast.clara, cast.petros)] == [404] * 3


def test_a_person_of_another_case_gets_no_paper_here(cast, enter, session, case):
    other = cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    stranger = people.principal(session, other).id
    session.commit()

    answer = enter(cast.clara).post(_address(case, f"/papers/{stranger}"), data={"way": "in_hand"})

    assert answer.status_code == 404
    assert journey.papers(session, other) == {}


def test_what_is_personal_lies_sealed(cast, session, case):
    at = When(DAY, time(5), "Asia/Tashkent")
    journey.set_meeting(
        session, case, Side.ARRIVAL, at, place="Exit 2", who="Petros", phone="+998", by=cast.clara
    )
    journey.set_paper(
        session, case, people.principal(session, case), PaperWay.IN_HAND, expires_on=DAY, by=cast.clara
    )
    session.commit()

    [row] = session.connection().exec_driver_sql("SELECT place, who, phone FROM travel_meetings").all()
    assert not any(
        word in bytes(column) for column, word in zip(row, (b"Exit", b"Petros", b"+998"), strict=True)
    )
