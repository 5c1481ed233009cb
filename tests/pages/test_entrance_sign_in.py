"""The door: sign in with password and code, sign out."""

import time
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import clock_turned
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import HALF_LASTS, SignIn
from tests.cast import PASSWORD
from tests.reading import read

WRONG = "The sign-in name or the password is not right."
USED = "This code was used before. Wait for the next code and type that one."


def give_password(client: FlaskClient, login: str = "amina", password: str = PASSWORD, query: str = ""):
    """The answer to login and password."""
    return client.post(f"/en/sign-in{query}", data={"login": login, "password": password})


def give_code(client: FlaskClient, code: str, query: str = ""):
    """The answer to a code."""
    return client.post(f"/en/sign-in/code{query}", data={"code": code})


def test_a_person_signs_in_with_password_and_code(client, cast):
    first = give_password(client, cast.amina.login.upper())
    second = give_code(client, cast.code_of(cast.amina))

    assert (first.status_code, first.location) == (303, "/en/sign-in/code")
    assert (second.status_code, second.location) == (303, "/en/my/")
    assert client.get("/en/account/").status_code == 200


def test_the_password_alone_opens_nothing(client, cast):
    give_password(client, cast.amina.login)

    assert client.get("/en/account/").location == "/en/sign-in?next=/en/account/"


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(client, cast):
    wrong = give_password(client, cast.amina.login, "not my password")
    unknown = give_password(client, "jamil", "not my password")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.text.replace("amina", "jamil") == unknown.text
    assert dict(wrong.headers) == dict(unknown.headers)
    assert WRONG in wrong.text


def test_what_was_typed_stays_but_never_the_password(client, cast):
    page = give_password(client, "ami&na", "not my password")

    assert 'value="ami&amp;na"' in page.text
    assert "not my password" not in page.text


def test_after_10_wrong_passwords_everyone_waits(client, cast):
    wrong = [give_password(client, cast.amina.login, "not my password").status_code for _ in range(10)]

    told = give_password(client, cast.amina.login)

    assert wrong == [422] * 10
    assert told.status_code == 429
    assert 0 < int(told.headers["Retry-After"]) <= 301


def test_after_5_wrong_codes_everyone_waits(client, cast):
    give_password(client, cast.amina.login)

    wrong = [client.post("/en/sign-in/code", data={"code": "000000"}).status_code for _ in range(5)]

    assert wrong == [422] * 5
    assert give_code(client, cast.code_of(cast.amina)).status_code == 429


def test_a_code_works_once(app, cast):
    one, other = app.test_client(), app.test_client()
    for client in (one, other):
        give_password(client, cast.amina.login)
    give_code(one, cast.code_of(cast.amina))

    again = give_code(other, cast.code_of(cast.amina))

    assert again.status_code == 422
    assert USED in again.text


def test_two_codes_of_a_phone_whose_clock_is_an_hour_slow_are_told_so(client, cast):
    give_password(client, cast.amina.login)
    app = pyotp.TOTP(cast.secret_of(cast.amina))

    first, second = (give_code(client, app.at(time.time() - 3600 + later)) for later in (0, 30))

    assert "The clock of your phone is slow" not in first.text
    assert "The clock of your phone is slow" in second.text
    assert (first.status_code, second.status_code) == (422, 422)


def test_a_recovery_code_that_was_used_is_told_apart_from_a_wrong_one(app, cast, session):
    code = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)[0]
    factors.show_code(session, cast.amina, code)
    session.commit()
    client = app.test_client()
    give_password(client, cast.amina.login)

    used, wrong = give_code(client, code), give_code(client, "AAAA-BBBB-CCCC-DDDD")

    assert "This code was used before. Take the next one on your sheet." in used.text
    assert "This code is not right." in wrong.text


def test_a_recovery_code_stands_in_for_the_app(client, cast, session):
    code = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)[0]
    session.commit()
    give_password(client, cast.amina.login)

    page = client.get("/en/sign-in/code?recovery=yes")
    answer = client.post("/en/sign-in/code?recovery=yes", data={"code": code.lower()})

    assert 'inputmode="numeric"' not in page.text
    assert (answer.status_code, answer.location) == (303, "/en/my/")


