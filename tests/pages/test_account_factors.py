"""The account: ways to sign in are seen, named, added and removed; and staff must have a passkey."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.db import now
from portal.domain import journal
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.authenticator import Authenticator, give_passkey

PAGES = ("factors", "factors/authenticator", "factors/passkey")
PEOPLE = ("amina", "clara", "aino", "petros", "mart", "olga")


def kinds_of(session, account: Account) -> list[FactorKind]:
    session.expire_all()
    kinds = [one.kind for one in factors.of_account(session, account)]
    session.commit()
    return kinds


def tire(session) -> None:
    """The second factor was shown too long ago."""
    session.execute(update(SignIn).values(fresh_at=now() - timedelta(minutes=11)))
    session.commit()


def number_of(session, account: Account, kind: FactorKind) -> int:
    number = factors.of_account(session, account, kind)[0].id
    session.commit()
    return number


# --- Looking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE)
def test_everyone_sees_their_ways_to_sign_in(enter, cast, who):
    client = enter(getattr(cast, who))

    assert [client.get(f"/en/account/{page}").status_code for page in PAGES] == [200] * 3


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, page):
    assert client.get(f"/en/account/{page}").location == f"/en/sign-in?next=/en/account/{page}"


def test_each_way_says_what_it_is_since_when_and_how_many_codes_are_left(enter, cast, session):
    give_passkey(session, cast.amina)
    codes = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)
    factors.show_code(session, cast.amina, codes[0])
    session.commit()

    page = enter(cast.amina).get("/en/account/factors").text

    assert page.count("Since: ") == 3
    assert page.count("Not used yet") == 2
    assert "<bdi>My phone</bdi>" in page
    assert "9 of 10 left" in page


# --- Naming ----------------------------------------------------------------------------------------


def test_a_way_to_sign_in_is_called_what_its_owner_calls_it(enter, cast, session):
    number = number_of(session, cast.amina, FactorKind.TOTP)
    client = enter(cast.amina)

    answer = client.post(f"/en/account/factors/{number}/name", data={"name": "  Тел <b> "})

    assert (answer.status_code, answer.location) == (303, "/en/account/factors")
    assert "<bdi>Тел &lt;b&gt;</bdi>" in client.get("/en/account/factors").text
    assert 'value="Тел &lt;b&gt;"' in client.get(f"/en/account/factors/{number}/name").text


def test_a_name_that_is_too_long_is_refused_in_words(enter, cast, session):
    number = number_of(session, cast.amina, FactorKind.TOTP)

    page = enter(cast.amina).post(f"/en/account/factors/{number}/name", data={"name": "x" * 61})

    assert page.status_code == 422
    assert "Use at most 60 characters." in page.text


@pytest.mark.parametrize("page", ["name", "remove"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_somebody_elses_way_to_sign_in_does_not_exist(enter, cast, session, page, method):
    number = number_of(session, cast.giorgi, FactorKind.TOTP)

    answer = enter(cast.amina).open(f"/en/account/factors/{number}/{page}", method=method)

    assert answer.status_code == 404
    assert kinds_of(session, cast.giorgi) == [FactorKind.TOTP]


def test_codes_on_paper_have_no_name(enter, cast, session):
    factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)
    number = number_of(session, cast.amina, FactorKind.RECOVERY)

    assert enter(cast.amina).get(f"/en/account/factors/{number}/name").status_code == 404


# --- Removing --------------------------------------------------------------------------------------


def test_a_removed_way_opens_nothing_and_every_other_device_is_signed_out(enter, cast, session):
    phone = give_passkey(session, cast.amina)
    number = number_of(session, cast.amina, FactorKind.PASSKEY)
    here, other = enter(cast.amina), enter(cast.amina)
    asked = here.get(f"/en/account/factors/{number}/remove").text

    answer = here.post(f"/en/account/factors/{number}/remove")

    assert "All other devices are signed out. You stay signed in here." in asked
    assert (answer.status_code, answer.location) == (303, "/en/account/factors")
    assert kinds_of(session, cast.amina) == [FactorKind.TOTP]
    assert [each.get("/en/account/").status_code for each in (here, other)] == [200, 303]
    credential = phone.show(other.post("/en/sign-in/passkey/options").json)
    assert other.post("/en/sign-in/passkey", data={"credential": credential}).status_code == 422
    assert Act.ACCOUNT_FACTOR_ENDED in {one.act for one in notices.unread(session, cast.amina)}


def test_the_last_way_in_stays_whatever_recovery_codes_there_are(enter, cast, session):
    factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)
    number = number_of(session, cast.amina, FactorKind.TOTP)

    page = enter(cast.amina).post(f"/en/account/factors/{number}/remove")

    assert page.status_code == 422
    assert "This is your only way to sign in." in page.text
    assert FactorKind.TOTP in kinds_of(session, cast.amina)


# --- One more authenticator ------------------------------------------------------------------------


def secret_on(page: str) -> str:
    [secret] = re.findall(r"secret=([A-Z2-7]+)", page)[:1]
    return secret


def test_looking_at_the_page_makes_no_key(enter, cast, session):
    page = enter(cast.amina).get("/en/account/factors/authenticator").text

    assert "otpauth://" not in page
    assert session.scalars(select(SignIn)).one().pending_secret is None


def test_a_second_authenticator_is_added_once_its_code_was_typed(enter, cast, session):
    client = enter(cast.amina)
    begun = client.post("/en/account/factors/authenticator/begin")
    secret = secret_on(client.get(begun.location).text)
    form = {"new_code": "000000", "name": "Old phone"}

    wrong = client.post("/en/account/factors/authenticator", data=form)
    before = kinds_of(session, cast.amina)
    right = client.post(
        "/en/account/factors/authenticator", data={**form, "new_code": pyotp.TOTP(secret).now()}
    )

    assert (wrong.status_code, "This code is not right." in wrong.text) == (422, True)
    assert secret_on(wrong.text) == secret
    assert before == [FactorKind.TOTP]
    assert (right.status_code, right.location) == (303, "/en/account/factors")
    assert kinds_of(session, cast.amina) == [FactorKind.TOTP] * 2


def test_of_two_windows_that_add_an_app_the_second_is_told(enter, cast, session):
    client = enter(cast.amina)
    for _window in range(2):
        page = client.get(client.post("/en/account/factors/authenticator/begin").location)
    form = {"new_code": pyotp.TOTP(secret_on(page.text)).now()}

    first = client.post("/en/account/factors/authenticator", data=form)
    second = client.post("/en/account/factors/authenticator", data=form)

    assert first.location == second.location == "/en/account/factors"
    assert "This key was used already, in another window." in client.get("/en/account/factors").text
    assert kinds_of(session, cast.amina) == [FactorKind.TOTP] * 2


# --- One more passkey ------------------------------------------------------------------------------


def add(client: FlaskClient, phone: Authenticator, query: str = "", name: str = "", **lie):
    credential = phone.make(client.post("/en/account/factors/passkey/options").json, **lie)
    sent = {"new_credential": credential, "name": name}
    return client.post(f"/en/account/factors/passkey{query}", data=sent)


def test_a_passkey_is_added_named_and_told(enter, cast, session):
    client = enter(cast.amina)

    answer = add(client, Authenticator(), name="My blue phone")

    assert (answer.status_code, answer.location) == (303, "/en/account/factors")
    page = client.get("/en/account/factors").text
    assert "The passkey is added." in page
    assert "<bdi>My blue phone</bdi>" in page
    assert Act.ACCOUNT_FACTOR_SET in {one.act for one in notices.unread(session, cast.amina)}


def test_a_refused_passkey_is_told_on_the_page(enter, cast, session):
    client, phone = enter(cast.amina), Authenticator()
    add(client, phone)

    pages = [add(client, phone), add(client, Authenticator(), verified=False)]

    assert [page.status_code for page in pages] == [422, 422]
    assert "This device already has a passkey for your account." in pages[0].text
    assert "Your device did not check that it is you." in pages[1].text
    assert kinds_of(session, cast.amina) == [FactorKind.TOTP, FactorKind.PASSKEY]


# --- Shown once more -------------------------------------------------------------------------------

STEPS = (
    ("GET", "factors/passkey"),
    ("POST", "factors/passkey/options"),
    ("POST", "factors/passkey"),
    ("GET", "factors/authenticator"),
    ("POST", "factors/authenticator/begin"),
    ("POST", "factors/authenticator"),
    ("GET", "factors/{number}/name"),
    ("POST", "factors/{number}/name"),
    ("GET", "factors/{number}/remove"),
    ("POST", "factors/{number}/remove"),
)


def test_everything_that_changes_a_way_in_asks_who_it_is_first(enter, cast, session):
    give_passkey(session, cast.amina)
    number = number_of(session, cast.amina, FactorKind.PASSKEY)
    client = enter(cast.amina)
    tire(session)

    pages = [client.open(f"/en/account/{path.format(number=number)}", method=how) for how, path in STEPS]

    assert [path for (_, path), page in zip(STEPS, pages, strict=True) if "Is it you?" not in page.text] == []
    assert kinds_of(session, cast.amina) == [FactorKind.TOTP, FactorKind.PASSKEY]


def confirm(client: FlaskClient, phone: Authenticator, **more):
    credential = phone.show(client.post("/en/sign-in/passkey/options").json)
    return client.post("/en/account/confirm", data={"credential": credential, **more})


def test_a_passkey_confirms_and_what_was_typed_goes_on(enter, cast, session):
    phone = give_passkey(session, cast.amina)
    number = number_of(session, cast.amina, FactorKind.PASSKEY)
    client = enter(cast.amina)
    tire(session)
    path = f"/en/account/factors/{number}/name"
    asked = client.post(path, data={"name": "Blue"})

    answer = confirm(client, phone, confirm_to=path, confirm_by="post", name="Blue")

    assert asked.text.count('<input type="hidden" name="name" value="Blue">') == 3
    assert (answer.status_code, answer.location) == (307, path)
    assert session.scalars(select(SignIn)).one().is_fresh


def test_somebody_elses_passkey_confirms_nothing(enter, cast, session):
    give_passkey(session, cast.amina)
    phone, client = give_passkey(session, cast.giorgi), enter(cast.amina)
    tire(session)

    page = confirm(client, phone, confirm_to="/en/account/")

    assert (page.status_code, "We do not know this passkey." in page.text) == (422, True)
    assert not session.scalars(select(SignIn)).one().is_fresh


def test_a_copied_passkey_confirms_nothing_and_this_browser_is_signed_out(enter, cast, session):
    phone, client = give_passkey(session, cast.amina, counter=7), enter(cast.amina)
    phone.counter = 1

    answer = confirm(client, phone, confirm_to="/en/account/")

    assert (answer.status_code, answer.location) == (303, "/en/sign-in")
    assert "This passkey seems to be a copy" in client.get("/en/sign-in").text
    assert client.get("/en/account/").status_code == 303


@pytest.mark.parametrize("sent", [{}, {"code": ""}, {"credential": "x"}])
def test_nothing_shown_confirms_nothing(enter, cast, session, sent):
    client = enter(cast.amina)
    tire(session)

    assert client.post("/en/account/confirm", data=sent).status_code == 422


# --- Staff -----------------------------------------------------------------------------------------


@pytest.fixture
def strict(app, wiring) -> Flask:
    """A portal in earnest: staff and partners must show a passkey."""
    app.extensions["wiring"] = replace(wiring, settings=replace(wiring.settings, staff_passkeys=True))
    return app


HOMES = {
    "clara": "/en/counsellor/",
    "aino": "/en/counsellor/",
    "petros": "/en/partner/",
    "mart": "/en/manage/",
    "olga": "/en/manage/",
}


@pytest.mark.parametrize("who", HOMES)
def test_without_a_passkey_the_house_stays_shut_for_staff_and_partners(strict, enter, cast, who):
    client, home = enter(getattr(cast, who)), HOMES[who]

    answer = client.get(home)

    assert (answer.status_code, answer.location) == (303, f"/en/account/factors/passkey?next={home}")
    page = client.get(answer.location).text
    assert "they work here only with a passkey" in page
    assert [client.get(f"/en/{open_}").status_code for open_ in ("", "account/", "account/language")] == [
        200
    ] * 3


def test_a_passkey_that_is_added_opens_the_house(strict, enter, cast, session):
    client = enter(cast.clara)
    add(client, Authenticator(), "?next=/en/counsellor/", verified=False)
    before = client.get("/en/counsellor/").status_code

    answer = add(client, Authenticator(), "?next=/en/counsellor/")

    assert before == 303
    assert (answer.status_code, answer.location) == (303, "/en/counsellor/")
    assert client.get("/en/counsellor/").status_code == 200


def test_who_has_a_passkey_already_shows_it_and_is_in(strict, enter, cast, session):
    phone, client = give_passkey(session, cast.clara), enter(cast.clara)
    page = client.get("/en/account/factors/passkey?next=/en/counsellor/").text

    answer = confirm(client, phone, confirm_to="/en/counsellor/")

    assert 'name="confirm_to" value="/en/counsellor/"' in page
    assert answer.location == "/en/counsellor/"
    assert client.get("/en/counsellor/").status_code == 200


def test_a_code_does_not_open_the_house_and_takes_nothing_from_a_passkey(strict, enter, cast, session):
    phone, client = give_passkey(session, cast.clara), enter(cast.clara)
    code = pyotp.TOTP(cast.secret_of(cast.clara))
    session.commit()
    client.post("/en/account/confirm", data={"code": code.now(), "confirm_to": "/en/counsellor/"})
    with_a_code = client.get("/en/counsellor/").status_code
    confirm(client, phone)

    client.post("/en/account/confirm", data={"code": code.at(now() + timedelta(seconds=30))})

    assert with_a_code == 303
    assert client.get("/en/counsellor/").status_code == 200


def test_password_and_code_make_no_other_passkey_beside_the_one_there_is(strict, enter, cast, session):
    phone, client = give_passkey(session, cast.clara), enter(cast.clara)
    number = number_of(session, cast.clara, FactorKind.PASSKEY)
    before = kinds_of(session, cast.clara)
    code = pyotp.TOTP(cast.secret_of(cast.clara)).now()
    session.commit()
    client.post("/en/account/confirm", data={"code": code})
    options = client.post("/en/sign-in/passkey/options").json

    answers = [
        client.post("/en/account/factors/passkey/options"),
        client.post("/en/account/factors/passkey", data={"new_credential": "{}"}),
        client.post("/en/account/factors/authenticator/begin"),
        client.post("/en/account/recovery-codes"),
        client.post(f"/en/account/factors/{number}/remove"),
        client.post("/en/account/contact", data={"reach": "portal", "zone": "Europe/Tallinn"}),
    ]

    assert ["a code of an app is not enough" in answer.text for answer in answers] == [True] * 6
    assert kinds_of(session, cast.clara) == before
    client.post("/en/account/confirm", data={"credential": phone.show(options)})
    assert client.post("/en/account/factors/passkey/options").status_code == 200


def test_who_lost_the_passkey_makes_another_with_a_recovery_code(strict, enter, cast, session):
    give_passkey(session, cast.clara)
    codes = factors.new_paper(session, cast.clara, FactorKind.RECOVERY, by=cast.clara)
    session.commit()
    client = enter(cast.clara)
    asked = client.get("/en/account/factors/passkey?next=/en/counsellor/").text
    [way] = re.findall(r'href="(/en/account/confirm[^"]+)"', asked)
    page = client.get(way).text
    onward = re.findall(r'name="confirm_to"[^>]* value="([^"]+)"', page)[0]

    answer = client.post("/en/account/confirm", data={"code": codes[0], "confirm_to": onward})

    assert "Make a passkey" not in asked
    assert "a code of an app is not enough" in page
    assert answer.location == "/en/account/factors/passkey?next=/en/counsellor/"
    assert "Make a passkey" in client.get(answer.location).text
    assert add(client, Authenticator(), "?next=/en/counsellor/").location == "/en/counsellor/"
    assert client.get("/en/counsellor/").status_code == 200


def test_nothing_is_sent_nor_uploaded_past_the_rule(strict, enter, cast, session):
    case = cast.case()
    client = enter(cast.clara)

    answers = [
        client.post(f"/en/counsellor/cases/{case.reference}/steps/take"),
        client.post("/uploads/", headers={"Upload-Length": "10", "Tus-Resumable": "1.0.0"}),
    ]

    wanted = f"/en/account/factors/passkey?next=/en/counsellor/cases/{case.reference}/steps/take"
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, wanted), (401, None)]
    assert journal.of_case(session, case.id)[-1].act is not Act.CASE_TAKE


def test_migrants_need_none(strict, enter, cast):
    assert enter(cast.amina).get("/en/my/").status_code == 200


def test_at_a_number_the_rule_holds_and_the_page_says_why(app, wiring, enter, cast):
    settings = replace(wiring.settings, public_url="http://127.0.0.1:8000", staff_passkeys=True)
    app.extensions["wiring"] = replace(wiring, settings=settings)
    client = enter(cast.clara)

    answer = client.get("/en/counsellor/")

    page = client.get(answer.location)
    assert (answer.status_code, page.status_code) == (303, 200)
    assert "At this address browsers have no passkeys." in page.text
    assert client.post("/en/account/factors/passkey/options").status_code == 404
