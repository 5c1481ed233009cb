"""Stopping, asking for a review: free, neutral, at once."""

import pytest

from portal.domain import journal
from portal.domain.cases import BEFORE_DEPARTURE, CaseState
from portal.domain.course import history, lifecycle
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.domain.support.referrals import ReferralState
from tests.cast import ROADS
from tests.reading import read

HERE = "/en/my/stop"
RECEIPT = "/en/my/stopped"
REVIEW = "/en/my/review"
AFTERWARDS = [state for state in ROADS if state not in BEFORE_DEPARTURE]


@pytest.mark.parametrize("state", BEFORE_DEPARTURE)
def test_the_way_out_stands_on_every_page_in_every_state_before_departure(cast, enter, state):
    cast.case(state)
    browser = enter(cast.amina)
    pages = ["", "application/", "documents", "documents/new", "history", "sharing/1", "no-such-page"]

    for page in [*(f"/en/my/{page}" for page in pages), "/en/account/"]:
        assert read(browser.get(page)).links["Stop my application"] == HERE, page


@pytest.mark.parametrize("state", BEFORE_DEPARTURE)
def test_stopping_takes_one_button_and_no_reason(cast, enter, session, state):
    case = cast.case(state)
    browser = enter(cast.amina)

    button = read(browser.get(HERE)).buttons["Stop my application"]
    answer = browser.post(button)
    session.refresh(case)

    assert (answer.status_code, answer.location) == (303, RECEIPT)
    assert case.state is CaseState.WITHDRAWN


def test_reading_about_it_stops_nothing(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).get(HERE)
    session.refresh(case)

    assert (answer.status_code, case.state) == (200, CaseState.SUBMITTED)


def test_no_reason_is_asked_and_a_note_is_out_of_sight_until_somebody_looks_for_it(cast, enter):
    cast.case(CaseState.SUBMITTED)

    page = enter(cast.amina).get(HERE).text

    assert "You do not have to say why." in page
    assert page.index("<details>") < page.index("<textarea") < page.index("</details>")
    assert "required" not in page[page.index("<textarea") : page.index("</textarea>")]


def test_nobody_reads_a_draft_so_nobody_gets_a_note(cast, enter):
    cast.case(CaseState.DRAFT)

    assert "<textarea" not in enter(cast.amina).get(HERE).text


def test_a_note_is_for_the_counsellors_and_sealed(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    enter(cast.amina).post(HERE, data={"note": "My mother is ill"})

    assert "My mother is ill" in enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}").text
    assert "My mother is ill" not in enter(cast.amina).get("/en/my/history").text
    stopped = next(one for one in journal.of_case(session, case.id) if one.act is Act.CASE_WITHDRAW)
    assert b"mother" not in stopped._note


def test_a_note_that_is_too_long_is_told_and_kept(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)
    words = "word " * 1_000

    answer = enter(cast.amina).post(HERE, data={"note": words})
    session.refresh(case)

    assert (answer.status_code, case.state) == (422, CaseState.SUBMITTED)
    assert read(answer).typed == words.strip()
    assert "<details open>" in answer.text


def test_afterwards_the_page_says_what_happened_and_how_to_come_back(cast, enter):
    cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).post(HERE, follow_redirects=True)

    page = read(answer)
    assert page.heading == "Your application is stopped"
    assert list(page.facts)[:2] == ["Stopped", "Your number"]
    assert "No partner organisation can see your data." in answer.text
    assert "They can open your application again where you stopped." in answer.text
    assert page.links["Start a new application"] == "/en/my/application/"
    assert page.buttons["I want to talk about going on"] == "/en/my/talk"
    assert "Independent advice" in answer.text


def test_the_receipt_stays_and_says_the_moment(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)
    browser = enter(cast.amina)
    browser.post(HERE)
    session.refresh(case)

    answer = browser.get(RECEIPT)

    assert f'datetime="{case.since.isoformat()}"' in answer.text
    assert browser.get(HERE).location == RECEIPT
    assert read(browser.get("/en/my/")).links["When you stopped, and independent advice"] == RECEIPT


def test_there_is_no_receipt_while_the_case_is_running(cast, enter):
    cast.case(CaseState.SUBMITTED)

    assert enter(cast.amina).get(RECEIPT).location == "/en/my/"


