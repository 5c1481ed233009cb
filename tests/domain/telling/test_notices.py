"""Notices: one for each event, person and way, made with the event, and never turned away from its owner."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.adapters.post import Console
from portal.db import now
from portal.domain.errors import Reason, Refused, TooMany
from portal.domain.journal import Event
from portal.domain.permissions import Act
from portal.domain.telling import contacts, notices, reach
from portal.domain.telling.contacts import Channel, Contact, Route
from portal.domain.telling.notices import Notice, NoticeState
from portal.queue import Job

EVERY_CHANNEL = {channel: Console(channel) for channel in Channel if channel is not Channel.PORTAL}
ANY_TIME = {"hour_from": 0, "hour_to": 0, "zone": "Europe/Tallinn"}
MAIL = {"phone": None, "email": "amina@example.net", "reach": Channel.EMAIL, **ANY_TIME}
BOTH = {**MAIL, "phone": "+37251234567"}


@pytest.fixture
def wiring(wiring):
    """The portal with a way out in every channel."""
    return replace(wiring, carriers=EVERY_CHANNEL)


def sent_by(session, act: Act) -> list[tuple[Channel, str | None]]:
    """The ways that the notices of this act take, in the order they were made."""
    found = session.scalars(select(Notice).where(Notice.act == act).order_by(Notice.id))
    return [(notice.channel, notice.address) for notice in found]


def test_who_chose_nothing_is_told_in_the_portal_only(cast, session):
    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina, everywhere=True)

    assert sent_by(session, Act.ACCOUNT_NEW_DEVICE) == [(Channel.PORTAL, None)]
    assert session.scalars(select(Job)).all() == []


def test_who_gave_addresses_and_calls_none_of_them_safe_is_told_in_the_portal_only(cast, session):
    reach.save(session, cast.amina, **{**BOTH, "reach": None})

    notices.note(session, Act.RECOVERY_ASK, cast.amina, everywhere=True)

    assert sent_by(session, Act.RECOVERY_ASK) == [(Channel.PORTAL, None)]


def test_a_notice_takes_the_chosen_way_and_a_job_of_its_own(cast, session):
    reach.save(session, cast.amina, **BOTH)
    session.query(Job).delete()

    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina)

    emails = select(Notice).where(Notice.channel == Channel.EMAIL).order_by(Notice.id)
    outside = session.scalars(emails).all()[-1]
    job = session.scalars(select(Job)).one()
    assert sent_by(session, Act.ACCOUNT_NEW_DEVICE) == [
        (Channel.PORTAL, None),
        (Channel.EMAIL, "amina@example.net"),
    ]
    assert (job.kind, job.subject_id) == (notices.DELIVER_JOB, outside.id)


@pytest.mark.parametrize(
    ("chosen", "first", "second"),
    [
        (Channel.EMAIL, (Channel.EMAIL, "amina@example.net"), (Channel.SMS, "+37251234567")),
        (Channel.SMS, (Channel.SMS, "+37251234567"), (Channel.EMAIL, "amina@example.net")),
        (Channel.MESSENGER, (Channel.MESSENGER, "+37251234567"), (Channel.EMAIL, "amina@example.net")),
    ],
)
def test_recovery_is_told_by_every_way_that_is_known(cast, session, chosen, first, second):
    reach.save(session, cast.amina, **{**BOTH, "reach": chosen})

    notices.note(session, Act.RECOVERY_ASK, cast.amina, everywhere=True)

    assert sent_by(session, Act.RECOVERY_ASK) == [(Channel.PORTAL, None), first, second]


def test_a_notice_and_its_event_are_undone_together(cast, session):
    reach.save(session, cast.amina, **MAIL)
    session.commit()
    before = [session.scalar(select(func.count()).select_from(table)) for table in (Event, Notice, Job)]

    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina)
    session.rollback()

    after = [session.scalar(select(func.count()).select_from(table)) for table in (Event, Notice, Job)]
    assert after == before


def test_what_nobody_must_learn_makes_no_notice(cast, session):
    notices.note(session, Act.ACCOUNT_STEP_UP, cast.amina)

    assert sent_by(session, Act.ACCOUNT_STEP_UP) == []


def test_a_channel_that_is_not_set_up_any_more_gets_no_notice(cast, session, wiring):
    reach.save(session, cast.amina, **MAIL)
    session.commit()
    without = replace(wiring, carriers={Channel.SMS: Console(Channel.SMS)})

    with without.writing() as later:
        notices.note(later, Act.ACCOUNT_NEW_DEVICE, cast.amina)

        assert sent_by(later, Act.ACCOUNT_NEW_DEVICE) == [(Channel.PORTAL, None)]


def test_an_address_is_sealed(cast, session):
    reach.save(session, cast.amina, **MAIL)
    session.commit()

    raw = session.connection().exec_driver_sql("SELECT address FROM notices WHERE channel = 'email'").all()

    assert [bytes(row[0]).find(b"amina") for row in raw] == [-1]


# --- Choosing how one is reached ----------------------------------------------------------------


def test_a_change_is_told_by_the_old_way_and_by_the_new_one(cast, session):
    reach.save(session, cast.amina, **MAIL)
    session.query(Notice).delete()

    reach.save(session, cast.amina, **{**MAIL, "email": "other@example.net"})

    assert sent_by(session, Act.ACCOUNT_CONTACT_SET) == [
        (Channel.PORTAL, None),
        (Channel.EMAIL, "amina@example.net"),
        (Channel.EMAIL, "other@example.net"),
    ]


def test_the_first_choice_is_told_by_the_new_way(cast, session):
    reach.save(session, cast.amina, **MAIL)

    assert sent_by(session, Act.ACCOUNT_CONTACT_SET) == [
        (Channel.PORTAL, None),
        (Channel.EMAIL, "amina@example.net"),
    ]


def test_who_wants_no_more_messages_is_told_so_once_by_the_old_way(cast, session):
    reach.save(session, cast.amina, **MAIL)
    session.query(Notice).delete()

    reach.save(session, cast.amina, **{**MAIL, "reach": None})

    assert sent_by(session, Act.ACCOUNT_CONTACT_SET) == [
        (Channel.PORTAL, None),
        (Channel.EMAIL, "amina@example.net"),
    ]


def test_other_hours_are_told_once(cast, session):
    reach.save(session, cast.amina, **MAIL)
    session.query(Notice).delete()

    reach.save(session, cast.amina, **{**MAIL, "hour_from": 9, "hour_to": 17})

    assert len(sent_by(session, Act.ACCOUNT_CONTACT_SET)) == 2


def test_the_same_sent_twice_is_one_change(cast, session):
    reach.save(session, cast.amina, **MAIL)
    reach.save(session, cast.amina, **MAIL)

    events = select(func.count()).where(Event.act == Act.ACCOUNT_CONTACT_SET)
    assert session.scalar(events) == 1
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {**MAIL, "email": None},
        {**MAIL, "reach": Channel.SMS},
        {**BOTH, "reach": Channel.PORTAL},
        {**MAIL, "phone": "+37251234567", "email": "", "reach": Channel.EMAIL},
    ],
)
def test_a_way_without_an_address_is_refused(cast, session, wanted):
    with pytest.raises(Refused) as refused:
        reach.save(session, cast.amina, **wanted)

    assert refused.value.reasons == [Reason.ROUTE_MISSING]


def test_a_channel_that_this_portal_does_not_have_is_refused(cast, wiring):
    with replace(wiring, carriers={}).writing() as session, pytest.raises(Refused) as refused:
        reach.save(session, cast.amina, **MAIL)

    assert refused.value.reasons == [Reason.ROUTE_MISSING]


def test_after_a_recovery_nothing_changes_until_the_lock_is_over(cast, session):
    reach.save(session, cast.amina, **MAIL)
    cast.amina.locked_until = now() + timedelta(hours=72)

    with pytest.raises(Refused) as refused:
        reach.save(session, cast.amina, **{**MAIL, "email": "thief@example.net"})
    with db.clock_turned(timedelta(hours=73)):
        reach.save(session, cast.amina, **{**MAIL, "email": "other@example.net"})

    assert refused.value.reasons == [Reason.ACCOUNT_LOCKED_FOR_NOW]
    assert contacts.of_account(session, cast.amina).email == "other@example.net"


def test_the_known_ways_are_the_chosen_one_first(cast, session):
    reach.save(session, cast.amina, **{**BOTH, "reach": Channel.SMS})

    assert contacts.routes(session, cast.amina) == [Route(Channel.SMS, "+37251234567")]
    assert contacts.routes(session, cast.amina, everywhere=True) == [
        Route(Channel.SMS, "+37251234567"),
        Route(Channel.EMAIL, "amina@example.net"),
    ]


# --- Test messages ------------------------------------------------------------------------------


def test_a_test_message_goes_by_the_chosen_way_three_times_an_hour(cast, session):
    reach.save(session, cast.amina, **MAIL)

    for _ in range(3):
        reach.test(session, cast.amina)
    with pytest.raises(TooMany):
        reach.test(session, cast.amina)

    assert sent_by(session, Act.ACCOUNT_CONTACT_TEST) == [(Channel.EMAIL, "amina@example.net")] * 3


def outside(session) -> int:
    """How many messages leave the portal."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.kind == notices.DELIVER_JOB))


