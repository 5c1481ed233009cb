"""The door: accounts are made by oneself, or with an invitation."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import accounts
from portal.domain.accounts import INVITATION_LASTS
from portal.domain.permissions import Role
from tests.cast import PASSWORD

TYPED = {"login": "Laylo", "password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def token(cast, session) -> str:
    """An invitation for Ilse, a counsellor."""
    token = accounts.invite(session, Role.COUNSELLOR, name="Ilse Pärn", by=cast.mart)
    session.commit()
    return token


def test_a_migrant_makes_an_account_in_the_language_of_the_page(client, session):
    answer = client.post("/ru/register", data=TYPED)

    account = accounts.by_login(session, "laylo")
    assert (answer.status_code, answer.location) == (303, "/ru/sign-in/set-up")
    assert (account.role, account.language) == (Role.MIGRANT, "ru")


def test_a_name_without_an_e_mail_address_is_enough_and_the_page_says_so(client):
    assert "You do not need an e-mail address" in client.get("/en/register").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"login": ""}, "Fill this in."),
        ({"login": "\u200b"}, "Fill this in."),
        ({"login": "\0"}, "Fill this in."),
        ({"login": "x" * 201}, "Use at most 200 characters."),
        ({"password": "short", "repeated": "short"}, "This password is too short."),
        ({"password": "x" * 5000, "repeated": "x" * 5000}, "Use at most"),
        ({"password": "password1", "repeated": "password1"}, "This password is easy to guess."),
        ({"repeated": "something else"}, "The two passwords are not the same."),
        ({"login": ["a", "b"], "password": []}, "Fill this in."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(client, session, changed, words):
    page = client.post("/en/register", data={**TYPED, **changed})

    assert page.status_code == 422
    assert words in page.text
    assert accounts.by_login(session, "laylo") is None


def test_a_login_that_is_taken_is_refused_and_kept_on_the_page(client, cast):
    page = client.post("/en/register", data={**TYPED, "login": cast.amina.login.title()})

    assert page.status_code == 422
    assert "Somebody already uses this name" in page.text
    assert 'value="Amina"' in page.text


def test_an_invited_counsellor_sees_who_they_are_and_joins(client, session, token):
    page = client.get(f"/en/invitation/{token}")
    answer = client.post(f"/en/invitation/{token}", data=TYPED)

    account = accounts.by_login(session, "laylo")
    assert page.status_code == 200
    assert "Welcome, Ilse Pärn" in page.text
    assert (answer.status_code, answer.location) == (303, "/en/sign-in/set-up")
    assert (account.role, account.name) == (Role.COUNSELLOR, "Ilse Pärn")


def test_the_title_of_an_invitation_names_nobody(client, token):
    page = client.get(f"/en/invitation/{token}").text

    assert "Ilse" not in page.partition("</title>")[0]


def test_an_invitation_works_once(app, token):
    app.test_client().post(f"/en/invitation/{token}", data=TYPED)
    client = app.test_client()

    seen, posted = client.get(f"/en/invitation/{token}"), client.post(f"/en/invitation/{token}", data=TYPED)

    assert (seen.status_code, posted.status_code) == (404, 404)
    assert "This invitation is no longer valid" in seen.text
    assert "This invitation is no longer valid" in posted.text


def test_an_invitation_of_the_day_before_yesterday_is_over(client, token):
    with clock_turned(INVITATION_LASTS + timedelta(minutes=1)):
        page = client.get(f"/en/invitation/{token}")

    assert page.status_code == 404
    assert "ask the person who invited you for a new one" in page.text


def test_what_cannot_be_used_does_not_use_an_invitation_up(client, session, token):
    page = client.post(f"/en/invitation/{token}", data={**TYPED, "password": "short", "repeated": "short"})

    assert page.status_code == 422
    assert accounts.invitation(session, token).used_at is None
