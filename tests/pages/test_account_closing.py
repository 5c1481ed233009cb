"""The account: closing it, and who helped with it."""

import pytest
from sqlalchemy import update

from portal.domain import accounts
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from tests.cast import PASSWORD
from tests.reading import read

PAGES = ["close", "helpers"]
STAFF = ["clara", "aino", "petros", "mart", "olga"]


def not_fresh(session) -> None:
    """The second factors of everybody were shown long ago."""
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()


# --- Close my account ---


def test_who_has_no_case_closes_the_account_and_reads_that_it_is_closed(enter, cast, session):
    client, other = enter(cast.amina), enter(cast.amina)

    asked = client.get("/en/account/close")
    answer = client.post(read(asked).buttons["Close my account"])
    page = client.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/en/sign-in/closed")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert (page.status_code, read(page).heading) == (200, "Your account is closed")
    assert [one.get("/en/account/").status_code for one in (client, other)] == [303, 303]
    session.refresh(cast.amina)
    assert cast.amina.state is AccountState.CLOSED


def test_a_closed_account_answers_like_one_that_never_was(enter, cast, client):
    enter(cast.amina).post("/en/account/close")

    pages = [
        client.post("/en/sign-in", data={"login": login, "password": PASSWORD})
        for login in ("amina", "nobody")
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].text.replace("amina", "nobody") == pages[1].text


@pytest.mark.parametrize(
    ("state", "way"), [(CaseState.SUBMITTED, "/en/my/stop"), (CaseState.MONITORING, None)], ids=str
)
def test_while_a_case_is_running_the_way_out_is_shown_instead(enter, cast, session, state, way):
    cast.case(state)
    client = enter(cast.amina)

    asked = client.get("/en/account/close")
    sent = client.post("/en/account/close")

    page = read(asked)
    assert (asked.status_code, sent.status_code) == (200, 409)
    assert "Your case is still open." in asked.text
    assert "Your case is still open." in sent.text
    assert "Close my account" not in page.buttons
    assert page.links.get("Stop my application") == way
    session.refresh(cast.amina)
    assert cast.amina.state is AccountState.ACTIVE


def test_after_stopping_the_account_can_be_closed_and_the_page_says_what_is_kept(enter, cast):
    cast.case(CaseState.SUBMITTED)
    client = enter(cast.amina)

    client.post("/en/my/stop")
    page = client.get("/en/account/close").text

    assert "Your application, your documents, and what happened in your case." in page
    assert "Ask us how long we keep it." in page
    assert client.post("/en/account/close").status_code == 303


def test_a_second_factor_must_have_been_shown_a_short_time_ago(enter, cast, session):
    client = enter(cast.amina)
    not_fresh(session)

    pages = [client.get("/en/account/close"), client.post("/en/account/close")]

    assert [read(page).heading for page in pages] == ["Is it you?", "Is it you?"]
    session.refresh(cast.amina)
    assert cast.amina.state is AccountState.ACTIVE


def test_who_taps_twice_is_told_the_same(enter, cast):
    first, second = enter(cast.amina), enter(cast.amina)

    first.post("/en/account/close")
    answer = second.post("/en/account/close")

    assert answer.status_code == 303
    assert answer.location.startswith("/en/sign-in")


@pytest.mark.parametrize("who", STAFF)
def test_for_staff_and_partners_there_is_no_such_page(enter, cast, who):
    client = enter(getattr(cast, who))

    assert [client.get("/en/account/close").status_code, client.post("/en/account/close").status_code] == [
        404,
        404,
    ]
    assert "Close my account" not in client.get("/en/account/").text


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, page):
    answer = client.get(f"/en/account/{page}")

    assert (answer.status_code, answer.location) == (303, f"/en/sign-in?next=/en/account/{page}")


def test_a_stranger_closes_nothing(client):
    answer = client.post("/en/account/close")

    assert answer.status_code == 303
    assert answer.location.startswith("/en/sign-in")


# --- Who helped me ---


def test_what_staff_and_partners_did_is_listed_with_who_they_are(enter, cast, session):
    amina = cast.amina
    factors.new_paper(session, amina, FactorKind.SHEET, by=cast.clara)
    accounts.write_down(session, Act.SHEET_PRINT, amina, by=cast.clara)
    accounts.write_down(session, Act.RECOVERY_VOUCH, amina, by=cast.petros)
    session.commit()

    page = enter(amina).get("/en/account/helpers").text

    assert page.count("<time ") == 2
    assert page.index("Somebody confirmed who you are") < page.index("Code sheet printed")
    assert '<p class="soft small">Clara · Counsellor</p>' in page
    assert '<p class="soft small">Mission in Tashkent · Partner organisation</p>' in page
    assert "Tamm" not in page
    assert "Petros" not in page


def test_what_the_owner_did_and_what_was_done_for_others_is_not_listed(enter, cast, session):
    accounts.set_language(session, cast.amina, "ru")
    sign_in.freeze(session, cast.giorgi, by=cast.clara)
    session.commit()

    page = enter(cast.amina).get("/en/account/helpers")

    assert page.status_code == 200
    assert "Nobody but you has done anything with your account." in page.text
    assert "<time " not in page.text


def test_what_the_portal_did_by_itself_is_nobodys_help(enter, cast, session):
    for _ in range(100):
        factors.note_try(session, cast.amina, None)
    session.commit()

    assert "<time " not in enter(cast.amina).get("/en/account/helpers").text


@pytest.mark.parametrize("who", STAFF)
def test_everybody_may_see_who_helped_them(enter, cast, who):
    assert enter(getattr(cast, who)).get("/en/account/helpers").status_code == 200
