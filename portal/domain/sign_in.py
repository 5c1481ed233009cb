"""Signing in: password, then a second factor, then a session that is a row and can be ended."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, lock_or_make, now
from portal.domain import journal
from portal.domain.accounts import (
    Account,
    AccountState,
    by_login,
    hash_password,
    login_index,
    password_fits,
    plain,
    set_password,
    token_hash,
)
from portal.domain.errors import Reason, Refused, TooMany
from portal.domain.permissions import Act
from portal.sealing import Sealed, in_use

HALF_LASTS = timedelta(minutes=10)
SET_UP_LASTS = timedelta(minutes=30)  # the authenticator app may have to come over a slow line first
IDLE = timedelta(minutes=15)
WHOLE = timedelta(hours=12)
RECOVERY_CODES = 10
LOOKALIKES = str.maketrans("018", "OIB")  # base32 has no 0, 1 and 8; a handwritten sheet seems to

Limit = tuple[int, timedelta]
PASSWORD_TRIES: tuple[Limit, ...] = ((10, timedelta(minutes=5)),)
FACTOR_TRIES: tuple[Limit, ...] = ((5, timedelta(minutes=5)), (20, timedelta(days=1)))

# For logins that nobody has: their answer must take as long.
_nobodys_hash = hash_password(secrets.token_urlsafe(16))


class SignIn(Base):
    """One browser that is signed in, or half way: `whole_at` is empty until the second factor was shown.

    `pending_secret` is the second factor of an account that has none, until a code has proven it.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime] = mapped_column(default=lambda: now() + WHOLE)
    whole_at: Mapped[datetime | None] = mapped_column()
    device: Mapped[str] = mapped_column(String(80), default="")
    pending_secret = Sealed()


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


# --- Tries -------------------------------------------------------------------------------------


def count_try(session: Session, purpose: str, subject: str, limits: Sequence[Limit]) -> None:
    """Count one try. Raises TooMany beyond any of `limits`, each so many tries in a window of time.

    The caller commits in every case, also when what was tried went wrong.
    """
    for most, window in limits:
        tries = _tries(session, _tries_key(purpose, subject, window))
        if tries.began_at + window < now():
            tries.began_at, tries.count = now(), 0
        if tries.count >= most:
            raise TooMany(int((tries.began_at + window - now()).total_seconds()) + 1)
        tries.count += 1


def forget_tries(session: Session, purpose: str, subject: str, limits: Sequence[Limit]) -> None:
    """The right answer came: start counting anew."""
    keys = [_tries_key(purpose, subject, window) for _, window in limits]
    session.execute(delete(Tries).where(Tries.key.in_(keys)))


def _tries_key(purpose: str, subject: str, window: timedelta) -> bytes:
    return in_use().fingerprint(f"tries.{purpose}.{window.total_seconds():.0f}", subject)


def _tries(session: Session, key: bytes) -> Tries:
    """The count with this key, made if there is none, and locked."""
    return lock_or_make(
        session, select(Tries).where(Tries.key == key), lambda: Tries(key=key, began_at=now(), count=0)
    )


# --- First step: the password ------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    """One counted try with a login; `account` is None when nobody has that login."""

    account: Account | None

    def account_with(self, password: str) -> Account | None:
        """The account, if it is in use and this is its password, else None; either takes the same time."""
        fits = password_fits(self.account.password_hash if self.account else _nobodys_hash, password)
        if self.account is None or self.account.state is not AccountState.ACTIVE:
            return None
        return self.account if fits else None


def attempt(session: Session, login: str) -> Attempt:
    """A try to sign in. Raises TooMany.

    The caller commits before it looks at the password: the try is counted, and nobody waits for the hash.
    """
    count_try(session, "password", login_index(login).hex(), PASSWORD_TRIES)
    return Attempt(by_login(session, login))


def begin(session: Session, account: Account, *, device: str) -> str:
    """The token of a half sign-in, good for showing a second factor only. The password was right.

    An account without a second factor is handed a secret, in `pending_secret`.
    """
    forget_tries(session, "password", account.login_index.hex(), PASSWORD_TRIES)
    if account.totp_secret is not None:
        return _open(session, account, device=device, lasts=HALF_LASTS)[0]
    secret = pyotp.random_base32()
    return _open(session, account, device=device, lasts=SET_UP_LASTS, pending_secret=secret)[0]


def finish(session: Session, half: SignIn, account: Account) -> tuple[str, SignIn]:
    """The token of a whole sign-in and its row, in place of the half one. The second factor was shown.

    Raises Refused when another request has already finished this half.
    """
    once = delete(SignIn).where(SignIn.id == half.id).returning(SignIn.id)
    if session.execute(once).first() is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    token, whole = _open(session, account, device=half.device, lasts=WHOLE, whole_at=now())
    journal.record(session, Act.ACCOUNT_SIGN_IN, actor=account.actor, chain=journal.ACCOUNTS)
    return token, whole


def _open(
    session: Session, account: Account, *, device: str, lasts: timedelta, **more: object
) -> tuple[str, SignIn]:
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=token_hash(token),
        account_id=account.id,
        device=device[:80],
        ends_at=now() + lasts,
        **more,
    )
    session.add(row)
    return token, row


