"""What a counsellor asks to be changed, and how it is answered."""

import pytest

from portal.domain import application, corrections, documents, journal, lifecycle
from portal.domain.application import Question
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act

WORDS = "Please write your name as in the passport."


def _ask(cast, case, section=Section.ABOUT_YOU, words=WORDS, by=None):
    return corrections.ask(
        cast.session, case, section, CorrectionReason.CONTRADICTORY, words, by=by or cast.clara
    )


def test_what_is_asked_is_open_in_the_order_it_was_asked(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    first = _ask(cast, case)
    second = _ask(cast, case, section=None)

    assert corrections.open_of(session, case) == [first, second]
    assert corrections.of_case(session, case) == [second, first]
    assert first.words == WORDS


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.IN_REVIEW}))
def test_nothing_is_asked_outside_of_the_review(cast, state):
    case = cast.case(state)

    with pytest.raises(Refused) as refused:
        _ask(cast, case)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_nothing_is_asked_without_words_that_say_what_to_do(cast):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(Refused) as refused:
        _ask(cast, case, words="  \n")

    assert refused.value.reasons == [Reason.REASON_MISSING]


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_only_counsellors_ask(cast, who):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(NotAllowed):
        _ask(cast, case, by=getattr(cast, who))


def test_only_what_was_asked_about_may_be_changed(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)

    assert application.editable(session, case) == {Section.ABOUT_YOU}


def test_changing_the_section_answers_what_was_asked_about_it(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked, other = _ask(cast, case), _ask(cast, case, section=Section.WHERE_TO)
    cast.step(case, Act.CASE_ASK, cast.clara)

    application.answer(session, case, Question.NAME, {"given_names": "Amina Laylo"}, by=cast.amina)

    assert asked.answered_at is not None
    assert corrections.open_of(session, case) == [other]
    assert journal.of_case(session, case.id)[0].act in (Act.CORRECTION_ANSWER, Act.CASE_ANSWER)


def test_sending_a_document_answers_what_was_asked_about_documents(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    _ask(cast, case, section=None)
    cast.step(case, Act.CASE_ASK, cast.clara)

    documents.received(session, cast.document(case), case, by=cast.amina)

    assert corrections.open_of(session, case) == []


def test_an_application_is_not_sent_again_with_something_open(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)

    with pytest.raises(Refused) as refused:
        cast.step(case, Act.CASE_SUBMIT, cast.amina)

    assert refused.value.reasons == [Reason.CORRECTIONS_OPEN]


def test_a_case_is_not_sent_back_when_nothing_is_asked(cast):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(Refused) as refused:
        cast.step(case, Act.CASE_ASK, cast.clara)

    assert refused.value.reasons == [Reason.CORRECTION_MISSING]


def test_a_part_that_is_asked_about_stays_open_until_it_is_sent_again(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)

    application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)

    assert corrections.open_of(session, case) == []
    assert application.editable(session, case) == {Section.ABOUT_YOU}


def test_what_was_asked_in_an_earlier_round_is_closed(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    application.answer(session, case, Question.CONTACT, {"phone": "+37251111111"}, by=cast.amina)
    lifecycle.advance(session, case, Act.CASE_SUBMIT, by=cast.amina)
    lifecycle.advance(session, case, Act.CASE_TAKE, by=cast.clara)

    corrections.ask(session, case, Section.WHERE_TO, CorrectionReason.MISSING, "Which city?", by=cast.clara)
    lifecycle.advance(session, case, Act.CASE_ASK, by=cast.clara)

    assert application.editable(session, case) == {Section.WHERE_TO}
