"""Accounts: the people who can sign in, and the organisations that partners belong to."""

import enum
import hashlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import phonenumbers
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import ForeignKey, Index, LargeBinary, String, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, load_only, mapped_column

from portal.db import Base, now
from portal.domain import journal
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import FOR_THEMSELVES, Act, Role
from portal.sealing import SealedText, in_use

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
CONTEXT_WORDS = ("kodutee", "password", "parool", "пароль", "estonia", "eesti", "return", "varre")
LOGIN_DIGITS = 4
MOST_DRAWS = 200
"""Of four digits behind one name, until one is free; a name that thousands chose is refused."""
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

    `login` is a name, or an e-mail address for who was invited, found through `login_index`. `shares_phone`
    is empty until they are asked. `failures` are wrong second factors in a row. Until `locked_until` (after a
    recovery) it stays as it is how they are reached and paid.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index("ix_accounts_in_state", "state"),)

    role: Mapped[Role] = mapped_column()
    login = SealedText()
    login_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    name = SealedText()
    language: Mapped[str] = mapped_column(String(8), default="en")
    password_hash: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    shares_phone: Mapped[bool | None] = mapped_column()
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column()
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def actor(self) -> journal.Actor:
        """This person, as the journal names them."""
        return journal.Actor(self.id, self.role)

    @property
    def is_on_shared_phone(self) -> bool:
        """Whether others may pick up the phone: so it is for who comes for themselves until they say no."""
        return self.role in FOR_THEMSELVES if self.shares_phone is None else self.shares_phone


def plain(text: str) -> str:
    """`text` as one way of typing it: compatible forms (NFKC), digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(one, one)) for one in unicodedata.normalize("NFKC", text))


def normal_login(text: str) -> str:
    """The one form of a login, whatever way it was typed: case-folded, phone numbers as E.164.

    Blanks and hyphens do not count in a name: amina-4729 is Amina 4729.
    """
    folded = " ".join(plain(plain(text).casefold()).split())
    # Numbers copied from a phone's contacts carry invisible marks of direction.
    login = "".join(one for one in folded if unicodedata.category(one) not in ("Cc", "Cf"))
    if not re.fullmatch(r"[+0-9()\s.-]{6,24}", login):
        return login if "@" in login else "".join(one for one in login if not _joins(one))
    try:
        number = phonenumbers.parse(login, "EE")
    except phonenumbers.NumberParseException:
        return login
    if not phonenumbers.is_possible_number(number):
        return login
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _joins(one: str) -> bool:
    return one.isspace() or unicodedata.category(one) == "Pd"


def login_index(text: str) -> bytes:
    """What an account is found by: a keyed hash of the login's normal form."""
    return in_use().fingerprint("login", normal_login(text))


def by_login(session: Session, text: str) -> Account | None:
    """The account with this login, in whatever form it was typed."""
    return session.scalar(select(Account).where(Account.login_index == login_index(text)))


_NAMED = (
    select(Account)
    .where(Account.id.in_(bindparam("wanted")))
    .options(load_only(*(getattr(Account, name) for name in ("_name",))))
)


def names(session: Session, account_ids: Collection[int | None]) -> Mapping[int, str]:
    """The names of staff and partners by their number; migrants have none here."""
    wanted = {one for one in account_ids if one}
    found = session.scalars(_NAMED, {"wanted": list(wanted)}) if wanted else ()
    return {account.id: account.name for account in found}


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
    """Give the account another password. Raises Refused for one that is short, long or common.

    The caller writes it down, and signs other browsers out.
    """
    if faults := password_faults(password, account.login):
        raise Refused(faults)
    account.password_hash = hash_password(password)


def set_language(session: Session, account: Account, language: str) -> None:
    """Speak to this person in another language from now on."""
    account.language = language
    write_down(session, Act.ACCOUNT_LANGUAGE_SET, account, words=language)


def set_sharing(session: Session, account: Account, *, is_shared: bool) -> None:
    """Whether others may pick up the phone this person uses."""
    account.shares_phone = is_shared
    write_down(session, Act.ACCOUNT_SHARING_SET, account, words="shared" if is_shared else "own")


def write_down(
    session: Session,
    act: Act,
    account: Account,
    *,
    by: Account | journal.Actor | None = None,
    words: str = "",
) -> journal.Event:
    """Write in the journal what happened to an account; `by` is its owner unless somebody else is named."""
    actor = by if isinstance(by, journal.Actor) else (by or account).actor
    return journal.record(session, act, actor=actor, about=about(account), note=words, chain=journal.ACCOUNTS)


def about(account: Account) -> str:
    """How the journal says whose account it was."""
    return f"accounts:{account.id}"


def register(session: Session, *, name: str, password: str, language: str) -> Account:
    """A new migrant's account, without a second factor yet.

    Its login is `name` and four digits that the portal chooses: so nobody learns here which names are
    taken. Raises Refused for a password that is short, long or common.
    """
    if faults := password_faults(password, name):
        raise Refused(faults)
    hashed = hash_password(password)
    for _ in range(MOST_DRAWS):
        login = _drawn(name)
        account = add(session, Role.MIGRANT, login=login, password_hash=hashed, language=language)
        if account is not None:
            write_down(session, Act.ACCOUNT_REGISTER, account)
            return account
    raise Refused([Reason.CHANGED_MEANWHILE])


def _drawn(name: str) -> str:
    return f"{'-'.join(name.split())}-{secrets.randbelow(10**LOGIN_DIGITS):0{LOGIN_DIGITS}d}"


def rename(session: Session, account: Account, name: str) -> None:
    """Give an account that nobody has entered a login made of `name`, as `register` does. Raises Refused."""
    for _ in range(MOST_DRAWS):
        login = _drawn(name)
        if by_login(session, login):
            continue
        try:
            with session.begin_nested():
                account.login, account.login_index = login, login_index(login)
                session.flush()
        except IntegrityError:  # somebody else took the login in this very moment
            session.refresh(account)
            continue
        return
    raise Refused([Reason.CHANGED_MEANWHILE])


def add(
    session: Session,
    role: Role,
    *,
    login: str,
    password_hash: str,
    language: str,
    name: str = "",
    organisation_id: int | None = None,
) -> Account | None:
    """A new account; None when somebody has this login."""
    if by_login(session, login):
        return None
    account = Account(
        role=role,
        login=login,
        login_index=login_index(login),
        name=name,
        language=language,
        password_hash=password_hash,
        organisation_id=organisation_id,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # somebody else took the login in this very moment
        return None
    return account


def token_hash(token: str) -> bytes:
    """What is stored of a secret that only its holder keeps."""
    return hashlib.sha256(token.encode()).digest()
