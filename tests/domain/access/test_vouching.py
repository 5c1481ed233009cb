"""Vouching for who cannot sign in any more: one vouches, two others sign, and each puts a hand to it once."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, now
from portal.domain.access import recovery, sign_in, vouching
from portal.domain.access.recovery import WAITS, Certainty, Recovery, RecoveryState
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason
from portal.domain.permissions import Act
from tests.getting_back import A_DAY_LATER, NEW, approve, ask, finish, reasons, vouch, written_about
from tests.together import at_once

# --- Vouching --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clara", "aino", "petros"])
def test_who_works_on_the_case_vouches(cast, number, who):
    found = vouch(cast, number, by=getattr(cast, who))

    assert (found.state, found.voucher_id) == (RecoveryState.VOUCHED, getattr(cast, who).id)
    assert (found.certainty, found.words) == (Certainty.VIDEO, "Passport shown")


@pytest.mark.parametrize("who", ["kalle", "nino", "mart"])
def test_who_does_not_work_on_the_case_cannot_vouch(cast, number, who):
    with pytest.raises(NotFound):
        vouch(cast, number, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["amina", "olga"])
def test_migrant_and_auditor_never_vouch(cast, number, who):
    with pytest.raises(NotAllowed):
        vouch(cast, number, by=getattr(cast, who))


def test_a_number_of_somebody_else_says_no_more_than_one_that_nobody_got(cast, session, case):
    others = ask(cast, cast.giorgi)
    nobodys = recovery.ask(session, "nobody-1234", NEW)
    told = []

    for number in (others, nobodys, "0000-0000", "what?"):
        with pytest.raises(NotFound) as refused:
            vouch(cast, number, by=cast.petros)
        told.append(type(refused.value))

    assert told == [NotFound] * 4


def test_for_staff_and_partners_the_manager_vouches_and_nobody_for_themselves(cast):
    number = ask(cast, cast.clara)
    own = ask(cast, cast.mart)

    with pytest.raises(NotFound):
        vouch(cast, number, by=cast.aino, account=cast.clara)
    found = vouch(cast, number, by=cast.mart, account=cast.clara)

    assert found.state is RecoveryState.VOUCHED
    assert reasons(vouch, cast, own, by=cast.mart, account=cast.mart) == [Reason.OWN_REQUEST]


@pytest.fixture
def newcomers_number(cast):
    """Giorgi has an account and has written half of an application."""
    cast.case(CaseState.DRAFT, migrant=cast.giorgi)
    return ask(cast, cast.giorgi)


def vouch_here(cast, number, *, by):
    return vouching.vouch_here(cast.session, number, words="Identity card shown", by=by)


@pytest.mark.parametrize("who", ["clara", "kalle", "aino"])
def test_for_who_has_sent_no_application_any_counsellor_vouches_face_to_face(cast, newcomers_number, who):
    found = vouch_here(cast, newcomers_number, by=getattr(cast, who))

    assert (found.state, found.account_id) == (RecoveryState.VOUCHED, cast.giorgi.id)
    assert (found.certainty, found.voucher_id) == (Certainty.IN_PERSON, getattr(cast, who).id)
    assert written_about(cast.session, cast.giorgi)[-1] == (Act.RECOVERY_VOUCH, getattr(cast, who).id)


def test_a_call_is_not_enough_while_nobody_knows_the_person(cast, newcomers_number):
    told = reasons(vouch, cast, newcomers_number, by=cast.clara, account=cast.giorgi)

    assert told == [Reason.NOT_IN_PERSON]


@pytest.mark.parametrize("who", ["petros", "mart"])
def test_partner_and_manager_do_not_vouch_for_newcomers(cast, newcomers_number, who):
    with pytest.raises(NotFound):
        vouch_here(cast, newcomers_number, by=getattr(cast, who))


def test_being_here_opens_no_account_of_somebody_with_a_case_and_none_of_staff(cast, session, number):
    others = [number, ask(cast, cast.clara), recovery.ask(session, "nobody-1234", NEW), "0000-0000", "what?"]

    for other in others:
        with pytest.raises(NotFound):
            vouch_here(cast, other, by=cast.kalle)


def test_a_newcomer_comes_back_with_two_signatures_of_others_and_a_code(cast, session, newcomers_number):
    found = vouch_here(cast, newcomers_number, by=cast.kalle)
    own = reasons(vouching.approve, session, found, by=cast.kalle)
    approve(cast, found)

    with clock_turned(A_DAY_LATER):
        code = vouching.make_code(session, found, by=cast.kalle)
        session.commit()
        refused = finish(session, newcomers_number, code)

    assert (own, refused, found.state) == ([Reason.SIGNED_ALREADY], None, RecoveryState.FINISHED)


def test_a_closed_account_does_not_come_back(cast, session, number):
    cast.amina.state = AccountState.CLOSED
    session.commit()

    assert reasons(vouch, cast, number, by=cast.petros) == [Reason.WRONG_STATE]


# --- Two signatures --------------------------------------------------------------------------------


def test_two_members_of_staff_sign_and_a_day_begins(cast, session, vouched):
    vouching.approve(session, vouched, by=cast.clara)
    first = vouched.state
    vouching.approve(session, vouched, by=cast.aino)

    assert (first, vouched.state) == (RecoveryState.SIGNED, RecoveryState.APPROVED)
    assert timedelta(hours=23, minutes=59) < vouched.earliest_at - now() <= WAITS


def test_nobody_signs_twice(cast, session, vouched):
    vouching.approve(session, vouched, by=cast.kalle)

    assert reasons(vouching.approve, session, vouched, by=cast.kalle) == [Reason.SIGNED_ALREADY]


def test_the_voucher_does_not_sign(cast, session, number):
    found = vouch(cast, number, by=cast.clara)

    assert reasons(vouching.approve, session, found, by=cast.clara) == [Reason.SIGNED_ALREADY]
    vouching.approve(session, found, by=cast.kalle)
    assert reasons(vouching.approve, session, found, by=cast.clara) == [Reason.SIGNED_ALREADY]


def test_nobody_signs_or_refuses_for_themselves(cast, session):
    found = vouch(cast, ask(cast, cast.clara), by=cast.mart, account=cast.clara)

    assert reasons(vouching.approve, session, found, by=cast.clara) == [Reason.OWN_REQUEST]
    assert reasons(vouching.refuse, session, found, "No", by=cast.clara) == [Reason.OWN_REQUEST]


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_only_counsellors_sign(cast, session, vouched, who):
    with pytest.raises(NotAllowed):
        vouching.approve(session, vouched, by=getattr(cast, who))


def test_two_who_sign_at_the_same_moment_count_once_each(cast, session, wiring, vouched):
    def sign(account):
        return lambda own: vouching.approve(own, own.get_one(Recovery, vouched.id), by=account)

    session.commit()
    ended = at_once(wiring, sign(cast.clara), sign(cast.aino))
    session.refresh(vouched)

    assert ended == ["done", "done"]
    assert vouched.state is RecoveryState.APPROVED
    assert {vouched.first_id, vouched.second_id} == {cast.clara.id, cast.aino.id}


def test_one_who_signs_twice_at_the_same_moment_counts_once(cast, session, wiring, vouched):
    kalle = cast.kalle

    def sign(own):
        vouching.approve(own, own.get_one(Recovery, vouched.id), by=kalle)

    ended = at_once(wiring, sign, sign, sign)
    session.refresh(vouched)

    assert ended == ["done", "told", "told"]
    assert (vouched.state, vouched.second_id) == (RecoveryState.SIGNED, None)


def test_of_two_requests_about_one_account_one_is_approved(cast, session, approved):
    other = vouch(cast, ask(cast), by=cast.petros)
    vouching.approve(session, other, by=cast.clara)

    assert reasons(vouching.approve, session, other, by=cast.aino) == [Reason.RECOVERY_UNDER_WAY]
    assert (approved.state, other.state) == (RecoveryState.APPROVED, RecoveryState.SIGNED)


def test_either_refuses_with_a_reason(cast, session, vouched):
    vouching.approve(session, vouched, by=cast.clara)

    assert reasons(vouching.refuse, session, vouched, " ", by=cast.aino) == [Reason.REASON_MISSING]
    vouching.refuse(session, vouched, "The photo was another person", by=cast.aino)

    assert vouched.state is RecoveryState.REFUSED
    assert reasons(vouching.approve, session, vouched, by=cast.kalle) == [Reason.WRONG_STATE]


# --- What staff see --------------------------------------------------------------------------------


def test_staff_see_a_reference_and_who_vouched_and_count_only_what_they_may_sign(
    cast, session, case, vouched
):
    seen = vouching.listed(session, vouching.waiting(session))

    assert [(one.title, one.is_reference, one.voucher) for one in seen] == [
        (case.reference, True, "Petros Karimov")
    ]
    assert [vouching.to_do(session, who) for who in (cast.clara, cast.petros)] == [1, 0]


def test_a_request_is_found_by_counsellors_and_by_who_could_vouch(cast, session, vouched):
    for who in (cast.kalle, cast.aino, cast.petros):
        assert vouching.find(session, vouched.id, viewer=who) is vouched
    for who in (cast.nino, cast.mart, cast.giorgi):
        with pytest.raises(NotFound):
            vouching.find(session, vouched.id, viewer=who)


def test_nobody_finds_a_request_before_somebody_vouched(cast, session, number):
    found = recovery.by_number(session, number)

    with pytest.raises(NotFound):
        vouching.find(session, found.id, viewer=cast.aino)


def test_frozen_accounts_lie_before_their_own_counsellor(cast, session, case):
    sign_in.freeze(session, cast.amina, by=cast.amina)

    assert list(vouching.frozen(session, cast.clara)) == [case.reference]
    assert [vouching.to_do(session, who) for who in (cast.clara, cast.kalle)] == [1, 0]


def test_who_is_on_the_way_back_is_not_waited_for_twice(cast, session, case, vouched):
    sign_in.freeze(session, cast.amina, by=cast.amina)

    assert list(vouching.frozen(session, cast.clara)) == []
    assert vouching.to_do(session, cast.clara) == 1
