"""Stopping ends everything at once, coming back is possible, and there is time to think again."""

from datetime import timedelta
from functools import partial

import pytest

from portal.db import clock_turned, now, today
from portal.domain import corrections, journal
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case, CaseState, find, visible_to
from portal.domain.course import guards, lifecycle, stopping
from portal.domain.desk import desk, piles
from portal.domain.desk.piles import Pile
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.papers import uploads
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.domain.support.referrals import ReferralState
from portal.domain.telling import notices
from portal.programme import DocumentKind
from tests.together import at_once


def count(session, case, act):
    return [event.act for event in journal.of_case(session, case.id)].count(act)


def begin_upload(session, case, by):
    return uploads.begin(session, case, kind=DocumentKind.PASSPORT, length=10, file_name="a.jpg", by=by)


# --- What ends ------------------------------------------------------------------------------------


def test_stopping_ends_sharing_consents_to_share_and_what_was_on_its_way(cast, session):
    case = cast.case(CaseState.PREPARING)
    referral = cast.refer(case)
    _upload, token = begin_upload(session, case, cast.amina)

    stopping.stop(session, case, by=cast.amina)

    assert (referral.state, case.partner_id, case.due_on) == (ReferralState.ENDED, None, None)
    assert not consents.given(session, case).keys() & consents.SHARING
    assert Purpose.PROCESSING in consents.given(session, case)
    with pytest.raises(NotFound):
        uploads.find(session, token, by=cast.amina)
    with pytest.raises(NotFound):
        find(session, case.reference, viewer=cast.petros)


def test_the_partner_is_told_that_the_referral_ended_and_not_why(cast, session):
    case = cast.case(CaseState.PREPARING)
    referral = cast.refer(case)

    stopping.stop(session, case, by=cast.amina, note="I am afraid")

    assert referrals.ended_lately(session, cast.petros) == [(referral, case)]
    assert referrals.ended_lately(session, cast.nino) == []
    assert referral.words == ""
    [told] = notices.unread(session, cast.petros)
    event = session.get_one(journal.Event, told.event_id)
    assert (told.act, event.actor_id, event.case_id, event.note) == (Act.REFERRAL_END, None, None, "")
    assert notices.unread(session, cast.nino) == []


def test_a_partner_who_was_never_asked_is_told_nothing(cast, session):
    case = cast.case(CaseState.PREPARING)
    referrals.propose(session, case, cast.tashkent, by=cast.clara)

    stopping.stop(session, case, by=cast.amina)

    assert referrals.ended_lately(session, cast.petros) == []
    assert notices.unread(session, cast.petros) == []


def test_after_a_month_nothing_is_said_any_more(cast, session):
    case = cast.case(CaseState.PREPARING)
    cast.refer(case)
    stopping.stop(session, case, by=cast.amina)

    with clock_turned(timedelta(days=31)):
        assert referrals.ended_lately(session, cast.petros) == []


def test_nobody_else_stops_what_somebody_fills_in_alone(cast, session):
    case = cast.case(CaseState.SUBMITTED)

    with pytest.raises(NotAllowed):
        stopping.stop(session, case, by=cast.petros)
    with pytest.raises(Refused, match=Reason.WRONG_STATE):
        stopping.stop(session, case, by=cast.clara)


# --- At the same moment -----------------------------------------------------------------------------


def verb(case, who, do):
    """Do something with a case in another session."""

    def act(session):
        do(session, session.get_one(Case, case.id), session.get_one(type(who), who.id))

    return act


def stop(session, case, by):
    stopping.stop(session, case, by=by)


def test_two_taps_at_once_stop_once(cast, session, wiring):
    case = cast.case(CaseState.IN_REVIEW)

    ended = at_once(wiring, verb(case, cast.amina, stop), verb(case, cast.amina, stop))

    session.expire_all()
    assert set(ended) <= {"done", "told"}
    assert count(session, case, Act.CASE_WITHDRAW) == 1


def test_of_who_stops_and_who_accepts_at_once_nobody_undoes_the_other(cast, session, wiring):
    case = cast.case(CaseState.PROPOSED)

    def accept(session, case, by):
        lifecycle.advance(session, case, Act.CASE_ACCEPT, by=by)

    ended = at_once(wiring, verb(case, cast.amina, stop), verb(case, cast.aino, accept))

    session.expire_all()
    assert session.get_one(Case, case.id).state in (CaseState.WITHDRAWN, CaseState.PREPARING)
    assert count(session, case, Act.CASE_WITHDRAW) + count(session, case, Act.CASE_ACCEPT) == ended.count(
        "done"
    )


