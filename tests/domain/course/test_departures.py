"""The departure: the partner's question long after it, and the returnee's word that she arrived."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from portal.db import today
from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.course import arrivals, departures, journey
from portal.domain.course.journey import When
from portal.domain.desk import desk
from portal.domain.desk.desk import Task
from portal.domain.desk.lines import Line
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import contact, packages


def fly(session, cast, case, days):
    """The planned journey began so many days ago."""
    left = today() - timedelta(days=days)
    for leg in journey.legs(session, case):
        journey.end_leg(session, case, leg.id, by=cast.clara)
    departs, arrives = When(left, time(9), "Europe/Tallinn"), When(left, time(20), "Asia/Tashkent")
    journey.add_leg(session, case, departs, arrives, origin="Tallinn", destination="Tashkent", by=cast.clara)


@pytest.fixture
def case(cast, session):
    """A case that the partner has taken on, whose planned day was 30 days ago."""
    case = cast.case(CaseState.READY_TO_TRAVEL)
    cast.refer(case)
    fly(session, cast, case, days=30)
    return case


@pytest.mark.parametrize(("days", "may"), [(29, False), (30, True), (31, True)])
def test_the_partner_may_ask_thirty_days_after_the_planned_day(cast, session, case, days, may):
    fly(session, cast, case, days=days)

    assert departures.may_ask(session, case) is may


def test_nobody_asks_without_a_planned_day_twice_or_after_the_departure(cast, session, case):
    departures.ask(session, case, by=cast.petros)
    twice = departures.may_ask(session, case)
    for leg in journey.legs(session, case):
        journey.end_leg(session, case, leg.id, by=cast.clara)
    without = departures.may_ask(session, case)

    assert (twice, without) == (False, False)
    with pytest.raises(Refused):
        departures.ask(session, case, by=cast.petros)


def test_a_question_lies_on_the_counsellors_desk_with_a_clock(cast, session, case):
    question = departures.ask(session, case, by=cast.petros)
    case.due_on = today() + timedelta(days=99)
    session.commit()

    tasks = desk.tasks_of(session, [case.id], viewer=cast.clara)
    due_on = session.scalar(select(Line.due_on).where(Line.id == case.id))

    assert tasks[case.id][Task.DEPARTURE] == 1
    assert today() < question.due_on < today() + timedelta(days=8)
    assert due_on == question.due_on


def test_the_answer_is_read_by_the_partner_and_by_the_migrant(cast, session, case):
    departures.ask(session, case, by=cast.petros)

    departures.answer(session, case, "The flight was moved.", by=cast.clara)

    assert departures.open_in(session, case) is None
    assert departures.of_case(session, case)[0].answer == "The flight was moved."
    [event] = [one for one in journal.of_case(session, case.id) if one.act is Act.CASE_ANSWER_DEPARTURE]
    assert event.note == "The flight was moved."


def test_the_departure_itself_answers_and_so_does_a_withdrawal(cast, session, case):
    departures.ask(session, case, by=cast.petros)
    cast.step(case, Act.CASE_WITHDRAW, cast.amina)

    assert departures.open_in(session, case) is None


@pytest.mark.parametrize("who", ["amina", "clara"])
def test_only_the_partner_asks(cast, session, case, who):
    with pytest.raises(NotAllowed):
        departures.ask(session, case, by=getattr(cast, who))


# --- Arrival --------------------------------------------------------------------------------------


def test_the_returnee_says_that_she_arrived_and_corrects_it(cast, session):
    case = cast.case(CaseState.DEPARTED)
    case.departed_on = today() - timedelta(days=3)
    for days in (1, 2):
        arrivals.say(session, case, today() - timedelta(days=days), by=cast.amina)

    assert (case.state, case.arrived_on) == (CaseState.DEPARTED, None)
    assert case.arrival_said_on == today() - timedelta(days=2)


@pytest.mark.parametrize(("days", "reason"), [(2, Reason.DATE_IN_FUTURE), (-1, Reason.DATE_TOO_EARLY)])
def test_a_day_that_cannot_be_is_refused(cast, session, days, reason):
    case = cast.case(CaseState.DEPARTED)

    with pytest.raises(Refused) as refused:
        arrivals.say(session, case, today() + timedelta(days=days), by=cast.amina)

    assert refused.value.reasons == [reason]


@pytest.mark.parametrize("state", [CaseState.READY_TO_TRAVEL, CaseState.ARRIVED])
def test_it_is_said_on_the_way_only(cast, session, state):
    case = cast.case(state)

    with pytest.raises(Refused) as refused:
        arrivals.say(session, case, today(), by=cast.amina)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_nobody_says_it_in_her_place(cast, session):
    case = cast.case(CaseState.DEPARTED)

    for who in (cast.giorgi, cast.petros, cast.clara):
        with pytest.raises(NotAllowed):
            arrivals.say(session, case, today(), by=who)


def test_the_day_of_first_contact_is_the_programmes_until_the_plan_says_its_own(cast, session):
    case = cast.case(CaseState.ARRIVED)
    before = case.contact_by
    session.add(cast.package)
    values = {name: getattr(cast.package, name) for name in packages.COLUMNS} | {"contact_days": 14}
    newer = packages.save(session, cast.package.key, values | {"is_offered": True}, seen=1, by=cast.mart)
    players = cast.players()
    object.__setattr__(players, "package", newer)
    players.draft_plan(case)

    after = contact.due(session, case, case.arrived_on)
    assert before == case.arrived_on + timedelta(days=89)
    assert case.contact_by == after == case.arrived_on + timedelta(days=14)
