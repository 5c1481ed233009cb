"""Documents: for whom they exist, what becomes of them, and which ones are asked for."""

import pytest

from portal.domain import corrections, deciding, documents, journal, objects
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason
from portal.domain.documents import EVIDENCE, Document, DocumentState, RejectReason
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role
from portal.domain.support import parts, plans
from portal.programme import DocumentKind
from portal.sealing import Unsealable, new_key


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


def _just_sent(cast, case, kind=DocumentKind.PASSPORT):
    """A document in the portal's own check."""
    document = Document(
        case_id=case.id,
        kind=kind,
        sender_id=case.migrant_id,
        sender_role=Role.MIGRANT,
        file_name="photo.jpg",
        size=10,
        state=DocumentState.CHECKING,
    )
    document.key = new_key()
    cast.session.add(document)
    cast.session.flush()
    documents.received(cast.session, document, case, by=cast.migrant_of(case))
    return document


def _acts(session, case):
    return [event.act for event in journal.of_case(session, case.id)]


# --- For whom they exist ----------------------------------------------------------------------------


def test_the_migrant_and_the_counsellor_see_every_document(cast, case, session):
    first, second = cast.document(case), cast.document(case, DocumentKind.MEDICAL_REPORT)

    for viewer in (cast.amina, cast.clara):
        assert documents.of_case(session, case, viewer=viewer) == [second, first]


def test_a_partner_sees_evidence_and_never_identity_papers(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0]
    evidence = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    medical = cast.document(case, DocumentKind.MEDICAL_BILL, milestone_id=milestone.id)

    assert documents.of_case(session, case, viewer=cast.petros) == [evidence]
    with pytest.raises(NotFound):
        documents.find(session, case, medical.id, viewer=cast.petros)


def test_a_document_of_another_case_does_not_exist_in_this_one(cast, case, session):
    other = cast.document(cast.case(migrant=cast.giorgi))

    with pytest.raises(NotFound):
        documents.find(session, case, other.id, viewer=cast.clara)


# --- Opening one ------------------------------------------------------------------------------------


def test_a_look_by_a_counsellor_is_written_down_once(cast, case, session):
    document = cast.document(case)

    for number in (1, 1, 0):
        documents.open_part(session, document, number, by=cast.clara)

    assert _acts(session, case).count(Act.DOCUMENT_OPEN) == 1


def test_looking_at_ones_own_document_is_nobodys_business(cast, case, session):
    document = cast.document(case)

    documents.open_part(session, document, 1, by=cast.amina)

    assert Act.DOCUMENT_OPEN not in _acts(session, case)


def test_a_part_that_is_not_there_is_not_found(cast, case, session):
    document = cast.document(case)

    with pytest.raises(NotFound):
        documents.open_part(session, document, 2, by=cast.amina)


def test_without_a_preview_the_first_page_is_shown(cast, case, session):
    document = cast.document(case)

    part = documents.open_part(session, document, documents.PREVIEW, by=cast.amina)

    assert part.number == 1


@pytest.mark.parametrize("state", documents.UNSEEN)
def test_nobody_opens_what_is_being_checked_or_is_malware(cast, case, session, state):
    document = cast.document(case)
    document.state = state

    for viewer in (cast.amina, cast.clara, cast.aino):
        with pytest.raises(NotFound):
            documents.open_part(session, document, 1, by=viewer)


def test_the_key_of_one_document_opens_no_other(cast, case):
    first, second = cast.document(case), cast.document(case)

    first.wrapped_key = second.wrapped_key

    with pytest.raises(Unsealable):
        _ = first.key


# --- What becomes of them ---------------------------------------------------------------------------


def test_a_document_that_passed_the_check_waits_for_a_person(cast, case, session):
    document = _just_sent(cast, case)
    stored = [
        documents.StoredPart(objects.new_name("documents"), "image/jpeg", 5, "b" * 64) for _ in range(2)
    ]

    documents.checked(session, document, stored, "a" * 64)

    session.flush()
    assert (document.state, document.sha256) == (DocumentState.WAITING, "a" * 64)
    assert [part.number for part in documents.parts(session, document)] == [0, 1]
    assert documents.with_pictures(session, [document]) == {document.id}


def test_an_unfit_document_says_why(cast, case, session):
    document = _just_sent(cast, case)

    documents.unfit(session, document, RejectReason.PASSWORD)

    assert (document.state, document.reject_reason) == (DocumentState.REJECTED, RejectReason.PASSWORD)
    assert _acts(session, case)[0] is Act.DOCUMENT_UNFIT
    assert documents.with_pictures(session, [document]) == frozenset()


