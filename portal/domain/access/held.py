"""Forms that came after the sign-in of their writer had lapsed: kept sealed, for nobody else, for a day."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain.accounts import Account
from portal.sealing import SealedText

LASTS = timedelta(days=1)
MOST = 20
"""Forms of one person: more than the application has pages."""
LARGEST = 64 * 1024
"""Characters of one form."""

Fields = Sequence[tuple[str, str]]
"""Names and what was typed, in the order of the form; a name may come twice."""


class HeldForm(Base):
    """What one person typed into one page, until it is saved there. `address` names the page."""

    __tablename__ = "held_forms"
    __table_args__ = (UniqueConstraint("account_id", "address"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    address: Mapped[str] = mapped_column(String(200))
    held_at: Mapped[datetime] = mapped_column(default=now)
    fields = SealedText()


def hold(session: Session, account: Account, address: str, fields: Fields) -> bool:
    """Keep what was typed, in place of what was kept for this page; False when there is too much of it.

    The caller commits.
    """
    written = json.dumps(fields, ensure_ascii=False)
    if len(written) > LARGEST:
        return False
    # Two taps at once must not make two rows: the account row is the lock.
    session.get_one(Account, account.id, with_for_update=True)
    drop(session, account, address)
    session.add(HeldForm(account_id=account.id, address=address, fields=written))
    session.flush()
    _forget_oldest(session, account)
    return True


def _forget_oldest(session: Session, account: Account) -> None:
    mine = select(HeldForm.id).where(HeldForm.account_id == account.id).order_by(HeldForm.id.desc())
    session.execute(delete(HeldForm).where(HeldForm.id.in_(session.scalars(mine.offset(MOST)).all())))


def held(session: Session, account: Account, address: str) -> Fields | None:
    """What this person typed into this page and could not save; None when there is nothing."""
    found = session.scalar(_of(account).where(HeldForm.address == address))
    return _fields(found) if found else None


def of_account(session: Session, account: Account) -> Sequence[tuple[str, Fields]]:
    """The address and the fields of everything that is kept of this person, the last one first."""
    rows = session.scalars(_of(account).order_by(HeldForm.id.desc())).all()
    return [(row.address, _fields(row)) for row in rows]


def _of(account: Account) -> Select[HeldForm]:
    return select(HeldForm).where(HeldForm.account_id == account.id, HeldForm.held_at > now() - LASTS)


def _fields(row: HeldForm) -> Fields:
    return [(name, typed) for name, typed in json.loads(row.fields)]


def drop(session: Session, account: Account, address: str) -> None:
    """It is saved now, or no longer wanted."""
    session.execute(delete(HeldForm).where(HeldForm.account_id == account.id, HeldForm.address == address))


def sweep(session: Session) -> None:
    """Forget what nobody came back for within a day."""
    session.execute(delete(HeldForm).where(HeldForm.held_at <= now() - LASTS))
