"""How somebody may be reached outside the portal: nothing until they choose a safe way and safe hours."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain.accounts import Account
from portal.sealing import Sealed


class Channel(enum.StrEnum):
    """The way a notice takes. The portal itself is always one of them."""

    PORTAL = "portal"
    EMAIL = "email"
    SMS = "sms"
    MESSENGER = "messenger"


@dataclass(frozen=True)
class Route:
    """One way to one person: a channel, and their address in it."""

    channel: Channel
    address: str


class Contact(Base):
    """What one person gave: a phone number (E.164), an e-mail address, and which of them is safe.

    `reach` is empty until they choose. Between `hour_from` and `hour_to`, hours of the day in `zone`, a
    notice may come; equal hours mean at any time.
    """

    __tablename__ = "contacts"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    phone = Sealed()
    email = Sealed()
    reach: Mapped[Channel | None] = mapped_column()
    hour_from: Mapped[int] = mapped_column(default=0)
    hour_to: Mapped[int] = mapped_column(default=0)
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Tallinn")
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def address(self) -> str | None:
        """Where a notice goes to."""
        return self.email if self.reach is Channel.EMAIL else self.phone if self.reach else None

    @property
    def chosen(self) -> Route | None:
        """The way this person calls safe."""
        return Route(self.reach, self.address) if self.reach and self.address else None

    @property
    def is_safe_now(self) -> bool:
        """Whether a notice may come at this moment."""
        return self._is_safe(now().astimezone(ZoneInfo(self.zone)).hour)

    def next_time(self) -> datetime:
        """The next moment at which a notice may come."""
        here = now().astimezone(ZoneInfo(self.zone))
        for hours in range(25):
            then = here + timedelta(hours=hours)
            if self._is_safe(then.hour):
                return (then if hours == 0 else then.replace(minute=0, second=0)).astimezone(now().tzinfo)
        return now()

    def _is_safe(self, hour: int) -> bool:
        if self.hour_from == self.hour_to:
            return True
        if self.hour_from < self.hour_to:
            return self.hour_from <= hour < self.hour_to
        return hour >= self.hour_from or hour < self.hour_to


_OF_ACCOUNT = select(Contact).where(Contact.account_id == bindparam("account"))


def of_account(session: Session, account: Account) -> Contact | None:
    """What this person gave; None for nothing yet."""
    return session.scalar(_OF_ACCOUNT, {"account": account.id})


def offered(session: Session) -> frozenset[Channel]:
    """The channels that this portal is plugged into; wiring put them into the session."""
    return frozenset(session.info.get("channels", ()))


def routes(session: Session, account: Account, *, everywhere: bool = False) -> list[Route]:
    """The ways a notice takes outside the portal: none until the person chose one, then that one.

    `everywhere`: every address they gave, the chosen way first.
    """
    contact = of_account(session, account)
    if contact is None or contact.chosen is None:
        return []
    found = [contact.chosen, *(_others(contact) if everywhere else ())]
    return [route for route in dict.fromkeys(found) if route.channel in offered(session)]


def _others(contact: Contact) -> list[Route]:
    by_phone = Channel.MESSENGER if contact.reach is Channel.MESSENGER else Channel.SMS
    known = ((Channel.EMAIL, contact.email), (by_phone, contact.phone))
    return [Route(channel, address) for channel, address in known if address]
