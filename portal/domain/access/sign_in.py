"""Signing in: password, then a second factor, then a session that is a row and can be ended."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, throttle
from portal.domain.access import factors
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.accounts import (
    Account,
    AccountState,
    by_login,
    hash_password,
    login_index,
    password_fits,
    set_password,
    token_hash,
)
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.domain.throttle import Tried
from portal.sealing import Sealed

HALF_LASTS = timedelta(minutes=10)
SET_UP_LASTS = timedelta(minutes=30)  # the authenticator app may have to come over a slow line first
IDLE = timedelta(minutes=15)
IDLE_SHARED = timedelta(minutes=10)
WARNED = timedelta(minutes=2)
"""So long before the rest is over the page says so."""
WHOLE = timedelta(hours=12)
FRESH = timedelta(minutes=10)
"""So long a second factor that was shown is good for what needs it shown anew."""

# For logins that nobody has: their answer must take as long.
_nobodys_hash = hash_password(secrets.token_urlsafe(16))


class Device(Base):
    """A browser somebody signed in with. On a phone that is shared it is known by its words only.

    One that keeps a secret (`token_hash`) is known for certain: its owner gets in while a stranger guesses.
    """

    __tablename__ = "devices"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    words: Mapped[str] = mapped_column(String(80), default="")
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    first_at: Mapped[datetime] = mapped_column(default=now)
    last_at: Mapped[datetime] = mapped_column(default=now)


class SignIn(Base):
    """One browser that is signed in, or half way: `whole_at` is empty until the second factor was shown.

    `shown` is the kind of that factor and `fresh_at` when one was shown last. `pending_secret` is an
    authenticator's until a code has proven it; `drift` is by how many time-steps the last code was off.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime] = mapped_column(default=lambda: now() + WHOLE)
    whole_at: Mapped[datetime | None] = mapped_column()
    fresh_at: Mapped[datetime | None] = mapped_column()
    shown: Mapped[FactorKind | None] = mapped_column()
    is_shared: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(80), default="")
    drift: Mapped[int | None] = mapped_column()
    pending_secret = Sealed()

    @property
    def rest(self) -> timedelta:
        """How long nothing may happen before this sign-in is over."""
        return IDLE_SHARED if self.is_shared else IDLE

    @property
    def over_at(self) -> datetime:
        """When this sign-in is over if nothing happens any more."""
        return min(self.seen_at + self.rest, self.ends_at)

    @property
    def is_fresh(self) -> bool:
        """Whether a second factor was shown a short time ago."""
        return self.fresh_at is not None and self.fresh_at > now() - FRESH


@dataclass(frozen=True)
class Entered:
    """A whole sign-in: the browser's token, and one to be known by if it is somebody's own."""

    token: str
    sign_in: SignIn
    device_token: str | None = None


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


def attempt(session: Session, login: str, *, device_token: str = "") -> Attempt:
    """A try to sign in. Raises TooMany. A browser its owner is known by is counted apart from strangers.

    The caller commits before it looks at the password: the try is counted, and nobody waits for the hash.
    """
    account = by_login(session, login)
    throttle.count(session, Tried.PASSWORD, _subject(login, _known_device(session, account, device_token)))
    return Attempt(account)


def _subject(login: str, known: Device | None) -> str:
    return login_index(login).hex() + (f".{known.id}" if known else "")


def _known_device(session: Session, account: Account | None, device_token: str) -> Device | None:
    # Asked for nobody's login as well: it must take as long.
    mine = (
        Device.token_hash == token_hash(device_token),
        Device.account_id == (account.id if account else 0),
    )
    return session.scalar(select(Device).where(*mine))


def begin(session: Session, account: Account, *, device: str, device_token: str = "") -> str:
    """The token of a half sign-in, good for showing a second factor only. The password was right.

    An account without a second factor is handed a secret, in `pending_secret`. Raises Refused when the
    password was changed, or the account stopped, while it was looked at.
    """
    _still_as_it_was(session, account)
    throttle.forget(
        session,
        Tried.PASSWORD,
        _subject(account.login, _known_device(session, account, device_token)),
    )
    if factors.has_any(session, account):
        return _open(session, account, device=device, lasts=HALF_LASTS)[0]
    secret = factors.new_secret()
    return _open(session, account, device=device, lasts=SET_UP_LASTS, pending_secret=secret)[0]


def _still_as_it_was(session: Session, account: Account) -> None:
    """Hashing takes its time: whoever changes the password meanwhile has signed out who knows the old one."""
    before = account.password_hash
    session.flush()  # what this request did itself
    session.refresh(account, with_for_update=True)
    if (account.password_hash, account.state) != (before, AccountState.ACTIVE):
        raise Refused([Reason.CHANGED_MEANWHILE])