# --- Coming back ------------------------------------------------------------------------------------


def test_who_wants_to_talk_is_on_the_desk_of_the_counsellor_until_somebody_did(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    stopping.stop(session, case, by=cast.amina)
    waiting = partial(piles.queue, session, Pile.FOR_ME, viewer=cast.clara)
    before = [row.case for row in waiting().rows]

    stopping.ask_to_talk(session, case, by=cast.amina)
    meanwhile = [(row.case, row.party) for row in waiting().rows]
    stopping.talked(session, case, "She thinks about it", by=cast.clara)

    assert before == []
    assert meanwhile == [(case, lifecycle.Party.COUNSELLOR)]
    assert list(waiting().rows) == []
    assert (case.talk_asked_at, case.due_on) == (None, None)


def test_who_was_never_taken_on_is_on_the_pile_of_new_ones(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    stopping.stop(session, case, by=cast.amina)

    stopping.ask_to_talk(session, case, by=cast.amina)

    rows = piles.queue(session, Pile.UNASSIGNED, viewer=cast.kalle).rows
    assert [row.case for row in rows] == [case]
    assert desk.is_turn_of(case, cast.kalle)


def test_when_the_case_is_opened_again_the_wish_is_fulfilled(cast, session):
    case = cast.case(CaseState.WITHDRAWN)
    stopping.ask_to_talk(session, case, by=cast.amina)

    cast.step(case, Act.CASE_RETURN_TO_US, cast.aino, note="She called")

    assert (case.state, case.talk_asked_at) == (CaseState.IN_REVIEW, None)


def test_a_draft_that_was_stopped_has_nobody_to_talk_to_and_is_taken_up_alone(cast, session):
    case = cast.case(CaseState.DRAFT)
    stopping.stop(session, case, by=cast.amina)

    with pytest.raises(Refused):
        stopping.ask_to_talk(session, case, by=cast.amina)
    stopping.take_up(session, case, by=cast.amina)

    assert (case.state, case.due_on) == (CaseState.DRAFT, today() + timedelta(days=30))


def test_beside_another_application_an_old_draft_is_not_taken_up(cast, session):
    old = cast.case(CaseState.EXPIRED)
    running = cast.case(CaseState.DRAFT)

    with pytest.raises(Refused) as refused:
        stopping.take_up(session, old, by=cast.amina)

    assert refused.value.reasons == [Reason.CASE_RUNNING]
    assert (old.state, running.state) == (CaseState.EXPIRED, CaseState.DRAFT)


# --- Time to think again ----------------------------------------------------------------------------


def leave(cast, case):
    lifecycle.depart(cast.session, case, on=today(), proof="Boarding pass", by=cast.clara)


def test_a_departure_is_not_confirmed_before_there_was_time_to_think_again(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)

    with clock_turned(timedelta(hours=23)), pytest.raises(Refused) as refused:
        leave(cast, case)
    with clock_turned(timedelta(hours=24, minutes=1)):
        leave(cast, case)

    assert refused.value.reasons == [Reason.COOLING_OFF]
    assert case.state is CaseState.DEPARTED


def test_it_is_confirmed_at_once_when_she_says_that_it_is_still_her_decision(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)

    stopping.confirm(session, case, by=cast.amina)
    leave(cast, case)

    assert case.state is CaseState.DEPARTED
    assert count(session, case, Act.CASE_CONFIRM) == 1


def test_what_she_said_before_the_journey_was_prepared_anew_does_not_count(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    stopping.confirm(session, case, by=cast.amina)
    cast.step(case, Act.CASE_UNCLEAR, cast.clara, note="Another flight")
    cast.step(case, Act.CASE_CLEAR, cast.clara)

    with pytest.raises(Refused) as refused:
        leave(cast, case)

    assert refused.value.reasons == [Reason.COOLING_OFF]
    assert guards.is_confirmed(case) is False


def test_nobody_says_it_for_her(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)

    for other in (cast.clara, cast.aino, cast.petros):
        with pytest.raises(NotAllowed):
            stopping.confirm(session, case, by=other)


def test_after_a_yes_she_may_stop_all_the_same(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    stopping.confirm(session, case, by=cast.amina)

    stopping.stop(session, case, by=cast.amina)

    assert case.state is CaseState.WITHDRAWN
    assert list(corrections.open_of(session, case)) == []
    assert case.since <= now()
    assert session.query(Case).where(visible_to(cast.petros)).all() == []
