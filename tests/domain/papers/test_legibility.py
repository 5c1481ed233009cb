"""A document that may be hard to read: what is guessed, and what its sender says to it."""

import pytest

from portal.domain import documents
from portal.domain.cases import CaseState
from portal.domain.documents import DocumentState, RetakeAnswer
from portal.domain.errors import NotAllowed, NotFound, Refused
from portal.domain.papers import legibility
from portal.domain.papers.legibility import Doubt
from portal.programme import DocumentKind


@pytest.fixture
def case(cast):
    return cast.case()


def _sent(cast, case, state):
    document = cast.document(case, DocumentKind.PASSPORT)
    document.state = state
    return document


@pytest.fixture
def blurred(cast, case):
    """A passport on whose second and third page the picture is not sharp."""
    document = _sent(cast, case, DocumentState.WAITING)
    sharp, not_sharp = frozenset(), frozenset({Doubt.BLURRED})
    legibility.note(document, [sharp, not_sharp, not_sharp | {Doubt.DARK}])
    return document


def test_what_was_found_is_kept_page_by_page(blurred):
    assert blurred.doubts == "blurred:2,3 dark:3"
    assert legibility.doubts(blurred) == {Doubt.BLURRED: [2, 3], Doubt.DARK: [3]}


def test_of_200_bad_pages_nine_are_named(blurred):
    legibility.note(blurred, [frozenset(Doubt)] * 200)

    assert legibility.doubts(blurred) == {doubt: list(range(1, 10)) for doubt in Doubt}
    assert len(blurred.doubts) <= 200


def test_a_good_document_is_no_question(cast, case, blurred):
    legibility.note(blurred, [frozenset()] * 3)

    assert legibility.doubts(blurred) == {}
    assert not legibility.is_asked(blurred, case, viewer=cast.amina)


def test_the_sender_is_asked_once(cast, case, blurred, session):
    assert legibility.is_asked(blurred, case, viewer=cast.amina)
    assert not legibility.is_asked(blurred, case, viewer=cast.clara)

    legibility.answer(session, blurred, case, RetakeAnswer.KEEP, by=cast.amina)

    assert not legibility.is_asked(blurred, case, viewer=cast.amina)
    assert blurred.state is DocumentState.WAITING


def test_a_photo_taken_again_takes_the_place_of_the_first(cast, case, blurred, session):
    legibility.answer(session, blurred, case, RetakeAnswer.AGAIN, by=cast.amina)
    assert blurred.state is DocumentState.WAITING

    another = _sent(cast, case, DocumentState.CHECKING)
    documents.received(session, another, case, by=cast.amina)

    assert blurred.state is DocumentState.SUPERSEDED


def test_a_photo_that_was_kept_stays_beside_the_next(cast, case, blurred, session):
    legibility.answer(session, blurred, case, RetakeAnswer.KEEP, by=cast.amina)

    another = _sent(cast, case, DocumentState.CHECKING)
    documents.received(session, another, case, by=cast.amina)

    assert blurred.state is DocumentState.WAITING


def test_nobody_else_answers(cast, case, blurred, session):
    with pytest.raises(NotFound):
        legibility.answer(session, blurred, case, RetakeAnswer.AGAIN, by=cast.clara)
    with pytest.raises(NotAllowed):
        legibility.answer(session, blurred, case, RetakeAnswer.AGAIN, by=cast.olga)


def test_what_a_person_has_looked_at_is_decided(cast, case, blurred, session):
    blurred.state = DocumentState.ACCEPTED

    with pytest.raises(Refused):
        legibility.answer(session, blurred, case, RetakeAnswer.AGAIN, by=cast.amina)


def test_nobody_is_asked_when_the_case_takes_no_documents_any_more(cast, case, blurred):
    case.state = CaseState.CLOSED

    assert not legibility.is_asked(blurred, case, viewer=cast.amina)
