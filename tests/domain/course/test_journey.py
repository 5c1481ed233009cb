"""The journey: papers, the way, who waits where, what the steps of the case ask of it, and when it fails."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import people
from portal.domain.cases import CaseState
from portal.domain.course import history, journey, lifecycle, travel
from portal.domain.course.journey import MissReason, PaperWay, Side, When
from portal.domain.course.travel import Item
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind

DAY = today() + timedelta(days=10)
HOME = When(DAY, time(18, 5), "Europe/Tallinn")
HOME_LATER = When(DAY, time(19, 0), "Europe/Tallinn")
AWAY = When(DAY + timedelta(days=1), time(4, 40), "Asia/Tashkent")


def fly(session, case, by, departs=HOME, arrives=AWAY, person=None):
    return journey.add_leg(
        session,
        case,
        departs,
        arrives,
        origin="Tallinn",
        destination="Tashkent",
        carrier="Turkish Airlines",
        number="TK 1422",
        person=person,
        by=by,
    )


def clear(cast, case):
    cast.players().tick_all(case)
    cast.step(case, Act.CASE_CLEAR, cast.clara)


def why_not(act, *given, **more):
    with pytest.raises(Refused) as refused:
        act(*given, **more)
    return refused.value.reasons


def test_times_are_kept_by_the_clock_of_the_place_and_compared_as_moments():
    summer = When(date(2026, 7, 1), time(18, 5), "Europe/Tallinn")

    assert summer.moment.astimezone(UTC) == datetime(2026, 7, 1, 15, 5, tzinfo=UTC)
    assert When(date(2026, 7, 1), time(20, 6), "Asia/Tashkent").moment > summer.moment


def test_a_way_of_several_parts_stands_in_its_order(cast, session):
    case = cast.case(CaseState.PREPARING)
    second = fly(session, case, cast.clara, When(DAY, time(23, 0), "Europe/Istanbul"))
    first = fly(session, case, cast.clara, arrives=When(DAY, time(21, 30), "Europe/Istanbul"))

    found = journey.legs(session, case)

    assert list(found) == [first, second]
    assert (first.departs.time(), first.arrives.time()) == (time(18, 5), time(21, 30))
    assert journey.first_day(session, case) == DAY


def test_what_arrives_before_it_leaves_is_refused(cast, session):
    case = cast.case(CaseState.PREPARING)
    sooner = When(DAY, time(20, 5), "Asia/Tashkent")  # the same moment

    assert why_not(fly, session, case, cast.clara, arrives=sooner) == [Reason.ARRIVES_TOO_EARLY]


def test_a_flight_of_a_wrong_year_is_refused(cast, session):
    case = cast.case(CaseState.PREPARING)
    leaves = When(DAY - timedelta(days=366), time(18, 5), "Europe/Tallinn")

    assert why_not(fly, session, case, cast.clara, leaves) == [Reason.DATE_LONG_AGO]


@pytest.mark.parametrize(
    ("leaves", "arrives", "why"),
    [
        (AWAY, When(AWAY.on, time(7, 0), AWAY.zone), None),
        (
            When(AWAY.on, time(4, 39), AWAY.zone),
            When(AWAY.on, time(7, 0), AWAY.zone),
            "LEAVES_BEFORE_ARRIVAL",
        ),
        (When(DAY, time(12, 0), HOME.zone), HOME, None),
        (When(DAY, time(12, 0), HOME.zone), When(DAY, time(18, 6), HOME.zone), "MISSES_NEXT_LEG"),
        (When(DAY, time(12, 0), HOME.zone), When(AWAY.on, time(7, 0), AWAY.zone), "MISSES_NEXT_LEG"),
        (HOME, When(AWAY.on, time(4, 0), AWAY.zone), "LEAVES_BEFORE_ARRIVAL"),
    ],
)
def test_nobody_is_on_two_parts_of_the_way_at_once(cast, session, leaves, arrives, why):
    case = cast.case(CaseState.PREPARING)
    first = fly(session, case, cast.clara)

    if why:
        assert why_not(fly, session, case, cast.clara, leaves, arrives) == [Reason[why]]
    else:
        fly(session, case, cast.clara, leaves, arrives)
    journey.end_leg(session, case, first.id, by=cast.clara)
    fly(session, case, cast.clara, leaves, arrives)


def test_a_family_flies_at_the_same_time_on_two_flights(cast, session):
    case = cast.case(CaseState.PREPARING)
    mother = people.principal(session, case)
    daughter = Person(case_id=case.id, relation=Relation.CHILD)
    session.add(daughter)
    session.flush()

    fly(session, case, cast.clara, person=mother)
    fly(session, case, cast.clara, person=daughter)

    assert why_not(fly, session, case, cast.clara, arrives=HOME_LATER) == [Reason.LEAVES_BEFORE_ARRIVAL]


def test_a_part_that_is_not_taken_is_gone_from_the_way_and_kept(cast, session):
    case = cast.case(CaseState.PREPARING)
    leg = fly(session, case, cast.clara)

    journey.end_leg(session, case, leg.id, by=cast.clara)

    assert (list(journey.legs(session, case)), leg.ended_at is None) == ([], False)


@pytest.mark.parametrize("state", [CaseState.IN_REVIEW, CaseState.DEPARTED, CaseState.WITHDRAWN])
def test_a_journey_is_planned_only_while_one_can_come_of_it(cast, session, state):
    case = cast.case(state)

    assert why_not(fly, session, case, cast.clara) == [Reason.WRONG_STATE]


@pytest.mark.parametrize("who", ["amina", "petros", "mart"])
def test_only_counsellors_plan(cast, session, who):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(NotAllowed):
        fly(session, case, getattr(cast, who))


def test_a_part_of_another_case_is_not_found(cast, session):
    case, other = cast.case(CaseState.PREPARING), cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    leg = fly(session, other, cast.clara)

    with pytest.raises(NotFound):
        journey.end_leg(session, case, leg.id, by=cast.clara)


def test_one_meeting_for_each_end_the_newest_counts(cast, session):
    case = cast.case(CaseState.PREPARING)
    for who in ("Leyla", "Mehmet"):
        journey.set_meeting(
            session, case, Side.DEPARTURE, HOME, place="Gate 4", who=who, phone="", by=cast.clara
        )
    journey.set_meeting(
        session, case, Side.ARRIVAL, AWAY, place="Hall", who="Petros", phone="", by=cast.clara
    )

    assert [(one.side, one.who) for one in journey.meetings(session, case)] == [
        (Side.DEPARTURE, "Mehmet"),
        (Side.ARRIVAL, "Petros"),
    ]


def test_nobody_is_ready_while_a_paper_that_was_asked_for_has_not_come(cast, session):
    case = cast.case(CaseState.PREPARING)
    amina = people.principal(session, case)
    asked = {"asked_on": today(), "by": cast.clara}
    journey.set_paper(session, case, amina, PaperWay.LAISSEZ_PASSER, **asked)

    before = why_not(clear, cast, case)
    journey.set_paper(session, case, amina, PaperWay.LAISSEZ_PASSER, received_on=today(), **asked)
    clear(cast, case)

    assert (before, case.state) == ([Reason.PAPER_NOT_RECEIVED], CaseState.READY_TO_TRAVEL)


def test_a_paper_must_last_until_the_arrival(cast, session):
    case = cast.case(CaseState.PREPARING)
    amina = people.principal(session, case)
    fly(session, case, cast.clara)
    journey.set_paper(session, case, amina, PaperWay.IN_HAND, expires_on=DAY, by=cast.clara)

    before = why_not(clear, cast, case)
    journey.set_paper(session, case, amina, PaperWay.IN_HAND, expires_on=AWAY.on, by=cast.clara)
    clear(cast, case)

    assert (before, case.state) == ([Reason.PAPER_ENDS_EARLY], CaseState.READY_TO_TRAVEL)


def test_a_paper_does_not_come_before_it_is_asked_for(cast, session):
    case = cast.case(CaseState.PREPARING)
    days = {"asked_on": today(), "received_on": today() - timedelta(days=1)}

    reasons = why_not(
        journey.set_paper,
        session,
        case,
        people.principal(session, case),
        PaperWay.LAISSEZ_PASSER,
        by=cast.clara,
        **days,
    )

    assert reasons == [Reason.DATE_TOO_EARLY]


def test_nobody_left_before_the_planned_day(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    fly(session, case, cast.clara)
    with clock_turned(timedelta(days=12)):
        early = why_not(
            lifecycle.depart, session, case, on=DAY - timedelta(days=1), proof="Seen", by=cast.clara
        )
        lifecycle.depart(session, case, on=DAY, proof="Seen", by=cast.clara)

    assert (early, case.state) == ([Reason.BEFORE_JOURNEY], CaseState.DEPARTED)


def test_a_document_shows_the_departure_as_well_as_words(cast, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    cast.players().confirm(case)

    nothing = why_not(lifecycle.depart, session, case, on=today(), proof="", by=cast.clara)
    cast.document(case, DocumentKind.DEPARTURE_PROOF)
    lifecycle.depart(session, case, on=today(), proof="", by=cast.clara)

    assert (nothing, case.state) == ([Reason.REASON_MISSING], CaseState.DEPARTED)


@pytest.mark.parametrize("reason", MissReason)
def test_who_did_not_leave_goes_on_preparing_whatever_the_reason(cast, session, reason):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    fly(session, case, cast.clara)

    lifecycle.not_departed(session, case, reason, on=today(), by=cast.clara, note="Called from the gate")

    [missed] = journey.missed(session, case)
    assert (case.state, missed.reason, missed.note) == (CaseState.PREPARING, reason, "Called from the gate")
    assert list(journey.legs(session, case)) == []
    assert [item for _person, item in travel.open_items(session, case)] == [Item.TICKET]
    assert history.timeline(session, case)[0].act is Act.CASE_NOT_DEPARTED


@pytest.mark.parametrize(
    ("on", "reason"), [(None, Reason.DATE_MISSING), (today() + timedelta(days=2), Reason.DATE_IN_FUTURE)]
)
def test_a_journey_fails_on_a_day_that_was(cast, session, on, reason):
    case = cast.case(CaseState.READY_TO_TRAVEL)

    assert why_not(lifecycle.not_departed, session, case, MissReason.ILL, on=on, by=cast.clara) == [reason]
    assert case.state is CaseState.READY_TO_TRAVEL


def test_a_journey_that_is_not_ready_cannot_fail(cast, session):
    case = cast.case(CaseState.PREPARING)

    reasons = why_not(lifecycle.not_departed, session, case, MissReason.ILL, on=today(), by=cast.clara)

    assert (reasons, list(journey.missed(session, case))) == ([Reason.WRONG_STATE], [])