def test_the_code_may_be_pasted_and_filled_in_by_the_phone(client, cast):
    give_password(client, cast.amina.login)

    page = client.get("/en/sign-in/code").text

    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert 'maxlength="6"' not in page


def test_who_was_on_the_way_to_a_page_comes_to_it(client, cast):
    give_password(client, cast.amina.login, query="?next=/et/account/password%3Fa%3Db")

    assert give_code(client, cast.code_of(cast.amina)).location == "/et/account/password?a=b"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "/%09/example.org",
        "/%0a/example.org",
        "javascript:1",
        "%00",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(client, cast, address):
    give_password(client, cast.amina.login, query=f"?next={address}")

    assert give_code(client, cast.code_of(cast.amina)).location == "/en/my/"


def test_who_is_signed_in_is_sent_home_from_the_door(enter, cast):
    client = enter(cast.amina)

    answers = [client.get(f"/en/{page}") for page in ("sign-in", "sign-in/code", "register", "invitation/x")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/en/my/")] * 4


def test_a_code_is_asked_for_only_after_the_password(client, cast):
    assert client.get("/en/sign-in/code").location == "/en/sign-in"
    assert client.post("/en/sign-in/code", data={"code": "000000"}).location == "/en/sign-in"


def test_who_takes_too_long_starts_again_and_is_told(client, cast):
    give_password(client, cast.amina.login)

    with clock_turned(HALF_LASTS + timedelta(seconds=30)):
        late = give_code(client, cast.code_of(cast.amina))
    page = client.get(late.location)

    assert late.location == "/en/sign-in"
    assert "This took too long" in page.text


def test_both_steps_throw_away_what_was_in_the_cookie_before(client, cast, session):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by a stranger"

    give_password(client, cast.amina.login)
    with client.session_transaction() as cookie:
        first = dict(cookie)
    give_code(client, cast.code_of(cast.amina))
    with client.session_transaction() as cookie:
        second = dict(cookie)

    assert set(first) == {"half", "csrf_token"}
    assert set(second) == {"_user_id", "_fresh", "_id", "csrf_token"}
    assert second["_user_id"] != first["half"]
    assert second["csrf_token"] != first["csrf_token"]
    assert len(session.scalars(select(SignIn)).all()) == 1


def test_signing_out_leaves_nothing_behind(enter, cast, session):
    client = enter(cast.amina)
    kept = client.get_cookie("kodutee")

    answer = client.post("/en/sign-out")

    assert (answer.status_code, answer.location) == (303, "/en/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("kodutee") is None
    assert session.scalars(select(SignIn)).all() == []
    session.commit()
    client.set_cookie("kodutee", kept.value)
    assert client.get("/en/account/").status_code == 303


def test_signing_out_twice_does_no_harm(client):
    assert client.post("/en/sign-out").location == "/en/"


def test_nobody_signs_out_by_following_a_link(enter, cast):
    assert enter(cast.amina).get("/en/sign-out").status_code == 405


def test_pages_at_the_door_are_never_kept(client):
    assert client.get("/en/sign-in").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"login": "amina"},
        {"login": "", "password": ""},
        {"login": "\0", "password": "\0"},
        {"login": "a" * 100_000, "password": "b" * 100_000},
        {"login": ["a", "b"], "password": ["c", "d"]},
        {"login[]": "a", "password[]": "b"},
    ],
    ids=["nothing", "half", "empty", "NUL", "huge", "twice", "array"],
)
def test_what_cannot_be_read_is_refused_in_words(client, typed):
    assert client.post("/en/sign-in", data=typed).status_code == 422


@pytest.mark.parametrize("page", ["sign-in", "register"])
def test_who_has_a_code_on_paper_finds_where_to_type_it(client, page):
    assert read(client.get(f"/en/{page}")).links["I have a code on paper"] == "/en/claim"
