"""Claim codes: with one on paper somebody takes over an account that was made for them.

So the applicant takes over the account in which a counsellor filled in for them, and an adult of the family
the one from which they say whether they agree.
"""

import base64
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, cases, throttle
from portal.domain.access.factors import CODE_BYTES, LOOKALIKES, normal_code
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.throttle import Tried
from portal.sealing import in_use

LASTS = timedelta(days=90)
COUNTED_BY = 2
"""Letters of a code by which wrong ones are counted: nobody knows whose code was meant."""


class Claim(Base):
    """One code, asked for by the counsellor of the case; any but the first needs an approver.

    Of the code only a keyed hash is kept: 80 random bits need no slow one.
    """

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_of_account", "account_id", "ended_at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None] = mapped_column()
    printed_at: Mapped[datetime | None] = mapped_column()
    found_by: Mapped[bytes | None] = mapped_column(LargeBinary(16), unique=True)
    used_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    @property
    def ends_at(self) -> datetime | None:
        """Until when the code on paper is good."""
        return self.printed_at and self.printed_at + LASTS


# --- On the counsellor's side -----------------------------------------------------------------------


def printed(session: Session, case: Case) -> Claim | None:
    """The code that is on paper now."""
    return on_paper(session, case.migrant_id)


def on_paper(session: Session, account_id: int) -> Claim | None:
    """The code for this account that is on paper now."""
    return session.scalar(_of(account_id).where(Claim.printed_at.is_not(None)).limit(1))


def is_used(session: Session, account_id: int) -> bool:
    """Whether somebody took this account over."""
    used = select(Claim.id).where(Claim.account_id == account_id, Claim.used_at.is_not(None))
    return session.scalar(used.limit(1)) is not None


def wanted(session: Session, case: Case) -> Claim | None:
    """The code that is asked for and not on paper yet."""
    return session.scalar(_of(case.migrant_id).where(Claim.printed_at.is_(None)).limit(1))


def ask(session: Session, case: Case, *, by: Account) -> Claim:
    """Ask for a code; a first one counts as approved. Asked twice, it is asked once. The caller commits."""
    require(by.role, Act.CLAIM_ASK)
    account = _unclaimed(session, case)
    if case.counsellor_id != by.id:
        raise NotFound(case.reference)
    known = wanted(session, case)
    if known and known.asked_by_id == by.id:
        return known
    if known:  # the case is another counsellor's now
        known.ended_at = now()
    is_first = printed(session, case) is None
    claim = Claim(account_id=account.id, asked_by_id=by.id, approved_at=now() if is_first else None)
    session.add(claim)
    session.flush()
    accounts.write_down(session, Act.CLAIM_ASK, account, by=by)
    return claim


def approve(session: Session, case: Case, *, by: Account) -> None:
    """An approver agrees to another code. Raises Refused for one's own."""
    require(by.role, Act.CLAIM_APPROVE)
    account, claim = _unclaimed(session, case), wanted(session, case)
    if claim is None or claim.approved_at is not None:
        raise Refused([Reason.WRONG_STATE])
    if claim.asked_by_id == by.id:
        raise Refused([Reason.OWN_REQUEST])
    claim.approved_by_id, claim.approved_at = by.id, now()
    accounts.write_down(session, Act.CLAIM_APPROVE, account, by=by)


def make_code(session: Session, case: Case, *, by: Account) -> str:
    """The code, shown this once; the one before it is void. Only for who asked. The caller commits."""
    require(by.role, Act.CLAIM_MAKE)
    account, claim = _unclaimed(session, case), wanted(session, case)
    if claim is None or claim.approved_at is None or claim.asked_by_id != by.id:
        raise Refused([Reason.WRONG_STATE])
    return _print(session, account, claim, by)


def issue(session: Session, account: Account, *, by: Account) -> str:
    """A code at once for an account nobody has entered; the one before it is void. The caller commits.

    The verb that calls this has looked whether `by` may, and holds the lock under which codes are made.
    """
    claim = Claim(account_id=account.id, asked_by_id=by.id, approved_at=now())
    session.add(claim)
    session.flush()
    return _print(session, account, claim, by)


def _print(session: Session, account: Account, claim: Claim, by: Account) -> str:
    for older in session.scalars(_of(account.id).where(Claim.id != claim.id)):
        older.ended_at = now()
    code = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    claim.found_by, claim.printed_at = _found_by(code), now()
    accounts.write_down(session, Act.CLAIM_MAKE, account, by=by)
    session.flush()
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))


def _of(account_id: int) -> Select[Claim]:
    mine = (Claim.account_id == account_id, Claim.ended_at.is_(None), Claim.used_at.is_(None))
    return select(Claim).where(*mine).order_by(Claim.id.desc())


def _unclaimed(session: Session, case: Case) -> Account:
    """The account nobody has claimed yet, locked: two who print at once print one code. Raises Refused."""
    account = session.get_one(Account, case.migrant_id, with_for_update=True)
    session.refresh(case)
    if not case.assisted or account.state is not AccountState.ACTIVE:
        raise Refused([Reason.WRONG_STATE])
    return account


# --- On the person's side ---------------------------------------------------------------------------


def use(session: Session, typed: str, *, name: str, password: str, language: str) -> Account:
    """Take the account over: from now on it has this password, and a sign-in name made of `name`.

    Raises TooMany, and Refused: for a code that is wrong, used, late or void alike. The caller commits in
    every case: the try is counted.
    """
    code = normal_code(typed).translate(LOOKALIKES)
    throttle.count(session, Tried.CLAIM, code[:COUNTED_BY])
    if faults := accounts.password_faults(password, name):
        raise Refused(faults)
    # Before anybody is looked for: the answer to a wrong code takes as long.
    hashed = accounts.hash_password(password)
    account = _spend(session, code)
    if account is None:
        raise Refused([Reason.CLAIM_WRONG])
    accounts.rename(session, account, name)
    account.password_hash, account.language = hashed, language
    cases.end_assistance(session, account)
    accounts.write_down(session, Act.CLAIM_USE, account)
    session.flush()
    return account


def _spend(session: Session, code: str) -> Account | None:
    """The account of an unused code, now used up: of two at once one gets it."""
    once = (
        update(Claim)
        .where(
            Claim.found_by == _found_by(code),
            Claim.used_at.is_(None),
            Claim.ended_at.is_(None),
            Claim.printed_at > now() - LASTS,
        )
        .values(used_at=now())
        .returning(Claim.account_id)
        .execution_options(synchronize_session=False)
    )
    number = session.scalar(once)
    account = session.get(Account, number, with_for_update=True) if number else None
    return account if account and account.state is AccountState.ACTIVE else None


def _found_by(code: str) -> bytes:
    return in_use().fingerprint("claim", code)