# --- Whole sign-ins ----------------------------------------------------------------------------


def _is_alive() -> ColumnElement[bool]:
    """Which sign-ins are not over: a half one has its time, a whole one must be used as well."""
    return (SignIn.ends_at > now()) & or_(SignIn.whole_at.is_(None), SignIn.seen_at > now() - IDLE)


def of_token(session: Session, token: str) -> tuple[SignIn, Account] | None:
    """The sign-in (half or whole) of a browser and its account; None when it is over."""
    return _row_of(session, token, _is_alive())


def lapsed(session: Session, token: str) -> Account | None:
    """Whose whole sign-in this was, when it is over only because nothing happened for a while."""
    rested = (SignIn.whole_at.is_not(None), SignIn.ends_at > now(), SignIn.seen_at <= now() - IDLE)
    row = _row_of(session, token, *rested)
    return row and row[1]


def _row_of(session: Session, token: str, *conditions: ColumnElement[bool]) -> tuple[SignIn, Account] | None:
    row = session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == token_hash(token), Account.state == AccountState.ACTIVE, *conditions)
    ).first()
    return row and (row[0], row[1])


def devices(session: Session, account: Account) -> Sequence[SignIn]:
    """The browsers in which this person is signed in, the last one used first."""
    whole = (SignIn.account_id == account.id, SignIn.whole_at.is_not(None), _is_alive())
    return session.scalars(select(SignIn).where(*whole).order_by(SignIn.seen_at.desc())).all()


def seen(session: Session, found: SignIn) -> None:
    """This browser is in use: its time of rest starts anew."""
    session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now()))


def end(session: Session, found: SignIn, account: Account) -> None:
    """Sign this browser out."""
    session.execute(delete(SignIn).where(SignIn.id == found.id))
    journal.record(session, Act.ACCOUNT_SIGN_OUT, actor=account.actor, chain=journal.ACCOUNTS)


def end_all(session: Session, account: Account, *, but: SignIn | None = None) -> None:
    """Sign every browser of this person out, but one."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account.id, SignIn.id != (but.id if but else 0))
    )


def change_password(session: Session, account: Account, password: str, *, here: SignIn) -> None:
    """Give the account another password and sign every other browser out.

    The old password was shown in an `attempt`. Raises Refused for one that is short, long or common.
    """
    set_password(session, account, password)
    forget_tries(session, "password", account.login_index.hex(), PASSWORD_TRIES)
    end_all(session, account, but=here)


def sweep(session: Session) -> None:
    """Forget sign-ins that are over and counts that no longer matter."""
    session.execute(delete(SignIn).where(SignIn.ends_at < now()))
    longest = max(window for _, window in (*PASSWORD_TRIES, *FACTOR_TRIES))
    session.execute(delete(Tries).where(Tries.began_at < now() - longest))


# --- Second step: a code of the authenticator, or a recovery code -------------------------------


def normal_code(text: str) -> str:
    """A code as typed, without spaces and hyphens, its digits in any script as 0 to 9."""
    return "".join(one for one in plain(text) if one.isalnum()).upper()


def key_address(secret: str, login: str, issuer: str) -> str:
    """The `otpauth://` address that authenticator apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def _step_of(secret: str, code: str) -> int | None:
    """The time-step this code belongs to, one before and one after allowed; None for a wrong code."""
    totp, current = pyotp.TOTP(secret), int(now().timestamp()) // 30
    if not code.isascii():
        return None
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def set_factor(session: Session, half: SignIn, account: Account, code: str) -> bool:
    """Make the pending secret the second factor, if this is a code of it; every other half way in is over.

    Raises Refused when the account has got one meanwhile.
    """
    if account.totp_secret is not None or half.pending_secret is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    step = _step_of(half.pending_secret, normal_code(code))
    if step is None:
        return False
    account.totp_secret, account.totp_step = half.pending_secret, step
    end_all(session, account, but=half)
    journal.record(session, Act.ACCOUNT_FACTOR_SET, actor=account.actor, chain=journal.ACCOUNTS)
    return True


def code_fits(session: Session, account: Account, code: str, *, recovery: bool = True) -> bool:
    """Whether this is an unused code of the authenticator or, unless `recovery` is off, a recovery code.

    Raises TooMany. The caller commits in every case: the try is counted, a right code is spent.
    """
    subject, normal = str(account.id), normal_code(code)
    count_try(session, "factor", subject, FACTOR_TRIES)
    spent = _spend_totp(session, account, normal) or (recovery and _spend_recovery(session, account, normal))
    if spent:
        forget_tries(session, "factor", subject, FACTOR_TRIES)
    return spent


def _spend_totp(session: Session, account: Account, code: str) -> bool:
    step = _step_of(account.totp_secret, code) if account.totp_secret else None
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
    unused = (RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    return session.scalars(select(func.count()).select_from(RecoveryCode).where(*unused)).one()


def _code_hash(code: str) -> bytes:
    # 80 random bits need no slow hash.
    return hashlib.sha256(in_use().fingerprint("recovery", code)).digest()


def _spend_recovery(session: Session, account: Account, code: str) -> bool:
    once = (
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _code_hash(code.translate(LOOKALIKES)),
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
