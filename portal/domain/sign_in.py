"""Signing in: password, then a second factor, then a session that is a row and can be ended."""

import base64
import hashlib
import secrets
import threading
import time
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import journal
from portal.domain.accounts import (
    Account,
    AccountState,
    by_login,
    hash_password,
    login_index,
    password_fits,
    token_hash,
)
from portal.domain.errors import Reason, Refused, TooMany
from portal.domain.permissions import Act
from portal.sealing import in_use

HALF_LASTS = timedelta(minutes=10)
IDLE = timedelta(minutes=15)
WHOLE = timedelta(hours=12)
RECOVERY_CODES = 10

PASSWORD_TRIES = (10, timedelta(minutes=5))
FACTOR_TRIES = (5, timedelta(minutes=5))

# Each hash takes 19 MiB: a flood of sign-ins must not take the machine's memory.
_hashing = threading.BoundedSemaphore(2)
_nobodys_hash = hash_password(secrets.token_urlsafe(16))


class SignIn(Base):
    """One browser that is signed in, or half way: `whole_at` is empty until the second factor was shown."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    whole_at: Mapped[datetime | None] = mapped_column()
    device: Mapped[str] = mapped_column(String(80), default="")


class RecoveryCode(Base):
    """One of ten codes that stand in for a lost second factor, each once."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None] = mapped_column()


class Tries(Base):
    """How often something was tried in a window of time. Counted by a keyed hash, not by name."""

    __tablename__ = "tries"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    began_at: Mapped[datetime] = mapped_column()
    count: Mapped[int] = mapped_column()


def count_try(session: Session, purpose: str, subject: str, limit: tuple[int, timedelta]) -> None:
    """Count one try. Raises TooMany beyond `limit` tries in its window. The caller always commits."""
    most, window = limit
    key = in_use().fingerprint(f"tries.{purpose}", subject)
    tries = session.scalar(select(Tries).where(Tries.key == key).with_for_update())
    if tries is None:
        tries = Tries(key=key, began_at=now(), count=0)
        session.add(tries)
    elif tries.began_at + window < now():
        tries.began_at, tries.count = now(), 0
    if tries.count >= most:
        raise TooMany(int((tries.began_at + window - now()).total_seconds()) + 1)
    tries.count += 1


def forget_tries(session: Session, purpose: str, subject: str) -> None:
    """The right answer came: start counting anew."""
    session.execute(delete(Tries).where(Tries.key == in_use().fingerprint(f"tries.{purpose}", subject)))


def check_password(session: Session, login: str, password: str) -> Account | None:
    """The active account with this login and password, or None; either takes the same time.

    Raises TooMany. The caller commits in every case: the try is counted.
    """
    subject = login_index(login).hex()
    count_try(session, "password", subject, PASSWORD_TRIES)
    account = by_login(session, login)
    with _hashing:
        fits = password_fits(account.password_hash if account else _nobodys_hash, password)
    if account is None or not fits or account.state is not AccountState.ACTIVE:
        return None
    forget_tries(session, "password", subject)
    return account


def begin(session: Session, account: Account, *, device: str) -> str:
    """The token of a half sign-in: good for ten minutes, and for showing a second factor only."""
    return _open(session, account, device=device, whole_at=None)


def finish(session: Session, half: SignIn, account: Account) -> str:
    """The token of a whole sign-in, in place of the half one. The second factor was shown."""
    session.delete(half)
    token = _open(session, account, device=half.device, whole_at=now())
    journal.record(session, Act.ACCOUNT_SIGN_IN, actor=account.actor, chain=journal.ACCOUNTS)
    return token


def _open(session: Session, account: Account, *, device: str, whole_at: datetime | None) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=token_hash(token), account_id=account.id, device=device[:80], whole_at=whole_at)
    )
    return token


def of_token(session: Session, token: str) -> tuple[SignIn, Account] | None:
    """The sign-in (half or whole) of a browser and its account; None when it is over."""
    row = session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == token_hash(token), Account.state == AccountState.ACTIVE)
    ).first()
    if row is None:
        return None
    found, account = row
    if found.whole_at is None:
        return (found, account) if found.began_at + HALF_LASTS > now() else None
    alive = found.seen_at + IDLE > now() and found.began_at + WHOLE > now()
    return (found, account) if alive else None


