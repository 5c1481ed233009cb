"""Getting back into an account with nothing left to sign in with: one vouches, two approve, a day passes.

The new password is chosen by the person at the very beginning, and nobody of the staff ever learns it: what
they give and sign opens nothing by itself.
"""

import enum
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import accounts, cases, journal, throttle
from portal.domain.access import factors, sign_in
from portal.domain.accounts import Account, AccountState, hash_password, password_faults, password_fits
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.journal import Actor
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.domain.throttle import Tried
from portal.sealing import SealedText, in_use

SIGNS = 8
"""Characters of a request number, a stop word and a code: 40 random bits."""
STAGE_LASTS = timedelta(days=7)
"""So long a request waits for the next person to act; then it runs out."""
WAITS = timedelta(hours=24)
"""From the second approval until there may be a code: time for the owner to say no."""
CODE_LASTS = timedelta(minutes=10)
MOST_WRONG = 5
"""Wrong tries after which a code is void."""
LOCKED = timedelta(hours=72)
"""So long after coming back it stays as it is how somebody is reached and paid."""
KEPT = timedelta(days=30)
"""Requests that nobody vouched for are forgotten after this time."""
TOLD_EVERY = timedelta(days=1)
"""Somebody who asks again and again disturbs the owner of the account once a day."""
TELL_JOB = "tell_recovery"

# For requests that nobody made: their answer must take as long.
_nobodys_hash = hash_password(secrets.token_urlsafe(16))


