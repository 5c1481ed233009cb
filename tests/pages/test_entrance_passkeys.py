"""The door: a passkey as the whole sign-in, in the place of a code, and as the first second factor."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from portal.domain import accounts
from portal.domain.access import factors
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.access.passkeys import Challenge
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.authenticator import PHISHER, Authenticator, give_passkey
from tests.browsers import Answer
from tests.cast import PASSWORD

OPTIONS = "/en/sign-in/passkey/options"
CODE = r"<code class=\"key\">([A-Z2-7-]{19})</code>"
WRONG, UNKNOWN = "This passkey did not work.", "We do not know this passkey."


def asked(client: FlaskClient, address: str = OPTIONS) -> dict:
    """What the script of a page gets."""
    answer = client.post(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def show(client: FlaskClient, phone: Authenticator, query: str = "", **lie):
    """Sign in with a passkey alone."""
    credential = phone.show(asked(client), **lie)
    return client.post(f"/en/sign-in/passkey{query}", data={"credential": credential})


def half_in(client: FlaskClient, login: str) -> FlaskClient:
    """The password is given."""
    client.post("/en/sign-in", data={"login": login, "password": PASSWORD})
    return client


def newcomer(client: FlaskClient) -> FlaskClient:
    """Registered, and at the second factor."""
    client.post("/en/register", data={"name": "laylo", "password": PASSWORD, "repeated": PASSWORD})
    return client


def told(page) -> str:
    """The refusal a page tells."""
    [words] = re.findall(r'<p class="notice danger" role="alert"[^>]*>([^<]*)</p>', page.text)
    return words


# --- The whole sign-in -----------------------------------------------------------------------------


def test_a_passkey_alone_lets_its_owner_in(client, cast, session):
    phone = give_passkey(session, cast.amina)

    answer = show(client, phone)

    found = session.scalars(select(SignIn)).one()
    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert (found.account_id, found.shown, found.is_fresh) == (cast.amina.id, FactorKind.PASSKEY, True)
    assert client.get("/en/account/").status_code == 200


def test_it_leads_to_the_page_that_was_wanted(client, cast, session):
    phone = give_passkey(session, cast.amina)

    assert show(client, phone, "?next=/en/account/language").location == "/en/account/language"
    assert show(client, phone, "?next=//example.com").location == "/en/my/"


def test_a_page_that_somebody_else_was_on_the_way_to_is_forgotten(client, cast, session):
    client.post("/en/sign-in?next=/en/counsellor/", data={"login": cast.clara.login, "password": PASSWORD})

    assert show(client, give_passkey(session, cast.amina)).location == "/en/my/"


def test_for_a_stranger_the_options_name_nobody_and_each_challenge_is_new(client, cast, session):
    give_passkey(session, cast.amina)

    first, second = asked(client), asked(client)

    assert set(first) == {"allowCredentials", "challenge", "rpId", "timeout", "userVerification"}
    assert (first["allowCredentials"], first["rpId"]) == ([], "localhost")
    assert first["challenge"] != second["challenge"]


def test_who_is_half_in_or_inside_is_asked_for_their_own_passkeys_only(app, cast, session, enter):
    give_passkey(session, cast.amina)
    give_passkey(session, cast.giorgi)

    half = asked(half_in(app.test_client(), "amina"), f"{OPTIONS}?step=second")
    inside = asked(enter(cast.amina))

    assert len(half["allowCredentials"]) == 1
    assert half["allowCredentials"] == inside["allowCredentials"]


def test_the_second_step_is_for_who_gave_the_password(client):
    assert client.post(f"{OPTIONS}?step=second").location == "/en/sign-in"


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"origin": PHISHER}, "This passkey was used on another website."),
        ({"verified": False}, "Your device did not check that it is you."),
        ({"challenge": "AAAA"}, "This took too long, or it was used before."),
        ({"type": "webauthn.create"}, WRONG),
    ],
)
def test_a_refused_passkey_has_its_own_sentence_and_the_form_stays(client, cast, session, lie, words):
    phone = give_passkey(session, cast.amina)

    page = show(client, phone, **lie)

    assert page.status_code == 422
    assert told(page).startswith(words)
    assert 'name="password"' in page.text
    assert client.get("/en/account/").status_code == 303


@pytest.mark.parametrize(
    "sent", [{}, {"credential": ""}, {"credential": "\0"}, {"credential": "x" * 100_000}]
)
def test_what_is_no_passkey_is_refused_in_words(client, sent):
    page = client.post("/en/sign-in/passkey", data=sent)

    assert (page.status_code, told(page).startswith(WRONG)) == (422, True)


@pytest.mark.parametrize("state", [None, AccountState.FROZEN, AccountState.CLOSED])
def test_whether_an_account_is_there_or_rests_nobody_learns(client, cast, session, state):
    phone = Authenticator() if state is None else give_passkey(session, cast.amina)
    cast.amina.state = state or AccountState.ACTIVE
    session.commit()

    assert told(show(client, phone)).startswith(UNKNOWN)


def test_the_same_answer_sent_again_is_refused(app, cast, session):
    phone, client, thief = give_passkey(session, cast.amina), app.test_client(), app.test_client()
    credential = phone.show(asked(client))

    first = client.post("/en/sign-in/passkey", data={"credential": credential})
    second = thief.post("/en/sign-in/passkey", data={"credential": credential})

    assert (first.status_code, second.status_code) == (303, 422)
    assert told(second).startswith("This took too long, or it was used before.")


def test_too_many_wrong_passkeys_are_answered_like_too_many_codes(client, cast, session):
    phone = give_passkey(session, cast.amina)
    for _ in range(5):
        show(client, phone, verified=False)

    answer = show(client, phone)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 301


def test_a_copied_passkey_signs_everybody_out_and_its_owner_is_told(app, cast, session):
    phone = give_passkey(session, cast.amina)
    thief = app.test_client()
    show(thief, phone.copied())

    page = show(app.test_client(), phone)

    assert told(page).startswith("This passkey seems to be a copy")
    assert thief.get("/en/account/").status_code == 303
    assert Act.ACCOUNT_FACTOR_COPIED in {one.act for one in notices.unread(session, cast.amina)}


# --- After the password ----------------------------------------------------------------------------


def second(client: FlaskClient, phone: Authenticator, **lie):
    credential = phone.show(asked(client, f"{OPTIONS}?step=second"), **lie)
    return client.post("/en/sign-in/code/passkey", data={"credential": credential})


def test_after_the_password_a_passkey_stands_in_for_the_code(client, cast, session):
    phone = give_passkey(session, cast.amina)
    half_in(client, "amina")

    answer = second(client, phone)

    assert (answer.status_code, answer.location) == (303, "/en/my/")
    assert session.scalars(select(SignIn.shown)).one() is FactorKind.PASSKEY


def test_after_the_password_it_must_be_a_passkey_of_the_same_account(client, cast, session):
    phone = give_passkey(session, cast.giorgi)
    give_passkey(session, cast.amina)
    half_in(client, "amina")

    page = second(client, phone)

    assert (page.status_code, told(page).startswith(UNKNOWN)) == (422, True)
    assert 'name="code"' in page.text


def test_after_the_password_a_copied_passkey_ends_the_way_in(client, cast, session):
    phone = give_passkey(session, cast.amina, counter=5)
    half_in(client, "amina")
    phone.counter = 1

    answer = second(client, phone)

    assert (answer.status_code, answer.location) == (303, "/en/sign-in")
    assert "This passkey seems to be a copy" in client.get("/en/sign-in").text


def test_without_the_password_there_is_no_second_step(client, cast, session):
    phone = give_passkey(session, cast.amina)
    credential = phone.show(asked(client))

    answer = client.post("/en/sign-in/code/passkey", data={"credential": credential})

    assert (answer.status_code, answer.location) == (303, "/en/sign-in")


def test_the_second_step_offers_what_the_account_has(app, cast, session):
    give_passkey(session, cast.amina)
    give_passkey(session, cast.clara)
    codes = factors.new_paper(session, cast.clara, FactorKind.RECOVERY, by=cast.clara)
    session.execute(
        update(Factor)
        .where(Factor.account_id == cast.clara.id, Factor.kind == FactorKind.TOTP)
        .values(ended_at=func.current_timestamp())
    )
    session.commit()

    pages = {
        name: half_in(app.test_client(), login).get("/en/sign-in/code").text
        for name, login in (("both", "amina"), ("app", "giorgi"), ("passkey", cast.clara.login))
        if cast.giorgi
    }

    assert {name: "Use my passkey instead" in page for name, page in pages.items()} == {
        "both": True, "app": False, "passkey": False
    }  # fmt: skip
    assert "<h1>Your passkey</h1>" in pages["passkey"]
    assert 'name="code"' not in pages["passkey"]
    clara = half_in(app.test_client(), cast.clara.login)
    assert clara.post("/en/sign-in/code?recovery=yes", data={"code": codes[0]}).status_code == 303


# --- The first second factor -----------------------------------------------------------------------


def make(client: FlaskClient, phone: Authenticator, **lie):
    credential = phone.make(asked(client, "/en/sign-in/set-up/options"), **lie)
    return client.post("/en/sign-in/set-up/passkey", data={"new_credential": credential})


def test_a_newcomer_makes_a_passkey_sees_the_recovery_codes_and_comes_back_with_it(app, session):
    client, phone = newcomer(app.test_client()), Authenticator()

    page = make(client, phone)

    assert page.status_code == 200
    assert len(set(re.findall(CODE, page.text))) == 10
    assert client.get("/en/account/").status_code == 200
    assert show(app.test_client(), phone).location == "/en/my/"


def test_a_passkey_that_was_not_looked_at_sets_nothing_up(client, session):
    page = make(newcomer(client), Authenticator(), verified=False)

    assert told(page).startswith("Your device did not check that it is you.")
    assert session.scalars(select(Factor)).all() == []
    assert 'href="otpauth://' in page.text


def test_who_has_a_factor_is_not_handed_options_for_a_first_one(client, cast):
    half_in(client, cast.amina.login)

    for address in ("/en/sign-in/set-up/options", "/en/sign-in/set-up/passkey"):
        assert client.post(address).location == "/en/sign-in/code"


def test_a_stranger_is_handed_no_options_for_an_account(client):
    assert client.post("/en/sign-in/set-up/options").location == "/en/sign-in"


def test_the_name_of_the_account_is_in_the_phone_and_the_programme_is_not(client, session):
    options = asked(newcomer(client), "/en/sign-in/set-up/options")

    account = session.scalars(select(accounts.Account)).one()
    assert (options["user"]["name"], options["rp"]["name"]) == (account.login, "Kodutee")


# --- Where browsers have no passkeys, and who asks -------------------------------------------------


def test_at_a_number_the_door_offers_no_passkeys(app, wiring, cast, session):
    give_passkey(session, cast.amina)
    settings = replace(wiring.settings, public_url="http://127.0.0.1:8000")
    app.extensions["wiring"] = replace(wiring, settings=settings)
    client = app.test_client()

    page = client.get("/en/sign-in").text

    assert "passkey" not in page
    assert 'autocomplete="username"' in page
    assert client.post(OPTIONS).status_code == 404
    assert "passkey" not in half_in(client, "amina").get("/en/sign-in/code").text


def test_without_a_script_no_button_is_seen_and_the_password_works(client):
    page = client.get("/en/sign-in").text

    [form] = re.findall(r"<form class=\"passkey\"[^>]*>", page)
    assert form.endswith(" hidden>")
    assert 'autocomplete="username webauthn"' in page


def test_options_are_handed_out_to_a_page_of_the_portal_only(app, session):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    page = client.get("/en/sign-in")
    token = Answer(page.status_code, {}, page.data).form_token

    without, with_one = client.post(OPTIONS), client.post(OPTIONS, headers={"X-CSRFToken": token})

    assert (without.status_code, with_one.status_code) == (400, 200)
    assert session.scalar(select(func.count(Challenge.id))) == 1
