"""Amina in Tashkent has lost her phone, and gets back; a thief who asks for her account does not."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.db import clock_turned, now
from portal.domain import accounts, journal
from portal.domain.access.recovery import Recovery, RecoveryState
from portal.domain.access.sign_in import SignIn
from portal.domain.cases import CaseState
from portal.domain.journal import Event
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.cast import PASSWORD
from tests.getting_back import A_DAY_LATER, NEW
from tests.reading import read

WAY_BACK = "I cannot sign in any more"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


def ask(client: FlaskClient, whose: str) -> str:
    """Ask for the way back from the sign-in page; the number of the request."""
    page = client.get(read(client.get("/en/sign-in")).links[WAY_BACK])
    address = read(page).buttons["Ask for the way back"]
    answer = client.post(address, data={"whose": whose, "password": NEW, "repeated": NEW})
    return answer.location.rpartition("/")[2]


def vouch(client: FlaskClient, reference: str, number: str) -> str:
    """Vouch on the page of the case; the words that follow."""
    address = read(client.get(f"/en/access/cases/{reference}")).buttons["I confirm who this is"]
    typed = {"number": number, "certainty": "video", "words": "She held her passport beside her face"}
    return client.post(address, data=typed, follow_redirects=True).text


def sign(client: FlaskClient) -> int:
    """Open the first request that waits, and sign it; the status of the answer."""
    waiting = re.search(r'/en/access/recoveries/\d+"', client.get("/en/access/").text)
    address = waiting.group().strip('"')
    return client.post(f"{address}/approve").status_code


def do_jobs(wiring) -> None:
    while jobs.do_one(wiring):
        pass


def test_amina_gets_back_with_the_help_of_four_people_who_never_are_her(
    app: Flask, cast, session, enter, wiring, case
):
    # She has lost her phone, and knows only the number of her case.
    phone = app.test_client()
    number = ask(phone, case.reference)
    do_jobs(wiring)
    assert read(phone.get(f"/en/recover/{number}")).heading == "You have asked for the way back"

    # Petros sees her in a video call. He cannot sign: he is a partner.
    petros = enter(cast.petros)
    assert "Now two colleagues must approve it" in vouch(petros, case.reference, number)

    # Clara signs. She cannot sign twice, nor can Petros; Aino is the second.
    clara, aino = enter(cast.clara), enter(cast.aino)
    assert sign(clara) == 303
    assert sign(clara) == 409
    assert sign(aino) == 303
    assert read(phone.get(f"/en/recover/{number}")).heading == "Approved: now there is a waiting time"

    # A day later Petros makes the code and reads it out.
    with clock_turned(A_DAY_LATER):
        petros = enter(cast.petros)
        page = petros.get(f"/en/access/cases/{case.reference}")
        made = petros.post(read(page).buttons["Make the code"])
        code = re.search(r'class="key" translate="no">([^<]+)<', made.text).group(1)

        # With everything they know, staff get nowhere: the password is hers alone.
        staff = app.test_client()
        guess = {"number": number, "password": PASSWORD, "code": code}
        assert staff.post("/en/recover/finish", data=guess).status_code == 422
        assert staff.get("/en/my/").location.startswith("/en/sign-in")

        # She types number, password and code, and sets up her new phone.
        finish = read(phone.get(f"/en/recover/{number}")).links["I have the code"]
        answer = phone.post(finish, data={"number": number, "password": NEW, "code": code})
        assert answer.location == "/en/sign-in/set-up"
        secret = read_secret(phone.get(answer.location).text)
        codes = phone.post(answer.location, data={"code": pyotp.TOTP(secret).at(now_seconds())})
        assert read(codes).heading == "Your recovery codes"
        assert phone.get("/en/my/").status_code == 200

        # The old password and the old app are void, and the new password works.
        again = app.test_client()
        old = again.post("/en/sign-in", data={"login": "amina", "password": PASSWORD})
        new = again.post("/en/sign-in", data={"login": "amina", "password": NEW})
        assert (old.status_code, new.location) == (422, "/en/sign-in/code")

    # Nobody but herself was ever signed in as her, and everything is written down.
    session.commit()
    hers = session.scalars(select(SignIn).where(SignIn.account_id == cast.amina.id)).all()
    assert len([one for one in hers if one.whole_at]) == 1
    acts = [
        (event.act, event.actor_id)
        for event in session.scalars(
            select(Event).where(Event.about == accounts.about(cast.amina)).order_by(Event.id)
        )
    ]
    assert acts[:6] == [
        (Act.RECOVERY_ASK, None),
        (Act.RECOVERY_VOUCH, cast.petros.id),
        (Act.RECOVERY_APPROVE, cast.clara.id),
        (Act.RECOVERY_APPROVE, cast.aino.id),
        (Act.RECOVERY_CODE, cast.petros.id),
        (Act.RECOVERY_FINISH, cast.amina.id),
    ]
    told = [notice.act for notice in notices.unread(session, cast.amina)]
    assert {Act.RECOVERY_ASK, Act.RECOVERY_VOUCH, Act.RECOVERY_APPROVE, Act.RECOVERY_FINISH} <= set(told)
    assert list(journal.verify(session)) == []


def test_kalle_tries_to_be_both_and_cannot(app: Flask, cast, session, enter, case):
    number = ask(app.test_client(), "amina")
    kalle, clara = enter(cast.kalle), enter(cast.clara)

    # It is not his case: he cannot vouch.
    assert kalle.get(f"/en/access/cases/{case.reference}").status_code == 404

    # He signs once, and once more.
    vouch(clara, case.reference, number)
    tries = [sign(kalle), sign(kalle), sign(clara)]

    assert tries == [303, 409, 409]
    assert session.scalars(select(Recovery)).one().state is RecoveryState.SIGNED


def test_a_thief_who_fooled_three_people_is_stopped_by_aminas_word(
    app: Flask, cast, session, enter, wiring, case
):
    # Amina is still signed in on her phone; the thief asks, and fools Petros, Clara and Aino.
    amina, thief = enter(cast.amina), app.test_client()
    number = ask(thief, "amina")
    do_jobs(wiring)
    vouch(enter(cast.petros), case.reference, number)
    assert [sign(enter(who)) for who in (cast.clara, cast.aino)] == [303, 303]

    # Every page of hers warns her. She notes the stop word and is signed out.
    warned = amina.get("/en/my/")
    assert "Somebody asked to get back into this account" in warned.text
    page = amina.get(read(warned).links["How it stands"]).text
    word = re.search(r'id="stop-word-1" translate="no">([^<]+)<', page).group(1)
    amina.post("/en/sign-out")

    # With the word she stops it from a friend's phone.
    friend = app.test_client()
    stopped = friend.post("/en/recover/stop", data={"word": word}, follow_redirects=True)
    assert "It is stopped." in stopped.text

    # The thief gets no code, and the account is as it was.
    with clock_turned(A_DAY_LATER):
        assert read(thief.get(f"/en/recover/{number}")).heading == "This request was stopped"
        page = enter(cast.petros).get(f"/en/access/cases/{case.reference}")
        assert "Make the code" not in read(page).buttons
    session.refresh(cast.amina)
    assert accounts.password_fits(cast.amina.password_hash, PASSWORD)


def read_secret(page: str) -> str:
    return re.search(r"secret=([A-Z2-7]+)", page).group(1)


def now_seconds() -> int:
    return int(now().timestamp())
