"""Scrubs: every stored object was read, and what came of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now


class Scrub(Base):
    """One look at everything that is stored, from the first object to the last."""

    __tablename__ = "scrubs"

    begun_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime] = mapped_column(default=now)
    objects: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    """Of all of them, in plain bytes."""
    changed: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    orphans: Mapped[int] = mapped_column(default=0)

    @property
    def lost(self) -> int:
        """How many objects somebody will look for in vain."""
        return self.changed + self.missing


def last(session: Session) -> Scrub | None:
    """The newest one that came to its end."""
    return session.scalar(select(Scrub).order_by(Scrub.id.desc()).limit(1))
