"""A colleague is away: every open case goes to others, each with a line, and nothing is lost on the way."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.accounts import AccountState
from portal.domain.cases import Case, CaseState
from portal.domain.course import case_tasks
from portal.domain.desk import handover
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role
from portal.domain.telling import notices
from tests.together import at_once

WHY = "Away until June"


@pytest.fixture
def five(cast, session):
    """Five cases of Clara's, the most urgent first."""
    found = [cast.case(CaseState.IN_REVIEW)]
    for number in range(4):
        case = Case(
            migrant_id=cast.amina.id,
            counsellor_id=cast.clara.id,
            state=CaseState.PREPARING,
            submitted_at=found[0].submitted_at,
            due_on=found[0].due_on + timedelta(days=1 + number),
        )
        session.add(case)
        found.append(case)
    session.commit()
    return found


def told(session, account):
    return [one.act for one in notices.unread(session, account)]


def test_all_open_cases_go_to_one_colleague_with_the_reason_in_each_journal(cast, session, five):
    handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino)

    last = [journal.of_case(session, case.id)[0] for case in five]
    assert {case.counsellor_id for case in five} == {cast.kalle.id}
    assert {(event.act, event.actor_id, event.note) for event in last} == {
        (Act.CASE_HAND_OVER, cast.aino.id, WHY)
    }


def test_both_are_told_once_however_many_cases_there_are(cast, session, five):
    handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino)

    assert [told(session, who) for who in (cast.clara, cast.kalle)] == [[Act.CASE_HAND_OVER]] * 2


def test_several_get_evenly_many_the_urgent_ones_in_turn(cast, session, five):
    handings = handover.preview(session, cast.clara, [cast.kalle, cast.aino], by=cast.aino)

    assert [one.to for one in handings] == [cast.kalle, cast.aino, cast.kalle, cast.aino, cast.kalle]
    assert {case.counsellor_id for case in five} == {cast.clara.id}


def test_ended_cases_stay_where_they_are(cast, session):
    ended = cast.case(CaseState.CLOSED)

    assert handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino) == []
    assert (ended.counsellor_id, told(session, cast.kalle)) == (cast.clara.id, [])


def test_after_a_review_it_does_not_go_back_to_the_first_counsellor(cast, session, five):
    five[0].former_counsellor_id = cast.kalle.id
    session.flush()

    handings = handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino)

    assert [(one.to, one.reason) for one in handings[:2]] == [
        (None, Reason.SAME_COUNSELLOR),
        (cast.kalle, None),
    ]
    assert five[0].counsellor_id == cast.clara.id


def test_it_goes_to_the_other_one_where_there_is_one(cast, session, five):
    five[0].former_counsellor_id = cast.kalle.id
    session.flush()

    handings = handover.preview(session, cast.clara, [cast.kalle, cast.aino], by=cast.aino)

    assert [one.to for one in handings] == [cast.aino, cast.kalle, cast.aino, cast.kalle, cast.aino]


def test_open_tasks_go_along(cast, session, five):
    task = case_tasks.add(session, five[0], "Call", today(), by=cast.clara)

    handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino)

    assert task.owner_id == cast.kalle.id


def test_a_counsellor_hands_over_own_cases_and_nobody_elses(cast, session, five):
    handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.clara)

    with pytest.raises(NotAllowed):
        handover.preview(session, cast.kalle, [cast.clara], by=cast.clara)
    assert [handover.sources(session, viewer=who) for who in (cast.clara, cast.aino)] == [
        [cast.clara],
        [cast.aino, cast.clara, cast.kalle],
    ]


def test_what_cannot_be_is_refused(cast, session, five):
    cast.kalle.state = AccountState.CLOSED
    session.flush()
    reasons = []

    for to, why in (([], WHY), ([cast.clara], WHY), ([cast.aino], " ")):
        with pytest.raises(Refused) as refused:
            handover.hand_over(session, cast.clara, to, why, by=cast.aino)
        reasons += refused.value.reasons
    for nobody in (cast.kalle, cast.petros, cast.mart):
        with pytest.raises(NotFound):
            handover.hand_over(session, cast.clara, [nobody], WHY, by=cast.aino)

    assert reasons == [Reason.NOBODY_TO_TAKE, Reason.SAME_PERSON, Reason.REASON_MISSING]


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_nobody_else_hands_cases_over(cast, session, who):
    with pytest.raises(NotAllowed):
        handover.preview(session, cast.clara, [cast.kalle], by=getattr(cast, who))


def test_who_was_switched_off_can_still_be_relieved(cast, session, five):
    cast.clara.state = AccountState.CLOSED
    session.flush()

    handover.hand_over(session, cast.clara, [cast.kalle], WHY, by=cast.aino)

    assert {case.counsellor_id for case in five} == {cast.kalle.id}


def test_two_hand_overs_at_once_move_each_case_once(cast, session, wiring, five):
    first, second = five[0].id, five[-1].id
    clara, kalle, aino = cast.clara.id, cast.kalle.id, cast.aino.id
    tarmo = cast.account(Role.COUNSELLOR, "tarmo@example.org", name="Tarmo Ots").id

    def to(number):
        def verb(own):
            who = [own.get_one(type(cast.aino), one) for one in (clara, number, aino)]
            handover.hand_over(own, who[0], [who[1]], WHY, by=who[2])

        return verb

    at_once(wiring, to(kalle), to(tarmo))

    session.expire_all()
    acts = [[event.act for event in journal.of_case(session, number)] for number in (first, second)]
    assert [one.count(Act.CASE_HAND_OVER) for one in acts] == [1, 1]
    assert len({case.counsellor_id for case in five}) == 1
