"""What was typed into a page whose reader's sign-in had lapsed is not lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.db import clock_turned
from portal.domain.access import held, sign_in
from portal.domain.access.sign_in import IDLE, WHOLE
from portal.domain.accounts import AccountState
from portal.domain.applying import application
from portal.domain.cases import CaseState

NAME = "/en/my/application/name"
TYPED = {"given_names": "Амина", "family_name": "Юсупова"}
A_WHILE = IDLE + timedelta(minutes=1)
KEPT = "We kept what you wrote. Check it and save it."


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


@pytest.fixture
def lapsed(case, cast, enter):
    """Amina's browser, in which nothing happened for a while when it is used with the clock turned."""
    return enter(cast.amina)


def post_late(browser, address=NAME, data=TYPED, by=A_WHILE):
    with clock_turned(by):
        return browser.post(address, data=data)


def forms(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(held.HeldForm))


def test_whoever_comes_late_is_asked_to_sign_in_and_then_finds_everything_typed(
    lapsed, cast, enter, session, case
):
    answer = post_late(lapsed, NAME + "?from=check")
    page = enter(cast.amina).get(NAME).text

    assert answer.status_code == 303
    assert answer.location == "/en/sign-in?next=/en/my/application/name?from%3Dcheck"
    assert KEPT in page
    assert 'value="Амина"' in page
    assert application.answers(session, case).principal.given_names is None


def test_the_person_is_told_that_it_is_kept(lapsed):
    post_late(lapsed)

    page = lapsed.get("/en/").text

    assert "We kept what you wrote." in page


def test_however_often_a_page_sends_what_it_has_it_is_said_once(lapsed):
    with clock_turned(A_WHILE):
        for header in ("Only-Keep", "Saving"):
            lapsed.post(NAME, data=TYPED, headers={header: "yes"})
        door = lapsed.get("/en/sign-in").text

    assert door.count("We kept what you wrote.") == 1


def test_once_saved_it_is_kept_no_longer(lapsed, cast, enter, session, case):
    post_late(lapsed)
    browser = enter(cast.amina)

    browser.post(NAME, data=TYPED)

    assert forms(session) == 0
    assert KEPT not in browser.get(NAME).text


def test_what_cannot_be_saved_is_kept_until_it_can(lapsed, cast, enter, session):
    post_late(lapsed, data={"given_names": "Амина"})
    browser = enter(cast.amina)

    assert browser.post(NAME, data={"given_names": "Амина"}).status_code == 422
    assert forms(session) == 1


def test_two_taps_at_once_keep_it_once(cast, enter, session, case):
    browsers = [enter(cast.amina) for _ in range(4)]

    with ThreadPoolExecutor(len(browsers)) as taps:
        answers = list(taps.map(post_late, browsers))

    assert [answer.status_code for answer in answers] == [303] * 4
    assert forms(session) == 1


def test_it_is_found_in_another_language_too(lapsed, cast, enter):
    post_late(lapsed)

    assert 'value="Амина"' in enter(cast.amina).get("/ru/my/application/name").text


def test_dates_and_choices_come_back_as_they_were_typed(lapsed, cast, enter):
    wrong = {"precept": "with_deadline", "precept_deadline-day": "31", "precept_deadline-month": "x"}
    post_late(lapsed, "/en/my/application/precept", wrong)

    page = enter(cast.amina).get("/en/my/application/precept").text

    assert 'value="31"' in page
    assert 'value="x"' in page
    assert re.search(r'checked [^>]*value="with_deadline"', page)


def test_a_family_member_is_kept_too(lapsed, cast, enter, session, case):
    application.answer(
        session, case, application.Question.COMPANY, {"company": application.Company.FAMILY}, by=cast.amina
    )
    session.commit()
    post_late(lapsed, "/en/my/application/family/new", {"given_names": "Laylo"})
    browser = enter(cast.amina)

    page = browser.get("/en/my/application/family/new").text

    assert KEPT in page
    assert 'value="Laylo"' in page


def test_nobody_else_who_signs_in_there_sees_it(lapsed, cast, enter, session):
    cast.case(CaseState.DRAFT, migrant=cast.giorgi)
    session.commit()
    post_late(lapsed)

    assert "Амина" not in enter(cast.giorgi).get(NAME).text


def test_a_button_that_was_pressed_late_is_pressed_again_by_hand(lapsed, session):
    answer = post_late(lapsed, "/en/my/application/send", {})

    assert answer.location == "/en/sign-in"
    assert forms(session) == 0


def test_secrets_of_the_form_are_not_kept(lapsed, cast, session):
    post_late(lapsed, data={**TYPED, "csrf_token": "t", "password": "p"})

    session.rollback()
    assert held.held(session, cast.amina, "my/application/name") == list(TYPED.items())


def test_other_pages_keep_nothing(lapsed, session):
    post_late(lapsed, "/en/my/stop", {"words": "I stay"})

    assert forms(session) == 0


def test_too_much_is_not_kept_and_not_promised(lapsed, session):
    post_late(lapsed, data={"given_names": "x" * held.LARGEST})

    assert forms(session) == 0
    assert "We kept" not in lapsed.get("/en/").text


# --- Whose sign-in is over for another reason -----------------------------------------------------


def test_after_the_whole_time_of_a_sign_in_nothing_is_kept(lapsed, session):
    post_late(lapsed, by=WHOLE)

    assert forms(session) == 0


def test_nothing_is_kept_for_a_browser_nobody_signed_in(client, case, session):
    assert post_late(client).status_code == 303
    assert forms(session) == 0


def test_nothing_is_kept_for_a_sign_in_that_was_ended(lapsed, cast, session):
    sign_in.end_all(session, cast.amina)
    session.commit()

    post_late(lapsed)

    assert forms(session) == 0


def test_nothing_is_kept_for_a_frozen_account(lapsed, cast, session):
    cast.amina.state = AccountState.FROZEN
    session.commit()

    post_late(lapsed)

    assert forms(session) == 0


def test_nothing_is_kept_half_way_through_signing_in(app, case, cast, session):
    token = sign_in.begin(session, cast.amina, device="Test")
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token

    post_late(client)

    assert forms(session) == 0


# --- Against forgery ------------------------------------------------------------------------------


def test_a_form_that_comes_late_with_its_token_is_kept(app, lapsed, session):
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', lapsed.get(NAME).text)[1]

    answer = post_late(lapsed, data={**TYPED, "csrf_token": token})

    assert answer.status_code == 303
    assert forms(session) == 1


def test_a_form_of_somebody_elses_page_is_not(app, lapsed, session):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = post_late(lapsed)

    assert answer.status_code == 400
    assert forms(session) == 0
