"""What the programme asks of a case: person by person, nothing twice, any alternative good enough."""

import random
from dataclasses import replace
from datetime import date

import pytest

from portal.db import today
from portal.domain import deciding, documents, people
from portal.domain.applying import application
from portal.domain.applying.application import LegalStatus, NeedsAnswer, Precept, Question
from portal.domain.cases import BEFORE_DEPARTURE, CaseState
from portal.domain.choices import Need, ParentConsent
from portal.domain.course import lifecycle
from portal.domain.documents import RejectReason
from portal.domain.errors import Reason
from portal.domain.papers import required
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind, Situation, WantedBy, WantedDocument, Who
from portal.wanted import UNSENT

D = DocumentKind


@pytest.fixture
def child(session):
    """child(case, years): a family member of this age."""

    def add(case, years=5, **more):
        person = Person(case_id=case.id, relation=Relation.CHILD)
        person.born_on = date(today().year - years - 1, 1, 1)
        for name, value in more.items():
            setattr(person, name, value)
        session.add(person)
        session.flush()
        return person

    return add


@pytest.fixture
def asks(session, programme):
    """asks(...): the programme asks for these documents and no others."""

    def ask(*wanted):
        session.info["programme"] = replace(programme, documents=wanted)

    return ask


def _asked(session, case):
    found = [one for one in required.wishes(session, case) if not one.wanted.useful]
    return [(one.wanted.kind, one.people, one.sent, one.is_met) for one in found]


def _kinds(session, case):
    return {one.wanted.kind for one in required.wishes(session, case)}


def test_who_travels_alone_is_asked_for_one_identity_paper(cast, session):
    assert _asked(session, cast.case()) == [(D.PASSPORT, 1, 0, False)]


def test_a_family_is_asked_for_one_each_and_a_birth_certificate_of_each_child(cast, session, child):
    case = cast.case()
    child(case)
    cast.document(case, D.NATIONAL_ID)

    assert len(people.of_case(session, case)) == 2
    assert _asked(session, case) == [(D.PASSPORT, 2, 1, False), (D.BIRTH_CERTIFICATE, 1, 0, False)]


