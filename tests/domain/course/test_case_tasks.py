"""Tasks with a day in a case: whose they are, and when they are done."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.course import case_tasks, history
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act

SOON = today() + timedelta(days=3)


def test_a_task_is_its_writers_own_unless_somebody_else_is_named(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    own = case_tasks.add(session, case, "Call the embassy", SOON, by=cast.clara)
    given = case_tasks.add(session, case, "Look at the precept", SOON, by=cast.clara, owner=cast.aino)

    assert [one.owner_id for one in (own, given)] == [cast.clara.id, cast.aino.id]
    assert [task for task, _case in case_tasks.open_of(session, cast.clara)] == [own]
    assert [task for task, _case in case_tasks.open_of(session, cast.aino)] == [given]


def test_the_most_urgent_comes_first_and_what_is_done_last(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    later, sooner, done = (
        case_tasks.add(session, case, "x", today() + timedelta(days=days), by=cast.clara)
        for days in (9, 2, 1)
    )
    case_tasks.done(session, case, done, by=cast.clara)

    assert list(case_tasks.of_case(session, case)) == [sooner, later, done]
    assert [task for task, _case in case_tasks.open_of(session, cast.clara)] == [sooner, later]


def test_a_task_is_late_the_day_after_and_never_once_it_is_done(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    task = case_tasks.add(session, case, "x", today() + timedelta(days=3), by=cast.clara)

    with clock_turned(timedelta(days=3)):
        on_the_day = task.is_overdue
    with clock_turned(timedelta(days=4)):
        after = task.is_overdue
        case_tasks.done(session, case, task, by=cast.aino)
        done = task.is_overdue

    assert (on_the_day, after, done, task.done_by_id) == (False, True, False, cast.aino.id)


def test_done_twice_is_done_once(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    task = case_tasks.add(session, case, "x", SOON, by=cast.clara)

    for who in (cast.clara, cast.aino):
        case_tasks.done(session, case, task, by=who)

    acts = [event.act for event in journal.of_case(session, case.id)]
    assert (acts.count(Act.TASK_DONE), task.done_by_id) == (1, cast.clara.id)


def test_somebody_for_whom_the_case_does_not_exist_gets_no_task_in_it(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    for nobody in (cast.kalle, cast.petros):
        with pytest.raises(NotFound):
            case_tasks.add(session, case, "x", SOON, by=cast.clara, owner=nobody)
    assert [one.name for one in case_tasks.owners(session, case)] == ["Aino Kask", "Clara Tamm"]


def test_who_lost_the_case_lost_its_tasks_from_the_list(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    task = case_tasks.add(session, case, "x", SOON, by=cast.clara)

    case.counsellor_id = cast.kalle.id
    before = case_tasks.open_of(session, cast.clara)
    case_tasks.pass_on(session, case, of=cast.clara, to=cast.kalle)

    assert (before, [one for one, _case in case_tasks.open_of(session, cast.kalle)]) == ([], [task])


def test_a_task_needs_words_and_the_right_case(cast, session):
    case, other = cast.case(CaseState.IN_REVIEW), cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    task = case_tasks.add(session, case, "x", SOON, by=cast.clara)

    with pytest.raises(Refused) as refused:
        case_tasks.add(session, case, " ", SOON, by=cast.clara)
    with pytest.raises(NotFound):
        case_tasks.find(session, other, task.id)
    with pytest.raises(NotAllowed):
        case_tasks.add(session, case, "x", SOON, by=cast.petros)

    assert refused.value.reasons == [Reason.REASON_MISSING]


def test_the_migrant_does_not_read_of_tasks(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    case_tasks.done(session, case, case_tasks.add(session, case, "x", SOON, by=cast.clara), by=cast.clara)

    told = {entry.act for entry in history.timeline(session, case)}

    assert told.isdisjoint({Act.TASK_ADD, Act.TASK_DONE})
