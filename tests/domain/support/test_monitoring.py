"""Talks after the return: planned, held or not, and what the returnee thinks of the support."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import monitoring
from portal.domain.support.monitoring import FollowUpMode, FollowUpState, Held

IN_A_WEEK = timedelta(days=7)


@pytest.fixture
def case(cast):
    """A case whose support has begun."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def talk(session, cast, case):
    """A call that the partner planned for today."""
    return monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.petros)


def held(**more):
    told = {"mode": FollowUpMode.VISIT, "on": today(), "seen": "Amina", "findings": "All well"}
    return Held(**{**told, "is_last": True, **more})


def test_a_talk_that_was_held_says_how_when_who_and_what_and_leads_to_the_next(session, cast, case, talk):
    following = monitoring.hold(
        session, case, talk, held(is_last=False, next_on=today() + IN_A_WEEK), by=cast.petros
    )

    told = (talk.state, talk.mode, talk.held_on, talk.seen, talk.findings, talk.told_by_id)
    assert told == (
        *(FollowUpState.DONE, FollowUpMode.VISIT, today(), "Amina", "All well"),
        cast.petros.id,
    )
    assert (following.state, following.planned_on) == (FollowUpState.PLANNED, today() + IN_A_WEEK)
    assert monitoring.coming(session, case) is following


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"on": None}, Reason.DATE_MISSING),
        ({"on": today() + timedelta(days=2)}, Reason.DATE_IN_FUTURE),
        ({"seen": " "}, Reason.TALK_UNTOLD),
        ({"findings": ""}, Reason.TALK_UNTOLD),
        ({"is_last": False}, Reason.NEXT_TALK_OPEN),
    ],
)
def test_what_is_missing_is_named(session, cast, case, talk, missing, reason):
    with pytest.raises(Refused) as refused:
        monitoring.hold(session, case, talk, held(**missing), by=cast.petros)

    assert refused.value.reasons == [reason]


@pytest.mark.parametrize(
    ("act", "to", "state", "days"),
    [
        (Act.FOLLOW_UP_MISS, None, FollowUpState.NO_SHOW, []),
        (Act.FOLLOW_UP_MISS, today() + IN_A_WEEK, FollowUpState.NO_SHOW, [today() + IN_A_WEEK]),
        (Act.FOLLOW_UP_POSTPONE, today() + IN_A_WEEK, FollowUpState.POSTPONED, [today() + IN_A_WEEK]),
        (Act.FOLLOW_UP_CANCEL, None, FollowUpState.CANCELLED, []),
    ],
)
def test_a_talk_that_did_not_take_place_says_why_and_may_have_another_day(
    session, cast, case, talk, act, to, state, days
):
    monitoring.put_off(session, case, talk, act, by=cast.petros, note="Nobody answered", to=to)

    planned = [
        one.planned_on
        for one in monitoring.of_case(session, case, viewer=cast.petros)
        if one.state is FollowUpState.PLANNED
    ]
    assert (talk.state, talk.words, planned) == (state, "Nobody answered", days)


def test_a_talk_is_not_moved_without_a_day(session, cast, case, talk):
    with pytest.raises(Refused) as refused:
        monitoring.put_off(session, case, talk, Act.FOLLOW_UP_POSTPONE, by=cast.petros, note="Later")

    assert refused.value.reasons == [Reason.DATE_MISSING]


def test_what_was_said_of_a_talk_is_said_once(session, cast, case, talk):
    monitoring.hold(session, case, talk, held(), by=cast.petros)

    with pytest.raises(Refused) as refused:
        monitoring.put_off(session, case, talk, Act.FOLLOW_UP_CANCEL, by=cast.petros, note="Twice")

    assert refused.value.reasons == [Reason.WRONG_STATE]


@pytest.mark.parametrize(
    ("day", "reason"), [(None, Reason.DATE_MISSING), (today() - IN_A_WEEK, Reason.DATE_PAST)]
)
def test_a_talk_is_planned_for_a_day_to_come(session, cast, case, day, reason):
    with pytest.raises(Refused) as refused:
        monitoring.plan(session, case, FollowUpMode.VIDEO, day, by=cast.clara)

    assert refused.value.reasons == [reason]


@pytest.mark.parametrize("state", [CaseState.DEPARTED, CaseState.CLOSED])
def test_before_the_arrival_and_after_the_end_there_is_no_talk(session, cast, state):
    case = cast.case(state)

    with pytest.raises(Refused):
        monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.clara)


def test_each_side_sees_and_tells_of_its_own_talks(session, cast, case, talk):
    ours = monitoring.plan(session, case, FollowUpMode.PHONE, today() + IN_A_WEEK, by=cast.clara)

    assert list(monitoring.of_case(session, case, viewer=cast.petros)) == [talk]
    assert list(monitoring.of_case(session, case, viewer=cast.clara)) == [ours, talk]
    with pytest.raises(NotFound):
        monitoring.find(session, case, ours.id, viewer=cast.petros)
    with pytest.raises(NotFound):
        monitoring.find(session, case, talk.id, viewer=cast.nino)
    with pytest.raises(Refused) as refused:
        monitoring.hold(session, case, talk, held(), by=cast.clara)
    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_her_opinion_is_her_own_and_the_partner_never_reads_it(session, cast, case):
    monitoring.give_opinion(session, case, 2, "It came too late", by=cast.amina)

    said = [(one.score, one.words) for one in monitoring.opinions(session, case, viewer=cast.clara)]
    assert said == [(2, "It came too late")]
    assert monitoring.opinions(session, case, viewer=cast.petros) == ()
    with pytest.raises(NotAllowed):
        monitoring.give_opinion(session, case, 5, "", by=cast.petros)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_an_opinion_is_1_to_5(session, cast, case, score):
    with pytest.raises(Refused):
        monitoring.give_opinion(session, case, score, "", by=cast.amina)


def test_an_opinion_changes_nothing_but_itself(session, cast, case):
    before = (case.state, case.due_on, case.version)

    monitoring.give_opinion(session, case, 1, "", by=cast.amina)
    session.flush()

    assert (case.state, case.due_on, case.version) == before
    assert journal.of_case(session, case.id)[0].act is Act.OPINION_GIVE


def test_a_talk_with_an_organisation_that_takes_no_part_any_more_is_no_talk_to_come(
    session, cast, case, talk
):
    ours = monitoring.plan(session, case, FollowUpMode.PHONE, today() + IN_A_WEEK, by=cast.clara)
    assert list(monitoring.planned(session, case)) == [talk, ours]

    case.partner_id = cast.tbilisi.id

    assert list(monitoring.planned(session, case)) == [ours]
