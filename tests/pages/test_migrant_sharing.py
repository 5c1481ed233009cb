"""The sharing receipt: exactly what a partner would see, and three answers."""

import re
from datetime import date, timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import receipts, referrals
from portal.domain.support.field_rights import WITHHELD, Field
from portal.domain.support.receipts import Chosen
from portal.domain.support.referrals import ReferralState
from portal.web.filters import day
from portal.web.words import say
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


def test_it_lists_what_can_be_shared_with_what_stands_there_and_what_never_is(app, cast, enter, referral):
    text = enter(cast.amina).get(here(referral)).text
    asked = re.findall(r'<input type="checkbox" name="fields" value="(.*?)"', text)
    with app.test_request_context("/en/"):
        never = [f'<li class="never">{say(field)}</li>' for field in WITHHELD]
        born, last = day(date(2002, 3, 27)), day(today() + timedelta(days=730))

    assert asked == ["names", "born_on", "gender", "contact", "country", "ideas", "plan"]
    assert [line for line in never if line not in text] == []
    shown = ("Mission in Tashkent", "1 Main Street", "Amina Юсупова", born, "+37251234567")
    assert [words for words in shown if words not in text] == []
    assert f"At the latest until: {last}" in text
    assert " checked" not in text


def test_reading_it_shares_nothing(cast, enter, session, referral):
    enter(cast.amina).get(here(referral))
    session.refresh(referral)

    assert referral.state is ReferralState.PROPOSED


def test_agreeing_sends_it_in_the_language_that_was_read(cast, enter, session, case, referral):
    answer = enter(cast.amina).post(here(referral, language="ru"), data={"fields": ["names", "plan"]})
    session.refresh(referral)

    assert (answer.status_code, answer.location) == (303, here(referral, language="ru"))
    assert (referral.state, referral.consent_language) == (ReferralState.SENT, "ru")
    assert Purpose.PARTNER in consents.given(session, case)
    assert receipts.chosen(session, referral) == Chosen(frozenset({Field.NAMES, Field.PLAN}))
    assert [(one.language, one.text_version) for one in receipts.of_referral(session, referral)] == [
        ("ru", receipts.TEXT_VERSION)
    ] * 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Nothing is ticked."),
        ({"fields": "health"}, "Choose from the list."),
        ({"fields": "documents"}, "Choose from the list."),
        ({"fields": "names", "documents": "77"}, "not a valid choice"),
        ({"fields": "names", "documents": "x"}, "Check your answers"),
    ],
)
def test_what_cannot_be_shared_is_refused_beside_the_boxes(cast, enter, session, referral, data, said):
    answer = enter(cast.amina).post(here(referral), data=data)
    session.refresh(referral)

    assert (answer.status_code, referral.state) == (422, ReferralState.PROPOSED)
    assert said in answer.text


def test_what_is_shared_is_changed_point_by_point_and_all_of_it_is_kept(cast, enter, session, case, referral):
    passport = cast.document(case)
    session.commit()
    browser = enter(cast.amina)
    for ticked in (["names", "contact"], ["contact", "plan"]):
        browser.post(here(referral), data={"fields": ticked, "documents": passport.id})
    session.expire_all()

    assert receipts.chosen(session, referral) == Chosen(
        frozenset({Field.CONTACT, Field.PLAN, Field.DOCUMENTS}), frozenset({passport.id})
    )
    kept = [(one.field, one.withdrawn_at is None) for one in receipts.of_referral(session, referral)]
    assert sorted(kept) == [("contact", True), ("documents", True), ("names", False), ("plan", True)]
    happened = [event.act for event in journal.of_case(session, case.id)]
    assert happened[:2] == [Act.SHARE_GIVE, Act.SHARE_TAKE_BACK]
    assert (
        "Something no longer shared with the partner organisation: Names"
        in browser.get("/en/my/history").text
    )


def test_after_it_is_over_nothing_can_be_ticked(cast, enter, session, referral):
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    referrals.advance(session, referral, Act.REFERRAL_REVOKE, by=cast.amina)
    session.commit()

    assert enter(cast.amina).post(here(referral), data={"fields": "names"}).status_code == 409


def test_not_agreeing_is_as_easy(cast, enter, session, referral):
    browser = enter(cast.amina)

    browser.post(read(browser.get(here(referral))).buttons["I do not agree"])
    session.refresh(referral)

    assert referral.state is ReferralState.REFUSED
    assert read(browser.get(here(referral))).buttons.keys() == FRAME


def test_what_was_agreed_can_be_stopped(cast, enter, session, referral):
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    session.commit()
    browser = enter(cast.amina)

    browser.post(read(browser.get(here(referral))).buttons["Stop sharing"])
    session.refresh(referral)

    assert referral.state is ReferralState.REVOKED
    assert "This organisation cannot see your data." in browser.get(here(referral)).text


@pytest.mark.parametrize(("answer", "status"), [("refuse", 409), ("stop", 303)])
def test_what_is_answered_is_not_answered_again(cast, enter, session, referral, answer, status):
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    session.commit()

    assert enter(cast.amina).post(here(referral, answer)).status_code == status


def test_what_is_not_agreed_cannot_be_stopped(cast, enter, referral):
    assert enter(cast.amina).post(here(referral, "stop")).status_code == 409


@pytest.mark.parametrize("answer", ["perhaps", "agree", "stop/now"])
def test_there_is_no_other_answer(cast, enter, referral, answer):
    assert enter(cast.amina).post(here(referral, answer)).status_code == 404


def test_a_strangers_receipt_does_not_exist(cast, enter, session, referral):
    cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    browser = enter(cast.giorgi)

    statuses = [browser.get(here(referral)).status_code, browser.post(here(referral)).status_code]
    session.refresh(referral)

    assert statuses == [404, 404]
    assert referral.state is ReferralState.PROPOSED


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "-1", "x"])
def test_a_number_that_is_none_leads_nowhere(cast, enter, case, number):
    assert enter(cast.amina).get(f"/en/my/sharing/{number}").status_code == 404