def test_nobody_makes_the_portal_flood_an_address(cast, session):
    for number in range(15):  # an address is anybody's, and SMS cost money
        reach.save(session, cast.amina, **{**MAIL, "email": f"stranger-{number % 2}@example.net"})
    notices.note(session, Act.ACCOUNT_CODES_ISSUED, cast.amina)
    session.commit()

    for change in (
        lambda: reach.save(session, cast.amina, **MAIL),
        lambda: notices.note(session, Act.ACCOUNT_CODES_ISSUED, cast.amina),
    ):
        with pytest.raises(TooMany):
            change()
        session.rollback()
    assert outside(session) == 30


def test_what_shuts_somebody_out_never_waits_for_messages_and_others_are_still_heard(cast, session):
    reach.save(session, cast.amina, **MAIL)
    for _ in range(29):
        notices.note(session, Act.ACCOUNT_CODES_ISSUED, cast.amina)

    notices.note(session, Act.ACCOUNT_FREEZE, cast.amina)
    unsent = outside(session)
    notices.note(session, Act.RECOVERY_VOUCH, cast.amina, by=cast.clara)

    assert (unsent, outside(session)) == (30, 31)
    assert Act.ACCOUNT_FREEZE in {one.act for one in notices.unread(session, cast.amina)}


def test_without_a_way_there_is_nothing_to_test(cast, session):
    with pytest.raises(Refused) as refused:
        reach.test(session, cast.amina)

    assert refused.value.reasons == [Reason.ROUTE_MISSING]