def seen(session: Session, found: SignIn) -> None:
    """This browser is in use: its time of rest starts anew."""
    session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now()))


def end(session: Session, found: SignIn, account: Account) -> None:
    """Sign this browser out."""
    session.delete(found)
    journal.record(session, Act.ACCOUNT_SIGN_OUT, actor=account.actor, chain=journal.ACCOUNTS)


def end_all(session: Session, account: Account, *, but: SignIn | None = None) -> None:
    """Sign every browser of this person out, but one."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account.id, SignIn.id != (but.id if but else 0))
    )


def sweep(session: Session) -> None:
    """Forget sign-ins that are over and counts that no longer matter."""
    session.execute(delete(SignIn).where(SignIn.began_at < now() - WHOLE))
    session.execute(delete(Tries).where(Tries.began_at < now() - timedelta(days=1)))


def normal_code(text: str) -> str:
    """A code as typed, without spaces and hyphens, its digits in any script as 0 to 9."""
    kept = (letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())
    return "".join(str(unicodedata.digit(one, one)) for one in kept).upper()


def new_secret() -> str:
    """A TOTP secret, 160 bits in base32 (RFC 6238)."""
    return pyotp.random_base32()


def key_address(secret: str, login: str, issuer: str) -> str:
    """The `otpauth://` address that authenticator apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def _step_of(secret: str, code: str) -> int | None:
    """The time-step this code belongs to, one before and one after allowed; None for a wrong code."""
    totp, current = pyotp.TOTP(secret), int(time.time()) // 30
    if not code.isascii():
        return None
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def set_factor(session: Session, account: Account, secret: str, code: str) -> None:
    """Make `secret` the second factor, once its code was proven. Raises Refused([CODE_WRONG])."""
    step = _step_of(secret, normal_code(code))
    if step is None:
        raise Refused([Reason.CODE_WRONG])
    account.totp_secret, account.totp_step = secret, step
    journal.record(session, Act.ACCOUNT_FACTOR_SET, actor=account.actor, chain=journal.ACCOUNTS)


def code_fits(session: Session, account: Account, code: str) -> bool:
    """Whether this is a code of the authenticator, not yet used, or an unused recovery code.

    Raises TooMany. The caller commits in every case: the try is counted, a right code is spent.
    """
    subject = str(account.id)
    count_try(session, "factor", subject, FACTOR_TRIES)
    spent = _spend_totp(session, account, normal_code(code)) or _spend_recovery(session, account, code)
    if spent:
        forget_tries(session, "factor", subject)
    return spent


def _spend_totp(session: Session, account: Account, code: str) -> bool:
    step = _step_of(account.totp_secret, code) if account.totp_secret and len(code) == 6 else None
    if step is None:
        return False
    # One statement, so that of two at once only the first one counts; and no older step ever again.
    newer = (
        update(Account)
        .where(Account.id == account.id, Account.totp_step < step)
        .values(totp_step=step, version=Account.version + 1)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    spent = session.execute(newer).first() is not None
    session.refresh(account)
    return spent


def new_recovery_codes(session: Session, account: Account) -> Sequence[str]:
    """Ten new codes of 80 bits, shown once; the old ones are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_code_hash(code)) for code in codes)
    journal.record(session, Act.ACCOUNT_CODES_ISSUED, actor=account.actor, chain=journal.ACCOUNTS)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def codes_left(session: Session, account: Account) -> int:
    """How many recovery codes are unused."""
    unused = select(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(unused).all())


def _code_hash(code: str) -> bytes:
    # 80 random bits need no slow hash.
    return hashlib.sha256(in_use().fingerprint("recovery", code)).digest()


def _spend_recovery(session: Session, account: Account, code: str) -> bool:
    once = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _code_hash(normal_code(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(once).first() is None:
        return False
    journal.record(session, Act.ACCOUNT_CODE_USED, actor=account.actor, chain=journal.ACCOUNTS)
    return True
