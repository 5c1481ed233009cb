"""What a counsellor makes sure of before a decision."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import deciding, people
from portal.domain.applying import application
from portal.domain.cases import CaseState
from portal.domain.course import lifecycle, verification
from portal.domain.course.verification import Finding
from portal.domain.documents import RejectReason
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind

CHILD = {"relation": Relation.CHILD, "given_names": "Leila", "family_name": "Юсупова"}


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


def say(cast, session, case, item, finding, **more):
    person = more.pop("person", None) or people.principal(session, case)
    verification.verify(session, case, person, item, finding, by=more.pop("by", cast.clara), **more)
    return verification.find(session, case, person, item)


def asked(session, case):
    return {
        person.given_names: [line.item.key for line in lines]
        for person, lines in verification.checklist(session, case).items()
    }


def test_everybody_is_asked_what_fits_them(cast, session, case):
    born = {"born_on": today() - timedelta(days=8 * 365), "citizenship": "UZ"}
    case.state = CaseState.DRAFT
    application.put_family_member(session, case, None, {**CHILD, **born}, by=cast.amina)

    assert asked(session, case) == {
        "Amina": ["identity", "travel_document", "statements"],
        "Leila": ["identity", "travel_document", "family_link", "age"],
    }


def test_what_is_said_is_kept_with_who_said_it_and_what_shows_it(cast, session, case):
    passport = cast.document(case)

    line = say(cast, session, case, "identity", Finding.CONFIRMED, document_id=passport.id, note="Seen")

    assert (line.shown_by, line.found.note, line.found.by_id) == (passport, "Seen", cast.clara.id)
    assert not line.is_open


@pytest.mark.parametrize("finding", [Finding.NOT_CONFIRMED, Finding.NOT_NEEDED])
def test_who_does_not_confirm_says_why(cast, session, case, finding):
    with pytest.raises(Refused) as refused:
        say(cast, session, case, "identity", finding)

    assert refused.value.reasons == [Reason.REASON_MISSING]
    assert say(cast, session, case, "identity", finding, note="Known to the embassy").is_open is (
        finding is Finding.NOT_CONFIRMED
    )


@pytest.mark.parametrize(
    ("until", "reason"), [(None, Reason.DATE_MISSING), (timedelta(days=-1), Reason.PAPER_EXPIRED)]
)
def test_a_travel_document_is_confirmed_until_a_day_to_come(cast, session, case, until, reason):
    day = until and today() + until

    with pytest.raises(Refused) as refused:
        say(cast, session, case, "travel_document", Finding.CONFIRMED, valid_until=day)

    assert refused.value.reasons == [reason]


def test_what_held_until_a_day_is_open_after_it(cast, session, case):
    day = today() + timedelta(days=10)
    line = say(cast, session, case, "travel_document", Finding.CONFIRMED, valid_until=day)
    assert not line.is_open

    with clock_turned(timedelta(days=11)):
        assert line.is_outdated
        assert line.is_open


def test_a_document_that_is_rejected_shows_nothing_any_more(cast, session, case):
    passport = cast.document(case)
    say(cast, session, case, "identity", Finding.CONFIRMED, document_id=passport.id)

    deciding.reject(session, passport, RejectReason.CUT_OFF, by=cast.clara)

    assert [line.item.key for line in verification.open_lines(session, case)] == ["identity", "statements"]


def test_what_was_said_can_be_opened_again(cast, session, case):
    say(cast, session, case, "identity", Finding.CONFIRMED)

    assert say(cast, session, case, "identity", None).found is None


def test_what_is_not_asked_of_somebody_does_not_exist(cast, session, case):
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)

    for item, document in (("guardian", None), ("nonsense", None), ("identity", cast.document(other))):
        with pytest.raises(NotFound):
            say(cast, session, case, item, Finding.CONFIRMED, document_id=document and document.id)


def test_only_staff_says_it_and_only_before_the_journey(cast, session, case):
    for who in (cast.amina, cast.petros, cast.mart):
        with pytest.raises(NotAllowed):
            say(cast, session, case, "identity", Finding.CONFIRMED, by=who)
    case.state = CaseState.DEPARTED

    with pytest.raises(Refused) as refused:
        say(cast, session, case, "identity", Finding.CONFIRMED)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_the_person_reads_a_neutral_line_when_it_is_confirmed_for_everybody(cast, session, case):
    said = lambda: [one.key for one in verification.told(session, case, viewer=cast.amina)]  # noqa: E731
    assert said() == []

    say(cast, session, case, "identity", Finding.CONFIRMED, note="Between us")
    say(cast, session, case, "statements", Finding.NOT_CONFIRMED, note="Was in a hurry")

    assert said() == ["identity"]
    assert verification.told(session, case, viewer=cast.petros) == []


def test_nobody_is_proposed_for_acceptance_while_a_required_check_is_open(cast, session, case):
    cast.make_sure(case)
    say(cast, session, case, "identity", None)

    with pytest.raises(Refused) as refused:
        cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known to the embassy")

    assert refused.value.reasons == [Reason.VERIFICATION_OPEN]


def test_a_refusal_may_be_proposed_with_open_checks_and_an_acceptance_is_still_not_possible(
    cast, session, case
):
    cast.make_sure(case, declining=True)
    say(cast, session, case, "identity", None)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "No passport")

    missing = lifecycle.missing_for(session, case, Act.CASE_ACCEPT, by=cast.aino)
    assert missing == [Reason.CRITERIA_OPEN, Reason.VERIFICATION_OPEN]
    assert lifecycle.missing_for(session, case, Act.CASE_DECLINE, by=cast.aino) == []


def test_of_several_papers_only_those_that_can_show_it_are_offered(cast, session, case):
    passport = cast.document(case)
    cast.document(case, DocumentKind.PRESCRIPTION)

    line = verification.find(session, case, people.principal(session, case), "identity")

    assert line.documents == [passport]
