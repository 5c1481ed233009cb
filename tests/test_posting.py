"""Notices are delivered at least once, at a safe hour, by a worker that nobody waits for."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal import db, jobs, queue
from portal.adapters.post import Smtp
from portal.domain.permissions import Act
from portal.domain.telling import notices, reach
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Notice, NoticeState
from portal.queue import Job, JobState
from portal.web.words.notices import told
from tests.post_office import Authority, PostOffice, post_office

HOURS = {"hour_from": 0, "hour_to": 0, "zone": "Europe/Tallinn"}
MAIL = {"phone": None, "email": "amina@example.net", "reach": Channel.EMAIL, **HOURS}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the mail servers of the tests."""
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def office(authority: Authority) -> Iterator[PostOffice]:
    """A mail server."""
    with post_office(authority.vouch("127.0.0.1")) as office:
        yield office


@pytest.fixture
def wiring(wiring, office, authority):
    """The portal with a mail server, and nothing else outside."""
    smtp = Smtp(office.url, "post@example.org", authority=authority.trusted, seconds=0.5)
    return replace(wiring, carriers={Channel.EMAIL: smtp})


def tell(session, account, act: Act = Act.ACCOUNT_NEW_DEVICE) -> int:
    """A notice to this person, who is reached by mail; the number of its row."""
    reach.save(session, account, **MAIL)
    session.query(Job).delete()
    notices.note(session, act, account)
    notice_id = session.scalars(select(Job)).one().subject_id
    session.commit()
    return notice_id


def work_off(wiring, *, at: timedelta = timedelta()) -> None:
    """Do every job that is due then."""
    with db.clock_turned(at):
        while jobs.do_one(wiring):
            pass


def state_of(session, notice_id: int) -> tuple[NoticeState, str, list[tuple[JobState, int]]]:
    """How a notice stands, its error, and its job."""
    session.expire_all()
    notice = session.get_one(Notice, notice_id)
    found = [(job.state, job.attempts) for job in session.scalars(select(Job))]
    session.commit()
    return notice.state, notice.error, found


def test_a_notice_arrives_and_its_address_is_forgotten(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)

    work_off(wiring)

    assert state_of(session, notice_id) == (NoticeState.SENT, "", [])
    assert session.get_one(Notice, notice_id).address is None
    assert [(mail["To"], mail["Subject"]) for mail in office.letters] == [
        ("amina@example.net", "News about your account")
    ]


@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
def test_it_speaks_the_persons_language(cast, session, wiring, office, language):
    cast.amina.language = language
    tell(session, cast.amina)

    work_off(wiring)

    expected = told(Act.ACCOUNT_NEW_DEVICE, language)
    mail = office.letters[0]
    assert (mail["Subject"], mail.get_content().strip()) == (expected.subject, expected.body)


@pytest.mark.parametrize("manner", ["451 later", "stall"])
def test_a_server_that_is_busy_is_asked_again_later(cast, session, wiring, office, manner):
    office.manners.append(manner)
    notice_id = tell(session, cast.amina)

    work_off(wiring)
    at_first = state_of(session, notice_id)
    work_off(wiring, at=timedelta(seconds=50))
    too_early = len(office.letters)
    work_off(wiring, at=timedelta(seconds=70))

    assert at_first == (NoticeState.WAITING, "", [(JobState.WAITING, 1)])
    assert too_early == 0
    assert state_of(session, notice_id) == (NoticeState.SENT, "", [])
    assert len(office.letters) == 1


def test_a_line_that_is_cut_behind_the_letter_brings_it_twice_with_one_mark(cast, session, wiring, office):
    office.manners.append("cut")
    notice_id = tell(session, cast.amina)

    work_off(wiring)
    work_off(wiring, at=timedelta(minutes=2))

    marks = {mail["Message-ID"] for mail in office.letters}
    assert (len(office.letters), len(marks)) == (2, 1)
    assert str(notice_id) not in marks.pop()
    assert state_of(session, notice_id) == (NoticeState.SENT, "", [])


def test_what_the_server_will_never_take_is_kept_for_a_person_at_once(cast, session, wiring, office):
    office.manners.append("554 spam")
    notice_id = tell(session, cast.amina)

    work_off(wiring)

    assert state_of(session, notice_id) == (NoticeState.DEAD, "SMTPDataError 554", [(JobState.DEAD, 1)])


