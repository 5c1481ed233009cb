"""What a counsellor asks to be changed, and how it is answered."""

from datetime import date, timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import corrections, documents, journal
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.cases import Case, CaseState
from portal.domain.choices import Reply
from portal.domain.corrections import CorrectionReason, Narrowed, Section
from portal.domain.course import lifecycle
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Gender, Paper, PaperPlace, Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind
from tests.together import at_once

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


# --- One question, one person, one document ---------------------------------------------------------


def narrow(cast, case, section, words="Please look", **exactly):
    return corrections.ask(
        cast.session,
        case,
        section,
        CorrectionReason.OTHER,
        words,
        narrowed=Narrowed(**exactly),
        by=cast.clara,
    )


def send_back(cast, case):
    cast.step(case, Act.CASE_ASK, cast.clara)


def locked(cast, case, question, values):
    with pytest.raises(Refused) as refused:
        application.answer(cast.session, case, question, values, by=cast.amina)
    return refused.value.reasons == [Reason.SECTION_LOCKED]


def test_when_one_question_is_asked_about_the_rest_of_its_part_is_locked(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = narrow(cast, case, Section.ABOUT_YOU, question=Question.NAME)
    send_back(cast, case)

    assert application.open_questions(session, case) == {Question.NAME}
    assert locked(cast, case, Question.CONTACT, {"phone": "+37255555555"})
    application.answer(session, case, Question.NAME, {"given_names": "Amina Laylo"}, by=cast.amina)
    assert not asked.is_open


def test_a_question_that_comes_up_with_the_new_answer_is_open_too(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    narrow(cast, case, Section.TRAVELLING_WITH, question=Question.COMPANY)
    send_back(cast, case)

    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)

    assert application.open_questions(session, case) == {Question.COMPANY, Question.FAMILY}
    sister = {"given_names": "Laylo", "family_name": "Y", "born_on": date(2010, 5, 6), "citizenship": "UZ"}
    application.put_family_member(session, case, None, {**sister, "gender": Gender.FEMALE}, by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    assert case.state is CaseState.SUBMITTED


def test_what_a_new_answer_brings_up_is_open_though_it_could_wait(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    narrow(cast, case, Section.WHERE_TO, question=Question.COUNTRY)
    send_back(cast, case)
    before = application.open_questions(session, case)

    application.answer(session, case, Question.COUNTRY, {"country": "KZ", "place": None}, by=cast.amina)
    brought_up = application.open_questions(session, case) - before
    application.answer(session, case, Question.RIGHT_TO_LIVE, {"right_to_live": Reply.YES}, by=cast.amina)

    assert brought_up == {Question.RIGHT_TO_LIVE}
    assert locked(cast, case, Question.FEAR, {"fear": Reply.YES})


@pytest.fixture
def family(cast, session):
    """Amina with two children, in review."""
    case = cast.case_by(cast.answer_everything)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    child = {"family_name": "Y", "born_on": date(2015, 5, 6), "citizenship": "UZ", "gender": Gender.MALE}
    children = [
        application.put_family_member(
            session, case, None, {**child, "given_names": name, "relation": Relation.CHILD}, by=cast.amina
        )
        for name in ("Aziz", "Bek")
    ]
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.clara)
    return case, *children


PAPER = {"paper": Paper.PASSPORT, "paper_place": PaperPlace.POLICE}


def test_the_travel_document_of_one_child_is_asked_about_and_of_no_other(cast, session, family):
    case, aziz, bek = family
    asked = narrow(cast, case, Section.TRAVEL_PAPERS, person_id=aziz.id)
    send_back(cast, case)

    with pytest.raises(Refused):
        application.put_paper(session, case, bek, PAPER, by=cast.amina)
    assert locked(cast, case, Question.PAPERS, PAPER)
    application.put_paper(session, case, aziz, PAPER, by=cast.amina)

    assert (aziz.paper, bek.paper) == (Paper.PASSPORT, None)
    assert not asked.is_open
    assert application.editable(session, case) == {Section.TRAVEL_PAPERS}


def test_when_travel_documents_are_asked_about_everybodys_can_be_changed(cast, session, family):
    case, aziz, bek = family
    _ask(cast, case, section=Section.TRAVEL_PAPERS)
    send_back(cast, case)

    for person in (aziz, bek):
        application.put_paper(session, case, person, PAPER, by=cast.amina)

    assert {one.paper for one in (aziz, bek)} == {Paper.PASSPORT}
    assert corrections.open_of(session, case) == []


def test_a_document_of_one_kind_is_answered_by_that_kind_or_what_the_programme_takes_for_it(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    passport = narrow(cast, case, None, kind=DocumentKind.PASSPORT)
    marriage = narrow(cast, case, None, kind=DocumentKind.MARRIAGE_CERTIFICATE)
    send_back(cast, case)

    document = cast.document(case, DocumentKind.NATIONAL_ID)

    assert (passport.is_open, passport.answered_with_id) == (False, document.id)
    assert marriage.is_open


def test_who_cannot_change_it_says_so_and_may_send(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = narrow(cast, case, None, kind=DocumentKind.PASSPORT)
    send_back(cast, case)

    for _ in range(2):
        corrections.answer_in_words(session, case, asked, "The police have it", by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)

    assert (asked.answer, case.state) == ("The police have it", CaseState.SUBMITTED)
    acts = [event.act for event in journal.of_case(session, case.id)]
    assert acts.count(Act.CORRECTION_ANSWER) == 1


# --- The list ---------------------------------------------------------------------------------------


def test_the_same_asked_twice_stands_on_the_list_once(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    assert _ask(cast, case) is _ask(cast, case)
    assert len(corrections.of_case(session, case)) == 1


def test_the_list_is_kept_while_the_case_goes_another_way(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = _ask(cast, case)
    cast.document(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, note="Known to the embassy")
    cast.step(case, Act.CASE_SEND_BACK, cast.aino, note="Ask for the name first")

    assert corrections.open_of(session, case) == [asked]
    assert asked.sent_at is None


def test_what_is_on_the_list_is_put_in_other_words(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = _ask(cast, case)

    corrections.change(
        session,
        case,
        asked,
        CorrectionReason.MISSING,
        "Your second name",
        version=asked.version,
        by=cast.aino,
    )

    assert (asked.reason, asked.words) == (CorrectionReason.MISSING, "Your second name")


def test_who_changes_words_that_a_colleague_changed_is_told(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = _ask(cast, case)
    seen = asked.version
    corrections.change(session, case, asked, asked.reason, "By Clara", version=seen, by=cast.clara)

    with pytest.raises(Refused) as refused:
        corrections.change(session, case, asked, asked.reason, "By Aino", version=seen, by=cast.aino)

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]
    assert asked.words == "By Clara"


def test_two_counsellors_at_once_lose_nothing(cast, session, wiring):
    case = cast.case(CaseState.IN_REVIEW)

    def add(who, words):
        def verb(session):
            found, by = session.get_one(Case, case.id), session.get_one(Account, who.id)
            corrections.ask(session, found, Section.NEEDS, CorrectionReason.OTHER, words, by=by)

        return verb

    ended = at_once(wiring, add(cast.clara, "One"), add(cast.aino, "Two"))

    assert ended == ["done", "done"]
    assert sorted(one.words for one in corrections.open_of(session, case)) == ["One", "Two"]


def test_what_is_taken_back_off_the_list_is_never_asked(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    first, second = _ask(cast, case), _ask(cast, case, section=Section.NEEDS)

    lifecycle.take_back(session, case, first, by=cast.clara)
    send_back(cast, case)

    assert corrections.open_of(session, case) == [second]
    with pytest.raises(NotFound):
        corrections.find_asked(session, case, first.id)


def test_what_was_sent_is_taken_back_and_the_rest_stays_with_the_migrant(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    first, _second = _ask(cast, case), _ask(cast, case, section=Section.NEEDS)
    send_back(cast, case)

    lifecycle.take_back(session, case, first, by=cast.clara)

    assert case.state is CaseState.NEEDS_INFO
    assert application.editable(session, case) == {Section.NEEDS}


def test_with_the_last_one_taken_back_the_case_comes_back_at_once(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    (asked,) = corrections.open_of(session, case)

    lifecycle.take_back(session, case, asked, by=cast.clara)

    assert case.state is CaseState.IN_REVIEW
    assert application.editable(session, case) == frozenset()


def test_what_was_answered_is_not_taken_back(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    (asked,) = corrections.open_of(session, case)
    application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)

    with pytest.raises(Refused) as refused:
        lifecycle.take_back(session, case, asked, by=cast.clara)

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]


def test_the_same_thing_can_be_asked_again(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    application.answer(session, case, Question.NAME, {"given_names": "Amina L."}, by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.clara)

    again = _ask(cast, case, words="Please write your name as it is in your passport.")

    assert corrections.open_of(session, case) == [again]
    assert len(corrections.of_case(session, case)) == 2


# --- The clock --------------------------------------------------------------------------------------


def test_the_counsellors_clock_stands_still_while_the_migrant_has_the_case(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    with clock_turned(timedelta(days=4)):
        _ask(cast, case)
        send_back(cast, case)
        theirs = case.due_on

    with clock_turned(timedelta(days=40)):
        application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)
        cast.step(case, Act.CASE_SUBMIT, cast.amina)
        due_on = case.due_on
    with clock_turned(timedelta(days=42)):
        cast.step(case, Act.CASE_TAKE, cast.clara)

    assert theirs == today() + timedelta(days=4 + 14)
    assert due_on == today() + timedelta(days=40 + 10)
    assert (case.due_on, case.clock_left) == (due_on, None)


def test_the_clock_of_a_step_outlives_the_lock_of_the_next_one_in_the_same_transaction(cast, session):
    case = cast.case(CaseState.SUBMITTED)

    lifecycle.advance(session, case, Act.CASE_TAKE, by=cast.clara)
    _ask(cast, case)

    assert case.due_on == today() + timedelta(days=14)


def test_what_was_late_when_it_was_sent_back_is_late_when_it_comes_again(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    with clock_turned(timedelta(days=17)):
        _ask(cast, case)
        send_back(cast, case)
        (asked,) = corrections.open_of(session, case)

    with clock_turned(timedelta(days=20)):
        lifecycle.take_back(session, case, asked, by=cast.clara)

    assert case.due_on == today() + timedelta(days=20 - 3)


def test_who_stops_and_comes_back_is_given_the_whole_time(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    cast.step(case, Act.CASE_WITHDRAW, cast.amina)

    cast.step(case, Act.CASE_RETURN_TO_US, cast.aino, note="She called")

    assert (case.due_on, case.clock_left) == (today() + timedelta(days=14), None)
