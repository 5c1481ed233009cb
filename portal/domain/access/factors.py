"""Second factors: authenticator apps, passkeys, and codes on paper; several for each account."""

import base64
import enum
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, journal, throttle
from portal.domain.accounts import Account, plain
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.domain.throttle import MOST_FAILURES, Tried
from portal.sealing import Sealed, SealedText, in_use

PAPER_CODES = 10
CODE_BYTES = 10
"""80 random bits, 16 letters of base 32."""
STEP = 30  # seconds
MOST_DRIFT = 120
"""Time-steps (an hour) within which a wrong clock is recognised as one."""
LOOKALIKES = str.maketrans("018", "OIB")  # base32 has no 0, 1 and 8; a handwritten sheet seems to

# 80 random bits need no slow hash: argon2id at its smallest, so that ten codes are made in no time.
_code_hasher = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


class FactorKind(enum.StrEnum):
    """What somebody shows besides the password; a passkey stands for both."""

    TOTP = "totp"
    PASSKEY = "passkey"
    SHEET = "sheet"
    RECOVERY = "recovery"


ON_PAPER = (FactorKind.SHEET, FactorKind.RECOVERY)


class Factor(Base):
    """One way to show who one is. It stays when it has ended: the journal names it.

    `secret` is an authenticator's, sealed; `step` is the last time-step whose code was accepted, or a
    passkey's last counter. A sheet was printed by `made_by_id`, a member of staff.
    """

    __tablename__ = "factors"
    __table_args__ = (Index("ix_factors_of_account", "account_id", "ended_at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[FactorKind] = mapped_column()
    name = SealedText()
    secret = Sealed()
    step: Mapped[int] = mapped_column(default=0)
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


class PaperCode(Base):
    """One of ten codes on a sheet of paper, each good once.

    It is found by a keyed hash of its first four letters and proven by an argon2 hash of all sixteen.
    """

    __tablename__ = "paper_codes"

    factor_id: Mapped[int] = mapped_column(ForeignKey("factors.id"), index=True)
    found_by: Mapped[bytes] = mapped_column(LargeBinary(16))
    code_hash: Mapped[str] = mapped_column(String(160))
    used_at: Mapped[datetime | None] = mapped_column()


# --- What an account has ---------------------------------------------------------------------------


_OF_ACCOUNT = (
    select(Factor)
    .where(Factor.account_id == bindparam("account"), Factor.ended_at.is_(None))
    .order_by(Factor.id)
)


def of_account(session: Session, account: Account, *kinds: FactorKind) -> Sequence[Factor]:
    """The factors in use, the oldest first; of these kinds only, if any are named."""
    found = session.scalars(_OF_ACCOUNT, {"account": account.id}).all()
    return [one for one in found if one.kind in kinds] if kinds else found


def has_any(session: Session, account: Account) -> bool:
    """Whether something must be shown besides the password: recovery codes count, also when all are used.

    Otherwise who has lost everything else could set up a new factor with the password alone.
    """
    return bool(of_account(session, account))


def had_any(session: Session, account: Account) -> bool:
    """Whether there was a factor before that is not in use any more."""
    ended = (Factor.account_id == account.id, Factor.ended_at.is_not(None))
    return session.scalar(select(Factor.id).where(*ended).limit(1)) is not None


def find(session: Session, account: Account, factor_id: int) -> Factor:
    """One of this account's own factors that is in use. Raises NotFound."""
    factor = session.get(Factor, factor_id)
    if factor is None or factor.account_id != account.id or factor.ended_at is not None:
        raise NotFound(str(factor_id))
    return factor


def codes_left(session: Session, factor: Factor) -> int:
    """How many codes of this sheet are unused."""
    unused = (PaperCode.factor_id == factor.id, PaperCode.used_at.is_(None))
    return session.scalars(select(func.count()).select_from(PaperCode).where(*unused)).one()


def rename(session: Session, account: Account, factor: Factor, name: str) -> None:
    """Call a factor by another name."""
    factor.name = name
    notices.note(session, Act.ACCOUNT_FACTOR_RENAMED, account)


def end(session: Session, account: Account, factor: Factor) -> None:
    """This factor is no longer good. Raises Refused for the last way in.

    The caller signs every other browser out.
    """
    # Two removals at once must not leave nothing: the second one waits, and counts anew.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    ways_in = [one for one in of_account(session, account) if one.kind is not FactorKind.RECOVERY]
    if ways_in == [factor]:
        raise Refused([Reason.LAST_FACTOR])
    factor.ended_at = now()
    notices.note(session, Act.ACCOUNT_FACTOR_ENDED, account)


def end_all(session: Session, account: Account) -> None:
    """None of this account's factors is good any more: it is closed, or was got back without them."""
    for factor in of_account(session, account):
        factor.ended_at = now()


# --- Authenticator apps ----------------------------------------------------------------------------


def new_secret() -> str:
    """A secret for an authenticator app, 160 bits in base 32."""
    return pyotp.random_base32()


def key_address(secret: str, login: str, issuer: str) -> str:
    """The `otpauth://` address that authenticator apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def normal_code(text: str) -> str:
    """A code as typed, without spaces and hyphens, its digits in any script as 0 to 9."""
    return "".join(one for one in plain(text) if one.isalnum()).upper()


def _step_of(secret: str, code: str, reach: int = 1) -> int | None:
    """The time-step this code belongs to, so many before and after now; None for a wrong code."""
    if not code.isascii():
        return None
    totp, current = pyotp.TOTP(secret), int(now().timestamp()) // STEP
    for step in sorted(range(current - reach, current + reach + 1), key=lambda step: abs(step - current)):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def add_totp(
    session: Session, account: Account, secret: str | None, code: str, *, name: str = ""
) -> Factor | None:
    """The authenticator with this secret, if the code is one of it; None for a wrong code.

    Raises Refused when there is no secret to prove (any more).
    """
    if secret is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    step = _step_of(secret, normal_code(code))
    if step is None:
        return None
    factor = Factor(account_id=account.id, kind=FactorKind.TOTP, secret=secret, step=step, name=name)
    session.add(factor)
    session.flush()
    notices.note(session, Act.ACCOUNT_FACTOR_SET, account)
    return factor


def drift(session: Session, account: Account, code: str) -> int | None:
    """By how many time-steps the clock of an authenticator seems wrong, if this is a code of another hour."""
    normal, current = normal_code(code), int(now().timestamp()) // STEP
    for factor in of_account(session, account, FactorKind.TOTP):
        step = _step_of(factor.secret or "", normal, MOST_DRIFT)
        if step is not None and abs(step - current) > 1:
            return step - current
    return None


# --- Codes on paper --------------------------------------------------------------------------------


def new_paper(session: Session, account: Account, kind: FactorKind, *, by: Account) -> Sequence[str]:
    """Ten new codes of 80 bits, shown once; the account's older codes of this kind are void."""
    for older in of_account(session, account, kind):
        older.ended_at = now()
    sheet = Factor(
        account_id=account.id, kind=kind, made_by_id=None if by.id == account.id else by.id, name=""
    )
    session.add(sheet)
    session.flush()
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(PAPER_CODES)]
    session.add_all(
        PaperCode(factor_id=sheet.id, found_by=_found_by(code), code_hash=_code_hasher.hash(code))
        for code in codes
    )
    notices.note(session, Act.ACCOUNT_CODES_ISSUED, account, by=by)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _found_by(code: str) -> bytes:
    return in_use().fingerprint("paper_code", code[:4])


def _is(paper: PaperCode, code: str) -> bool:
    try:
        return _code_hasher.verify(paper.code_hash, code)
    except VerifyMismatchError:
        return False


# --- Showing one -----------------------------------------------------------------------------------


def show_code(session: Session, account: Account, typed: str, *, paper: bool = True) -> Factor | None:
    """The factor this is an unused code of (on paper only if `paper`), now used up; None for a wrong code.

    Raises TooMany, and Refused after too many failures in a row. The caller commits in every case: the try is
    counted, and a right code is spent.
    """
    count_try(session, account)
    code = normal_code(typed)
    shown = _spend_totp(session, account, code) or (_spend_paper(session, account, code) if paper else None)
    note_try(session, account, shown)
    return shown


def count_try(session: Session, account: Account) -> None:
    """Count one try with a second factor of any kind. Raises TooMany, and Refused after too many failures."""
    failures = session.scalars(select(Account.failures).where(Account.id == account.id)).one()
    if failures >= MOST_FAILURES:
        raise Refused([Reason.RECOVERY_ONLY])
    throttle.count(session, Tried.FACTOR, str(account.id))


def note_try(session: Session, account: Account, shown: Factor | None) -> None:
    """How the try ended: a right factor is marked as used, a wrong one counts towards the last."""
    counted = update(Account).where(Account.id == account.id).execution_options(synchronize_session=False)
    if shown is not None:
        shown.used_at = now()
        throttle.forgive(session, Tried.FACTOR, str(account.id))
        session.execute(counted.values(failures=0))
        return
    failures = session.scalars(
        counted.values(failures=Account.failures + 1).returning(Account.failures)
    ).one()
    if failures == MOST_FAILURES:
        notices.note(session, Act.ACCOUNT_LOCKED, account, by=journal.NOBODY)


def _spend_totp(session: Session, account: Account, code: str) -> Factor | None:
    for factor in of_account(session, account, FactorKind.TOTP):
        step = _step_of(factor.secret or "", code)
        if step is not None and raise_step(session, factor, step):
            return factor
    return None


def raise_step(session: Session, factor: Factor, step: int) -> bool:
    """Note the newest step of a factor; False when it is not newer than the last one.

    One statement, so that of two at once only the first one counts; and no older step ever again.
    """
    newer = (
        update(Factor)
        .where(Factor.id == factor.id, Factor.step < step, Factor.ended_at.is_(None))
        .values(step=step)
        .returning(Factor.id)
        .execution_options(synchronize_session=False)
    )
    is_newer = session.execute(newer).first() is not None
    session.refresh(factor)
    return is_newer


def _on_paper(
    session: Session, account: Account, code: str, condition: ColumnElement[bool]
) -> Sequence[tuple[PaperCode, Factor]]:
    """The codes on sheets in use that begin like this one: almost always one, or none."""
    found = select(PaperCode, Factor).join(Factor, Factor.id == PaperCode.factor_id)
    mine = (Factor.account_id == account.id, Factor.ended_at.is_(None))
    begins = PaperCode.found_by == _found_by(code.translate(LOOKALIKES))
    return [(row[0], row[1]) for row in session.execute(found.where(*mine, begins, condition))]


def _spend_paper(session: Session, account: Account, code: str) -> Factor | None:
    code = code.translate(LOOKALIKES)
    for paper, factor in _on_paper(session, account, code, PaperCode.used_at.is_(None)):
        if _is(paper, code) and _cross_out(session, paper):
            # A recovery code is used when something went wrong; a code of a sheet every day.
            note = notices.note if factor.kind is FactorKind.RECOVERY else accounts.write_down
            note(session, Act.ACCOUNT_CODE_USED, account)
            return factor
    return None


def spent(session: Session, account: Account, typed: str) -> FactorKind | None:
    """The kind of factor this was a right code of, before it was used; None for any other code."""
    code = normal_code(typed)
    for factor in of_account(session, account, FactorKind.TOTP):
        step = _step_of(factor.secret or "", code)
        if step is not None and step <= factor.step:
            return FactorKind.TOTP
    for paper, factor in _on_paper(session, account, code, PaperCode.used_at.is_not(None)):
        if _is(paper, code.translate(LOOKALIKES)):
            return factor.kind
    return None


def _cross_out(session: Session, paper: PaperCode) -> bool:
    once = (
        update(PaperCode)
        .where(PaperCode.id == paper.id, PaperCode.used_at.is_(None))
        .values(used_at=now())
        .returning(PaperCode.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(once).first() is not None
