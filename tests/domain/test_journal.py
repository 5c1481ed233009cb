"""The journal finds what was done to it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, text, update

from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.journal import Chain, Event
from portal.domain.permissions import Act


@pytest.fixture
def chain(cast, session):
    """The chain of a case with some history, and the number of its middle event."""
    case = cast.case(CaseState.PROPOSED)
    length = session.scalar(select(Chain.length).where(Chain.name == f"case:{case.id}"))
    return f"case:{case.id}", length // 2


def faults(session):
    session.expire_all()
    return {(fault.chain, fault.words) for fault in journal.verify(session)}


def test_an_untouched_journal_is_whole(session, chain):
    assert faults(session) == set()


@pytest.mark.parametrize(
    "change",
    [{"act": Act.CASE_DECLINE}, {"actor_id": 1}, {"about": "document:1"}, {"_note": b"something else"}],
)
def test_an_altered_event_is_found(session, chain, change):
    name, number = chain
    session.execute(update(Event).where(Event.chain == name, Event.number == number).values(**change))

    assert faults(session) == {(name, "an event was altered")}


def test_a_removed_event_is_found(session, chain):
    name, number = chain
    session.execute(delete(Event).where(Event.chain == name, Event.number == number))

    assert faults(session) == {(name, "an event is missing")}


def test_a_cut_chain_is_found(session, chain):
    name, number = chain
    session.execute(delete(Event).where(Event.chain == name, Event.number > number))

    assert faults(session) == {(name, "the chain was cut off or continued")}


def test_a_whole_chain_gone_is_found(session, chain):
    name, _ = chain
    session.execute(delete(Event).where(Event.chain == name))

    assert faults(session) == {(name, "all events are missing")}


def test_swapped_events_are_found(session, chain):
    name, number = chain
    for old, new in ((number, -1), (number + 1, number), (-1, number + 1)):
        session.execute(text("UPDATE journal_events SET number = :new WHERE chain = :name AND number = :old"),
                        {"old": old, "new": new, "name": name})  # fmt: skip

    assert (name, "an event was altered") in faults(session)


def test_an_added_event_is_found(session, chain):
    name, _ = chain
    last = session.scalars(select(Event).where(Event.chain == name).order_by(Event.number.desc())).first()
    forged = Event(
        chain=name, number=last.number + 1, at=last.at, act=Act.CASE_ACCEPT, case_id=last.case_id, about="",
        hash=last.hash,
    )  # fmt: skip
    session.add(forged)
    session.flush()

    assert {words for _, words in faults(session)} >= {"an event was altered"}


def test_fifty_writers_at_once_make_one_chain(wiring, cast, session):
    case = cast.case()
    case_id = case.id
    before = session.scalar(select(func.count()).select_from(Event).where(Event.case_id == case_id))
    session.commit()

    def write(_number: int) -> None:
        with wiring.writing() as own:
            journal.record(own, Act.CASE_OPEN, actor=journal.NOBODY, case_id=case_id)
            own.commit()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(50)))

    assert (
        session.scalar(select(func.count()).select_from(Event).where(Event.case_id == case_id)) == before + 50
    )
    assert faults(session) == set()
