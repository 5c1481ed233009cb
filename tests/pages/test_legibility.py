"""A photo that may be hard to read: the sender looks once more and decides; the counsellor sees the guess."""

import re

import pytest

from portal.domain.cases import CaseState
from portal.domain.documents import DocumentState, RetakeAnswer
from portal.domain.papers import legibility
from portal.domain.papers.legibility import Doubt
from portal.programme import DocumentKind


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


@pytest.fixture
def blurred(cast, case, session):
    document = cast.document(case, DocumentKind.PASSPORT)
    legibility.note(document, [frozenset({Doubt.BLURRED})])
    session.commit()
    return document


def test_the_sender_is_told_kindly_and_sees_the_picture(cast, enter, blurred):
    amina = enter(cast.amina)

    listed = amina.get("/en/my/documents").text
    shown = amina.get(f"/en/my/documents/{blurred.id}").text

    assert "This may be hard to read." in listed
    assert "The picture is not sharp." in shown
    assert f"/en/my/documents/{blurred.id}/pages/1" in shown
    assert f'action="/en/my/documents/{blurred.id}/keep"' in shown
    assert f'action="/en/my/documents/{blurred.id}/again"' in shown


def test_what_waits_for_the_sender_stands_before_what_waits_for_others(cast, enter, case, blurred, session):
    cast.document(case, DocumentKind.MEDICAL_REPORT)
    session.commit()

    page = enter(cast.amina).get("/en/my/documents").text

    assert re.findall("<h3>([^<]+)</h3>", page[page.index('id="sent"') :]) == ["Passport", "Medical report"]


def test_kept_it_stays_and_nobody_asks_again(cast, enter, blurred, session):
    amina = enter(cast.amina)

    answer = amina.post(f"/en/my/documents/{blurred.id}/keep")

    session.refresh(blurred)
    assert (answer.status_code, answer.location) == (303, "/en/my/documents")
    assert (blurred.state, blurred.retake) == (DocumentState.WAITING, RetakeAnswer.KEEP)
    assert "hard to read" not in amina.get("/en/my/documents").text
    assert "hard to read" not in amina.get(f"/en/my/documents/{blurred.id}").text


def test_to_take_it_again_leads_to_the_camera_and_can_be_done_later(cast, enter, blurred, session):
    amina = enter(cast.amina)

    answer = amina.post(f"/en/my/documents/{blurred.id}/again")

    session.refresh(blurred)
    assert (answer.status_code, answer.location) == (303, "/en/my/documents/new?kind=passport")
    assert (blurred.state, blurred.retake) == (DocumentState.WAITING, RetakeAnswer.AGAIN)
    assert "/en/my/documents/new?kind=passport" in amina.get("/en/my/documents").text


@pytest.mark.parametrize("answer", ["keep", "again"])
def test_a_stranger_finds_nothing_to_answer(cast, enter, blurred, answer):
    assert enter(cast.giorgi).post(f"/en/my/documents/{blurred.id}/{answer}").status_code == 404


def test_what_a_counsellor_has_accepted_is_not_asked_about(cast, enter, blurred, session):
    blurred.state = DocumentState.ACCEPTED
    session.commit()
    amina = enter(cast.amina)

    assert "hard to read" not in amina.get(f"/en/my/documents/{blurred.id}").text
    assert amina.post(f"/en/my/documents/{blurred.id}/again").status_code == 409


def test_the_counsellor_sees_the_guess_and_the_answer(cast, case, enter, blurred, session):
    blurred.retake = RetakeAnswer.KEEP
    session.commit()

    page = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/documents/{blurred.id}").text

    assert "May be hard to read" in page
    assert "The picture is not sharp." in page
    assert "It can be read, and is kept." in page
