"""Accounts: logins, passwords, invitations."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from portal.db import clock_turned
from portal.domain import accounts, journal
from portal.domain.accounts import INVITATION_LASTS, LONGEST_PASSWORD, normal_login
from portal.domain.errors import Expired, NotAllowed, Reason, Refused
from portal.domain.permissions import Role
from tests.cast import PASSWORD


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  Amina  Y ", "amina y"),
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


def test_who_registered_with_a_phone_number_is_found_by_it_in_any_form(session):
    account = accounts.register(session, login="+372 5123 4567", password=PASSWORD, language="et")

    assert accounts.by_login(session, "51234567") is account
    assert accounts.by_login(session, "٥١٢٣٤٥٦٧") is account
    assert accounts.by_login(session, "51234568") is None


def test_a_registered_person_is_a_migrant_without_a_second_factor(session):
    account = accounts.register(session, login="Amina", password=PASSWORD, language="ru")

    assert (account.role, account.login, account.language) == (Role.MIGRANT, "amina", "ru")
    assert account.totp_secret is None
    assert accounts.password_fits(account.password_hash, PASSWORD)
    assert list(journal.verify(session)) == []


def test_a_login_belongs_to_one_person(session):
    accounts.register(session, login="Amina", password=PASSWORD, language="en")

    with pytest.raises(Refused) as refused:
        accounts.register(session, login="AMINA ", password="short", language="en")

    assert refused.value.reasons == [Reason.LOGIN_TAKEN, Reason.PASSWORD_SHORT]


def test_of_many_who_take_one_login_at_the_same_moment_one_gets_it(wiring, cast):
    start, results = Barrier(6), []

    def take() -> None:
        start.wait()
        with wiring.writing() as session:
            try:
                accounts.register(session, login="amina", password=PASSWORD, language="en")
                session.commit()
                results.append("made")
            except Refused as refused:
                results.append(refused.reasons)

    threads = [Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results, key=str) == [[Reason.LOGIN_TAKEN]] * 5 + ["made"]


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


def test_an_invitation_makes_one_account_once(cast, session):
    token = accounts.invite(session, Role.PARTNER, name="Rustam", organisation=cast.tashkent, by=cast.mart)

    account = accounts.join(session, token, login="rustam", password=PASSWORD, language="en")

    assert (account.role, account.name, account.organisation_id) == (
        Role.PARTNER,
        "Rustam",
        cast.tashkent.id,
    )
    with pytest.raises(Expired):
        accounts.invitation(session, token)
    with pytest.raises(Expired):
        accounts.join(session, token, login="another", password=PASSWORD, language="en")
    assert list(journal.verify(session)) == []


def test_a_refused_password_does_not_use_an_invitation_up(cast, session):
    token = accounts.invite(session, Role.COUNSELLOR, name="Ilse", by=cast.mart)
    session.commit()

    with pytest.raises(Refused):
        accounts.join(session, token, login="ilse", password="short", language="en")
    session.rollback()

    assert accounts.invitation(session, token).name == "Ilse"


def test_an_invitation_is_good_for_48_hours(cast, session):
    token = accounts.invite(session, Role.COUNSELLOR, name="Ilse", by=cast.mart)

    with clock_turned(INVITATION_LASTS - timedelta(minutes=1)):
        assert accounts.invitation(session, token).name == "Ilse"
    with clock_turned(INVITATION_LASTS + timedelta(minutes=1)), pytest.raises(Expired):
        accounts.invitation(session, token)


def test_of_two_who_use_one_invitation_at_the_same_moment_one_joins(wiring, cast, session):
    token = accounts.invite(session, Role.COUNSELLOR, name="Ilse", by=cast.mart)
    session.commit()
    start, results = Barrier(2), []

    def join(login: str) -> None:
        start.wait()
        with wiring.writing() as session:
            try:
                accounts.join(session, token, login=login, password=PASSWORD, language="en")
                session.commit()
                results.append("joined")
            except Expired:
                results.append("expired")

    threads = [Thread(target=join, args=(login,)) for login in ("ilse", "elsa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["expired", "joined"]


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_only_a_manager_invites(cast, session, who):
    with pytest.raises(NotAllowed):
        accounts.invite(session, Role.COUNSELLOR, name="Ilse", by=getattr(cast, who))


@pytest.mark.parametrize("role", [Role.MIGRANT, Role.PARTNER])
def test_a_migrant_is_not_invited_and_a_partner_not_without_organisation(cast, session, role):
    with pytest.raises(ValueError, match="invited"):
        accounts.invite(session, role, name="Rustam", by=cast.mart)


def test_a_new_password_is_judged_like_the_first_one(cast, session):
    with pytest.raises(Refused) as refused:
        accounts.set_password(session, cast.amina, "password1")

    assert refused.value.reasons == [Reason.PASSWORD_COMMON]
    assert accounts.password_fits(cast.amina.password_hash, PASSWORD)
