"""Accounts: logins and passwords."""

import re
from threading import Barrier, Thread

import pytest

from portal.domain import accounts, journal
from portal.domain.access import factors
from portal.domain.accounts import LONGEST_PASSWORD, normal_login
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Role
from tests.cast import PASSWORD


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Amina  Y ", "aminay"),
        ("Amina@Example.ORG", "amina@example.org"),
        ("ＡＭＩＮＡ", "amina"),
        ("5123 4567", "+37251234567"),
        ("+372 (51) 234-567", "+37251234567"),
        ("\u202a+998 71 123 45 67\u202c", "+998711234567"),
        ("00998711234567", "+998711234567"),
        ("+٩٩٨ ٧١ ١٢٣ ٤٥ ٦٧", "+998711234567"),
        ("+۹۹۸۷۱۱۲۳۴۵۶۷", "+998711234567"),
        ("１２３", "123"),
        ("111111", "111111"),
        ("\u200b\u200f", ""),
    ],
)
def test_a_login_has_one_form_however_it_is_typed(typed, normal):
    assert normal_login(typed) == normal
    assert normal_login(normal) == normal


def test_a_registered_person_is_a_migrant_without_a_second_factor(session):
    account = accounts.register(session, name="Amina", password=PASSWORD, language="ru")

    assert (account.role, account.language) == (Role.MIGRANT, "ru")
    assert re.fullmatch(r"Amina-\d{4}", account.login)
    assert not factors.has_any(session, account)
    assert accounts.password_fits(account.password_hash, PASSWORD)
    assert list(journal.verify(session)) == []


def test_a_sign_in_name_is_found_however_it_is_typed(session):
    account = accounts.register(session, name="Amina  Y", password=PASSWORD, language="en")
    digits = account.login[-4:]

    typed = [f"amina y {digits}", f"AMINA-Y-{digits}", f" aminay{digits} ", account.login]

    assert [accounts.by_login(session, one) for one in typed] == [account] * 4


def test_everybody_gets_the_name_they_chose_and_nobody_learns_who_else_has_it(session):
    made = [accounts.register(session, name="amina", password=PASSWORD, language="en") for _ in range(20)]

    assert len({one.login for one in made}) == 20


def test_of_many_who_take_one_name_at_the_same_moment_each_gets_a_login(wiring, cast):
    start, results = Barrier(6), []

    def take() -> None:
        start.wait()
        with wiring.writing() as session:
            results.append(accounts.register(session, name="amina", password=PASSWORD, language="en").login)
            session.commit()

    threads = [Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(results)) == 6


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("correct horse battery", []),
        ("p4tiência", []),
        ("日本語のパスワード", []),
        ("a b c d e", []),
        ("x7-" * 30, [Reason.PASSWORD_COMMON]),
        ("short 1", [Reason.PASSWORD_SHORT]),
        ("seven +" + "x" * LONGEST_PASSWORD, [Reason.PASSWORD_LONG]),
        ("Password1", [Reason.PASSWORD_COMMON]),
        ("parool123", [Reason.PASSWORD_COMMON]),
        ("Ｐａｓｓｗｏｒｄ１", [Reason.PASSWORD_COMMON]),
        ("Kodutee2026!", [Reason.PASSWORD_COMMON]),
        ("abababab", [Reason.PASSWORD_COMMON]),
    ],
)
def test_a_password_must_be_long_enough_and_not_known_to_everybody(password, faults):
    assert accounts.password_faults(password, "amina") == faults


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("aminajonova", "AminaJonova"),
        ("aminajonova", "aminajonova2002"),
        ("amina.jonova@example.org", "amina.jonova"),
        ("amina.jonova@example.org", "amina.jonova@example.org"),
        ("+372 5123 4567", "51234567"),
        ("+372 5123 4567", "+372 51 234 567"),
    ],
)
def test_a_login_is_no_password(login, password):
    assert accounts.password_faults(password, login) == [Reason.PASSWORD_COMMON]


def test_a_password_fits_however_its_letters_are_composed():
    hashed = accounts.hash_password("kõrge mägi on")

    assert accounts.password_fits(hashed, "ko\u0303rge ma\u0308gi on")
    assert not accounts.password_fits(hashed, "korge magi on")


def test_a_new_password_is_judged_like_the_first_one(cast, session):
    with pytest.raises(Refused) as refused:
        accounts.set_password(session, cast.amina, "password1")

    assert refused.value.reasons == [Reason.PASSWORD_COMMON]
    assert accounts.password_fits(cast.amina.password_hash, PASSWORD)
