"""The account: another password, new recovery codes."""

import re

import pytest

from portal.domain import accounts
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from tests.cast import PASSWORD

NEW = "quite another horse"
TYPED = {"old": PASSWORD, "password": NEW, "repeated": NEW}


def test_a_new_password_signs_all_other_devices_out(enter, cast):
    here, other = enter(cast.amina), enter(cast.amina)

    answer = here.post("/en/account/password", data=TYPED)

    assert (answer.status_code, answer.location) == (303, "/en/account/")
    assert [each.get("/en/account/").status_code for each in (here, other)] == [200, 303]
    assert accounts.password_fits(cast.amina.password_hash, PASSWORD)
    cast.session.refresh(cast.amina)
    assert accounts.password_fits(cast.amina.password_hash, NEW)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"old": "not my password"}, "This is not your password."),
        ({"old": ""}, "Fill this in."),
        ({"password": "short", "repeated": "short"}, "This password is too short."),
        ({"password": "password1", "repeated": "password1"}, "This password is easy to guess."),
        ({"repeated": "something else"}, "The two passwords are not the same."),
        ({"password": "\0", "repeated": "\0"}, "This password is too short."),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(enter, cast, changed, words):
    here, other = enter(cast.amina), enter(cast.amina)

    page = here.post("/en/account/password", data={**TYPED, **changed})

    assert page.status_code == 422
    assert words in page.text
    assert other.get("/en/account/").status_code == 200
    cast.session.refresh(cast.amina)
    assert accounts.password_fits(cast.amina.password_hash, PASSWORD)


def test_who_found_an_open_phone_cannot_guess_the_password_for_long(enter, cast):
    client = enter(cast.amina)
    guess = {**TYPED, "old": "not my password"}

    guesses = [client.post("/en/account/password", data=guess).status_code for _ in range(10)]

    assert guesses == [422] * 10
    assert client.post("/en/account/password", data=TYPED).status_code == 429


def test_new_recovery_codes_replace_the_old_ones(enter, cast, session):
    old = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)[0]

    made = enter(cast.amina).post("/en/account/recovery-codes")

    new = re.findall(r"<code class=\"key\">([A-Z2-7-]{19})</code>", made.text)
    assert (made.status_code, len(new)) == (200, 10)
    assert made.headers["Cache-Control"] == "no-store"
    assert factors.show_code(session, cast.amina, old) is None
    assert factors.show_code(session, cast.amina, new[0]).kind is FactorKind.RECOVERY
