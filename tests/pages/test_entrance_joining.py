"""The door: accounts are made by oneself, or with an invitation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned
from portal.domain import accounts
from portal.domain.access import staff
from portal.domain.access.staff import INVITATION_LASTS
from portal.domain.accounts import Account
from portal.domain.permissions import Role
from tests.cast import PASSWORD

TYPED = {"name": "Laylo", "password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def token(cast, session) -> str:
    """An invitation for Ilse, a counsellor."""
    token = staff.invite(session, Role.COUNSELLOR, name="Ilse Pärn", email="ilse@example.org", by=cast.mart)
    session.commit()
    return token


def test_a_migrant_makes_an_account_in_the_language_of_the_page(client, session):
    answer = client.post("/ru/register", data=TYPED)

    [account] = session.scalars(select(Account)).all()
    assert (answer.status_code, answer.location) == (303, "/ru/sign-in/set-up")
    assert (account.role, account.language) == (Role.MIGRANT, "ru")
    assert re.fullmatch(r"Laylo-\d{4}", account.login)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "\u200b"}, "Write a name with letters"),
        ({"name": "\0"}, "Fill this in."),
        ({"name": "5123 4567"}, "Write a name with letters"),
        ({"name": "laylo@example.org"}, "Write a name, not an e-mail address."),
        ({"name": "x" * 31}, "Use at most 30 characters."),
        ({"password": "short", "repeated": "short"}, "This password is too short."),
        ({"password": "x" * 5000, "repeated": "x" * 5000}, "Use at most"),
        ({"password": "password1", "repeated": "password1"}, "This password is easy to guess."),
        ({"repeated": "something else"}, "The two passwords are not the same."),
        ({"name": ["a", "b"], "password": []}, "Fill this in."),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(client, session, changed, words):
    page = client.post("/en/register", data={**TYPED, **changed})

    assert page.status_code == 422
    assert words in page.text
    assert session.scalars(select(Account)).all() == []


def test_who_chooses_a_name_that_somebody_has_is_answered_like_everybody(app):
    first, second = (app.test_client().post("/en/register", data=TYPED) for _ in range(2))

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert list(first.headers.keys()) == list(second.headers.keys())


def test_an_invited_counsellor_sees_who_they_are_and_joins(client, session, token):
    page = client.get(f"/en/invitation/{token}")
    answer = client.post(f"/en/invitation/{token}", data=TYPED)

    account = accounts.by_login(session, "ilse@example.org")
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
    assert staff.invitation(session, token).used_at is None