def test_after_five_tries_with_growing_rests_it_is_kept_for_a_person(cast, session, wiring, office):
    office.manners += ["451 later"] * 9
    notice_id = tell(session, cast.amina)
    minutes = [0, 2, 13, 75, 440]

    for minute in minutes[:-1]:
        work_off(wiring, at=timedelta(minutes=minute))
    before = state_of(session, notice_id)
    work_off(wiring, at=timedelta(minutes=minutes[-1]))
    after = state_of(session, notice_id)
    work_off(wiring, at=timedelta(days=3))

    assert before == (NoticeState.WAITING, "", [(JobState.WAITING, 4)])
    assert after == (NoticeState.DEAD, "SMTPDataError 451", [(JobState.DEAD, 5)])
    assert len(office.manners) == 4


def test_a_worker_that_died_over_it_costs_time_and_no_notice(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)
    with wiring.writing() as dead:
        queue.claim(dead)

    work_off(wiring)
    at_once = len(office.letters)
    work_off(wiring, at=queue.LEASE + timedelta(seconds=1))

    assert at_once == 0
    assert len(office.letters) == 1
    assert state_of(session, notice_id)[0] is NoticeState.SENT


def test_what_was_sent_is_not_sent_again(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)
    work_off(wiring)
    queue.enqueue(session, notices.DELIVER_JOB, notice_id)
    session.commit()

    work_off(wiring)

    assert len(office.letters) == 1


def test_a_notice_waits_for_a_safe_hour_and_this_is_no_try(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)
    noon = datetime.now(db.now().tzinfo).replace(hour=9, minute=0, second=0)  # 11 or 12 in Tallinn
    to_noon = noon - db.now() + timedelta(days=1)
    with db.clock_turned(to_noon):
        reach.save(session, cast.amina, **{**MAIL, "hour_from": 18, "hour_to": 20})
        session.query(Job).filter(Job.subject_id != notice_id).delete()
        session.commit()

    work_off(wiring, at=to_noon)
    at_noon = (len(office.letters), state_of(session, notice_id))
    work_off(wiring, at=to_noon + timedelta(hours=8))

    assert at_noon == (0, (NoticeState.WAITING, "", [(JobState.WAITING, 0)]))
    assert len(office.letters) == 1


@pytest.mark.parametrize(
    "hours", [{"hour_from": 3, "hour_to": 4}, {"hour_from": 3, "hour_to": 4, "email": "x@example.net"}]
)
def test_who_changes_the_hours_cannot_keep_the_owner_from_learning_it(cast, session, wiring, office, hours):
    noon = datetime.now(db.now().tzinfo).replace(hour=9, minute=0, second=0)  # 11 or 12 in Tallinn
    to_noon = noon - datetime.now(db.now().tzinfo)
    reach.save(session, cast.amina, **MAIL)
    session.commit()
    work_off(wiring)
    before = len(office.letters)
    with db.clock_turned(to_noon):
        reach.save(session, cast.amina, **{**MAIL, **hours})
        session.commit()

    work_off(wiring, at=to_noon + timedelta(minutes=1))

    assert [letter["To"] for letter in office.letters[before:]] == ["amina@example.net"]


def test_who_has_meanwhile_asked_for_silence_is_told_that_and_nothing_else(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)
    reach.save(session, cast.amina, **{**MAIL, "reach": None})
    session.commit()

    work_off(wiring)

    assert session.get(Notice, notice_id) is None
    assert [mail.get_content().strip()[:40] for mail in office.letters] == [
        "The way we may reach you was changed in "
    ]


def test_a_channel_that_was_taken_away_leaves_the_notice_to_a_person(cast, session, wiring, office):
    notice_id = tell(session, cast.amina)

    work_off(replace(wiring, carriers={}))

    assert state_of(session, notice_id)[:2] == (NoticeState.DEAD, "ChannelNotSetUp")


def test_nothing_personal_is_logged_when_it_fails(cast, session, wiring, office, caplog):
    caplog.set_level(logging.DEBUG, logger="portal")
    office.at_recipient.append("450 <amina@example.net> is away")
    tell(session, cast.amina)

    work_off(wiring)

    assert "failed: SMTPRecipientsRefused 450" in caplog.text
    assert "amina" not in caplog.text


@pytest.mark.parametrize("manner", ["stall", "cut", "451 later", "554 no"])
def test_a_page_never_waits_for_the_mail_server(app, cast, session, office, enter, manner):
    office.manners.append(manner)
    typed = {"email": "amina@example.net", "reach": "email", "zone": "Europe/Tallinn"}

    answer = enter(cast.amina).post("/en/account/contact", data=typed)

    assert answer.status_code == 303
    assert office.greetings == []
    assert session.scalars(select(Job.kind)).all() == [notices.DELIVER_JOB]
