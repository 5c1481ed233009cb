"""My file: a copy of all that is kept about a person, made by a job when they ask, there for two days."""

import enum
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import accounts, objects, throttle
from portal.domain.accounts import Account, AccountState
from portal.domain.errors import Expired, NotFound
from portal.domain.permissions import Act, require
from portal.domain.telling import notices
from portal.domain.throttle import Tried
from portal.sealing import in_use, new_key

EXPORT_JOB = "prepare_export"
FOLDER = "exports"
LASTS = timedelta(hours=48)
AFTER_FETCHED = timedelta(hours=1)
"""Time to fetch it once more when the line broke."""
PAUSE = timedelta(minutes=1)
"""Until the next try while the store is down: as often as it takes, it is nobody's fault."""


class ExportState(enum.StrEnum):
    """Where a copy stands."""

    WAITING = "waiting"
    READY = "ready"
    FETCHED = "fetched"
    EXPIRED = "expired"
    FAILED = "failed"


THERE = (ExportState.READY, ExportState.FETCHED)


class Export(Base):
    """One copy. Its object is sealed with a key of its own, wrapped here: without the row nobody reads it.

    `is_delayed`: the store did not answer, and the job comes again.
    """

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_of_account", "account_id", "id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    is_delayed: Mapped[bool] = mapped_column(default=False)
    ready_at: Mapped[datetime | None] = mapped_column()
    fetched_at: Mapped[datetime | None] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    store_name: Mapped[str | None] = mapped_column(String(64), unique=True)
    size: Mapped[int | None] = mapped_column()
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def key(self) -> bytes:
        """The key of its object."""
        return in_use().unseal(self.wrapped_key, context=f"exports.key.{self.id}")

    @key.setter
    def key(self, key: bytes) -> None:
        self.wrapped_key = in_use().seal(key, context=f"exports.key.{self.id}")

    @property
    def context(self) -> str:
        """What the bytes of its object are bound to."""
        return f"export:{self.id}"

    @property
    def is_there(self) -> bool:
        """Whether it can be fetched now."""
        return self.state in THERE and self.expires_at is not None and self.expires_at > now()


# --- Asked for ------------------------------------------------------------------------------------


def ask(session: Session, account: Account) -> Export:
    """Ask for a copy; the one that is being made already, if there is one. Raises TooMany.

    A copy made before is erased: there is never more than one. The caller commits.
    """
    require(account.role, Act.DATA_EXPORT_ASK)
    # Two taps at once must not make two copies: the account row is the lock.
    session.refresh(account, with_for_update=True)
    earlier = latest(session, account)
    if earlier is not None and earlier.state is ExportState.WAITING:
        return earlier
    throttle.count(session, Tried.DATA_EXPORT, str(account.id))
    end_all(session, account)
    export = Export(account_id=account.id, state=ExportState.WAITING)
    export.key = new_key()
    session.add(export)
    session.flush()
    queue.enqueue(session, EXPORT_JOB, export.id)
    notices.note(session, Act.DATA_EXPORT_ASK, account)
    return export


def latest(session: Session, account: Account) -> Export | None:
    """The last copy this person asked for."""
    mine = select(Export).where(Export.account_id == account.id)
    return session.scalar(mine.order_by(Export.id.desc()).limit(1))


def of_account(session: Session, account: Account) -> Sequence[Export]:
    """Every copy this person asked for, the newest first; none of those that are gone holds a byte."""
    mine = select(Export).where(Export.account_id == account.id)
    return session.scalars(mine.order_by(Export.id.desc())).all()


# --- Fetched --------------------------------------------------------------------------------------


def find(session: Session, export_id: int, *, by: Account) -> Export:
    """A copy that can be fetched. Raises NotFound for somebody else's, Expired when it is not there."""
    require(by.role, Act.DATA_EXPORT_FETCH)
    export = session.get(Export, export_id)
    if export is None or export.account_id != by.id:
        raise NotFound(str(export_id))
    if not export.is_there:
        raise Expired(str(export_id))
    return export


def fetched(session: Session, export: Export, *, by: Account) -> None:
    """It goes out now, and is kept for another hour at most. Raises Expired."""
    session.refresh(export, with_for_update=True)
    if not export.is_there or export.expires_at is None:
        raise Expired(str(export.id))
    export.state, export.fetched_at = ExportState.FETCHED, now()
    export.expires_at = min(export.expires_at, now() + AFTER_FETCHED)
    accounts.write_down(session, Act.DATA_EXPORT_FETCH, by)


# --- Made by the job ------------------------------------------------------------------------------


def waiting(session: Session, export_id: int) -> tuple[Export, Account] | None:
    """The copy and whom it is about, if it is still to be made."""
    export = session.get(Export, export_id)
    if export is None or export.state is not ExportState.WAITING:
        return None
    account = session.get_one(Account, export.account_id)
    return (export, account) if account.state is AccountState.ACTIVE else None


def ready(session: Session, export_id: int, store_name: str, size: int) -> None:
    """Its object lies in the store; one that was given up meanwhile has no row, and is swept."""
    export = session.get_one(Export, export_id, with_for_update=True)
    if export.state is not ExportState.WAITING:
        return
    export.state, export.store_name, export.size = ExportState.READY, store_name, size
    export.ready_at, export.expires_at, export.is_delayed = now(), now() + LASTS, False


def put_off(session: Session, export_id: int) -> None:
    """The store is down: say so, and try again."""
    export = session.get_one(Export, export_id, with_for_update=True)
    if export.state is ExportState.WAITING:
        export.is_delayed = True
        queue.enqueue(session, EXPORT_JOB, export_id, run_at=now() + PAUSE)


def give_up(session: Session, export_id: int, error: str = "") -> None:
    """It cannot be made; its owner may ask again. One that was made stays."""
    export = session.get_one(Export, export_id, with_for_update=True)
    if export.state is ExportState.WAITING:
        _erase(export, ExportState.FAILED)


def lost(session: Session, export: Export) -> None:
    """The store has lost its object, or damaged it; its owner may ask again."""
    session.refresh(export, with_for_update=True)
    if export.state in THERE:
        _erase(export, ExportState.FAILED)


# --- Gone -----------------------------------------------------------------------------------------


def expire(session: Session) -> None:
    """The time of copies that were not fetched, or were, is over."""
    over = select(Export).where(Export.state.in_(THERE), Export.expires_at <= now())
    for export in session.scalars(over.with_for_update(skip_locked=True)):
        _erase(export, ExportState.EXPIRED)


def end_all(session: Session, account: Account) -> None:
    """No copy of this person is kept or made any more."""
    for export in of_account(session, account):
        if export.state in (ExportState.WAITING, *THERE):
            _erase(export, ExportState.EXPIRED)


def _erase(export: Export, state: ExportState) -> None:
    """Nobody can read the object from now on; the sweep removes it."""
    export.state, export.store_name, export.wrapped_key = state, None, b""


def known(session: Session, names: Collection[str]) -> set[str | None]:
    """Those of these objects that a copy knows."""
    return set(session.scalars(select(Export.store_name).where(Export.store_name.in_(names))))


def orphans(session: Session, names: Collection[str]) -> list[str]:
    """Those of these objects that no copy knows, although there was time to write its row."""
    rows = known(session, names)
    return [name for name in names if name not in rows and not objects.is_fresh(name)]
