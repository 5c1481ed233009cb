"""Amina is asked for two things, thinks again, stops, and comes back: her own decision at every step."""

import re
from datetime import timedelta

from portal.db import clock_turned
from portal.domain import journal
from portal.domain.cases import Case, CaseState
from portal.domain.course import reminders
from portal.domain.desk import piles
from portal.domain.desk.piles import Pile
from portal.domain.permissions import Act
from portal.domain.support.referrals import ReferralState
from tests.reading import read

NAME = {"given_names": "Amina", "family_name": "Yusupova"}


def state(session, case):
    session.expire_all()
    found = session.get_one(Case, case.id).state
    session.commit()
    return found


def press(browser, page, words):
    """Open a page and press the button with these words."""
    answer = browser.post(read(browser.get(page)).buttons[words])
    assert answer.status_code in (200, 204, 303), answer.text
    return answer


def asked_about(browser):
    """The tasks on her own page: what is asked, and its address."""
    links = read(browser.get("/en/my/")).links
    return [to for to in links.values() if re.fullmatch(r"/en/my/asked/\d+", to)]


def test_amina_is_asked_stops_and_comes_back(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    amina, clara, petros, aino = (enter(one) for one in (cast.amina, cast.clara, cast.petros, cast.aino))
    page = f"/en/counsellor/cases/{case.reference}"

    # 1. Clara asks for two things: one question, and a document.
    for about, words in (("question:name", "As in your passport"), ("kind:passport", "All four corners")):
        asked = {"about": about, "reason": "contradictory", "words": words}
        assert clara.post(f"{page}/corrections", data=asked).status_code == 303
    assert asked_about(amina) == []
    press(clara, f"{page}/corrections/new", "Send back to the applicant")
    first, second = dict.fromkeys(asked_about(amina))

    # 2. She corrects one; of everything else nothing can be changed.
    amina.post(read(amina.get(first)).links["Change this"], data=NAME)
    assert amina.post("/en/my/application/country", data={"country": "GE"}).status_code == 409
    assert dict.fromkeys(asked_about(amina)) == {second: None}

    # 3. Two weeks later she is reminded, once, and nothing else happens.
    with clock_turned(timedelta(days=14)):
        assert [reminders.remind(session) for _ in range(3)] == [1, 0, 0]
        session.commit()
    assert "Reminder: something was asked" in amina.get("/en/account/news").text
    assert state(session, case) is CaseState.NEEDS_INFO

    # 4. She cannot send the passport, says so, and sends the rest.
    amina.post(second, data={"words": "The police have it"})
    press(amina, "/en/my/application/check", "Send application")
    press(clara, page, "Take this case")
    changes = clara.get(f"{page}/changes").text
    for words in ("Amina Юсупова", "Amina Yusupova", "The police have it"):
        assert words in changes

    # 5. She is accepted, and a partner takes part.
    session.expire_all()
    cast.make_sure(session.get_one(Case, case.id))
    session.commit()
    clara.post(f"{page}/steps/propose", data={"note": "Known to the embassy"})
    aino.post(f"{page}/steps/accept")
    session.expire_all()
    referral = cast.refer(session.get_one(Case, case.id))
    session.commit()
    shown = f"/en/partner/cases/{case.reference}"
    assert "Yusupova" in petros.get(shown).text

    # 6. She stops, with a note, on the page where she happens to be.
    way_out = read(amina.get("/en/my/documents")).links["Stop my application"]
    stopped = amina.post(way_out, data={"note": "My mother is ill"})
    assert read(amina.get(stopped.location)).heading == "Your application is stopped"
    assert state(session, case) is CaseState.WITHDRAWN

    # 7. The partner sees nothing but that the referral ended.
    session.refresh(referral)
    assert referral.state is ReferralState.ENDED
    session.commit()
    for part in ("", "/plan", "/plan/new"):
        assert petros.get(shown + part).status_code == 404
    for gone in (f"/en/access/cases/{case.reference}", f"/en/partner/referrals/{case.reference}"):
        assert petros.get(gone).status_code == 404
    desk_of_partner = petros.get("/en/partner/").text
    assert f"{case.reference}</span> · The referral ended on" in desk_of_partner
    for word in ("Yusupova", "Юсупова", "mother", "stopped", "withdr", "Withdr", "Uzbekistan"):
        assert word not in desk_of_partner, word

    # 8. Clara reads the note. Amina wants to talk, they talk, and Aino opens the case again.
    assert "My mother is ill" in clara.get(page).text
    press(amina, "/en/my/stopped", "I want to talk about going on")
    assert [row.case.id for row in piles.queue(session, Pile.FOR_ME, viewer=cast.clara).rows] == [case.id]
    session.commit()
    press_talk = clara.post(f"{page}/talk", data={"words": "She wants to go on in spring"})
    assert press_talk.status_code == 303
    aino.post(f"{page}/steps/return_to_us", data={"note": "She decided to go on"})
    assert state(session, case) is CaseState.IN_REVIEW
    assert read(amina.get("/en/my/")).links["Stop my application"] == "/en/my/stop"
    assert petros.get(shown).status_code == 404

    acts = [event.act for event in journal.of_case(session, case.id)]
    assert {Act.CORRECTION_REMIND, Act.CASE_WITHDRAW, Act.CASE_TALK, Act.CASE_TALKED} <= set(acts)
    assert list(journal.verify(session)) == []
