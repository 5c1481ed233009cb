"""What happened with somebody's account, as they read it: what is new, and all the journal says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import accounts, journal
from portal.domain.accounts import Account
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import REMINDERS, Notice

PAGE = 50
"""So many events on one page."""

SAID = frozenset({Act.ACCOUNT_NEW_DEVICE, Act.CASE_BREAK_GLASS, Act.CASE_PRECEPT_NEAR})
"""Acts whose words are for the person: a device, a reference. Other words are between colleagues."""


IN_THE_CASE = frozenset(
    {
        Act.DATA_REQUEST_ANSWER,
        Act.CASE_HAND_OVER,
        Act.INQUIRY_ANSWER,
        Act.NOTE_SHARE,
        Act.APPOINTMENT_CANCEL,
        Act.CASE_BREAK_GLASS,
        Act.JOURNEY_SET,
    }
)
"""What others did because of the person: it is to be read, and is no sign of a stranger in the account."""

FROM_OUTSIDE = frozenset({Act.RECOVERY_ASK})
"""Acts that need no account: nobody knows who did them, but it was not the portal."""


@dataclass(frozen=True)
class Line:
    """One thing that happened. `notice_id` is there while it is new."""

    event_id: int
    act: Act
    at: datetime
    role: Role | None
    """None: the portal itself, or somebody who was not signed in (`is_from_outside`)."""
    is_own: bool
    words: str
    notice_id: int | None = None

    @property
    def is_from_outside(self) -> bool:
        """Whether somebody did it who was not signed in."""
        return self.role is None and self.act in FROM_OUTSIDE

    @property
    def is_reminder(self) -> bool:
        """Whether the portal only reminds of something: nobody else can have done it."""
        return self.act in REMINDERS

    @property
    def leads_on(self) -> bool:
        """Whether there is something to read or to do, and nothing to be alarmed at."""
        return self.is_reminder or self.act in IN_THE_CASE


def new(session: Session, account: Account) -> list[Line]:
    """What this person must look at and has not yet, the newest first."""
    mine = (Notice.account_id == account.id, Notice.channel == Channel.PORTAL, Notice.read_at.is_(None))
    rows = session.execute(
        select(Event, Notice.id)
        .join(Notice, Notice.event_id == Event.id)
        .where(*mine)
        .order_by(Event.id.desc())
    )
    return [_line(event, account, notice_id) for event, notice_id in rows]


def lines(session: Session, account: Account, *, before: int | None = None) -> list[Line]:
    """One page of what happened, the newest first; `before`: what happened earlier than this event."""
    about = (Event.about == accounts.about(account), Event.chain == journal.ACCOUNTS)
    older = () if before is None else (Event.id < before,)
    found: Sequence[Event] = session.scalars(
        select(Event).where(*about, *older).order_by(Event.id.desc()).limit(PAGE)
    ).all()
    return [_line(event, account) for event in found]


def _line(event: Event, account: Account, notice_id: int | None = None) -> Line:
    return Line(
        event_id=event.id,
        act=event.act,
        at=event.at,
        role=event.actor_role,
        is_own=event.actor_id == account.id,
        words=(event.note or "") if event.act in SAID else "",
        notice_id=notice_id,
    )