# --- Safe hours ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "at", "next_time"),
    [
        ((0, 0), "2026-05-12T03:30:00+00:00", "2026-05-12T03:30:00+00:00"),
        ((9, 17), "2026-05-12T07:30:00+00:00", "2026-05-12T07:30:00+00:00"),
        ((9, 17), "2026-05-12T14:00:00+00:00", "2026-05-13T06:00:00+00:00"),
        ((22, 6), "2026-05-12T21:15:00+00:00", "2026-05-12T21:15:00+00:00"),
        ((22, 6), "2026-05-12T03:00:00+00:00", "2026-05-12T19:00:00+00:00"),
    ],
)
def test_a_notice_comes_at_the_next_safe_hour_where_the_person_is(cast, session, hours, at, next_time):
    reach.save(session, cast.amina, **{**MAIL, "hour_from": hours[0], "hour_to": hours[1]})
    contact = contacts.of_account(session, cast.amina)
    then, due = datetime.fromisoformat(at), datetime.fromisoformat(next_time)

    with db.clock_turned(then - datetime.now(then.tzinfo)):
        found = contact.next_time()
        is_safe = contact.is_safe_now

    assert abs(found - due) < timedelta(seconds=2)
    assert is_safe is (due == then)


# --- Seen ---------------------------------------------------------------------------------------


def test_one_or_all_of_the_news_is_marked_as_seen_and_nobody_elses(cast, session):
    for _ in range(3):
        notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina)
    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.giorgi)
    first, second, _third = notices.unread(session, cast.amina)

    notices.mark_read(session, cast.amina, first.id)
    notices.mark_read(session, cast.giorgi, second.id)

    assert len(notices.unread(session, cast.amina)) == 2
    assert notices.unread(session, cast.giorgi)
    notices.mark_read(session, cast.amina)
    assert not notices.unread(session, cast.amina)
    assert notices.unread(session, cast.giorgi)


def test_in_the_portal_a_notice_has_arrived_at_once(cast, session):
    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina)

    assert notices.unread(session, cast.amina)[0].state is NoticeState.SENT
