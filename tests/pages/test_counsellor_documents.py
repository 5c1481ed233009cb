"""Documents as a counsellor sees them: beside the answers they prove, accepted or not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.db import now
from portal.domain import documents, journal
from portal.domain.cases import CaseState
from portal.domain.documents import Document, DocumentState, RejectReason
from portal.domain.journal import Event
from portal.domain.permissions import Act
from portal.programme import DocumentKind

PICTURE = b"\xff\xd8 not really a picture"


def _address(case, document=None, act=""):
    folder = f"/en/counsellor/cases/{case.reference}/documents"
    return f"{folder}/{document.id}{act}" if document else folder


@pytest.fixture
def store(wiring, session):
    """store(document): its parts lie in the vault."""

    def put(document):
        for part in documents.parts(session, document):
            context = documents.part_context(document.id, part.number)
            wiring.vault.put(part.store_name, [PICTURE], key=document.key, context=context)
            part.size = len(PICTURE)
        session.commit()
        return document

    return put


def _now(session, document):
    session.expire_all()
    return session.get_one(Document, document.id)


def _looks(session, case):
    events = journal.of_case(session, case.id)
    session.commit()
    return [event.about for event in events if event.act is Act.DOCUMENT_OPEN]


def test_all_documents_are_listed_and_those_that_wait_come_first(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    documents.accept(session, cast.document(case), by=cast.clara)
    cast.document(case, DocumentKind.PRECEPT_TO_LEAVE)
    session.commit()

    page = enter(cast.clara).get(_address(case)).text

    titles = re.findall(r"<h3>([^<]+)</h3>", page)
    assert titles == ["Official decision that you must leave Estonia (lahkumisettekirjutus)", "Passport"]


def test_a_document_stands_beside_the_answers_it_proves(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    page = enter(cast.clara).get(_address(case, document)).text

    assert f'src="{_address(case, document, "/pages/1")}"' in page
    for words in ("Amina Юсупова", "27 March 2002", "Uzbekistan"):
        assert words in page


def test_a_page_is_shown_as_it_was_stored(cast, enter, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    answer = enter(cast.clara).get(_address(case, document, "/pages/1"))

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", PICTURE)
    assert answer.headers["Cache-Control"] == "no-store"


def test_that_a_document_was_looked_at_is_written_down_once_an_hour(cast, enter, session, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(cast.clara)
    once = [f"documents:{document.id}"]

    for _ in range(3):
        browser.get(_address(case, document, "/pages/1"))
    assert _looks(session, case) == once

    session.execute(update(Event).where(Event.act == Act.DOCUMENT_OPEN).values(at=now() - timedelta(hours=2)))
    session.commit()
    browser.get(_address(case, document, "/pages/1"))
    assert _looks(session, case) == once * 2


def test_a_document_is_accepted_and_the_next_one_opened(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    document, following = cast.document(case), cast.document(case, DocumentKind.PRECEPT_TO_LEAVE)
    browser = enter(cast.clara)

    answer = browser.post(_address(case, document, "/accept"))
    assert (answer.status_code, answer.location) == (303, _address(case, following))

    answer = browser.post(_address(case, following, "/accept"))
    assert (answer.status_code, answer.location) == (303, _address(case))
    assert _now(session, document).state is DocumentState.ACCEPTED
    assert _now(session, document).decided_by_id == cast.clara.id


def test_a_document_is_rejected_with_a_reason_and_words(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    answer = enter(cast.clara).post(
        _address(case, document, "/reject"), data={"reason": "cut_off", "words": "Нижний край не виден."}
    )

    found = _now(session, document)
    assert answer.status_code == 303
    assert (found.state, found.reject_reason, found.words) == (
        DocumentState.REJECTED,
        RejectReason.CUT_OFF,
        "Нижний край не виден.",
    )


@pytest.mark.parametrize("reason", ["", "ugly", "damaged"])
def test_a_document_is_not_rejected_without_a_reason_of_a_counsellor(cast, enter, session, reason):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    answer = enter(cast.clara).post(
        _address(case, document, "/reject"), data={"reason": reason, "words": "Edge is missing"}
    )

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Edge is missing" in answer.text
    assert _now(session, document).state is DocumentState.WAITING


@pytest.mark.parametrize("act", ["/accept", "/reject"])
def test_what_is_decided_already_is_not_decided_again(cast, enter, session, act):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    documents.reject(session, document, RejectReason.EXPIRED, by=cast.clara)

    answer = enter(cast.clara).post(_address(case, document, act), data={"reason": "cut_off"})

    assert answer.status_code == 409
    assert _now(session, document).reject_reason is RejectReason.EXPIRED


@pytest.mark.parametrize("state", [DocumentState.CHECKING, DocumentState.QUARANTINED])
def test_what_is_not_safe_is_shown_to_nobody(cast, enter, session, store, state):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    document.state = state
    browser = enter(cast.clara)

    page = browser.get(_address(case, document))
    picture = browser.get(_address(case, document, "/pages/1"))

    assert (page.status_code, picture.status_code) == (200, 404)
    assert "<img" not in page.text
    assert "/accept" not in page.text


def test_a_document_of_another_case_does_not_exist_here(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    document = cast.document(other)
    browser = enter(cast.clara)

    assert browser.get(_address(case, document)).status_code == 404
    assert browser.get(_address(case, document, "/pages/1")).status_code == 404
    assert browser.post(_address(case, document, "/accept")).status_code == 404


@pytest.mark.parametrize("who", ["kalle", "amina", "petros", "mart"])
def test_a_document_does_not_exist_here_for_anyone_else(cast, enter, store, who):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(getattr(cast, who))

    assert browser.get(_address(case, document)).status_code == 404
    assert browser.get(_address(case, document, "/pages/1")).status_code == 404
    assert browser.post(_address(case, document, "/accept")).status_code == 404


@pytest.mark.parametrize("number", ["2", "99999999999999999999", "-1", "x"])
def test_a_page_that_is_not_there_does_not_exist(cast, enter, store, number):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    assert enter(cast.clara).get(_address(case, document, f"/pages/{number}")).status_code == 404