def off_by(session: Session, half: SignIn, account: Account, code: str) -> Reason | None:
    """Whether the clock of an authenticator is wrong: two codes in a row are off by the same time.

    One code alone says nothing: who guesses must not learn that a guess will be right in an hour.
    """
    before, half.drift = half.drift, factors.drift(session, account, code)
    if half.drift is None or before is None or abs(half.drift - before) > 1:
        return None
    return Reason.CLOCK_SLOW if half.drift < 0 else Reason.CLOCK_FAST


def finish(
    session: Session, half: SignIn, account: Account, shown: FactorKind, *, device_token: str = ""
) -> Entered:
    """The whole sign-in in place of the half one. The second factor was shown.

    Raises Refused when another request has already finished this half.
    """
    once = delete(SignIn).where(SignIn.id == half.id).returning(SignIn.id)
    if session.execute(once).first() is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    return enter(session, account, shown, device=half.device, device_token=device_token)


def enter(
    session: Session, account: Account, shown: FactorKind, *, device: str, device_token: str = ""
) -> Entered:
    """A whole sign-in: both factors were shown, by a passkey at once or one after the other."""
    known, new_token = _device_of(session, account, device, device_token)
    token, whole = _open(
        session,
        account,
        device=device,
        lasts=WHOLE,
        whole_at=now(),
        fresh_at=now(),
        shown=shown,
        is_shared=account.is_on_shared_phone,
        device_id=known.id,
    )
    accounts.write_down(session, Act.ACCOUNT_SIGN_IN, account)
    return Entered(token, whole, new_token)


def _device_of(session: Session, account: Account, words: str, token: str) -> tuple[Device, str | None]:
    """The device this is, and a token for the browser to keep if it shall be known by one from now on."""
    known = _known_device(session, account, token)
    if known is not None:
        known.last_at = now()
        return known, None
    mine = select(Device).where(Device.account_id == account.id)
    if account.is_on_shared_phone:
        same = session.scalar(mine.where(Device.words == words[:80], Device.token_hash.is_(None)).limit(1))
        if same is not None:
            same.last_at = now()
            return same, None
    new_token = None if account.is_on_shared_phone else secrets.token_urlsafe(32)
    is_first = session.scalar(mine.limit(1)) is None
    device = Device(
        account_id=account.id, words=words[:80], token_hash=token_hash(new_token) if new_token else None
    )
    session.add(device)
    session.flush()
    if not is_first:
        notices.note(session, Act.ACCOUNT_NEW_DEVICE, account, words=words)
    return device, new_token


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


def step_up(session: Session, here: SignIn, account: Account, shown: FactorKind) -> Entered:
    """A new token for this browser, in which a second factor was shown anew.

    One that began with a passkey stays so: a code shown later takes nothing from it. Raises Refused when
    this browser was signed out meanwhile.
    """
    row, token = _locked(session, here), secrets.token_urlsafe(32)
    row.token_hash, row.fresh_at = token_hash(token), now()
    row.shown = FactorKind.PASSKEY if row.shown is FactorKind.PASSKEY else shown
    accounts.write_down(session, Act.ACCOUNT_STEP_UP, account)
    return Entered(token, row)


# --- Whole sign-ins ----------------------------------------------------------------------------


# Built once: every page of everybody asks this.
_IS_RESTED = or_(
    and_(SignIn.is_shared.is_(True), SignIn.seen_at <= bindparam("since_if_shared")),
    SignIn.seen_at <= bindparam("since"),
)
"""Whether so little happened in a browser that its sign-in is over."""
_ENDS_LATER = SignIn.ends_at > bindparam("moment")
_IS_ALIVE = _ENDS_LATER & or_(SignIn.whole_at.is_(None), ~_IS_RESTED)
"""Which sign-ins are not over: a half one has its time, a whole one must be used as well."""
_OF_TOKEN = (
    select(SignIn, Account)
    .join(Account, Account.id == SignIn.account_id)
    .where(SignIn.token_hash == bindparam("token"), Account.state == AccountState.ACTIVE)
)
ALIVE = _OF_TOKEN.where(_IS_ALIVE)
"""The sign-in of a browser (:token) and its account; asked with `times`."""
_LAPSED = _OF_TOKEN.where(SignIn.whole_at.is_not(None), _ENDS_LATER, _IS_RESTED)


def times() -> dict[str, datetime]:
    """What these questions are asked with."""
    moment = now()
    return {"moment": moment, "since": moment - IDLE, "since_if_shared": moment - IDLE_SHARED}


def of_token(session: Session, token: str) -> tuple[SignIn, Account] | None:
    """The sign-in (half or whole) of a browser and its account; None when it is over."""
    row = session.execute(ALIVE, {"token": token_hash(token), **times()}).first()
    return row and (row[0], row[1])


def lapsed(session: Session, token: str) -> Account | None:
    """Whose whole sign-in this was, when it is over only because nothing happened for a while."""
    row = session.execute(_LAPSED, {"token": token_hash(token), **times()}).first()
    return row and row[1]


