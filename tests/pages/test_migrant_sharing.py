"""The sharing receipt: exactly what a partner would see, and three answers."""

import re

import pytest

from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.domain.support.referrals import SHARED, ReferralState
from portal.web.words import shared
from tests.reading import FRAME, read


@pytest.fixture
def case(cast):
    return cast.case(CaseState.PREPARING)


@pytest.fixture
def referral(cast, session, case):
    found = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    session.commit()
    return found


def here(referral, answer="", language="en"):
    return f"/{language}/my/sharing/{referral.id}{answer and '/' + answer}"


def test_it_lists_exactly_what_would_be_shared_and_what_never(app, cast, enter, referral):
    text = enter(cast.amina).get(here(referral)).text
    listed = re.findall('<li class="done">(.*?)</li>', text)
    with app.test_request_context("/en/"):
        expected = [str(shared(name)) for name in SHARED]

    assert listed == expected
    assert text.count('<li class="never">') == 4
    assert "Mission in Tashkent" in text


def test_reading_it_shares_nothing(cast, enter, session, referral):
    enter(cast.amina).get(here(referral))
    session.refresh(referral)

    assert referral.state is ReferralState.PROPOSED


def test_agreeing_sends_it_in_the_language_that_was_read(cast, enter, session, case, referral):
    answer = enter(cast.amina).post(here(referral, "agree", "ru"))
    session.refresh(referral)

    assert (answer.status_code, answer.location) == (303, here(referral, language="ru"))
    assert (referral.state, referral.consent_language) == (ReferralState.SENT, "ru")
    assert Purpose.PARTNER in consents.given(session, case)


def test_not_agreeing_is_as_easy(cast, enter, session, referral):
    browser = enter(cast.amina)

    browser.post(read(browser.get(here(referral))).buttons["I do not agree"])
    session.refresh(referral)

    assert referral.state is ReferralState.REFUSED
    assert read(browser.get(here(referral))).buttons.keys() == FRAME


def test_what_was_agreed_can_be_stopped(cast, enter, session, referral):
    referrals.advance(session, referral, Act.REFERRAL_CONSENT, by=cast.amina)
    session.commit()
    browser = enter(cast.amina)

    browser.post(read(browser.get(here(referral))).buttons["Stop sharing"])
    session.refresh(referral)

    assert referral.state is ReferralState.REVOKED
    assert "This organisation cannot see your data." in browser.get(here(referral)).text


@pytest.mark.parametrize(("answer", "status"), [("agree", 409), ("refuse", 409), ("stop", 303)])
def test_what_is_answered_is_not_answered_again(cast, enter, session, referral, answer, status):
    referrals.advance(session, referral, Act.REFERRAL_CONSENT, by=cast.amina)
    session.commit()

    assert enter(cast.amina).post(here(referral, answer)).status_code == status


def test_what_is_not_agreed_cannot_be_stopped(cast, enter, referral):
    assert enter(cast.amina).post(here(referral, "stop")).status_code == 409


@pytest.mark.parametrize("answer", ["perhaps", "withdraw", "agree/now"])
def test_there_is_no_other_answer(cast, enter, referral, answer):
    assert enter(cast.amina).post(here(referral, answer)).status_code == 404


def test_a_strangers_receipt_does_not_exist(cast, enter, session, referral):
    cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    browser = enter(cast.giorgi)

    statuses = [browser.get(here(referral)).status_code, browser.post(here(referral, "agree")).status_code]
    session.refresh(referral)

    assert statuses == [404, 404]
    assert referral.state is ReferralState.PROPOSED


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "-1", "x"])
def test_a_number_that_is_none_leads_nowhere(cast, enter, case, number):
    assert enter(cast.amina).get(f"/en/my/sharing/{number}").status_code == 404
