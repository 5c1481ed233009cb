"""Notices: what somebody must learn about their account, in the portal and by the safe way they chose."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import accounts, throttle
from portal.domain.accounts import Account
from portal.domain.errors import TooMany
from portal.domain.journal import Actor, Event
from portal.domain.permissions import Act
from portal.domain.telling import contacts
from portal.domain.telling.contacts import Channel, Contact, Route
from portal.domain.throttle import Tried
from portal.sealing import Sealed, in_use

DELIVER_JOB = "deliver_notice"

# What the person it is about is told. Everything else they find on their account's page.
TOLD = frozenset(
    {
        Act.ACCOUNT_NEW_DEVICE,
        Act.ACCOUNT_PASSWORD_SET,
        Act.ACCOUNT_FACTOR_SET,
        Act.ACCOUNT_FACTOR_ENDED,
        Act.ACCOUNT_FACTOR_COPIED,
        Act.ACCOUNT_CODES_ISSUED,
        Act.ACCOUNT_CODE_USED,
        Act.ACCOUNT_CONTACT_SET,
        Act.ACCOUNT_LOCKED,
        Act.ACCOUNT_ROLE_SET,
        Act.ACCOUNT_FREEZE,
        Act.SHEET_ASK,
        Act.RECOVERY_ASK,
        Act.RECOVERY_VOUCH,
        Act.RECOVERY_APPROVE,
        Act.RECOVERY_REFUSE,
        Act.RECOVERY_STOP,
        Act.RECOVERY_FINISH,
        Act.DATA_EXPORT_ASK,
        Act.DATA_REQUEST_ANSWER,
        Act.CORRECTION_REMIND,
        Act.CASE_EXPIRY_WARNED,
        Act.CASE_BREAK_GLASS,
        Act.REFERRAL_END,
        Act.CASE_PRECEPT_NEAR,
        Act.CASE_HAND_OVER,
        Act.INQUIRY_ANSWER,
        Act.JOURNEY_SET,
        Act.NOTE_SHARE,
        Act.APPOINTMENT_REMIND,
        Act.APPOINTMENT_CANCEL,
    }
)
REMINDERS = frozenset(
    {
        Act.CORRECTION_REMIND,
        Act.CASE_EXPIRY_WARNED,
        Act.REFERRAL_END,
        Act.CASE_PRECEPT_NEAR,
        Act.APPOINTMENT_REMIND,
    }
)
"""What the portal says by itself, so that nothing is missed: nobody else can have done it."""

# What must never wait because of messages: signing in, and what shuts somebody else out.
NEVER_LATER = frozenset(
    {
        Act.ACCOUNT_NEW_DEVICE,
        Act.ACCOUNT_PASSWORD_SET,
        Act.ACCOUNT_FACTOR_ENDED,
        Act.ACCOUNT_CODE_USED,
        Act.ACCOUNT_FREEZE,
        Act.RECOVERY_STOP,
        Act.RECOVERY_FINISH,
    }
)


FIRST = (Act.ACCOUNT_FACTOR_SET, Act.ACCOUNT_CODES_ISSUED)
"""What everybody does who sets an account up."""


class NoticeState(enum.StrEnum):
    """Where a notice stands; in the portal it has arrived at once."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Notice(Base):
    """One event told to one person by one channel, once.

    `address` is where it goes to, as it was when this was written: whoever changes it cannot turn the notice
    of the change away from its owner. It is erased when the notice has gone. `number` counts the addresses
    in one channel, the old and the new one.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("event_id", "account_id", "channel", "number"),
        Index("ix_notices_of_account", "account_id", "channel", "read_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("journal_events.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[Channel] = mapped_column()
    number: Mapped[int] = mapped_column(default=0)
    address = Sealed()
    act: Mapped[Act] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    sent_at: Mapped[datetime | None] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()
    error: Mapped[str] = mapped_column(String(80), default="")

    @property
    def mark(self) -> str:
        """What this notice is called outside, the same each time it is sent; says nothing about anybody."""
        return in_use().fingerprint("notice", str(self.id)).hex()


# --- The world outside -------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What goes out. Whoever gets two with one `mark` has got one of them twice."""

    mark: str
    to: str
    subject: str
    body: str


class Carrier(Protocol):
    """What carries letters in one channel: a mail server, a gateway for SMS."""

    def send(self, letter: Letter) -> None:
        """Hand it over. Raises NotSent."""

    def check(self) -> str:
        """Reach it without sending anything, and say what it is. Raises NotSent."""


class NotSent(queue.Failed):
    """A letter was not taken; the reason is the kind of the fault, and never holds an address."""


# --- Made --------------------------------------------------------------------------------------


