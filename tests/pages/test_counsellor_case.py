"""One case as a counsellor reads it, and what is written down when she does."""

from datetime import timedelta

import pytest
from flask import before_render_template
from sqlalchemy import update

from portal.db import is_reading, now
from portal.domain import cases, journal
from portal.domain.applying import application
from portal.domain.cases import CaseState
from portal.domain.choices import Reply
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from portal.web import current
from tests.cast import ROADS

PARTS = ("", "/application", "/documents", "/travel", "/plan", "/history", "/corrections/new")
NEVER_SENT = (CaseState.DRAFT, CaseState.EXPIRED)
SEEN = [state for state in CaseState if state not in NEVER_SENT]


def _address(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part}"


def _opened(session, case):
    events = journal.of_case(session, case.id)
    session.commit()
    return [(event.actor_id, event.actor_role) for event in events if event.act is Act.CASE_OPEN]


@pytest.mark.parametrize("state", SEEN)
def test_every_part_of_a_case_in_any_state_can_be_read(cast, enter, state):
    case = cast.case(state)
    browser = enter(cast.aino)

    assert {part: browser.get(_address(case, part)).status_code for part in PARTS} == dict.fromkeys(
        PARTS, 200
    )


@pytest.mark.parametrize(("who", "room"), [("clara", "counsellor"), ("petros", "partner")])
def test_once_the_look_is_written_down_the_page_only_reads(app, cast, session, enter, who, room):
    case, reads = cast.case(CaseState.REINTEGRATION), []
    browser = enter(getattr(cast, who))

    def note(*_given, **_more):
        reads.append(is_reading(current.db_session()))

    with before_render_template.connected_to(note, app):
        answer = browser.get(f"/en/{room}/cases/{case.reference}")

    assert answer.status_code == 200
    assert set(reads) == {True}
    assert (getattr(cast, who).id, getattr(cast, who).role) in _opened(session, case)


@pytest.mark.parametrize("part", PARTS)
def test_a_draft_does_not_exist_for_anyone_but_its_writer(cast, enter, part):
    case = cast.case(CaseState.DRAFT)

    for viewer in (cast.clara, cast.aino):
        assert enter(viewer).get(_address(case, part)).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_of_a_colleagues_case_there_is_only_the_question_why(cast, enter, part):
    case = cast.case(CaseState.PREPARING)

    answer = enter(cast.kalle).get(_address(case, part))

    # tests/pages/test_counsellor_opening.py goes on from here
    assert answer.status_code == (404 if part else 303)


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_these_pages_do_not_exist_for_other_people(cast, enter, who):
    case = cast.case(CaseState.REINTEGRATION)

    assert enter(getattr(cast, who)).get(_address(case)).status_code == 404


@pytest.mark.parametrize("reference", ["AVR-00000000", "AVR-XXXXXXXX", "nonsense", "%00"])
def test_a_reference_of_nobody_does_not_exist(cast, enter, reference):
    assert enter(cast.clara).get(f"/en/counsellor/cases/{reference}").status_code == 404


def test_who_opens_a_case_is_written_down_once_an_hour(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)
    once = [(cast.clara.id, Role.COUNSELLOR)]

    for part in PARTS:
        browser.get(_address(case, part))
    assert _opened(session, case) == once

    session.execute(update(Event).where(Event.act == Act.CASE_OPEN).values(at=now() - timedelta(hours=2)))
    session.commit()
    browser.get(_address(case))
    assert _opened(session, case) == once * 2


def test_two_who_open_a_case_are_both_written_down(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    for viewer in (cast.clara, cast.aino):
        enter(viewer).get(_address(case))

    assert {who for who, _role in _opened(session, case)} == {cast.clara.id, cast.aino.id}


def test_the_title_names_nobody(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    page = enter(cast.clara).get(_address(case)).text

    assert f"<title>{case.reference}</title>" in page


def test_the_application_is_told_in_words(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    page = enter(cast.clara).get(_address(case, "/application")).text

    for words in ("Amina Юсупова", "Uzbekistan", "Visa or residence permit that has ended", "Alone"):
        assert words in page


def test_a_number_that_is_not_safe_to_call_is_said_so_and_cannot_be_pressed(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    found = application.answers(session, case).application
    session.commit()
    browser, address = enter(cast.clara), f"/en/counsellor/cases/{case.reference}"

    safe = browser.get(address).text
    found.safe_to_call = Reply.NO
    session.commit()
    unsafe = browser.get(address).text

    link = f'href="tel:{found.phone}"'
    assert [(link in page, "Not safe to call" in page) for page in (safe, unsafe)] == [
        (True, False),
        (False, True),
    ]


def test_the_history_says_what_happened_and_who_did_it(cast, enter):
    case = cast.case(CaseState.NOT_ELIGIBLE)

    page = enter(cast.clara).get(_address(case, "/history")).text

    for words in (
        "Application not accepted",
        "Citizen of an EU country",
        "Aino Kask, Senior counsellor",
        "The portal",
    ):
        assert words in page
    assert page.count("<strong>Answer saved</strong>") < len(list(ROADS))


def test_the_words_of_a_proposal_meet_the_one_who_decides(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, note="Known to the embassy since May.")

    assert "Known to the embassy since May." in enter(cast.aino).get(_address(case)).text


def test_a_note_is_kept_for_colleagues(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    answer = browser.post(_address(case, "/notes"), data={"words": "Calls back on Monday."})

    assert (answer.status_code, answer.location) == (303, _address(case))
    assert "Calls back on Monday." in browser.get(_address(case)).text
    assert [note.words for note in cases.notes(session, case)] == ["Calls back on Monday."]


@pytest.mark.parametrize("words", ["", "  ", "x" * 4001])
def test_a_note_without_words_or_with_too_many_is_not_kept(cast, enter, session, words):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/notes"), data={"words": words})

    assert answer.status_code == 422
    assert words.strip() in answer.text
    assert cases.notes(session, case) == []


def test_a_note_on_a_colleagues_case_is_not_possible(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.kalle).post(_address(case, "/notes"), data={"words": "Hello"})

    assert answer.status_code == 404
    assert cases.notes(session, case) == []
