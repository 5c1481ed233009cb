"""Handing a case to a partner organisation: when the migrant has read what is shared, and as she wants."""

import pytest

from portal.domain import cases, journal
from portal.domain.accounts import Account, Organisation
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import receipts, referrals
from portal.domain.support.referrals import ReferralState
from tests.together import at_once


@pytest.fixture
def case(cast):
    return cast.case(CaseState.PREPARING)


@pytest.fixture
def referral(cast, session, case):
    return referrals.propose(session, case, cast.tashkent, by=cast.clara)


def agree(cast, session, referral, language="en"):
    receipts.agree(session, referral, receipts.EVERYTHING, language=language, by=cast.amina)


def accept(cast, session, referral):
    agree(cast, session, referral)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)


def is_seen_by(session, case, viewer):
    try:
        return cases.find(session, case.reference, viewer=viewer) is case
    except NotFound:
        return False


def test_a_proposal_gives_the_migrant_a_day_and_shows_the_partner_nothing(cast, session, case, referral):
    assert referral.due_on is not None
    assert referrals.waiting_for(session, cast.petros) == []
    assert is_seen_by(session, case, cast.petros) is False


def test_consent_sends_the_referral_and_remembers_the_language_that_was_read(cast, session, case, referral):
    agree(cast, session, referral, language="ru")

    assert (referral.state, referral.consent_language) == (ReferralState.SENT, "ru")
    assert consents.given(session, case)[Purpose.PARTNER].withdrawn_at is None
    assert referrals.waiting_for(session, cast.petros) == [(referral, case)]


def test_the_case_itself_is_seen_from_acceptance_on(cast, session, case, referral):
    agree(cast, session, referral)
    before = is_seen_by(session, case, cast.petros)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)

    assert (before, is_seen_by(session, case, cast.petros)) == (False, True)


def test_a_partner_of_another_organisation_never_sees_it(cast, session, case, referral):
    agree(cast, session, referral)
    asked = referrals.waiting_for(session, cast.nino)
    with pytest.raises(Refused) as refused:
        referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.nino)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)

    assert asked == []
    assert refused.value.reasons == [Reason.WRONG_STATE]
    assert is_seen_by(session, case, cast.nino) is False
    with pytest.raises(NotFound):
        referrals.find_waiting(session, case.reference, viewer=cast.nino)


def test_the_migrant_may_refuse_without_a_word(cast, session, case, referral):
    referrals.answer(session, referral, Act.REFERRAL_REFUSE, language="en", by=cast.amina)

    assert referral.state is ReferralState.REFUSED
    assert referral.consent_language is None
    assert referrals.live(session, case) is None


@pytest.mark.parametrize("act", [Act.REFERRAL_CONSENT, Act.REFERRAL_REFUSE, Act.REFERRAL_REVOKE])
@pytest.mark.parametrize("who", ["clara", "petros"])
def test_nobody_answers_in_the_migrants_place(cast, session, referral, act, who):
    with pytest.raises(NotAllowed):
        referrals.answer(session, referral, act, language="en", by=getattr(cast, who))


def test_an_organisation_says_why_it_declines(cast, session, case, referral):
    agree(cast, session, referral)

    with pytest.raises(Refused) as refused:
        referrals.advance(session, referral, Act.REFERRAL_DECLINE, by=cast.petros)
    referrals.advance(session, referral, Act.REFERRAL_DECLINE, by=cast.petros, note="No room")

    assert refused.value.reasons == [Reason.REASON_MISSING]
    assert (referral.state, referral.words) == (ReferralState.DECLINED, "No room")
    assert is_seen_by(session, case, cast.petros) is False


@pytest.mark.parametrize("accepted", [False, True])
def test_what_was_agreed_can_be_taken_back_and_the_partner_sees_nothing_more(
    cast, session, case, referral, accepted
):
    (accept if accepted else agree)(cast, session, referral)

    referrals.answer(session, referral, Act.REFERRAL_REVOKE, language="en", by=cast.amina)

    assert referral.state is ReferralState.REVOKED
    assert Purpose.PARTNER not in consents.given(session, case)
    assert is_seen_by(session, case, cast.petros) is False
    assert referrals.waiting_for(session, cast.petros) == []


def test_withdrawing_ends_the_sharing(cast, session, case, referral):
    accept(cast, session, referral)

    cast.step(case, Act.CASE_WITHDRAW, cast.amina)

    assert referral.state is ReferralState.ENDED
    assert is_seen_by(session, case, cast.petros) is False
    assert Act.REFERRAL_END in [event.act for event in journal.of_case(session, case.id)]


def test_one_organisation_at_a_time(cast, session, case, referral):
    with pytest.raises(Refused) as refused:
        referrals.propose(session, case, cast.tbilisi, by=cast.clara)

    assert refused.value.reasons == [Reason.REFERRAL_OPEN]


def test_two_proposals_at_once_are_one(cast, session, wiring, case):
    clara, places = cast.clara.id, [cast.tashkent.id, cast.tbilisi.id]
    session.commit()

    def propose(place):
        return lambda own: referrals.propose(
            own, own.get_one(Case, case.id), own.get_one(Organisation, place), by=own.get_one(Account, clara)
        )

    ends = at_once(wiring, *[propose(place) for place in places])

    assert ends == ["done", "told"]
    assert len(referrals.of_case(session, case)) == 1


@pytest.mark.parametrize(
    "state", [CaseState.DRAFT, CaseState.PROPOSED, CaseState.CLOSED, CaseState.WITHDRAWN]
)
def test_there_is_no_referral_before_acceptance_or_after_the_end(cast, session, state):
    case = cast.case(state)

    with pytest.raises(Refused) as refused:
        referrals.propose(session, case, cast.tashkent, by=cast.clara)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_after_one_that_ended_another_can_be_asked(cast, session, case, referral):
    accept(cast, session, referral)
    referrals.advance(session, referral, Act.REFERRAL_END, by=cast.clara, note="Moved to another town")
    second = referrals.propose(session, case, cast.tbilisi, by=cast.clara)

    assert referrals.live(session, case) is second
    assert case.partner_id is None


def test_a_referral_of_another_case_is_not_found(cast, session, referral):
    other = cast.case(CaseState.PREPARING, migrant=cast.giorgi)

    with pytest.raises(NotFound):
        referrals.find(session, other, referral.id)