def note(
    session: Session,
    act: Act,
    account: Account,
    *,
    by: Account | Actor | None = None,
    words: str = "",
    everywhere: bool = False,
) -> Event:
    """Write in the journal what happened to an account, and let its owner know where TOLD says so.

    `by` is its owner unless somebody else is named. `everywhere`: by every way they ever called safe. Raises
    TooMany when the owner makes the portal send message after message: an address may be a stranger's.
    """
    event = accounts.write_down(session, act, account, by=by, words=words)
    if act in TOLD:
        session.add(
            Notice(
                event_id=event.id,
                account_id=account.id,
                act=act,
                channel=Channel.PORTAL,
                state=NoticeState.SENT,
                sent_at=now(),
            )
        )
        send(session, event, account, contacts.routes(session, account, everywhere=everywhere))
    return event


def _is_too_often(session: Session, event: Event, account: Account) -> bool:
    """Whether the owner has made enough messages for now, and this act must not wait: it goes unsent."""
    if event.actor_id != account.id:
        return False
    try:
        throttle.count(session, Tried.OWN_NOTICE, str(account.id))
    except TooMany:
        if event.act not in NEVER_LATER:
            raise
        return True
    return False


def send(
    session: Session, event: Event, account: Account, routes: Iterable[Route], *, number: int = 0
) -> None:
    """Let the notice of an event go out by these ways, at the person's next safe hour. Raises TooMany."""
    contact = contacts.of_account(session, account)
    for route in routes:
        if _is_too_often(session, event, account):
            return
        notice = Notice(
            event_id=event.id,
            account_id=account.id,
            act=event.act,
            channel=route.channel,
            number=number,
            address=route.address,
        )
        session.add(notice)
        session.flush()
        queue.enqueue(session, DELIVER_JOB, notice.id, run_at=contact.next_time() if contact else now())


# --- Delivered ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A notice that is still to go out, for whom, and when they may be reached."""

    notice: Notice
    account: Account
    contact: Contact | None


def waiting(session: Session, notice_id: int) -> Waiting | None:
    """The notice, if it is still to go out."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.state is NoticeState.SENT or not notice.address:
        return None
    account = session.get_one(Account, notice.account_id)
    return Waiting(notice, account, contacts.of_account(session, account))


def is_unwanted(found: Waiting) -> bool:
    """Whether the person has meanwhile asked to be told nothing outside; that they asked is still told."""
    nothing = found.contact is None or found.contact.reach is None
    return nothing and found.notice.act is not Act.ACCOUNT_CONTACT_SET


def safe_at(found: Waiting) -> datetime | None:
    """When it may come; None: now.

    That the ways or hours were changed is told when it was safe before: its job was made for that time, and
    whoever changes them again must not put it off.
    """
    if found.contact is None or found.contact.is_safe_now or found.notice.act is Act.ACCOUNT_CONTACT_SET:
        return None
    return found.contact.next_time()


def withdraw(session: Session, notice_id: int) -> None:
    """It does not go out any more."""
    session.execute(delete(Notice).where(Notice.id == notice_id))


def sent(session: Session, notice_id: int) -> None:
    """It has gone out; its address is kept no longer."""
    notice = session.get_one(Notice, notice_id)
    notice.state, notice.sent_at, notice.address, notice.error = NoticeState.SENT, now(), None, ""


def bury(session: Session, notice_id: int, error: str) -> None:
    """It was tried as often as it makes sense; it waits for a person."""
    session.execute(
        update(Notice).where(Notice.id == notice_id).values(state=NoticeState.DEAD, error=error[:80])
    )


# --- Read --------------------------------------------------------------------------------------

_IS_NEW = (Notice.channel == Channel.PORTAL, Notice.read_at.is_(None))
HAS_UNREAD = select(Notice.id).where(Notice.account_id == Account.id, *_IS_NEW).exists()
"""Whether there is anything the owner of an account has not seen yet."""


def unread(session: Session, account: Account) -> Sequence[Notice]:
    """What this person has not seen yet, the newest first."""
    return session.scalars(select(Notice).where(*_new(account)).order_by(Notice.id.desc())).all()


def mark_read(session: Session, account: Account, notice_id: int | None = None) -> None:
    """This person has seen what was new, or one of it."""
    one = () if notice_id is None else (Notice.id == notice_id,)
    session.execute(update(Notice).where(*_new(account), *one).values(read_at=now()))


def mark_kind_read(session: Session, account: Account, act: Act) -> None:
    """This person has seen everything that the news of one kind tell of."""
    session.execute(update(Notice).where(*_new(account), Notice.act == act).values(read_at=now()))


def mark_first(session: Session, account: Account) -> None:
    """This person has just set the account up for the first time: their own doing is no news to them."""
    session.execute(update(Notice).where(*_new(account), Notice.act.in_(FIRST)).values(read_at=now()))


def _new(account: Account) -> tuple[ColumnElement[bool], ...]:
    return (Notice.account_id == account.id, *_IS_NEW)
