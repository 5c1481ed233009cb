"""The journal: every act writes one event, chained to the one before, so that a changed row is found."""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, Select, String, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, lock_or_make, now
from portal.domain.permissions import Act, Role
from portal.sealing import SealedText, in_use

ACCOUNTS = "accounts"
HOUSE = "house"
ONE_LOOK = timedelta(hours=1)
"""Who comes back to the same thing within this time still looks at it: one line, not twenty."""


class Chain(Base):
    """The end of one chain of events; its row is the lock for writing to it."""

    __tablename__ = "journal_chains"

    name: Mapped[str] = mapped_column(String(32), unique=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")


class Event(Base):
    """One thing that happened. Rows are added and never changed.

    `note` is sealed before it is hashed: erasing the key of a note does not break the chain.
    """

    __tablename__ = "journal_events"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        Index("ix_journal_events_of_case", "case_id", "id"),
        Index("ix_journal_events_about", "about", "id"),
    )

    chain: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    act: Mapped[Act] = mapped_column()
    actor_id: Mapped[int | None] = mapped_column()
    actor_role: Mapped[Role | None] = mapped_column()
    case_id: Mapped[int | None] = mapped_column()
    about: Mapped[str] = mapped_column(String(64), default="")
    note = SealedText()
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    def seal_after(self, head: bytes) -> bytes:
        """The keyed hash of this event standing behind `head`."""
        content = json.dumps(
            [
                self.id,
                self.chain,
                self.number,
                self.at.isoformat(),
                self.act,
                self.actor_id,
                self.actor_role,
                self.case_id,
                self.about,
                hashlib.sha256(self._note or b"").hexdigest(),  # type: ignore[attr-defined]
            ]
        )
        return in_use().mac("journal", head + content.encode())


@dataclass(frozen=True)
class Actor:
    """Who did it; `nobody` for the portal itself."""

    id: int | None
    role: Role | None


NOBODY = Actor(None, None)


def record(
    session: Session,
    act: Act,
    *,
    actor: Actor,
    case_id: int | None = None,
    about: str = "",
    note: str = "",
    chain: str = "",
) -> Event:
    """Write one event behind the last one of its chain: the case's own, or `chain` when there is no case."""
    end = _lock(session, f"case:{case_id}" if case_id else chain or HOUSE)
    event = Event(
        chain=end.name,
        number=end.length + 1,
        at=now(),
        act=act,
        actor_id=actor.id,
        actor_role=actor.role,
        case_id=case_id,
        about=about,
    )
    if note:
        event.note = note
    event.hash = event.seal_after(end.head)
    end.length, end.head = event.number, event.hash
    session.add(event)
    # Written now, in order: the next event of this chain may come in the same transaction.
    session.flush()
    return event


def _lock(session: Session, name: str) -> Chain:
    return lock_or_make(
        session, select(Chain).where(Chain.name == name), lambda: Chain(name=name, length=0, head=b"")
    )


_LATELY = (
    select(Event.id)
    .where(
        Event.case_id == bindparam("case"),
        Event.at > bindparam("since"),
        Event.act == bindparam("act"),
        Event.actor_id == bindparam("actor"),
        Event.about == bindparam("about"),
    )
    .limit(1)
)


def look(session: Session, act: Act, *, actor: Actor, case_id: int, about: str = "", note: str = "") -> None:
    """Write down that somebody looked at something of a case, once for one look (see ONE_LOOK)."""
    this = {"case": case_id, "since": now() - ONE_LOOK, "act": act, "actor": actor.id, "about": about}
    if session.scalar(_LATELY, this) is None:
        record(session, act, actor=actor, case_id=case_id, about=about, note=note)


_OF_CASE = select(Event).where(Event.case_id == bindparam("case")).order_by(Event.id.desc())


def of_case(session: Session, case_id: int) -> Sequence[Event]:
    """All events of a case, the newest first."""
    return session.scalars(_OF_CASE, {"case": case_id}).all()


def last(session: Session, case_id: int, act: Act) -> Event | None:
    """The last time that this was done in a case; None when nobody ever did it."""
    done = select(Event).where(Event.case_id == case_id, Event.act == act)
    return session.scalar(done.order_by(Event.id.desc()).limit(1))


def last_actor(session: Session, case_id: int, act: Act) -> int | None:
    """Who did this last in a case; None when nobody ever did."""
    event = last(session, case_id, act)
    return event.actor_id if event else None


def last_actors(session: Session, case_ids: Collection[int], act: Act) -> dict[int, int | None]:
    """Who did this last in each of these cases; without those in which nobody ever did."""
    done = select(func.max(Event.id)).where(Event.case_id.in_(case_ids), Event.act == act)
    last = done.group_by(Event.case_id)
    found = session.execute(select(Event.case_id, Event.actor_id).where(Event.id.in_(last)))
    return {case_id: actor_id for case_id, actor_id in found if case_id}


def of_account(about: str, *acts: Act) -> Select[Event]:
    """Events of the chain of accounts about this one (`accounts.about`), of these acts, the newest first."""
    mine = (Event.about == about, Event.chain == ACCOUNTS, Event.act.in_(acts))
    return select(Event).where(*mine).order_by(Event.id.desc())


@dataclass(frozen=True)
class Fault:
    """A place where the journal is not what was written."""

    chain: str
    number: int
    words: str


def verify(session: Session) -> Iterator[Fault]:
    """Every fault in every chain: altered, missing, added, swapped or cut off events."""
    ends = {end.name: end for end in session.scalars(select(Chain))}
    rows = session.scalars(
        select(Event).order_by(Event.chain, Event.number).execution_options(yield_per=1000)
    )
    name, number, head = "", 0, b""
    seen: set[str] = set()
    for event in rows:
        if event.chain != name:
            yield from _ending(ends.get(name), name, number, head)
            name, number, head = event.chain, 0, b""
            seen.add(name)
        number += 1
        if event.number != number:
            yield Fault(name, number, "an event is missing")
            number = event.number
        elif not hmac.compare_digest(event.hash, event.seal_after(head)):
            yield Fault(name, number, "an event was altered")
        head = event.hash
    yield from _ending(ends.get(name), name, number, head)
    for gone in sorted(ends.keys() - seen):
        yield Fault(gone, 1, "all events are missing")


def _ending(end: Chain | None, name: str, number: int, head: bytes) -> Iterator[Fault]:
    if name and end is None:
        yield Fault(name, number, "the end of the chain is missing")
    elif end is not None and (end.length != number or end.head != head):
        yield Fault(name, number, "the chain was cut off or continued")