def test_a_counsellor_accepts(cast, case, session):
    document = cast.document(case)

    deciding.accept(session, document, by=cast.clara)

    assert (document.state, document.decided_by_id) == (DocumentState.ACCEPTED, cast.clara.id)
    session.flush()
    assert documents.identity_accepted(session, case)


def test_a_counsellor_rejects_with_a_reason_and_words(cast, case, session):
    document = cast.document(case)

    deciding.reject(session, document, RejectReason.CUT_OFF, by=cast.clara, note="The last line, please")

    found = (document.state, document.reject_reason, document.words)
    assert found == (DocumentState.REJECTED, RejectReason.CUT_OFF, "The last line, please")


def test_nothing_is_rejected_without_a_reason(cast, case, session):
    document = cast.document(case)

    with pytest.raises(Refused) as refused:
        deciding.reject(session, document, None, by=cast.clara)

    assert refused.value.reasons == [Reason.REASON_MISSING]


def test_what_was_not_checked_is_not_accepted(cast, case, session):
    document = _just_sent(cast, case)

    with pytest.raises(Refused) as refused:
        deciding.accept(session, document, by=cast.clara)

    assert refused.value.reasons == [Reason.WRONG_STATE]


@pytest.mark.parametrize("who", ["amina", "petros", "mart"])
def test_only_counsellors_decide_about_documents(cast, case, session, who):
    document = cast.document(case)

    with pytest.raises(NotAllowed):
        deciding.accept(session, document, by=getattr(cast, who))


def test_a_new_passport_takes_the_place_of_one_that_could_not_be_used(cast, case, session):
    rejected, another = cast.document(case), cast.document(case, DocumentKind.BIRTH_CERTIFICATE)
    for document in (rejected, another):
        deciding.reject(session, document, RejectReason.UNREADABLE, by=cast.clara)

    _just_sent(cast, case)

    assert rejected.state is DocumentState.SUPERSEDED
    assert another.state is DocumentState.REJECTED


def test_of_a_familys_passports_one_new_one_replaces_one(cast, case, session):
    first, second = cast.document(case), cast.document(case)
    for document in (first, second):
        deciding.reject(session, document, RejectReason.UNREADABLE, by=cast.clara)

    _just_sent(cast, case)

    assert (first.state, second.state) == (DocumentState.SUPERSEDED, DocumentState.REJECTED)


def test_a_new_file_takes_the_place_of_malware(cast, case, session):
    blocked = _just_sent(cast, case)
    documents.quarantine(session, blocked)

    _just_sent(cast, case)

    assert blocked.state is DocumentState.SUPERSEDED


def test_sending_a_document_answers_what_the_counsellor_asked(cast, case, session):
    asked = corrections.ask(
        session, case, None, CorrectionReason.MISSING, "Your passport, please", by=cast.clara
    )
    cast.step(case, Act.CASE_ASK, cast.clara)

    _just_sent(cast, case)

    assert asked.answered_at is not None


# --- Who sends what ---------------------------------------------------------------------------------

OVER_FOR_A_MIGRANT = {CaseState.CLOSED, CaseState.EXPIRED, CaseState.WITHDRAWN}


@pytest.mark.parametrize("state", CaseState)
def test_a_migrant_may_send_until_the_case_is_over(cast, state):
    case = cast.case(state)

    assert documents.may_send(case, by=cast.amina) is (state not in OVER_FOR_A_MIGRANT)


def test_a_counsellor_adds_to_their_own_cases_and_an_approver_to_all(cast, case):
    told = {who: documents.may_send(case, by=getattr(cast, who)) for who in ("clara", "kalle", "aino")}

    assert told == {"clara": True, "kalle": False, "aino": True}


def test_before_the_journey_a_migrant_is_offered_papers_and_no_receipts(cast, case):
    offered = documents.kinds(case, by=cast.amina)

    assert offered[0] is DocumentKind.PASSPORT
    assert set(offered) & set(EVIDENCE) == set()


def test_after_the_journey_receipts_come_first(cast):
    case = cast.case(CaseState.REINTEGRATION)

    assert documents.kinds(case, by=cast.amina)[: len(EVIDENCE)] == EVIDENCE


def test_a_partner_is_offered_evidence_only(cast, case):
    assert documents.kinds(case, by=cast.petros) == EVIDENCE


# --- Names of objects -------------------------------------------------------------------------------


def test_names_of_objects_are_never_the_same_and_tell_their_age_only():
    names = {objects.new_name("documents") for _ in range(1000)}

    assert len(names) == 1000
    assert {objects.is_fresh(name) for name in names} == {True}
    assert max(map(len, names)) <= 64
