"""Notices: what somebody must learn about their account, in the portal and by the safe way they chose."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import accounts, contacts
from portal.domain.accounts import Account
from portal.domain.contacts import Channel
from portal.domain.journal import Actor, Event
from portal.domain.permissions import Act

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
        Act.RECOVERY_ASK,
        Act.RECOVERY_VOUCH,
        Act.RECOVERY_APPROVE,
        Act.RECOVERY_REFUSE,
        Act.RECOVERY_STOP,
        Act.RECOVERY_FINISH,
    }
)


class NoticeState(enum.StrEnum):
    """Where a notice stands; in the portal it has arrived at once."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Notice(Base):
    """One event told to one person by one channel, once."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("event_id", "account_id", "channel"),
        Index("ix_notices_of_account", "account_id", "channel", "read_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("journal_events.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[Channel] = mapped_column()
    act: Mapped[Act] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    sent_at: Mapped[datetime | None] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()
    error: Mapped[str] = mapped_column(String(80), default="")


def note(
    session: Session, act: Act, account: Account, *, by: Account | Actor | None = None, words: str = ""
) -> Event:
    """Write in the journal what happened to an account, and let its owner know where TOLD says so.

    `by` is its owner unless somebody else is named.
    """
    event = accounts.write_down(session, act, account, by=by, words=words)
    if act in TOLD:
        _tell(session, event, account)
    return event


def _tell(session: Session, event: Event, account: Account) -> None:
    arrived = {"event_id": event.id, "account_id": account.id, "act": event.act}
    session.add(Notice(**arrived, channel=Channel.PORTAL, state=NoticeState.SENT, sent_at=now()))
    contact = contacts.of_account(session, account)
    if contact is not None and contact.reach and contact.address:
        outside = Notice(**arrived, channel=contact.reach)
        session.add(outside)
        session.flush()
        queue.enqueue(session, DELIVER_JOB, outside.id, run_at=contact.next_time())


def unread(session: Session, account: Account) -> Sequence[Notice]:
    """What this person has not seen yet, the newest first."""
    mine = (Notice.account_id == account.id, Notice.channel == Channel.PORTAL, Notice.read_at.is_(None))
    return session.scalars(select(Notice).where(*mine).order_by(Notice.id.desc())).all()


def mark_read(session: Session, account: Account) -> None:
    """This person has seen what was new."""
    mine = (Notice.account_id == account.id, Notice.channel == Channel.PORTAL, Notice.read_at.is_(None))
    session.execute(update(Notice).where(*mine).values(read_at=now()))
