"""What a migrant reads of the journal."""

import pytest

from portal.domain import cases, deciding, documents, journal
from portal.domain.access import rights
from portal.domain.cases import CaseState
from portal.domain.course import history
from portal.domain.documents import RejectReason
from portal.domain.permissions import Act, Role
from portal.domain.support import grants, parts, plans
from portal.programme import DocumentKind


def acts_of(entries):
    return [entry.act for entry in entries]


def test_the_newest_comes_first(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    found = acts_of(history.timeline(session, case))

    assert found[:2] == [Act.CASE_TAKE, Act.CASE_SUBMIT]
    assert found[-1] is Act.CASE_START


def test_the_same_done_again_by_the_same_person_is_one_entry(cast, session):
    case = cast.case_by(cast.answer_everything)

    *_, answers, start = history.timeline(session, case)

    assert (answers.act, start.act, start.times) == (Act.CASE_ANSWER, Act.CASE_START, 1)
    assert answers.times == 9


def test_notes_for_colleagues_are_nowhere(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    cases.note(session, case, "Seems tired", by=cast.clara)

    told = [*history.timeline(session, case), *history.looks(session, case)]

    assert Act.CASE_NOTE not in acts_of(told)


def test_words_between_colleagues_are_not_told(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "No passport, but the embassy knows her")

    assert history.timeline(session, case)[0].note == ""


def test_words_for_the_migrant_are_told(cast, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)

    newest = history.timeline(session, case)[0]

    assert (newest.act, newest.note) == (Act.CASE_DECLINE, "Citizen of an EU country")
    assert history.words_of(session, case, Act.CASE_DECLINE) == "Citizen of an EU country"
    assert history.words_of(session, case, Act.CASE_CLOSE) == ""


def test_who_opened_the_file_is_a_list_of_its_own(cast, session):
    case = cast.case(CaseState.ARRIVED)
    document = cast.document(case, DocumentKind.NATIONAL_ID)
    cases.opened(session, case, by=cast.petros)
    documents.open_part(session, document, 0, by=cast.clara)

    looked = history.looks(session, case)

    assert [(one.act, one.role, one.organisation, one.document) for one in looked] == [
        (Act.DOCUMENT_OPEN, Role.COUNSELLOR, "", DocumentKind.NATIONAL_ID),
        (Act.CASE_OPEN, Role.PARTNER, "Mission in Tashkent", None),
    ]
    assert history.LOOKS.isdisjoint(acts_of(history.timeline(session, case)))


def test_the_migrants_own_looks_are_not_kept(cast, session):
    case = cast.case(CaseState.DRAFT)
    documents.open_part(session, cast.document(case), 0, by=cast.amina)

    assert history.looks(session, case) == []


def test_what_the_portal_does_has_no_person(cast, session):
    case = cast.case(CaseState.EXPIRED)

    newest = history.timeline(session, case)[0]

    assert (newest.act, newest.role, newest.actor_id) == (Act.CASE_EXPIRE, None, None)


def test_a_rejected_document_says_which_and_why(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    deciding.reject(session, document, RejectReason.CUT_OFF, by=cast.clara, note="The lower edge")

    newest = history.timeline(session, case)[0]

    assert (newest.document, newest.note) == (DocumentKind.PASSPORT, "The lower edge")


def test_the_counsellors_answer_about_a_payment_is_told(cast, session):
    case = cast.case(CaseState.MONITORING)
    payment = parts.payments(session, plans.approved(session, case))[0]
    grants.advance_payment(session, payment, Act.PAYMENT_PROBLEM, by=cast.amina, note="It broke")
    grants.advance_payment(session, payment, Act.PAYMENT_ANSWER, by=cast.clara, note="A new one comes")

    assert [entry.note for entry in history.timeline(session, case)[:2]] == ["A new one comes", "It broke"]


@pytest.mark.parametrize("state", CaseState)
def test_nothing_that_happened_is_lost(cast, session, state):
    case = cast.case(state)
    hidden = history.INTERNAL - history.LOOKS

    told = [*history.timeline(session, case), *history.looks(session, case)]
    events = [event for event in journal.of_case(session, case.id) if event.act not in hidden]

    assert sum(entry.times for entry in told) == len(events)


def test_who_looked_stays_of_the_organisation_they_belonged_to_then(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    cases.opened(session, case, by=cast.petros)
    rights.change(session, cast.petros, Role.PARTNER, cast.tbilisi, by=cast.mart)
    rights.change(session, cast.petros, Role.AUDITOR, None, by=cast.mart)

    [looked] = [one for one in history.looks(session, case) if one.role is Role.PARTNER]

    assert looked.organisation == "Mission in Tashkent"
