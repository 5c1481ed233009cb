"""What the portal gave up: a manager sees it without seeing for whom, and lets it try again."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal import jobs, queue
from portal.adapters.post import Console
from portal.domain.journal import Event
from portal.domain.papers import uploads
from portal.domain.permissions import Act
from portal.domain.telling import notices, reach
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Letter, Notice, NoticeState, NotSent
from portal.queue import Job, JobState
from tests.reading import read

HERE = "/en/manage/undelivered"
MAIL = {"phone": None, "email": "amina@example.net", "reach": Channel.EMAIL}
ANY_TIME = {"hour_from": 0, "hour_to": 0, "zone": "Europe/Tallinn"}


class Closed:
    """A way out that takes nothing, for good."""

    def send(self, letter: Letter) -> None:
        raise NotSent("SMTPDataError 554", for_good=True)

    def check(self) -> str:
        return "closed"


@pytest.fixture
def wiring(wiring):
    """A portal whose mail server takes nothing."""
    return replace(wiring, carriers={Channel.EMAIL: Closed()})


@pytest.fixture
def dead(cast, session, wiring) -> int:
    """A message to Amina that was given up; the number of its job."""
    reach.save(session, cast.amina, **MAIL, **ANY_TIME)
    session.commit()
    jobs.do_one(wiring)
    number = session.scalars(select(Job.id)).one()
    session.commit()
    return number


def test_there_is_nothing_at_first(cast, enter):
    page = enter(cast.mart).get(HERE)

    assert (page.status_code, read(page).heading) == (200, "What could not be done")
    assert "Everything was done." in page.text


def test_a_message_is_shown_by_its_way_and_fault_and_not_for_whom(cast, enter, dead):
    text = enter(cast.mart).get(HERE).text

    assert [
        words for words in ("Message to a person", "E-mail", "SMTPDataError 554") if words not in text
    ] == []
    assert [word for word in ("amina", "example.net") if word in text] == []


def test_other_work_is_shown_too(cast, enter, session, wiring):
    for kind in (uploads.CHECK_JOB, "some_other"):
        queue.enqueue(session, kind, 1)
    session.commit()
    with wiring.writing() as own:
        for _ in range(2):
            queue.put_back(own, queue.claim(own), "StoreDown", for_good=True)

    text = enter(cast.mart).get(HERE).text

    assert ("Check of a document" in text, "Other work of the portal" in text) == (True, True)


def test_it_is_tried_once_more_and_arrives(cast, enter, session, wiring, dead):
    answer = enter(cast.mart).post(f"{HERE}/{dead}")
    jobs.do_one(replace(wiring, carriers={Channel.EMAIL: Console(Channel.EMAIL)}))

    session.expire_all()
    notice = session.scalars(select(Notice).where(Notice.channel == Channel.EMAIL)).one()
    event = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (answer.status_code, answer.location) == (303, HERE)
    assert (notice.state, notice.error) == (NoticeState.SENT, "")
    assert session.scalars(select(Job)).all() == []
    assert (event.act, event.about, event.actor_id) == (
        Act.NOTICE_RETRY,
        f"accounts:{cast.amina.id}",
        cast.mart.id,
    )


def test_other_work_is_tried_once_more(cast, enter, session, wiring):
    queue.enqueue(session, uploads.CHECK_JOB, 1)
    session.commit()
    with wiring.writing() as own:
        job = queue.claim(own)
        queue.put_back(own, job, "StoreDown", for_good=True)

    enter(cast.mart).post(f"{HERE}/{job.id}")

    session.expire_all()
    found = session.scalars(select(Job)).one()
    assert (found.state, found.attempts) == (JobState.WAITING, 0)
    assert session.scalars(select(Event.act).order_by(Event.id.desc())).first() is Act.JOB_RETRY


def test_two_tries_at_once_are_one(cast, enter, session, dead):
    client = enter(cast.mart)

    assert [client.post(f"{HERE}/{dead}").status_code for _ in range(2)] == [303, 409]


@pytest.mark.parametrize("number", ["1", "0", "9223372036854775807"])
def test_what_is_not_there_cannot_be_tried(cast, enter, number):
    assert enter(cast.mart).post(f"{HERE}/{number}").status_code == 409


@pytest.mark.parametrize("number", ["9223372036854775808", "-1", "x"])
def test_an_address_that_is_none(cast, enter, number):
    assert enter(cast.mart).post(f"{HERE}/{number}").status_code == 404


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_nobody_else_comes_in(cast, enter, dead, who):
    client = enter(getattr(cast, who))

    assert [client.get(HERE).status_code, client.post(f"{HERE}/{dead}").status_code] == [404, 404]


def test_a_notice_in_the_portal_is_never_given_up(cast, session, dead):
    states = session.scalars(select(Notice.state).where(Notice.channel == Channel.PORTAL)).all()

    assert states == [NoticeState.SENT]
    assert notices.unread(session, cast.amina)
