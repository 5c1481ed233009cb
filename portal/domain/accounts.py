"""Accounts: the people who can sign in, and the organisations that partners belong to."""

import enum
import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import phonenumbers
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import ForeignKey, LargeBinary, String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import journal
from portal.domain.errors import Expired, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.sealing import Sealed, SealedText, in_use

INVITATION_LASTS = timedelta(hours=48)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
CONTEXT_WORDS = ("kodutee", "password", "parool", "пароль", "estonia", "eesti", "return", "varre")
COMMON_PASSWORDS = Path(__file__).parent / "common_passwords.txt"

# OWASP's figures for argon2id; see docs/decisions.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB: a flood of sign-ins must not take the machine's memory.
_hashing = threading.BoundedSemaphore(2)


class AccountState(enum.StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    FROZEN = "frozen"
    CLOSED = "closed"


class Organisation(Base):
    """A reintegration partner: an IOM mission or an NGO in the country of return."""

    __tablename__ = "organisations"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[str] = mapped_column(String(120), default="")


class Account(Base):
    """One person's way in.

    `login` is a name, an e-mail address or a phone number, found through `login_index`.
    `totp_step` is the last time-step whose code was accepted: a code works once.
    """

    __tablename__ = "accounts"

    role: Mapped[Role] = mapped_column()
    login = SealedText()
    login_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    name = SealedText()
    language: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret = Sealed()
    totp_step: Mapped[int] = mapped_column(default=0)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def actor(self) -> journal.Actor:
        """This person, as the journal names them."""
        return journal.Actor(self.id, self.role)


class Invitation(Base):
    """A link that makes one account for staff or a partner, once, within 48 hours."""

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[Role] = mapped_column()
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name = SealedText()
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


def plain(text: str) -> str:
    """`text` as one way of typing it: compatible forms (NFKC), digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(one, one)) for one in unicodedata.normalize("NFKC", text))


def normal_login(text: str) -> str:
    """The one form of a login, whatever way it was typed: phone numbers as E.164, the rest case-folded."""
    folded = " ".join(plain(plain(text).casefold()).split())
    # Numbers copied from a phone's contacts carry invisible marks of direction.
    login = "".join(one for one in folded if unicodedata.category(one) not in ("Cc", "Cf"))
    if not re.fullmatch(r"[+0-9()\s.-]{6,24}", login):
        return login
    try:
        number = phonenumbers.parse(login, "EE")
    except phonenumbers.NumberParseException:
        return login
    if not phonenumbers.is_possible_number(number):
        return login
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def login_index(text: str) -> bytes:
    """What an account is found by: a keyed hash of the login's normal form."""
    return in_use().fingerprint("login", normal_login(text))


def by_login(session: Session, text: str) -> Account | None:
    """The account with this login, in whatever form it was typed."""
    return session.scalar(select(Account).where(Account.login_index == login_index(text)))


@cache
def _common_passwords() -> frozenset[str]:
    lines = COMMON_PASSWORDS.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def password_faults(password: str, login: str) -> list[Reason]:
    """What is wrong with a new password: length and blocklist, nothing else (NIST SP 800-63B-4)."""
    typed = unicodedata.normalize("NFKC", password)
    if len(typed) < SHORTEST_PASSWORD:
        return [Reason.PASSWORD_SHORT]
    if len(typed) > LONGEST_PASSWORD:
        return [Reason.PASSWORD_LONG]
    own, folded = normal_login(login), typed.casefold()
    known = {*CONTEXT_WORDS, own, own.partition("@")[0], login.casefold()}
    is_known = not known.isdisjoint({folded, folded.strip("0123456789!?.-_ "), normal_login(password)})
    if is_known or folded in _common_passwords() or len(set(folded)) < 4:
        return [Reason.PASSWORD_COMMON]
    return []


def hash_password(password: str) -> str:
    """The argon2id hash of a password (19 MiB, 2 passes: about 0.1 to 0.4 s)."""
    with _hashing:
        return _hasher.hash(unicodedata.normalize("NFKC", password))


def password_fits(hashed: str, password: str) -> bool:
    """Whether this is the password. Takes as long for a wrong one."""
    try:
        with _hashing:
            return _hasher.verify(hashed, unicodedata.normalize("NFKC", password))
    except VerifyMismatchError:
        return False


def set_password(session: Session, account: Account, password: str) -> None:
    """Give the account another password. Raises Refused for one that is short, long or common."""
    if faults := password_faults(password, account.login):
        raise Refused(faults)
    account.password_hash = hash_password(password)
    journal.record(session, Act.ACCOUNT_PASSWORD_SET, actor=account.actor, chain=journal.ACCOUNTS)


def set_language(session: Session, account: Account, language: str) -> None:
    """Speak to this person in another language from now on."""
    account.language = language
    journal.record(
        session, Act.ACCOUNT_LANGUAGE_SET, actor=account.actor, about=language, chain=journal.ACCOUNTS
    )


def register(session: Session, *, login: str, password: str, language: str) -> Account:
    """A new migrant's account, without a second factor yet.

    Raises Refused for a login that is taken, or a password that is short, long or common.
    """
    account = _make(session, Role.MIGRANT, login=login, password=password, language=language)
    journal.record(session, Act.ACCOUNT_REGISTER, actor=account.actor, chain=journal.ACCOUNTS)
    return account


def _make(
    session: Session,
    role: Role,
    *,
    login: str,
    password: str,
    language: str,
    name: str = "",
    organisation_id: int | None = None,
) -> Account:
    faults = password_faults(password, login)
    # Before the database is asked: nobody who writes should wait for a hash.
    hashed = "" if faults else hash_password(password)
    if by_login(session, login):
        faults.insert(0, Reason.LOGIN_TAKEN)
    if faults:
        raise Refused(faults)
    account = Account(
        role=role,
        login=normal_login(login),
        login_index=login_index(login),
        name=name,
        language=language,
        password_hash=hashed,
        organisation_id=organisation_id,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # somebody else took the login in this very moment
        raise Refused([Reason.LOGIN_TAKEN]) from None
    return account


def token_hash(token: str) -> bytes:
    """What is stored of a secret that only its holder keeps."""
    return hashlib.sha256(token.encode()).digest()


def invite(
    session: Session, role: Role, *, name: str, organisation: Organisation | None = None, by: Account | None
) -> str:
    """The token of a new invitation; it is shown once. `by` is None for the keeper at the command line.

    Raises NotAllowed unless `by` is a manager, ValueError for a migrant or a partner without organisation.
    """
    if by is not None:
        require(by.role, Act.ACCOUNT_INVITE)
    if role is Role.MIGRANT or (role is Role.PARTNER) != (organisation is not None):
        raise ValueError("staff are invited without an organisation, partners with one, migrants not at all")
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        token_hash=token_hash(token),
        role=role,
        name=name,
        organisation_id=organisation and organisation.id,
        invited_by_id=by and by.id,
        expires_at=now() + INVITATION_LASTS,
    )
    session.add(invitation)
    journal.record(
        session,
        Act.ACCOUNT_INVITE,
        actor=by.actor if by else journal.NOBODY,
        about=f"{role}",
        chain=journal.ACCOUNTS,
    )
    return token


def invitation(session: Session, token: str) -> Invitation:
    """The invitation behind a link. Raises Expired when unknown, used or older than 48 hours."""
    good = (
        Invitation.token_hash == token_hash(token),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now(),
    )
    found = session.scalar(select(Invitation).where(*good))
    if found is None:
        raise Expired("invitation")
    return found


def join(session: Session, token: str, *, login: str, password: str, language: str) -> Account:
    """The account that an invitation was for. Raises Expired or Refused."""
    invited = invitation(session, token)
    account = _make(
        session,
        invited.role,
        login=login,
        password=password,
        language=language,
        name=invited.name,
        organisation_id=invited.organisation_id,
    )
    _use(session, invited)
    journal.record(session, Act.ACCOUNT_JOIN, actor=account.actor, chain=journal.ACCOUNTS)
    return account


def _use(session: Session, invited: Invitation) -> None:
    # One statement, so that of two at once only the first one counts.
    once = (
        update(Invitation)
        .where(Invitation.id == invited.id, Invitation.used_at.is_(None))
        .values(used_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(once).first() is None:
        raise Expired("invitation")


# --- Staff, partners and organisations, as a manager keeps them ---------------------------------


def staff(session: Session) -> Sequence[tuple[Account, Organisation | None]]:
    """Everybody who works here or for a partner, by role and then by name; never a migrant."""
    rows = session.execute(
        select(Account, Organisation)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.role != Role.MIGRANT)
    ).all()
    order = list(Role)
    people = [(account, organisation) for account, organisation in rows]
    return sorted(people, key=lambda pair: (order.index(pair[0].role), pair[0].name.casefold()))


def open_invitations(session: Session) -> Sequence[tuple[Invitation, Organisation | None]]:
    """Invitations that can still be used, the one that ends first in front."""
    rows = session.execute(
        select(Invitation, Organisation)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now())
        .order_by(Invitation.expires_at)
    ).all()
    return [(invited, organisation) for invited, organisation in rows]


def organisations(session: Session) -> Sequence[Organisation]:
    """Every partner organisation, by country and name."""
    return session.scalars(select(Organisation).order_by(Organisation.country, Organisation.name)).all()


def organisation(session: Session, organisation_id: int) -> Organisation:
    """One partner organisation. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(str(organisation_id))
    return found


def save_organisation(
    session: Session, saved: Organisation | None, values: Mapping[str, object], *, by: Account
) -> Organisation:
    """Add an organisation (`saved` is None) or change one; `values` are its columns.

    Raises Refused for a name that another one has.
    """
    require(by.role, Act.ORGANISATION_SAVE)
    try:
        with session.begin_nested():
            if saved is None:
                saved = Organisation(**values)
                session.add(saved)
            for name, value in values.items():
                setattr(saved, name, value)
    except IntegrityError:
        raise Refused([Reason.NAME_TAKEN]) from None
    journal.record(
        session,
        Act.ORGANISATION_SAVE,
        actor=by.actor,
        about=f"organisations:{saved.id}",
        chain=journal.ACCOUNTS,
    )
    return saved
