"""The account: what it is like, its language, where one is signed in."""

import pytest
from sqlalchemy import select

from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account
from tests.reading import read

PAGES = ("", "language", "password", "recovery-codes", "phone", "confirm")
PEOPLE = ("amina", "clara", "aino", "petros", "mart", "olga")


@pytest.mark.parametrize("who", PEOPLE)
def test_everyone_has_an_account_page(enter, cast, who):
    client = enter(getattr(cast, who))

    assert [client.get(f"/en/account/{page}").status_code for page in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client, page):
    answer = client.get(f"/en/account/{page}")

    assert (answer.status_code, answer.location) == (303, f"/en/sign-in?next=/en/account/{page}")


@pytest.mark.parametrize("page", ["language", "password", "recovery-codes", "devices/end-others"])
def test_a_stranger_changes_nothing(client, page):
    answer = client.post(f"/en/account/{page}")

    assert answer.status_code == 303
    assert answer.location.startswith("/en/sign-in")


def test_the_page_names_the_login_and_the_codes_that_are_left(enter, cast, session):
    codes = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)
    factors.show_code(session, cast.amina, codes[0])

    page = enter(cast.amina).get("/en/account/").text

    assert "<bdi>amina</bdi>" in page
    assert "9 of 10 left" in page


def test_the_language_is_kept_and_the_page_goes_on_in_it(enter, cast, session):
    client = enter(cast.amina)

    answer = client.post("/en/account/language", data={"code": "et"})

    assert (answer.status_code, answer.location) == (303, "/et/account/")
    assert client.get("/et/account/").status_code == 200
    assert session.scalars(select(Account.language).where(Account.id == cast.amina.id)).one() == "et"


@pytest.mark.parametrize("typed", [{}, {"code": ""}, {"code": "tlh"}, {"code": "\0"}])
def test_a_language_that_there_is_not_is_refused(enter, cast, typed):
    assert enter(cast.amina).post("/en/account/language", data=typed).status_code == 422


def test_other_devices_can_be_signed_out_and_only_ones_own(enter, cast, session):
    here, other, stranger = enter(cast.amina), enter(cast.amina), enter(cast.giorgi)
    before = here.get("/en/account/").text

    answer = here.post("/en/account/devices/end-others")

    assert before.count("Last used:") == 2
    assert answer.location == "/en/account/"
    assert [each.get("/en/account/").status_code for each in (here, other, stranger)] == [200, 303, 200]
    assert "You are signed in on this device only." in here.get("/en/account/").text
    assert len(session.scalars(select(SignIn)).all()) == 2


def test_who_is_signed_in_once_is_offered_nothing_to_end(enter, cast):
    assert "Sign out all other devices" not in enter(cast.amina).get("/en/account/").text


def test_one_other_device_can_be_signed_out_and_only_ones_own(enter, cast, session):
    here, other, stranger = enter(cast.amina), enter(cast.amina), enter(cast.giorgi)
    rows = session.scalars(select(SignIn.id).order_by(SignIn.id)).all()
    session.rollback()

    answers = [here.post(f"/en/account/devices/{row}/end") for row in rows[1:]]

    assert [answer.location for answer in answers] == ["/en/account/"] * 2
    assert [each.get("/en/account/").status_code for each in (here, other, stranger)] == [200, 303, 200]


@pytest.mark.parametrize(("users", "is_shared"), [("others_too", True), ("only_me", False)])
def test_who_uses_the_phone_is_kept(enter, cast, session, users, is_shared):
    client = enter(cast.amina)

    client.post("/en/account/phone", data={"users": users})

    asked = select(Account.shares_phone).where(Account.id == cast.amina.id)
    assert session.scalars(asked).one() is is_shared
    assert (client.get_cookie("kodutee-device") is None) is is_shared


@pytest.mark.parametrize("typed", [{}, {"users": ""}, {"users": "the cat"}, {"users": "\0"}])
def test_an_answer_that_there_is_not_is_asked_again(enter, cast, typed):
    assert enter(cast.amina).post("/en/account/phone", data=typed).status_code == 422


def test_who_never_had_recovery_codes_reads_none(cast, enter):
    text = " ".join(enter(cast.clara).get("/en/account/").text.split())

    assert "0 of 10 left" not in text


def test_the_question_about_the_phone_leads_back_to_the_account(cast, enter):
    client = enter(cast.amina)

    assert read(client.get("/en/account/phone?next=/en/account/")).links["Back"] == "/en/account/"
    assert "Back" not in read(client.get("/en/account/phone")).links