_IN_USE = (
    select(SignIn, Device)
    .outerjoin(Device, Device.id == SignIn.device_id)
    .where(SignIn.account_id == bindparam("account"), SignIn.whole_at.is_not(None), _IS_ALIVE)
    .order_by(SignIn.seen_at.desc())
)


def devices(session: Session, account: Account) -> Sequence[tuple[SignIn, Device | None]]:
    """The browsers in which this person is signed in, the last one used first, each with its device."""
    rows = session.execute(_IN_USE, {"account": account.id, **times()})
    return [(row[0], row[1]) for row in rows]


def seen(session: Session, found: SignIn) -> None:
    """This browser is in use: its time of rest starts anew."""
    at = now()
    session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=at))
    found.seen_at = at


def end(session: Session, found: SignIn, account: Account) -> None:
    """Sign this browser out."""
    session.execute(delete(SignIn).where(SignIn.id == found.id))
    accounts.write_down(session, Act.ACCOUNT_SIGN_OUT, account)


def give_up(session: Session, token: str) -> None:
    """Forget a half way in, if there is one with this token."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.whole_at.is_(None)))


def end_device(session: Session, account: Account, sign_in_id: int) -> None:
    """Sign one browser of this person out, and no longer know it. Nothing happens when it is already gone."""
    gone = (
        delete(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.account_id == account.id)
        .returning(SignIn.device_id)
    )
    row = session.execute(gone).first()
    if row is None:
        return
    session.execute(update(Device).where(Device.id == row[0]).values(token_hash=None))
    accounts.write_down(session, Act.ACCOUNT_DEVICE_ENDED, account)


def end_all(session: Session, account: Account, *, but: SignIn | None = None) -> None:
    """Sign every browser of this person out, but one; none of the others is known any more."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account.id, SignIn.id != (but.id if but else 0))
    )
    kept = but.device_id if but else None
    others = (Device.account_id == account.id, Device.id != (kept or 0))
    session.execute(update(Device).where(*others).values(token_hash=None))


def set_sharing(session: Session, account: Account, here: SignIn, *, is_shared: bool) -> str | None:
    """Whether others use this phone; a token for the browser to be known by if it is somebody's own.

    Raises Refused when this browser was signed out meanwhile.
    """
    row = _locked(session, here)
    accounts.set_sharing(session, account, is_shared=is_shared)
    row.is_shared = is_shared
    token = None if is_shared else secrets.token_urlsafe(32)
    known = (Device.account_id == account.id, Device.id == row.device_id)
    session.execute(update(Device).where(*known).values(token_hash=token_hash(token) if token else None))
    return token


def change_password(session: Session, account: Account, password: str, *, here: SignIn) -> None:
    """Give the account another password and sign every other browser out.

    The old password was shown in an `attempt`. Raises Refused for one that is short, long or common.
    """
    set_password(session, account, password)
    throttle.forget(session, Tried.PASSWORD, _subject(account.login, None))
    end_all(session, account, but=here)
    notices.note(session, Act.ACCOUNT_PASSWORD_SET, account)


def freeze(session: Session, account: Account, *, by: Account) -> None:
    """Nobody gets in any more, not even its owner: only recovery opens the account again."""
    if account.state is AccountState.ACTIVE:
        account.state = AccountState.FROZEN
    end_all(session, account)
    notices.note(session, Act.ACCOUNT_FREEZE, account, by=by)


def set_up_totp(session: Session, half: SignIn, account: Account, code: str) -> Factor | None:
    """Make the pending secret the second factor, if this is a code of it; every other half way in is over.

    Raises Refused when the account has got one meanwhile.
    """
    if factors.has_any(session, account):
        raise Refused([Reason.CHANGED_MEANWHILE])
    factor = factors.add_totp(session, account, half.pending_secret, code)
    if factor is not None:
        end_all(session, account, but=half)
    return factor


def begin_totp(session: Session, here: SignIn) -> None:
    """Hand out a secret for one more authenticator; the same one to every window of this browser."""
    row = _locked(session, here)
    row.pending_secret = row.pending_secret or factors.new_secret()


def prove_totp(session: Session, here: SignIn, account: Account, code: str, *, name: str) -> Factor | None:
    """Add the authenticator with the pending secret, if this is a code of it.

    Raises Refused when nothing is pending (any more): another window was first.
    """
    row = _locked(session, here)
    factor = factors.add_totp(session, account, row.pending_secret, code, name=name)
    if factor is not None:
        row.pending_secret = None
    return factor


def _locked(session: Session, here: SignIn) -> SignIn:
    """The row of this browser as it is now, for nobody else to change meanwhile.

    Never merged into a session: that would bring one back that somebody has just ended.
    """
    row = session.get(SignIn, here.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    return row


def sweep(session: Session) -> None:
    """Forget sign-ins that are over and counts that no longer matter."""
    session.execute(delete(SignIn).where(SignIn.ends_at < now()))
    throttle.sweep(session)
