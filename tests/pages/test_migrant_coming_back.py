"""After stopping or a long silence: talking, going on with a draft; and being asked before the journey."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.course import stopping
from portal.domain.permissions import Act
from tests.cast import ROADS
from tests.reading import read

HOME = "/en/my/"
RECEIPT = "/en/my/stopped"


def acts(session, case):
    return [event.act for event in journal.of_case(session, case.id)]


# --- Talking about going on -----------------------------------------------------------------------


def test_who_stopped_asks_to_talk_and_the_counsellor_sees_it(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser, clara = enter(cast.amina), enter(cast.clara)
    browser.post("/en/my/stop")

    answer = browser.post(read(browser.get(HOME)).buttons["I want to talk about going on"])

    assert (answer.status_code, answer.location) == (303, RECEIPT)
    page = browser.get(RECEIPT)
    assert "You asked to talk about going on:" in page.text
    assert "I want to talk about going on" not in read(page).buttons
    assert case.reference in clara.get("/en/counsellor/").text
    assert "wants to talk about going on" in clara.get(f"/en/counsellor/cases/{case.reference}").text


def test_asked_twice_it_is_asked_once(cast, enter, session):
    case = cast.case(CaseState.WITHDRAWN)
    browser = enter(cast.amina)

    for _ in range(2):
        assert browser.post("/en/my/talk").status_code == 303

    assert acts(session, case).count(Act.CASE_TALK) == 1


@pytest.mark.parametrize("state", [state for state in ROADS if state is not CaseState.WITHDRAWN])
def test_who_did_not_stop_has_nothing_to_go_on_with(cast, enter, state):
    cast.case(state)

    assert enter(cast.amina).post("/en/my/talk").status_code == 409


def test_the_counsellor_notes_the_talk_and_the_case_leaves_the_desk(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    stopping.stop(session, case, by=cast.amina)
    stopping.ask_to_talk(session, case, by=cast.amina)
    session.commit()
    clara, page = enter(cast.clara), f"/en/counsellor/cases/{case.reference}"

    empty = clara.post(f"{page}/talk", data={"words": " "})
    answer = clara.post(f"{page}/talk", data={"words": "She waits for her sister"})

    assert (empty.status_code, answer.status_code, answer.location) == (422, 303, page)
    assert case.reference not in clara.get("/en/counsellor/").text
    assert "She waits for her sister" in clara.get(f"{page}/history").text
    assert "She waits for her sister" not in enter(cast.amina).get("/en/my/history").text
    assert clara.post(f"{page}/talk", data={"words": "Again"}).status_code == 409


@pytest.mark.parametrize("who", ["amina", "petros", "kalle"])
def test_nobody_else_notes_a_talk(cast, enter, session, who):
    case = cast.case(CaseState.IN_REVIEW)
    stopping.stop(session, case, by=cast.amina)
    stopping.ask_to_talk(session, case, by=cast.amina)
    session.commit()

    answer = enter(getattr(cast, who)).post(
        f"/en/counsellor/cases/{case.reference}/talk", data={"words": "Hello"}
    )

    assert answer.status_code == 404


# --- Going on with what was never sent --------------------------------------------------------------


def stopped_draft(cast, session):
    case = cast.case_by(cast.answer_everything)
    stopping.stop(session, case, by=cast.amina)
    session.commit()
    return case


def expired_draft(cast, session):
    case = cast.case_by(cast.answer_everything)
    case.due_on = today() - timedelta(days=1)
    cast.players().expire(case)
    session.commit()
    return case


@pytest.mark.parametrize("ended", [stopped_draft, expired_draft])
def test_one_button_takes_a_draft_up_again_with_all_its_answers(cast, enter, session, ended):
    case = ended(cast, session)
    browser = enter(cast.amina)

    answer = browser.post(read(browser.get(HOME)).buttons["Go on where I stopped"])
    again = browser.post("/en/my/take-up")
    session.refresh(case)

    assert again.status_code == 303
    assert (answer.status_code, answer.location) == (303, "/en/my/application/")
    assert (case.state, case.due_on) == (CaseState.DRAFT, today() + timedelta(days=30))
    assert "Юсупова" in browser.get("/en/my/application/check").text
    assert acts(session, case).count(Act.CASE_TAKE_UP) == 1


def test_an_expired_draft_can_be_taken_up_where_its_answers_are_read(cast, enter, session):
    expired_draft(cast, session)

    page = read(enter(cast.amina).get("/en/my/application/"))

    assert page.buttons["Go on where I stopped"] == "/en/my/take-up"


def test_what_was_sent_is_not_taken_up_without_a_counsellor(cast, enter, session):
    case = cast.case(CaseState.WITHDRAWN)
    browser = enter(cast.amina)

    answer = browser.post("/en/my/take-up")
    session.refresh(case)

    assert (answer.status_code, case.state) == (409, CaseState.WITHDRAWN)
    assert "Talk to a counsellor" in answer.text
    assert "Go on where I stopped" not in read(browser.get(HOME)).buttons


# --- A draft that is left alone ----------------------------------------------------------------------


def test_a_draft_says_early_that_it_will_be_closed_and_one_button_keeps_it(cast, enter, session):
    case = cast.case(CaseState.DRAFT)
    with clock_turned(timedelta(days=15)):
        early = enter(cast.amina).get(HOME).text
    with clock_turned(timedelta(days=16)):
        browser = enter(cast.amina)
        page = browser.get(HOME)
        answer = browser.post(read(page).buttons["Keep my draft"])
        afterwards = browser.get(HOME).text
    session.refresh(case)

    words = "Your draft will be closed soon"
    assert [words in one for one in (early, page.text, afterwards)] == [False, True, False]
    assert answer.status_code == 303
    assert case.due_on == today() + timedelta(days=46)


@pytest.mark.parametrize("state", [CaseState.SUBMITTED, CaseState.EXPIRED, CaseState.CLOSED])
def test_only_a_draft_is_kept(cast, enter, state):
    cast.case(state)

    assert enter(cast.amina).post("/en/my/keep").status_code == 409


# --- Once more before the journey -------------------------------------------------------------------


def test_who_is_ready_to_travel_is_asked_once_more_and_calmly(cast, enter, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    browser = enter(cast.amina)

    page = browser.get("/en/my/decision")
    answer = browser.post(read(page).buttons["Yes, it is still my decision"])
    again = browser.post("/en/my/decision")
    session.refresh(case)

    assert "both answers are fine" in page.text
    assert read(page).links["Stop my application"] == "/en/my/stop"
    assert (answer.status_code, answer.location) == (303, "/en/my/decision")
    assert case.confirmed_at is not None
    assert "You have answered" in browser.get("/en/my/decision").text
    assert read(browser.get(HOME)).links["Stop my application"] == "/en/my/stop"
    assert again.status_code == 303
    assert acts(session, case).count(Act.CASE_CONFIRM) == 1


@pytest.mark.parametrize("state", [state for state in ROADS if state is not CaseState.READY_TO_TRAVEL])
def test_nobody_is_asked_at_any_other_time(cast, enter, state):
    cast.case(state)
    browser = enter(cast.amina)

    assert browser.get("/en/my/decision").location == HOME
    assert browser.post("/en/my/decision").status_code == 409


@pytest.mark.parametrize("page", ["stopped", "decision", "talk", "take-up", "keep"])
def test_without_a_case_there_is_nothing(cast, enter, page):
    browser = enter(cast.giorgi)

    asked = browser.get if page in ("stopped", "decision") else browser.post

    assert asked(f"/en/my/{page}").status_code == 404
