"""Appointments: offered, taken by one, moved, cancelled, reminded of, and over with the application."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.course import appointments, history, stopping
from portal.domain.course.appointments import Appointment, AppointmentState, Unusual
from portal.domain.course.counselling import TalkWay
from portal.domain.desk import handover
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.together import at_once

SOON = now() + timedelta(days=3)


def offer(session, by, starts_at=SOON, minutes=45):
    return appointments.offer(
        session, starts_at, minutes, TalkWay.PLACE, place="Room 4", language="ru", by=by
    )


def states(session, case):
    found = select(Appointment.state).where(Appointment.case_id == case.id).order_by(Appointment.id)
    return session.scalars(found).all()


def why_not(verb, *given, **more):
    with pytest.raises(Refused) as refused:
        verb(*given, **more)
    return refused.value.reasons


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


@pytest.fixture
def slot(cast, session):
    return offer(session, cast.clara)


def test_a_time_that_is_taken_is_offered_to_nobody_else(cast, session, case, slot):
    before = list(appointments.offered(session, case))

    appointments.book(session, case, slot.id, by=cast.amina)

    assert (before, list(appointments.offered(session, case))) == ([slot], [])


def test_of_two_who_take_one_time_at_once_one_gets_it_and_the_other_is_told(cast, session, wiring):
    numbers = []
    for who in (cast.amina, cast.giorgi):
        numbers.append((cast.case(CaseState.IN_REVIEW, migrant=who).id, who.id))
    time = offer(session, cast.clara).id
    session.commit()

    def take(case_id, account_id):
        def verb(own):
            appointments.book(own, own.get_one(Case, case_id), time, by=own.get_one(Account, account_id))

        return verb

    ended = at_once(wiring, *(take(*one) for one in numbers))

    assert ended == ["done", "told"]
    session.expire_all()
    assert len(session.scalars(select(Appointment)).all()) == 1


def test_a_second_one_is_not_booked_but_the_first_one_moved(cast, session, case, slot):
    other = offer(session, cast.clara, SOON + timedelta(days=1))
    appointments.book(session, case, slot.id, by=cast.amina)

    twice = why_not(appointments.book, session, case, other.id, by=cast.amina)
    appointments.move(session, case, other.id, by=cast.amina)

    assert twice == [Reason.APPOINTMENT_OPEN]
    assert appointments.booked(session, case)[1] is other
    assert states(session, case) == [AppointmentState.MOVED, AppointmentState.BOOKED]
    assert list(appointments.offered(session, case)) == [slot]


def test_the_times_of_another_counsellor_are_not_hers(cast, session, case):
    with pytest.raises(NotFound):
        appointments.book(session, case, offer(session, cast.kalle).id, by=cast.amina)


def test_what_is_over_or_taken_back_cannot_be_booked(cast, session, case, slot):
    with clock_turned(timedelta(days=4)):
        late = why_not(appointments.book, session, case, slot.id, by=cast.amina)
    appointments.take_back(session, slot.id, by=cast.clara)

    assert late == [Reason.SLOT_PAST]
    assert why_not(appointments.book, session, case, slot.id, by=cast.amina) == [Reason.SLOT_TAKEN]


def test_a_time_that_somebody_has_is_not_taken_back_behind_their_back(cast, session, case, slot):
    appointments.book(session, case, slot.id, by=cast.amina)

    assert why_not(appointments.take_back, session, slot.id, by=cast.clara) == [Reason.SLOT_TAKEN]
    with pytest.raises(NotFound):
        appointments.take_back(session, slot.id, by=cast.kalle)


@pytest.mark.parametrize(
    ("shift", "minutes", "fits"), [(44, 30, False), (45, 30, True), (-30, 30, True), (-30, 31, False)]
)
def test_own_times_do_not_overlap(cast, session, slot, shift, minutes, fits):
    starts_at = SOON + timedelta(minutes=shift)

    if fits:
        offer(session, cast.clara, starts_at, minutes)
    else:
        assert why_not(offer, session, cast.clara, starts_at, minutes) == [Reason.SLOT_OVERLAPS]
    offer(session, cast.kalle, starts_at, minutes)


@pytest.mark.parametrize(("days", "minutes"), [(-1, 45), (3, 0), (3, 500)])
def test_a_time_lies_ahead_and_has_an_end(cast, session, days, minutes):
    starts_at = now() + timedelta(days=days)

    assert why_not(offer, session, cast.clara, starts_at, minutes) == [Reason.SLOT_PAST]


def test_a_time_lies_within_a_year(cast, session):
    assert why_not(offer, session, cast.clara, now() + timedelta(days=367)) == [Reason.SLOT_FAR]


def test_when_she_cancels_nobody_asks_why_and_when_they_cancel_she_is_told(cast, session, case, slot):
    for by in (cast.amina, cast.clara):
        appointments.book(session, case, slot.id, by=cast.amina)
        appointments.cancel(session, case, by=by)

    assert states(session, case) == [AppointmentState.CANCELLED] * 2
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.APPOINTMENT_CANCEL]
    assert why_not(appointments.cancel, session, case, by=cast.amina) == [Reason.CHANGED_MEANWHILE]


def test_she_is_reminded_once_within_the_last_day(cast, session, case, slot):
    appointments.book(session, case, slot.id, by=cast.amina)

    counted = []
    for hours in (0, 47, 49, 50, 80):
        with clock_turned(timedelta(hours=hours)):
            counted.append(appointments.remind(session))

    assert counted == [0, 0, 1, 0, 0]
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.APPOINTMENT_REMIND]


@pytest.mark.parametrize("held", [True, False])
def test_afterwards_it_is_written_down_neutrally_and_nothing_follows(cast, session, case, slot, held):
    appointments.book(session, case, slot.id, by=cast.amina)

    number = appointments.booked(session, case)[0].id

    early = why_not(appointments.settle, session, case, number, held=held, by=cast.clara)
    with clock_turned(timedelta(days=4)):
        for _tap in range(2):
            appointments.settle(session, case, number, held=held, by=cast.clara)
        other = why_not(appointments.settle, session, case, number, held=not held, by=cast.clara)

    assert (early, other) == ([Reason.TOO_EARLY], [Reason.CHANGED_MEANWHILE])
    assert states(session, case) == [AppointmentState.HELD if held else AppointmentState.MISSED]
    assert case.state is CaseState.IN_REVIEW
    told = history.timeline(session, case)[0].act
    assert told is (Act.APPOINTMENT_HELD if held else Act.APPOINTMENT_MISSED)


def test_once_its_time_has_come_it_took_place_or_not_and_another_one_can_be_booked(cast, session, case, slot):
    later = offer(session, cast.clara, SOON + timedelta(days=9))
    first = appointments.book(session, case, slot.id, by=cast.amina)
    name = appointments.in_calendar(session, case)[0]

    with clock_turned(timedelta(days=4)):
        refused = [
            why_not(appointments.move, session, case, later.id, by=cast.amina),
            why_not(appointments.cancel, session, case, by=cast.amina),
            why_not(appointments.cancel, session, case, by=cast.clara),
        ]
        appointments.book(session, case, later.id, by=cast.amina)
        appointments.settle(session, case, first.id, held=False, by=cast.clara)
        other_name = appointments.in_calendar(session, case)[0]

    assert refused == [[Reason.APPOINTMENT_BEGUN]] * 3
    assert states(session, case) == [AppointmentState.MISSED, AppointmentState.BOOKED]
    assert name != other_name


def test_what_is_over_waits_for_its_counsellor_also_when_the_case_ends_or_goes_to_another_one(
    cast, session, case, slot
):
    number = appointments.book(session, case, slot.id, by=cast.amina).id

    with clock_turned(timedelta(days=4)):
        mine = [one.id for _slot, one, found in appointments.own_slots(session, cast.clara) if found]
        handover.hand_over(session, cast.clara, [cast.kalle], "Away", by=cast.aino)
        gone = [found for _slot, _one, found in appointments.own_slots(session, cast.clara) if found]
        stopping.stop(session, case, by=cast.amina)
        before = states(session, case)
        appointments.settle(session, case, number, held=True, by=cast.kalle)

    assert (mine, gone) == ([number], [])
    assert (before, states(session, case)) == ([AppointmentState.BOOKED], [AppointmentState.HELD])


@pytest.mark.parametrize(
    ("at", "minutes", "found"),
    [
        ("2027-02-23T10:00", 45, []),
        ("2027-02-23T03:00", 45, [Unusual.NIGHT]),
        ("2027-02-23T21:30", 30, []),
        ("2027-02-23T21:30", 45, [Unusual.NIGHT]),
        ("2027-02-23T23:30", 45, [Unusual.NIGHT]),
        ("2027-02-24T10:00", 45, [Unusual.HOLIDAY]),
        ("2027-06-23T06:00", 45, [Unusual.NIGHT, Unusual.HOLIDAY]),
        ("2027-02-27T10:00", 45, [Unusual.WEEKEND]),
        ("2027-03-28T10:00", 45, [Unusual.HOLIDAY]),
    ],
)
def test_what_is_unusual_about_a_time_is_known(session, at, minutes, found):
    assert appointments.unusual(session, datetime.fromisoformat(at), minutes) == found


@pytest.mark.parametrize(
    ("day", "language", "name"),
    [
        ("2027-02-24", "en", "Independence Day"),
        ("2027-02-24", "et", "iseseisvuspäev"),
        ("2027-02-24", "ru", "iseseisvuspäev"),
        ("2027-02-25", "en", None),
    ],
)
def test_a_holiday_is_called_as_the_reader_or_the_country_calls_it(session, day, language, name):
    assert clocks.holiday(session, date.fromisoformat(day), language) == name


def test_stopping_ends_the_appointment(cast, session, case, slot):
    appointments.book(session, case, slot.id, by=cast.amina)

    stopping.stop(session, case, by=cast.amina)

    assert states(session, case) == [AppointmentState.CANCELLED]
    acts = [event.act for event in journal.of_case(session, case.id)]
    assert acts.count(Act.APPOINTMENT_CANCEL) == 1
    assert why_not(appointments.book, session, case, slot.id, by=cast.amina) == [Reason.WRONG_STATE]


def test_after_stopping_no_time_is_offered_until_she_wants_to_talk_about_going_on(cast, session, case, slot):
    stopping.stop(session, case, by=cast.amina)
    stopped = appointments.offered(session, case)

    stopping.ask_to_talk(session, case, by=cast.amina)

    assert (stopped, appointments.offered(session, case)) == ([], [slot])


def test_with_another_counsellor_she_chooses_another_time(cast, session, case, slot):
    appointments.book(session, case, slot.id, by=cast.amina)

    handover.hand_over(session, cast.clara, [cast.kalle], "Away", by=cast.aino)

    assert appointments.booked(session, case) is None
    assert Act.APPOINTMENT_CANCEL in [one.act for one in notices.unread(session, cast.amina)]


def test_only_she_books_and_only_counsellors_offer(cast, session, case, slot):
    for who in (cast.clara, cast.petros):
        with pytest.raises(NotAllowed):
            appointments.book(session, case, slot.id, by=who)
    for who in (cast.amina, cast.petros, cast.mart):
        with pytest.raises(NotAllowed):
            offer(session, who)
