"""How often something may be tried: one table of limits, counted in the database and so by all instances."""

import enum
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, lock_or_make, now
from portal.domain.errors import TooMany, Unavailable
from portal.sealing import in_use

Limit = tuple[int, timedelta]
"""So many tries in a window of time."""


class Tried(enum.StrEnum):
    """What is tried, each with a subject of its own: a login, an account, a number, how a code begins."""

    PASSWORD = "password"  # noqa: S105 - a purpose, not a password
    FACTOR = "factor"
    OWN_NOTICE = "own_notice"
    RECOVERY = "recovery"
    RECOVERY_ASK = "recovery_ask"
    RECOVERY_LOOK = "recovery_look"
    STOP_WORD = "stop_word"
    TEST_NOTICE = "test_notice"
    VERIFY = "verify"
    DATA_EXPORT = "data_export"
    DATA_REQUEST = "data_request"
    CLAIM = "claim"
    SUPPLIER_LINK = "supplier_link"


# Nothing here counts by network address: a shelter or a mobile carrier may hide 200 people behind one.
# Floods are the business of the server in front (deploy/nginx.conf).
LIMITS: dict[Tried, tuple[Limit, ...]] = {
    Tried.PASSWORD: ((10, timedelta(minutes=5)),),
    Tried.FACTOR: ((5, timedelta(minutes=5)), (20, timedelta(days=1))),
    Tried.OWN_NOTICE: ((30, timedelta(hours=1)),),
    Tried.RECOVERY: ((5, timedelta(minutes=5)), (20, timedelta(days=1))),
    Tried.RECOVERY_ASK: ((5, timedelta(minutes=5)),),
    Tried.RECOVERY_LOOK: ((60, timedelta(minutes=5)),),
    Tried.STOP_WORD: ((30, timedelta(minutes=5)),),
    Tried.TEST_NOTICE: ((3, timedelta(hours=1)),),
    Tried.VERIFY: ((60, timedelta(minutes=5)),),
    Tried.DATA_EXPORT: ((5, timedelta(days=1)),),
    Tried.DATA_REQUEST: ((20, timedelta(days=1)),),
    Tried.CLAIM: ((10, timedelta(minutes=5)), (50, timedelta(days=1))),
    Tried.SUPPLIER_LINK: ((5, timedelta(minutes=5)), (20, timedelta(days=1))),
}
MOST_FAILURES = 100
"""Wrong second factors in a row, on whatever days; after them only recovery opens the account."""


class Tries(Base):
    """How often something was tried in a window of time. Counted by a keyed hash, not by name."""

    __tablename__ = "tries"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    began_at: Mapped[datetime] = mapped_column()
    count: Mapped[int] = mapped_column()


def count(session: Session, tried: Tried, subject: str) -> None:
    """Count one try. Raises TooMany beyond any of its limits, and Unavailable when it cannot be counted.

    The caller commits in every case, also when what was tried went wrong.
    """
    try:
        _count(session, tried, subject)
    except DBAPIError as fault:  # nobody guesses uncounted
        raise Unavailable("tries") from fault


def _count(session: Session, tried: Tried, subject: str) -> None:
    for most, window in LIMITS[tried]:
        tries = _tries(session, _key(tried, subject, window))
        if tries.began_at + window < now():
            tries.began_at, tries.count = now(), 0
        if tries.count >= most:
            raise TooMany(int((tries.began_at + window - now()).total_seconds()) + 1)
        tries.count += 1


def forget(session: Session, tried: Tried, subject: str) -> None:
    """The right answer came: start counting anew."""
    keys = [_key(tried, subject, window) for _, window in LIMITS[tried]]
    session.execute(delete(Tries).where(Tries.key.in_(keys)))


def forgive(session: Session, tried: Tried, subject: str) -> None:
    """The right answer came: it does not count, and only the longest window remembers the wrong ones before.

    Or whoever guesses beside an owner who comes and goes would start anew each time, too.
    """
    *shorter, longest = [_key(tried, subject, window) for _, window in LIMITS[tried]]
    session.execute(delete(Tries).where(Tries.key.in_(shorter)))
    session.execute(update(Tries).where(Tries.key == longest).values(count=Tries.count - 1))


def sweep(session: Session) -> None:
    """Forget counts that no longer matter."""
    longest = max(window for limits in LIMITS.values() for _, window in limits)
    session.execute(delete(Tries).where(Tries.began_at < now() - longest))


def _key(tried: Tried, subject: str, window: timedelta) -> bytes:
    return in_use().fingerprint(f"tries.{tried}.{window.total_seconds():.0f}", subject)


def _tries(session: Session, key: bytes) -> Tries:
    """The count with this key, made if there is none, and locked."""
    return lock_or_make(
        session, select(Tries).where(Tries.key == key), lambda: Tries(key=key, began_at=now(), count=0)
    )