class RecoveryState(enum.StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    VOUCHED = "vouched"
    SIGNED = "signed"
    APPROVED = "approved"
    FINISHED = "finished"
    REFUSED = "refused"
    STOPPED = "stopped"
    EXPIRED = "expired"


class Certainty(enum.StrEnum):
    """How somebody made sure who is asking."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    KNOWN = "known"


_S = RecoveryState
TO_SIGN = (_S.VOUCHED, _S.SIGNED)
OPEN = (_S.ASKED, *TO_SIGN, _S.APPROVED)

STEPS: dict[Act, dict[RecoveryState, RecoveryState]] = {
    Act.RECOVERY_VOUCH: {_S.ASKED: _S.VOUCHED},
    Act.RECOVERY_APPROVE: {_S.VOUCHED: _S.SIGNED, _S.SIGNED: _S.APPROVED},
    Act.RECOVERY_REFUSE: dict.fromkeys(TO_SIGN, _S.REFUSED),
    Act.RECOVERY_STOP: dict.fromkeys(OPEN, _S.STOPPED),
    Act.RECOVERY_CODE: {_S.APPROVED: _S.APPROVED},
    Act.RECOVERY_FINISH: {_S.APPROVED: _S.FINISHED},
    Act.RECOVERY_EXPIRE: dict.fromkeys(OPEN, _S.EXPIRED),
}
"""By what is done: from which state to which."""


class Recovery(Base):
    """One request to get back into an account; `account_id` is empty when nobody has what was typed.

    It is found by a keyed hash of its number, and its stop word by another. `password_hash` is of the
    password the person chose: it becomes the account's at the end, or is forgotten.
    """

    __tablename__ = "recoveries"
    __table_args__ = (
        Index("ix_recoveries_of_account", "account_id", "state"),
        Index("ix_recoveries_by_state", "state", "expires_at"),
    )

    number_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[RecoveryState] = mapped_column(default=RecoveryState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: now() + STAGE_LASTS)
    password_hash: Mapped[str] = mapped_column(String(200))
    stop_word = SealedText()
    stop_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    vouched_at: Mapped[datetime | None] = mapped_column()
    certainty: Mapped[Certainty | None] = mapped_column()
    words = SealedText()
    first_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    first_at: Mapped[datetime | None] = mapped_column()
    second_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    second_at: Mapped[datetime | None] = mapped_column()
    earliest_at: Mapped[datetime | None] = mapped_column()
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    code_until: Mapped[datetime | None] = mapped_column()
    code_tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Whether it can still lead back into the account."""
        return self.state in OPEN and self.expires_at > now()

    @property
    def is_ripe(self) -> bool:
        """Whether the waiting time is over and a code may be made."""
        return self.state is _S.APPROVED and self.earliest_at is not None and self.earliest_at <= now()

    @property
    def involved(self) -> tuple[int | None, ...]:
        """Who has put a hand to it: nobody does so twice."""
        return (self.voucher_id, self.first_id, self.second_id)


# --- Numbers, words and codes ----------------------------------------------------------------------


def _new_word() -> str:
    """Eight characters that can be read out over a bad line."""
    return "".join(secrets.choice(cases.ALPHABET) for _ in range(SIGNS))


def in_groups(word: str) -> str:
    """A number as people read it: K7M2-9QXB."""
    return f"{word[:4]}-{word[4:]}"


def read_word(text: str) -> str:
    """A number or stop word as somebody typed it, in its one form. Raises NotFound if it cannot be one."""
    word = _bare(text)
    if len(word) != SIGNS or set(word) - set(cases.ALPHABET):
        raise NotFound("number")
    return word


def _bare(text: str) -> str:
    typed = "".join(one for one in accounts.plain(text).upper() if one.isalnum())
    return typed.translate(str.maketrans("ILO", "110"))


def _index(purpose: str, word: str) -> bytes:
    return in_use().fingerprint(f"recovery.{purpose}", word)


def by_number(session: Session, number: str) -> Recovery | None:
    """The request with this number. Raises NotFound for what cannot be one."""
    known = _index("number", read_word(number))
    return session.scalar(select(Recovery).where(Recovery.number_index == known))


# --- The person ------------------------------------------------------------------------------------


def ask(session: Session, whose: str, password: str) -> str:
    """Ask for the way back into an account, with a new password; the number of the request.

    `whose` is a sign-in name or the reference of a case. Whether anybody has it changes neither the answer
    nor what is written meanwhile. Raises Refused for a password that is short, long or common, and TooMany.
    """
    if faults := password_faults(password, whose):
        raise Refused(faults)
    hashed = hash_password(password)
    throttle.count(session, Tried.RECOVERY_ASK, accounts.login_index(whose).hex())
    account = accounts.by_login(session, whose) or _of_reference(session, whose)
    number, word = _new_word(), _new_word()
    recovery = Recovery(
        number_index=_index("number", number),
        account_id=account and account.id,
        password_hash=hashed,
        stop_word=word,
        stop_index=_index("stop", word),
    )
    session.add(recovery)
    session.flush()
    queue.enqueue(session, TELL_JOB, recovery.id)
    return in_groups(number)


def _of_reference(session: Session, text: str) -> Account | None:
    if not text.strip().upper().startswith("AVR"):
        return None
    try:
        reference = cases.read_reference(accounts.plain(text))
    except NotFound:
        return None
    whose = select(Account).join(Case, Case.migrant_id == Account.id).where(Case.reference == reference)
    return session.scalar(whose)


def tell(session: Session, recovery_id: int) -> None:
    """Let the owner of the account know that somebody asked.

    A job does it: asking must not take longer because there is an account, and an owner to be told.
    """
    recovery = session.get_one(Recovery, recovery_id)
    account = recovery.account_id and session.get_one(Account, recovery.account_id)
    if not account or account.state is AccountState.CLOSED:
        return
    lately = select(Recovery.id).where(
        Recovery.account_id == account.id,
        Recovery.id < recovery.id,
        Recovery.state == _S.ASKED,
        Recovery.asked_at > now() - TOLD_EVERY,
    )
    if session.scalar(lately.limit(1)):
        accounts.write_down(session, Act.RECOVERY_ASK, account, by=journal.NOBODY)
    else:
        notices.note(session, Act.RECOVERY_ASK, account, by=journal.NOBODY, everywhere=True)


@dataclass(frozen=True)
class Standing:
    """What a request says to whoever has its number: never whose it is, nor whether there is an account."""

    state: RecoveryState
    earliest_at: datetime | None = None
    is_ripe: bool = False


def standing(session: Session, number: str) -> Standing:
    """How a request stands. Until somebody vouched, every number looks alike, also one that nobody got.

    Raises NotFound for what cannot be a number, and TooMany. The caller commits: the look is counted.
    """
    throttle.count(session, Tried.RECOVERY_LOOK, read_word(number)[:2])
    recovery = by_number(session, number)
    if recovery is None:
        return Standing(_S.ASKED)
    if recovery.vouched_at is None:
        # Stopped by the owner looks like not stopped: that there is an owner is not for everybody to know.
        return Standing(_S.ASKED if recovery.asked_at + STAGE_LASTS > now() else _S.EXPIRED)
    is_late = recovery.state in OPEN and not recovery.is_open
    return Standing(
        _S.EXPIRED if is_late else recovery.state, recovery.earliest_at, recovery.is_ripe and not is_late
    )


# --- Steps -----------------------------------------------------------------------------------------


def lock(session: Session, recovery: Recovery) -> Account:
    """The account it is about; both rows are ours until the end, so that of two at once one waits."""
    session.refresh(recovery, with_for_update=True)
    account = owner(session, recovery)
    session.refresh(account, with_for_update=True)
    return account


def owner(session: Session, recovery: Recovery) -> Account:
    """Whose account it is about. Raises NotFound when nobody has what was typed."""
    if recovery.account_id is None:
        raise NotFound("recovery")
    return session.get_one(Account, recovery.account_id)


def enter(recovery: Recovery, account: Account, act: Act) -> None:
    """Take the request one step. Raises Refused."""
    enters = STEPS[act].get(recovery.state)
    can_go_on = recovery.is_open and account.state is not AccountState.CLOSED
    if enters is None or not (can_go_on or act is Act.RECOVERY_STOP):
        raise Refused([Reason.WRONG_STATE])
    recovery.state = enters
    if enters not in OPEN:
        _end(recovery)


def _end(recovery: Recovery) -> None:
    recovery.ended_at = now()
    recovery.code_index = recovery.code_until = None


# --- Stopping it -----------------------------------------------------------------------------------


def stop(session: Session, recovery: Recovery, *, by: Actor) -> None:
    """End a request, at any time before its end. Raises Refused."""
    account = lock(session, recovery)
    enter(recovery, account, Act.RECOVERY_STOP)
    notices.note(session, Act.RECOVERY_STOP, account, by=by, everywhere=True)


def stop_all(session: Session, account: Account) -> None:
    """The owner did not ask: end every request about the account."""
    for recovery in open_of(session, account):
        stop(session, recovery, by=account.actor)


def stop_by_word(session: Session, typed: str) -> None:
    """End a request with its stop word, without signing in; one that was stopped stays so.

    Raises NotFound for a word that stops nothing, Refused when the request is over, and TooMany. The caller
    commits in every case: the try is counted.
    """
    word = read_word(typed)
    # Counted by the beginning of the word: a flood of wrong ones keeps few others from stopping what must be.
    throttle.count(session, Tried.STOP_WORD, word[:2])
    recovery = session.scalar(select(Recovery).where(Recovery.stop_index == _index("stop", word)))
    if recovery is None or recovery.account_id is None:
        raise NotFound("stop word")
    if recovery.state is not _S.STOPPED:
        stop(session, recovery, by=journal.NOBODY)


IS_OPEN = (Recovery.state.in_(OPEN), Recovery.expires_at > bindparam("moment"))
"""Which requests are not over at this :moment."""
IS_ASKED_FOR = select(Recovery.id).where(Recovery.account_id == Account.id, *IS_OPEN).exists()
"""Whether somebody asks at this :moment for the way back into an account."""


def open_of(session: Session, account: Account) -> list[Recovery]:
    """Requests about this account that are not over, the newest first."""
    mine = select(Recovery).where(Recovery.account_id == account.id, *IS_OPEN)
    return list(session.scalars(mine.order_by(Recovery.id.desc()), {"moment": now()}))


# --- The end ---------------------------------------------------------------------------------------


def new_code(recovery: Recovery) -> str:
    """A code for this request, in the place of an older one."""
    code = _new_word()
    recovery.code_index = _index("code", f"{recovery.id}.{code}")
    recovery.code_until, recovery.code_tries = now() + CODE_LASTS, 0
    return in_groups(code)


@dataclass(frozen=True)
class Attempt:
    """One counted try to finish a request; `recovery` is None when there is no such request."""

    recovery: Recovery | None

    def is_by_asker(self, password: str) -> bool:
        """Whether this is the password that was chosen for the request; any answer takes the same time."""
        hashed = self.recovery.password_hash if self.recovery else ""
        return password_fits(hashed or _nobodys_hash, password)


def attempt(session: Session, number: str) -> Attempt:
    """A try to finish a request. Raises TooMany, and NotFound for what cannot be a number.

    The caller commits before it looks at the password: the try is counted, and nobody waits for the hash.
    """
    throttle.count(session, Tried.RECOVERY, read_word(number))
    return Attempt(by_number(session, number))


def finish(session: Session, tried: Attempt, code: str, *, is_asker: bool) -> Account:
    """Back in the account: the new password is its own, and everything that opened it before is void.

    Raises Refused when it is not the one who asked, or for a code that is wrong, late, used or not there.
    The caller commits in every case: a wrong try is counted.
    """
    recovery = tried.recovery
    # Before anybody vouched nothing here may depend on whether there is an account.
    if recovery is None or recovery.vouched_at is None:
        raise Refused([Reason.RECOVERY_CODE_NONE if is_asker else Reason.RECOVERY_WRONG])
    account = lock(session, recovery)
    if fault := _fault(recovery, code, is_asker=is_asker):
        raise Refused([fault])
    enter(recovery, account, Act.RECOVERY_FINISH)
    _open(session, account, recovery.password_hash)
    recovery.password_hash = ""
    for other in open_of(session, account):
        enter(other, account, Act.RECOVERY_STOP)
        accounts.write_down(session, Act.RECOVERY_STOP, account, by=journal.NOBODY)
    notices.note(session, Act.RECOVERY_FINISH, account, everywhere=True)
    return account


def _fault(recovery: Recovery, code: str, *, is_asker: bool) -> Reason | None:
    """What is wrong with a try; a wrong one is counted, and the last one voids the code."""
    if not recovery.is_open:
        return Reason.RECOVERY_OVER
    known, until = recovery.code_index, recovery.code_until
    is_right = known is not None and secrets.compare_digest(known, _code_index(recovery, code))
    is_late = until is not None and until <= now()
    if is_asker and is_right and not is_late:
        return None
    recovery.code_tries += 1
    if recovery.code_tries >= MOST_WRONG:
        recovery.code_index = recovery.code_until = None
    if not is_asker:
        return Reason.RECOVERY_WRONG
    if known is None:
        return Reason.RECOVERY_CODE_NONE
    return Reason.RECOVERY_CODE_LATE if is_right else Reason.RECOVERY_CODE_WRONG


def _code_index(recovery: Recovery, typed: str) -> bytes:
    return _index("code", f"{recovery.id}.{_bare(typed)}")


def _open(session: Session, account: Account, hashed: str) -> None:
    account.password_hash, account.state = hashed, AccountState.ACTIVE
    account.failures, account.locked_until = 0, now() + LOCKED
    factors.end_all(session, account)
    sign_in.end_all(session, account)
    throttle.forget(session, Tried.FACTOR, str(account.id))


def expire(session: Session) -> int:
    """The clock: requests for which nobody acted in time run out; how many did.

    What was chosen as a password is forgotten some time after the end.
    """
    late = session.scalars(
        select(Recovery).where(Recovery.state.in_(OPEN), Recovery.expires_at <= now())
    ).all()
    for recovery in late:
        recovery.state = STEPS[Act.RECOVERY_EXPIRE][recovery.state]
        _end(recovery)
        if recovery.account_id is not None:
            account = owner(session, recovery)
            accounts.write_down(session, Act.RECOVERY_EXPIRE, account, by=journal.NOBODY)
    old = Recovery.asked_at < now() - KEPT
    session.execute(delete(Recovery).where(old, Recovery.vouched_at.is_(None)))
    session.execute(update(Recovery).where(old, Recovery.ended_at.is_not(None)).values(password_hash=""))
    return len(late)