def test_two_taps_stop_once(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    browser = enter(cast.amina)

    answers = [browser.post(HERE) for _ in range(2)]

    assert [(one.status_code, one.location) for one in answers] == [(303, RECEIPT)] * 2
    assert [one.act for one in journal.of_case(session, case.id)].count(Act.CASE_WITHDRAW) == 1


@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
def test_it_works_in_every_language_on_a_shared_phone_without_a_script(cast, enter, session, language):
    case = cast.case(CaseState.IN_REVIEW)
    cast.amina.shares_phone = True
    session.commit()
    browser = enter(cast.amina)

    page = browser.get(f"/{language}/my/stop")
    answer = browser.post(next(to for to in read(page).buttons.values() if to.endswith("/my/stop")))
    session.refresh(case)

    assert 'autocomplete="off"' in page.text
    assert answer.location == f"/{language}/my/stopped"
    assert case.state is CaseState.WITHDRAWN


def test_who_decides_about_a_case_that_was_just_stopped_is_told(cast, enter, session):
    case = cast.case(CaseState.PROPOSED)
    aino = enter(cast.aino)
    page = f"/en/counsellor/cases/{case.reference}/steps/accept"
    assert aino.get(page).status_code == 200

    enter(cast.amina).post(HERE)
    answer = aino.post(page)
    session.refresh(case)

    assert (answer.status_code, case.state) == (409, CaseState.WITHDRAWN)
    assert "The case now: Withdrawn" in answer.text


def test_who_stops_a_case_that_was_just_decided_stops_it_all_the_same(cast, enter, session):
    case = cast.case(CaseState.PROPOSED)
    browser = enter(cast.amina)
    browser.get(HERE)

    lifecycle.advance(session, case, Act.CASE_ACCEPT, by=cast.aino)
    session.commit()
    browser.post(HERE)
    session.refresh(case)

    assert case.state is CaseState.WITHDRAWN


def test_stopping_ends_the_sharing(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referral = cast.refer(case)
    session.commit()

    enter(cast.amina).post(HERE)
    session.refresh(referral)

    assert referral.state is ReferralState.ENDED
    assert referrals.live(session, case) is None


def test_with_htmx_it_is_the_same(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).post(HERE, headers={"HX-Request": "true"})
    session.refresh(case)

    assert (answer.status_code, case.state) == (303, CaseState.WITHDRAWN)


@pytest.mark.parametrize("state", AFTERWARDS)
def test_after_departure_or_the_end_there_is_nothing_to_stop(cast, enter, state):
    cast.case(state)
    browser = enter(cast.amina)

    for page in ("/en/my/", "/en/my/history", "/en/account/"):
        assert "Stop my application" not in read(browser.get(page)).links
    was_stopped = state is CaseState.WITHDRAWN
    assert browser.get(HERE).location == (RECEIPT if was_stopped else "/en/my/")
    assert browser.post(HERE).status_code == (303 if was_stopped else 409)


def test_nobody_stops_anothers_case(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.giorgi).post(HERE)
    session.refresh(case)

    assert (answer.status_code, case.state) == (404, CaseState.SUBMITTED)


# --- Review ----------------------------------------------------------------------------------------


def test_a_review_hands_the_case_to_another_counsellor(cast, enter, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)

    answer = enter(cast.amina).post(REVIEW, data={"words": "I am not a citizen"})
    session.refresh(case)

    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert (case.state, case.counsellor_id, case.former_counsellor_id) == (
        CaseState.SUBMITTED,
        None,
        cast.clara.id,
    )
    assert history.words_of(session, case, Act.CASE_REQUEST_REVIEW) == "I am not a citizen"


def test_a_review_needs_no_words(cast, enter, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)

    enter(cast.amina).post(REVIEW)
    session.refresh(case)

    assert case.state is CaseState.SUBMITTED


def test_there_is_one_review(cast, enter, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)
    case.former_counsellor_id = cast.kalle.id
    session.commit()
    browser = enter(cast.amina)

    assert "Ask for a review" not in read(browser.get("/en/my/")).links
    assert browser.get(REVIEW).location == "/en/my/"
    assert browser.post(REVIEW).status_code == 409


def test_too_many_words_are_kept_and_told(cast, enter):
    cast.case(CaseState.NOT_ELIGIBLE)
    words = "why " * 1_001

    answer = enter(cast.amina).post(REVIEW, data={"words": words})

    assert answer.status_code == 422
    assert read(answer).typed == words.strip()


@pytest.mark.parametrize("state", [CaseState.SUBMITTED, CaseState.CLOSED])
def test_only_a_decision_is_reviewed(cast, enter, state):
    cast.case(state)
    browser = enter(cast.amina)

    assert browser.get(REVIEW).location == "/en/my/"
    assert browser.post(REVIEW).status_code == 409
