"""What is asked, what is missing, and what may be changed when."""

from datetime import date

import pytest

from portal.db import today
from portal.domain import journal, people, search
from portal.domain.applying import application, consents
from portal.domain.applying.application import Company, LegalStatus, Precept, Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.domain.corrections import Section
from portal.domain.dates import PartOfDate
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Gender, Paper, PaperPlace, Relation
from portal.domain.permissions import Act
from tests.cast import ANSWERS

LAYLO = {
    "given_names": "Laylo",
    "family_name": "Yusupova",
    "relation": Relation.CHILD,
    "born_on": date(2022, 5, 1),
    "gender": Gender.FEMALE,
    "citizenship": "UZ",
}
CHILD = date(today().year - 16, 1, 1)
REQUIRED = [one for one in Question if one in {*ANSWERS, *application.GIVEN_IN}]
# What earlier answers make relevant: the answers, and the question that they open.
OPENED = [
    ({Question.PERSON: {"citizenship": "UZ"}}, Question.CITIZENSHIPS),
    ({Question.CONTACT: {"phone": "+37251234567"}}, Question.MORE_CONTACT),
    ({Question.CONTACT: {"email": "amina@example.org"}}, Question.SAFE_CONTACT),
    ({Question.PRECEPT: {"precept": Precept.AT_ONCE}}, Question.APPEAL),
    ({Question.STATUS: {"status": LegalStatus.ASYLUM_REFUSED}}, Question.APPEAL),
    (
        {Question.PERSON: {"citizenship": "UZ"}, Question.COUNTRY: {"country": "GE"}},
        Question.RIGHT_TO_LIVE,
    ),
    ({Question.COMPANY: {"company": Company.FAMILY}}, Question.FAMILY),
    ({Question.BIRTH: {"born_on": CHILD}}, Question.GUARDIAN),
    ({Question.PAPERS: {"paper": Paper.PASSPORT}}, Question.PAPER_DETAILS),
    ({Question.PAPERS: {"paper": Paper.PASSPORT, "paper_place": PaperPlace.LOST}}, Question.LOSS),
    ({Question.COMPANY: {"company": Company.ALONE}}, Question.SAFE_ALONE),
]
NOT_OPENED = [
    ({Question.BIRTH: {"born_on": PartOfDate(today().year - 18)}}, Question.GUARDIAN),
    ({Question.PERSON: {"citizenship": "XX"}}, Question.CITIZENSHIPS),
    ({Question.CONTACT: {"email": "amina@example.org"}}, Question.MORE_CONTACT),
    ({Question.PRECEPT: {"precept": Precept.NONE}}, Question.APPEAL),
    (
        {
            Question.PERSON: {"citizenship": "UZ"},
            Question.CITIZENSHIPS: {"second_citizenship": "GE"},
            Question.COUNTRY: {"country": "GE"},
        },
        Question.RIGHT_TO_LIVE,
    ),
    ({Question.PAPERS: {"paper": Paper.NONE, "paper_place": PaperPlace.LOST}}, Question.LOSS),
]
ALWAYS = [question for question in Question if question not in {one for _answers, one in OPENED}]


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


def asked(session, case):
    return application.asked_of(application.answers(session, case))


def missing(session, case):
    return application.missing(application.answers(session, case))


def found_by(session, name):
    return session.scalars(search.case_ids(search.asked(name), holders=[search.UNSENT])).all()


def travel_with_family(cast, case):
    application.answer(cast.session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)


def test_begun_twice_it_is_begun_once(cast, session, case):
    again = application.start(session, by=cast.amina)

    assert again is case
    assert len(people.of_case(session, case)) == 1


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_only_migrants_apply(cast, session, who):
    with pytest.raises(NotAllowed):
        application.start(session, by=getattr(cast, who))


def test_of_an_empty_application_everything_required_is_missing(session, case):
    assert missing(session, case) == REQUIRED


def test_of_a_full_application_nothing_is_missing(cast, session, case):
    cast.answer_everything(case)

    assert missing(session, case) == []


@pytest.mark.parametrize("question", ANSWERS)
def test_each_required_answer_counts(cast, session, case, question):
    cast.answer_everything(case)

    application.answer(session, case, question, dict.fromkeys(ANSWERS[question]), by=cast.amina)

    assert missing(session, case) == [question]


@pytest.mark.parametrize("way", ["phone", "email", "other_contact"])
def test_one_way_to_reach_somebody_is_enough(cast, session, case, way):
    cast.answer_everything(case)
    none = dict.fromkeys(["phone", "email", "other_contact"])

    application.answer(session, case, Question.CONTACT, {**none, way: "x"}, by=cast.amina)

    assert missing(session, case) == []


@pytest.mark.parametrize(("given", "question"), OPENED)
def test_a_question_appears_when_an_earlier_answer_makes_it_relevant(cast, session, case, given, question):
    before = asked(session, case)

    for earlier, values in given.items():
        application.answer(session, case, earlier, values, by=cast.amina)

    after = asked(session, case)
    assert before == ALWAYS
    assert question in after
    assert after == [one for one in Question if one in after]


@pytest.mark.parametrize(("given", "question"), NOT_OPENED)
def test_a_question_that_is_not_relevant_does_not_appear(cast, session, case, given, question):
    for earlier, values in given.items():
        application.answer(session, case, earlier, values, by=cast.amina)

    assert question not in asked(session, case)


