"""Stopping, asking for a review: free, neutral, at once."""

import pytest

from portal.domain import history, referrals
from portal.domain.cases import BEFORE_DEPARTURE, CaseState
from portal.domain.permissions import Act
from portal.domain.referrals import ReferralState
from tests.cast import ROADS
from tests.reading import read

HERE = "/en/my/stop"
REVIEW = "/en/my/review"
AFTERWARDS = [state for state in ROADS if state not in BEFORE_DEPARTURE]


@pytest.mark.parametrize("state", BEFORE_DEPARTURE)
def test_the_way_out_stands_on_the_page_in_every_state_before_departure(cast, enter, state):
    cast.case(state)

    page = read(enter(cast.amina).get("/en/my/"))

    assert page.links["Stop my application"] == HERE


@pytest.mark.parametrize("state", BEFORE_DEPARTURE)
def test_stopping_takes_one_button_and_no_reason(cast, enter, session, state):
    case = cast.case(state)
    browser = enter(cast.amina)

    button = read(browser.get(HERE)).buttons["Stop my application"]
    answer = browser.post(button)
    session.refresh(case)

    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert case.state is CaseState.WITHDRAWN


def test_reading_about_it_stops_nothing(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).get(HERE)
    session.refresh(case)

    assert (answer.status_code, case.state) == (200, CaseState.SUBMITTED)


def test_no_reason_is_asked(cast, enter):
    cast.case(CaseState.SUBMITTED)

    assert "<textarea" not in enter(cast.amina).get(HERE).text


def test_afterwards_the_page_says_what_happened_and_how_to_come_back(cast, enter):
    cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).post(HERE, follow_redirects=True)

    assert read(answer).heading == "Withdrawn"
    assert "No partner organisation can see your data." in answer.text
    assert "They can open your application again where you stopped." in answer.text
    assert read(answer).links["Start a new application"] == "/en/my/application/"


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

    assert "Stop my application" not in read(browser.get("/en/my/")).links
    assert browser.get(HERE).location == "/en/my/"
    assert browser.post(HERE).status_code == 409


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
