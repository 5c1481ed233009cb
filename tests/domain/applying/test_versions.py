"""What stood in an answer before it was changed stays readable beside what stands there now."""

from datetime import date

import pytest

from portal.domain import corrections
from portal.domain.applying import application, versions
from portal.domain.applying.application import Question
from portal.domain.applying.consents import Purpose
from portal.domain.applying.versions import Version
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.people import Gender, Paper, PaperPlace, Relation
from portal.domain.permissions import Act

SISTER = {
    "given_names": "Laylo",
    "family_name": "Yusupova",
    "relation": Relation.SIBLING,
    "born_on": date(2010, 5, 6),
    "gender": Gender.FEMALE,
    "citizenship": "UZ",
    "paper": Paper.PASSPORT,
    "paper_place": PaperPlace.WITH_ME,
}


@pytest.fixture
def case(cast, session):
    """Everything may be changed, since everything is asked about."""
    case = cast.case(CaseState.IN_REVIEW)
    for section in Section:
        corrections.ask(session, case, section, CorrectionReason.OUTDATED, "Look once more", by=cast.clara)
    cast.step(case, Act.CASE_ASK, cast.clara)
    return case


def both(session, case):
    """What stood before the first change and what stands now."""
    stood = application.stood(session, case)
    after = before = stood
    for version in versions.of_case(session, case):
        before = versions.before(before, version)
    return application.as_it_stood(case, before), application.as_it_stood(case, after)


def test_a_draft_keeps_no_versions(cast, session):
    case = cast.case(CaseState.DRAFT)

    cast.answer_everything(case)

    assert versions.of_case(session, case) == []


def test_before_and_now_are_both_readable(cast, session, case):
    application.answer(session, case, Question.NAME, {"given_names": "Amina Laylo"}, by=cast.amina)
    application.answer(session, case, Question.BIRTH, {"born_on": date(2001, 3, 27)}, by=cast.amina)
    application.answer(session, case, Question.IDEAS, {"ideas": frozenset({"job"})}, by=cast.amina)

    before, after = both(session, case)

    assert (before.principal.given_names, after.principal.given_names) == ("Amina", "Amina Laylo")
    assert (before.principal.born_on, after.principal.born_on) == (date(2002, 3, 27), date(2001, 3, 27))
    assert (before.application.ideas, after.application.ideas) == (None, frozenset({"job"}))
    assert before.principal.gender is after.principal.gender is Gender.FEMALE


def test_saving_the_same_once_more_is_no_change(cast, session, case):
    application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)

    assert versions.of_case(session, case) == []


def test_only_what_differs_is_kept_and_it_is_sealed(cast, session, case):
    application.answer(session, case, Question.CONTACT, {"phone": "+37255555555"}, by=cast.amina)

    (version,) = versions.of_case(session, case)

    number = application.answers(session, case).application.id
    assert version.was == f'{{"applications:{number}": {{"phone": "+37251234567"}}}}'
    assert version.became == f'{{"applications:{number}": {{"phone": "+37255555555"}}}}'
    assert b"3725" not in version._was + version._became
    assert version.changed_by_id == cast.amina.id


def test_a_version_knows_what_it_answers(cast, session, case):
    application.answer(session, case, Question.COUNTRY, {"place": "Samarkand"}, by=cast.amina)

    (version,) = versions.of_case(session, case)

    asked = next(one for one in corrections.of_case(session, case) if one.section is Section.WHERE_TO)
    assert (version.question, version.correction_id) == (Question.COUNTRY, asked.id)


def test_a_family_member_who_came_and_went_is_still_told(cast, session, case):
    sister = application.put_family_member(session, case, None, SISTER, by=cast.amina)
    application.put_family_member(session, case, sister, {"given_names": "Lola"}, by=cast.amina)
    application.remove_family_member(session, case, sister, by=cast.amina)

    stood, found = application.stood(session, case), []
    for version in versions.of_case(session, case):
        stood = versions.before(stood, version)
        found.append([(one.given_names, one.born_on) for one in application.as_it_stood(case, stood).family])

    assert found == [[("Lola", date(2010, 5, 6))], [("Laylo", date(2010, 5, 6))], []]


def test_consents_are_told_as_they_were(cast, session, case):
    application.consent(
        session, case, Question.CONSENTS, frozenset({Purpose.PROCESSING}), language="en", by=cast.amina
    )

    before, after = both(session, case)

    assert set(before.consents) - set(after.consents) == {Purpose.PARTNER}


def test_what_stood_before_cannot_be_written_back_by_accident(cast, session, case):
    application.answer(session, case, Question.NAME, {"given_names": "Amina Laylo"}, by=cast.amina)

    before, _after = both(session, case)
    session.flush()

    assert before.principal not in session
    assert application.answers(session, case).principal.given_names == "Amina Laylo"
    assert session.query(Version).count() == 1