def test_of_a_family_somebody_must_be_named(cast, session, case):
    travel_with_family(cast, case)

    assert Question.FAMILY in missing(session, case)


def test_a_family_is_named_when_everybody_is(cast, session, case):
    cast.answer_everything(case)
    travel_with_family(cast, case)

    laylo = application.put_family_member(session, case, None, LAYLO, by=cast.amina)
    named = missing(session, case)
    application.put_family_member(session, case, laylo, {"born_on": None}, by=cast.amina)

    assert named == []
    assert missing(session, case) == [Question.FAMILY]


def test_a_family_member_can_be_removed_and_the_principal_cannot(cast, session, case):
    travel_with_family(cast, case)
    laylo = application.put_family_member(session, case, None, LAYLO, by=cast.amina)
    amina = people.principal(session, case)

    application.remove_family_member(session, case, laylo, by=cast.amina)

    assert people.of_case(session, case) == [amina]
    with pytest.raises(Refused):
        application.remove_family_member(session, case, amina, by=cast.amina)


def test_a_person_of_another_case_does_not_exist(cast, session, case):
    stranger = people.principal(session, cast.case(CaseState.DRAFT, migrant=cast.giorgi))

    with pytest.raises(NotFound):
        people.find(session, case, stranger.id)


def test_questions_follow_in_their_order(cast, session, case):
    found = application.answers(session, case)

    assert application.following(found, Question.COMPANY) is Question.PAPERS
    assert application.following(found, Question.CONSENTS) is None
    travel_with_family(cast, case)
    found = application.answers(session, case)
    assert application.following(found, Question.COMPANY) is Question.FAMILY


def test_the_answers_of_a_part_are_asked_for_by_that_part(session, case):
    found = application.answers(session, case)

    parts = [application.asked_of(found, section) for section in Section]

    assert [question for part in parts for question in part] == ALWAYS
    assert all(parts)


def test_what_a_person_answers_stands_with_the_person(cast, session, case):
    application.answer(session, case, Question.PAPERS, {"paper": Paper.NONE}, by=cast.amina)
    application.answer(session, case, Question.COUNTRY, {"country": "UZ", "place": "Buxoro"}, by=cast.amina)

    found = application.answers(session, case)

    assert found.principal.paper is Paper.NONE
    assert (found.application.country, found.application.place) == ("UZ", "Buxoro")


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.DRAFT, CaseState.NEEDS_INFO}))
def test_once_it_is_sent_nothing_is_changed(cast, session, state):
    case = cast.case(state)

    for change in (
        lambda: application.answer(session, case, Question.BIRTH, {"born_on": None}, by=cast.amina),
        lambda: application.put_family_member(session, case, None, LAYLO, by=cast.amina),
        lambda: application.consent(
            session, case, Question.DECISION, frozenset(), language="en", by=cast.amina
        ),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.reasons == [Reason.SECTION_LOCKED]


def test_a_counsellor_does_not_answer_for_the_migrant(cast, session, case):
    with pytest.raises(NotAllowed):
        application.answer(session, case, Question.BIRTH, {"born_on": None}, by=cast.clara)


def test_consents_are_given_and_taken_back_each_by_itself(cast, session, case):
    def settle(*wanted):
        application.consent(session, case, Question.CONSENTS, frozenset(wanted), language="ru", by=cast.amina)
        return set(consents.given(session, case))

    assert settle(Purpose.PROCESSING, Purpose.EMBASSY) == {Purpose.PROCESSING, Purpose.EMBASSY}
    assert settle(Purpose.PROCESSING, Purpose.PHOTO) == {Purpose.PROCESSING, Purpose.PHOTO}
    assert {one.language for one in consents.given(session, case).values()} == {"ru"}


def test_declarations_and_consents_do_not_touch_each_other(cast, session, case):
    cast.answer_everything(case)

    application.consent(session, case, Question.CONSENTS, frozenset(), language="en", by=cast.amina)

    assert set(consents.given(session, case)) == consents.NOTICES | consents.DECLARATIONS


def test_a_declaration_cannot_come_in_with_the_consents(cast, session, case):
    everything = frozenset(Purpose)

    application.consent(session, case, Question.CONSENTS, everything, language="en", by=cast.amina)

    assert set(consents.given(session, case)) == consents.PERMISSIONS


def test_everybody_named_can_be_found_by_name(cast, session, case):
    travel_with_family(cast, case)
    application.answer(session, case, Question.NAME, ANSWERS[Question.NAME], by=cast.amina)
    laylo = application.put_family_member(session, case, None, LAYLO, by=cast.amina)

    named = [found_by(session, name) for name in ("Yusupova", "Laylo")]
    application.remove_family_member(session, case, laylo, by=cast.amina)

    assert named == [[case.id], [case.id]]
    assert found_by(session, "Laylo") == []


def test_somebody_is_found_by_a_name_in_its_own_letters_and_by_one_from_before(cast, session, case):
    names = {"original_name": "أمينة يوسفوفا", "other_names": "Karimova"}

    application.answer(session, case, Question.OTHER_NAMES, names, by=cast.amina)

    assert [found_by(session, name) for name in ("أمينة", "Karimova")] == [[case.id], [case.id]]


def test_each_answer_is_written_down_without_its_content(cast, session, case):
    application.answer(session, case, Question.NAME, ANSWERS[Question.NAME], by=cast.amina)

    last = journal.of_case(session, case.id)[0]

    assert (last.act, last.about, last.note) == (Act.CASE_ANSWER, "question:name", "")