def test_a_rejected_paper_counts_as_not_sent(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    sent = _asked(session, case)

    deciding.reject(session, document, RejectReason.EXPIRED, by=cast.clara)

    session.flush()
    assert sent == [(D.PASSPORT, 1, 1, True)]
    assert _asked(session, case) == [(D.PASSPORT, 1, 0, False)]


def test_two_papers_of_one_person_do_not_serve_a_family(cast, session, child):
    case = cast.case(CaseState.IN_REVIEW)
    child(case)
    head = people.principal(session, case)
    for kind in (D.PASSPORT, D.NATIONAL_ID):
        deciding.accept(session, cast.document(case, kind), person=head, by=cast.clara)
    session.flush()

    (passport, _birth) = required.wishes(session, case)[:2]

    assert [(one.person.is_principal, one.document is not None) for one in passport.shares] == [
        (True, True),
        (False, False),
    ]


def test_what_the_journey_needs_is_asked_once_the_case_is_accepted(cast, session):
    case = cast.case(CaseState.PREPARING)

    asked = {wish.wanted.when for wish in required.wishes(session, case)}

    assert asked == {WantedBy.READY_TO_TRAVEL}


@pytest.mark.parametrize("state", sorted(set(CaseState) - set(BEFORE_DEPARTURE)))
def test_after_departure_no_papers_are_asked_for(cast, session, state):
    assert required.wishes(session, cast.case(state)) == []


def test_what_helps_in_a_talk_follows_the_answers(cast, session):
    case = cast.case()
    by = cast.amina
    application.answer(session, case, Question.STATUS, {"status": LegalStatus.ASYLUM_REFUSED}, by=by)
    application.answer(session, case, Question.PRECEPT, {"precept": Precept.AT_ONCE}, by=by)

    assert _kinds(session, case) == {D.PASSPORT, D.ASYLUM_DECISION, D.PRECEPT_TO_LEAVE}


def test_a_child_whose_other_parent_stays_needs_a_word_of_theirs(cast, session, child):
    case = cast.case(CaseState.PREPARING)
    child(case, other_parent=ParentConsent.NO_OTHER)
    child(case, other_parent=ParentConsent.TRAVELS)
    asked = child(case, other_parent=ParentConsent.AGREES)

    (wish,) = [one for one in required.wishes(session, case) if one.wanted.kind is D.GUARDIAN_CONSENT]

    assert [share.person for share in wish.shares] == [asked]


@pytest.mark.parametrize(
    ("needs", "kinds"),
    [
        ({Need.ILLNESS}, {D.FIT_TO_TRAVEL_CERTIFICATE}),
        ({Need.MEDICINE}, {D.PRESCRIPTION}),
        ({Need.SAFETY}, set()),
    ],
)
def test_medical_papers_are_asked_of_who_said_that_they_need_them(cast, session, needs, kinds):
    case = cast.case(CaseState.PREPARING)
    found = application.answers(session, case).application
    found.needs, found.needs_kinds = NeedsAnswer.YES, frozenset(needs)
    session.flush()

    assert _kinds(session, case) - {D.PASSPORT} == kinds


def test_every_situation_and_every_kind_of_person_is_known():
    assert set(required.SITUATIONS) == set(Situation)
    assert set(required.WHOSE) == set(Who)


def test_what_cannot_be_sent_before_the_journey_is_what_nobody_is_offered(cast, session):
    offered = documents.kinds(cast.case(), by=cast.amina)

    assert set(D) - set(UNSENT) == set(offered)


def test_nothing_is_asked_twice_and_any_alternative_is_enough(cast, session, child, asks):
    case = cast.case(CaseState.PREPARING)
    family = [people.principal(session, case), child(case), child(case, 20), child(case, 0)]
    chance = random.Random(7)  # noqa: S311 - a table, not a secret
    kinds = [D.PASSPORT, D.NATIONAL_ID, D.LAISSEZ_PASSER, D.BIRTH_CERTIFICATE, D.MEDICAL_REPORT]
    sent = [cast.document(case, kind) for kind in kinds[:2]]
    for document in sent:
        deciding.reject(session, document, RejectReason.EXPIRED, by=cast.clara)

    for _round in range(40):
        asks(
            *(
                WantedDocument(
                    kind, chance.choice(list(Who)), WantedBy.READY_TO_TRAVEL, tuple(others), required=True
                )
                for kind, *others in (chance.sample(kinds, chance.randint(1, 3)) for _ in range(5))
            )
        )
        wishes = required.wishes(session, case)
        for person in family:
            asked = [one.wanted for one in wishes if any(share.person is person for share in one.shares)]
            for place, one in enumerate(asked):
                assert not any(other.covers(one) for other in asked[:place] + asked[place + 1 :])


def test_one_document_serves_every_wish_it_fits(cast, session, asks):
    case = cast.case(CaseState.IN_REVIEW)
    asks(
        WantedDocument(D.PASSPORT, Who.EVERY_PERSON, WantedBy.SUBMITTED, (D.NATIONAL_ID,)),
        WantedDocument(D.NATIONAL_ID, Who.PRINCIPAL, WantedBy.PROPOSED, (D.RESIDENCE_PERMIT,)),
    )

    cast.document(case, D.NATIONAL_ID)

    assert [one.is_met for one in required.wishes(session, case)] == [True, True]


# --- The steps of a case ----------------------------------------------------------------------------


def test_nobody_travels_without_an_accepted_travel_document_of_everybody(cast, session, child):
    case = cast.case(CaseState.PREPARING)
    sister = child(case)
    cast.players().tick_all(case)

    def lacks():
        return Reason.DOCUMENTS_MISSING in lifecycle.missing_for(session, case, Act.CASE_CLEAR, by=cast.clara)

    assert lacks()
    document = cast.document(case, D.LAISSEZ_PASSER)
    session.flush()
    assert lacks()
    deciding.accept(session, document, person=sister, by=cast.clara)
    session.flush()
    assert not lacks()


@pytest.mark.parametrize(
    ("when", "act", "state", "is_enough_to_send"),
    [
        (WantedBy.SUBMITTED, Act.CASE_SUBMIT, CaseState.DRAFT, True),
        (WantedBy.PROPOSED, Act.CASE_PROPOSE, CaseState.IN_REVIEW, False),
    ],
)
def test_a_programme_may_take_no_application_and_decide_nothing_without_a_document(
    cast, session, asks, when, act, state, is_enough_to_send
):
    case = cast.case(state)
    by = cast.amina if state is CaseState.DRAFT else cast.clara
    asks(WantedDocument(D.BIRTH_CERTIFICATE, Who.PRINCIPAL, when, required=True))

    def lacks():
        return Reason.DOCUMENTS_MISSING in lifecycle.missing_for(session, case, act, by=by)

    assert lacks()
    document = cast.document(case, D.BIRTH_CERTIFICATE)
    session.flush()
    assert lacks() is not is_enough_to_send
    deciding.accept(session, document, by=cast.clara)
    session.flush()
    assert not lacks()
