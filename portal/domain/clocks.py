"""By which date somebody must act, as the programme's owner set it."""

from datetime import date

from sqlalchemy.orm import Session

from portal.db import today
from portal.programme import Programme


def programme(session: Session) -> Programme:
    """The programme this session works for: wiring put it there, one for the life of the process."""
    found: Programme = session.info["programme"]
    return found


def due(session: Session, clock: str, start: date | None = None) -> date:
    """The last day of `clock`, counted from `start` (today)."""
    return programme(session).clocks[clock].due(start or today())
