"""The door: the second factor is set up, the recovery codes are shown once."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import clock_turned, now
from portal.domain import accounts
from portal.domain.access import factors
from portal.domain.access.factors import Factor, FactorKind, PaperCode
from portal.domain.access.sign_in import SET_UP_LASTS, SignIn
from tests.cast import PASSWORD

CODE = r"<code class=\"key\">([A-Z2-7-]{19})</code>"
PHONE = (
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36"
)


def join(client: FlaskClient, name: str = "laylo") -> str:
    """Register, and see the page of the second factor."""
    client.post("/en/register", data={"name": name, "password": PASSWORD, "repeated": PASSWORD})
    return client.get("/en/sign-in/set-up").text


def secret_on(page: str) -> str:
    """The secret in the address that opens an authenticator app."""
    [address] = re.findall(r'href="(otpauth://[^"]+)"', page)
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)["secret"][0]


def login_on(page: str) -> str:
    """The sign-in name that the portal made."""
    [login] = re.findall(r'<code class="key" translate="no">([^<]+)</code>', page)
    return login


def app_of(session: Session, login: str) -> Factor | None:
    """The authenticator of whoever has this sign-in name."""
    found = factors.of_account(session, accounts.by_login(session, login), FactorKind.TOTP)
    return next(iter(found), None)


def prove(client: FlaskClient, secret: str):
    """The answer to the first code of the app."""
    return client.post("/en/sign-in/set-up", data={"code": pyotp.TOTP(secret).now()})


def test_a_newcomer_connects_an_app_and_is_in(client, session):
    joined = join(client)
    secret = secret_on(joined)

    page = prove(client, secret)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert 'href="/en/account/phone?next=/en/my/"' in page.text
    assert client.get("/en/account/").status_code == 200
    assert app_of(session, login_on(joined)).secret == secret


def test_who_is_in_for_the_first_time_is_asked_once_who_uses_the_phone(app, session):
    one, other = app.test_client(), app.test_client()
    login = login_on(joined := join(one))
    prove(one, secret_on(joined))

    answer = one.post("/en/account/phone?next=/en/my/", data={"users": "only_me"})

    with clock_turned(timedelta(minutes=1)):
        other.post("/en/sign-in", data={"login": login, "password": PASSWORD})
        code = pyotp.TOTP(secret_on(joined)).at(now())
        second = other.post("/en/sign-in/code", data={"code": code})
    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert "kodutee-device" in answer.headers["Set-Cookie"]
    assert second.location == "/en/my/"


def test_the_key_is_there_as_a_picture_as_a_link_and_in_letters(client):
    page = join(client)

    groups = re.findall(r"<span>([A-Z2-7]{4})</span>", page)
    assert "".join(groups) == secret_on(page)
    assert page.count("<svg ") == 2  # the mark of the portal, and the code for the camera
    assert "style=" not in page


def test_on_a_phone_the_app_is_opened_elsewhere_the_picture_is_shown(app):
    phone, desk = app.test_client(), app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = PHONE

    assert "The app is on this phone:" in join(phone, "laylo")
    assert "The app is on this phone:" not in join(desk, "umid")


@pytest.mark.parametrize("letter", ["a", "ж", "ﷺ", "ა"])
def test_the_longest_login_still_fits_into_the_picture(client, letter):
    page = join(client, letter * 30)

    assert page.count("<svg ") == 2
    assert len(secret_on(page)) == 32


def test_every_view_of_the_page_shows_the_same_secret(client):
    assert secret_on(join(client)) == secret_on(client.get("/ru/sign-in/set-up").text)


def test_ten_recovery_codes_are_shown_once_and_kept_as_hashes_only(client, session):
    joined = join(client)
    page = prove(client, secret_on(joined))

    codes = re.findall(CODE, page.text)
    assert len(set(codes)) == 10
    assert len(session.scalars(select(PaperCode)).all()) == 10
    assert factors.show_code(session, accounts.by_login(session, login_on(joined)), codes[0])
    session.rollback()
    assert client.get("/en/sign-in/set-up").location == "/en/my/"


def test_a_wrong_code_sets_nothing(client, session):
    joined = join(client)

    page = client.post("/en/sign-in/set-up", data={"code": "000000"})

    assert page.status_code == 422
    assert "This code is not right." in page.text
    assert secret_on(page.text) == secret_on(joined)
    assert app_of(session, login_on(joined)) is None


def test_a_code_in_arabic_digits_is_read(client):
    secret = secret_on(join(client))
    code = pyotp.TOTP(secret).now().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert client.post("/en/sign-in/set-up", data={"code": code}).status_code == 200


def test_who_has_an_app_is_asked_for_its_code_instead(client, cast):
    client.post("/en/sign-in", data={"login": cast.amina.login, "password": PASSWORD})

    assert client.get("/en/sign-in/set-up").location == "/en/sign-in/code"


def test_who_has_no_app_yet_is_sent_to_connect_one(client):
    join(client)

    assert client.get("/en/sign-in/code").location == "/en/sign-in/set-up"


def test_who_stopped_half_way_sets_up_at_the_next_sign_in(app):
    login = login_on(join(app.test_client()))
    client = app.test_client()

    answer = client.post("/en/sign-in", data={"login": login, "password": PASSWORD})

    assert answer.location == "/en/sign-in/set-up"


def test_of_two_browsers_that_set_up_one_account_the_second_starts_again(app):
    one, other = app.test_client(), app.test_client()
    first = secret_on(joined := join(one))
    other.post("/en/sign-in", data={"login": login_on(joined), "password": PASSWORD})
    second = secret_on(other.get("/en/sign-in/set-up").text)

    assert prove(one, first).status_code == 200
    assert prove(other, second).location == "/en/sign-in"


def test_the_buttons_of_the_page_with_the_codes_work(app, session):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    token = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
    typed = {"name": "laylo", "password": PASSWORD, "repeated": PASSWORD}

    typed["csrf_token"] = token.search(client.get("/en/register").text)[1]
    client.post("/en/register", data=typed)
    page = client.get("/en/sign-in/set-up").text
    code = {"code": pyotp.TOTP(secret_on(page)).now(), "csrf_token": token.search(page)[1]}
    codes = client.post("/en/sign-in/set-up", data=code)
    left = client.post("/en/sign-out", data={"csrf_token": token.search(codes.text)[1]})

    assert (left.status_code, left.location) == (303, "/en/")
    assert session.scalars(select(SignIn)).all() == []


@pytest.mark.parametrize("code", ["", "\0", "1" * 100_000, "пароль", "🦊"])
def test_what_is_no_code_is_refused_in_words(client, code):
    join(client)

    assert client.post("/en/sign-in/set-up", data={"code": code}).status_code == 422


def test_what_a_newcomer_has_just_done_is_no_news(client):
    prove(client, secret_on(join(client)))

    assert "There is news about your account" not in client.get("/en/account/").text
    assert "There is nothing new." in client.get("/en/account/news").text


def closes_after(page: str) -> tuple[int, str]:
    """In how many seconds a page goes elsewhere by itself, and where."""
    [(seconds, where)] = re.findall(r'http-equiv="refresh" content="(\d+); url=([^"]+)"', page)
    return int(seconds), where


def test_the_page_with_the_key_closes_by_itself_when_its_time_is_over(client):
    seconds, where = closes_after(join(client))

    with clock_turned(SET_UP_LASTS + timedelta(seconds=1)):
        answer = client.get(where, follow_redirects=True)

    assert SET_UP_LASTS.total_seconds() - 10 < seconds <= SET_UP_LASTS.total_seconds() + 1
    assert "This took too long, so we stopped for your safety. Sign in again." in answer.text


def test_who_cannot_go_on_now_does_so_later_with_name_and_password(client, app):
    page = join(client)
    later = app.test_client()

    answer = later.post("/en/sign-in", data={"login": login_on(page), "password": PASSWORD})

    assert "sign in later with this name and your password" in page
    assert answer.location == "/en/sign-in/set-up"
