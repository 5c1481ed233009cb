"""Counselling sessions, and the informed decision that a programme may want before the journey."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.course import counselling, history
from portal.domain.course.counselling import TalkWay, Topic
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act
from portal.programme import Counselling


def talk(session, case, by, on=None, **more):
    topics = {Topic.RIGHTS, Topic.FREE_CHOICE}
    return counselling.record(
        session, case, on or today(), TalkWay.PHONE, topics, language="uz", by=by, **more
    )


def test_a_session_is_kept_with_what_it_was_about_and_stands_in_the_history(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    talk(session, case, cast.clara, interpreter="Dilnoza", notes="She asked about her flat")

    session.expire_all()
    [one] = counselling.of_case(session, case)
    assert (one.topics, one.interpreter, one.language) == (
        {Topic.RIGHTS, Topic.FREE_CHOICE},
        "Dilnoza",
        "uz",
    )
    told = history.timeline(session, case)[0]
    assert (told.act, told.note) == (Act.COUNSELLING_RECORD, "")


def test_every_fault_is_told_at_once(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(Refused) as refused:
        talk(session, case, cast.clara, today() + timedelta(days=1), informed=True, evidence=" ")

    assert refused.value.reasons == [Reason.DATE_IN_FUTURE, Reason.EVIDENCE_MISSING]


@pytest.mark.parametrize("who", ["amina", "petros", "mart"])
def test_only_counsellors_write_them_down(cast, session, who):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(NotAllowed):
        talk(session, case, getattr(cast, who))


def test_where_the_programme_wants_it_nobody_is_ready_without_an_informed_decision(cast, session):
    case = cast.case(CaseState.PREPARING)
    cast.players().tick_all(case)
    programme = session.info["programme"]
    session.info["programme"] = replace(programme, counselling=Counselling(before_the_journey=True))
    talk(session, case, cast.clara)

    with pytest.raises(Refused) as refused:
        cast.step(case, Act.CASE_CLEAR, cast.clara)
    talk(session, case, cast.clara, informed=True, evidence="Said so, in Uzbek, after all questions")
    cast.step(case, Act.CASE_CLEAR, cast.clara)

    assert (refused.value.reasons, case.state) == ([Reason.NOT_COUNSELLED], CaseState.READY_TO_TRAVEL)


def test_otherwise_it_stands_in_nobodys_way(cast, session):
    case = cast.case(CaseState.PREPARING)

    assert counselling.is_missing(session, case) is False
