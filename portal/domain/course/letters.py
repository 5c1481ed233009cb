"""Letters: what a person gets in writing, kept as facts, and the code that shows a letter is genuine."""

import dataclasses
import enum
import json
import secrets
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now, today
from portal.domain import accounts, clocks, journal, people, throttle
from portal.domain.accounts import Account
from portal.domain.applying.answers import Application
from portal.domain.cases import ALPHABET, VISIBLE, Case, open_to
from portal.domain.course import assessment
from portal.domain.errors import NotFound
from portal.domain.permissions import Act, Role, require
from portal.domain.throttle import Tried
from portal.programme import LETTER_LANGUAGES, Words
from portal.sealing import SealedText, in_use

EDITION = 1
"""Of the templates that new letters are set with; a letter keeps the one it was made with."""
SIGNS = 16
"""Characters of a code: 80 random bits."""
NO_CODE = "0" * SIGNS
"""What stands in the place of a code in a letter that is only looked at."""
ENGLISH = "en"

# --- What each kind of letter says ---------------------------------------------------------------


class Kind(enum.StrEnum):
    """What a letter is; its template has the same name."""

    RECEIPT = "receipt"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVIEW = "review"


DECISIONS = (Kind.ACCEPTED, Kind.DECLINED)
"""What a senior counsellor decides, and can look at before it is sent."""


Said = dict[str, str]
"""A text of the programme as it was on the day of the letter, by language of the letter."""


@dataclass(frozen=True)
class Office:
    """Where a counsellor can be reached."""

    name: Said
    address: str
    phones: tuple[str, ...]
    email: str
    hours: Said


@dataclass(frozen=True)
class Receipt:
    """An application arrived: whose, when, and by when a counsellor answers."""

    name: str
    reference: str
    sent_at: datetime
    answer_by: date | None
    programme: Said
    organisation: Said
    offices: tuple[Office, ...]


@dataclass(frozen=True)
class Decision:
    """What was decided about an application, or that a decision is looked at once more."""

    name: str
    reference: str
    decided_on: date | None
    because: tuple[Said, ...]
    """The conditions that are not met, each as the programme says it."""
    words: str
    """What whoever decided, or asked, wrote; nobody translates it."""
    can_ask: bool
    """Whether a review can be asked for."""
    answer_by: date | None
    programme: Said
    organisation: Said
    offices: tuple[Office, ...]


Facts = Receipt | Decision

FACTS: dict[Kind, type[Receipt] | type[Decision]] = {
    Kind.RECEIPT: Receipt,
    Kind.ACCEPTED: Decision,
    Kind.DECLINED: Decision,
    Kind.REVIEW: Decision,
}


class Letter(Base):
    """One letter. It is printed from its facts whenever somebody asks, and lies nowhere as a file."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[Kind] = mapped_column()
    edition: Mapped[int] = mapped_column()
    language: Mapped[str] = mapped_column(String(8))
    """The person's; English stands behind it."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """Empty: the portal itself."""
    written = SealedText()
    """The facts, as JSON."""
    code = SealedText()
    code_index: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its pages, in order."""
        return tuple(dict.fromkeys((self.language, ENGLISH)))

    @property
    def facts(self) -> Facts:
        """What it says."""
        found: Facts = _read(FACTS[self.kind], json.loads(self.written))
        return found


def _write(facts: Facts) -> str:
    return json.dumps(dataclasses.asdict(facts), default=lambda moment: moment.isoformat())


def _read(kind: Any, raw: Any) -> Any:
    """`raw`, which JSON gave, as the type it was written from."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in raw.items()})
    if typing.get_origin(kind) is tuple:
        return tuple(_read(typing.get_args(kind)[0], one) for one in raw)
    if kind == date | None:
        return raw and date.fromisoformat(raw)
    return datetime.fromisoformat(raw) if kind is datetime else raw


# --- Making them ----------------------------------------------------------------------------------


def receipt(session: Session, case: Case, *, language: str) -> Letter:
    """The portal's answer to an application that was just sent, in the transaction that sent it.

    `language` is that of the pages. Who speaks one in which there are letters but no pages gets it in that.
    """
    asked = session.scalar(select(Application.language).where(Application.case_id == case.id))
    language = asked if asked in LETTER_LANGUAGES else language
    programme, spoken = clocks.programme(session), tuple(dict.fromkeys((language, ENGLISH)))
    facts = Receipt(
        name=people.principal(session, case).full_name,
        reference=case.reference,
        sent_at=case.since,
        answer_by=case.due_on,
        programme=_said(programme.name, spoken),
        organisation=_said(programme.organisation, spoken),
        offices=_offices(session, spoken),
    )
    return _keep(session, case, Kind.RECEIPT, facts, language=language)


def decision(session: Session, case: Case, kind: Kind, words: str, *, by: Account) -> Letter:
    """What was just decided, in writing, in the transaction that decided it."""
    facts, language = _decided(session, case, kind, words)
    return _keep(session, case, kind, facts, language=language, by=by)


def preview(session: Session, case: Case, kind: Kind, words: str, *, by: Account) -> Letter:
    """The letter as it would be, kept nowhere; its code is nobody's. Raises NotAllowed, NotFound."""
    require(by.role, Act.CASE_ACCEPT)
    if kind not in DECISIONS:
        raise NotFound(kind)
    facts, language = _decided(session, case, kind, words.strip())
    return _new(case, kind, facts, language=language, by=by, code=NO_CODE)


def spoken_to(session: Session, case: Case) -> tuple[str, ...]:
    """The languages of a decision's letter: that of the person's pages, and English."""
    language = session.get_one(Account, case.migrant_id).language or ENGLISH
    return tuple(dict.fromkeys((language, ENGLISH)))


def _decided(session: Session, case: Case, kind: Kind, words: str) -> tuple[Decision, str]:
    programme, spoken = clocks.programme(session), spoken_to(session, case)
    is_declined = kind is Kind.DECLINED
    reasons = assessment.not_met(session, assessment.latest(session, case)) if is_declined else []
    facts = Decision(
        name=people.principal(session, case).full_name,
        reference=case.reference,
        decided_on=today(),
        because=tuple(_said(one.not_met, spoken) for one in reasons),
        words=words if is_declined else "",
        can_ask=is_declined and case.former_counsellor_id is None,
        answer_by=clocks.due(session, "decision") if kind is Kind.REVIEW else None,
        programme=_said(programme.name, spoken),
        organisation=_said(programme.organisation, spoken),
        offices=_offices(session, spoken),
    )
    return facts, spoken[0]


def _offices(session: Session, spoken: Sequence[str]) -> tuple[Office, ...]:
    return tuple(
        Office(_said(one.name, spoken), one.address, one.phones, one.email, hours=_said(one.hours, spoken))
        for one in clocks.programme(session).contacts
    )


def _said(words: Words, languages: Sequence[str]) -> Said:
    return {language: words[language] for language in languages}


def _keep(
    session: Session, case: Case, kind: Kind, facts: Facts, *, language: str, by: Account | None = None
) -> Letter:
    code = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    letter = _new(case, kind, facts, language=language, by=by, code=code)
    session.add(letter)
    session.flush()
    actor = by.actor if by else journal.NOBODY
    journal.record(session, Act.LETTER_MAKE, actor=actor, case_id=case.id, about=about(letter))
    return letter


def _new(case: Case, kind: Kind, facts: Facts, *, language: str, by: Account | None, code: str) -> Letter:
    return Letter(
        case_id=case.id,
        kind=kind,
        edition=EDITION,
        language=language,
        made_at=now(),
        made_by_id=by and by.id,
        written=_write(facts),
        code=code,
        code_index=_index(code),
    )


# --- Reading them ---------------------------------------------------------------------------------


def about(letter: Letter) -> str:
    """What the journal calls it."""
    return f"{Letter.__tablename__}:{letter.id}"


_LETTERS = select(Letter).join(Case, Case.id == Letter.case_id).order_by(Letter.id.desc())
_OF_MIGRANT = _LETTERS.where(VISIBLE[Role.MIGRANT])


def _readable(viewer: Account) -> Select[Letter]:
    """The letters that exist for `viewer`, the newest first: for a partner none."""
    return _LETTERS.where(false() if viewer.role is Role.PARTNER else open_to(viewer))


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[Letter]:
    """The letters of a case that exist for this viewer."""
    return session.scalars(_readable(viewer).where(Letter.case_id == case.id)).all()


def newest(session: Session, case: Case, kind: Kind, *, viewer: Account) -> Letter | None:
    """The last letter of this kind in a case, if there is one for this viewer."""
    return session.scalar(_readable(viewer).where(Letter.case_id == case.id, Letter.kind == kind).limit(1))


@asked_once
def of_migrant(session: Session, migrant: Account) -> Sequence[Letter]:
    """All letters to this person, also of cases that are over."""
    require(migrant.role, Act.CASE_START)
    return session.scalars(_OF_MIGRANT, {"viewer": migrant.id}).all()


def find(session: Session, letter_id: int, *, viewer: Account) -> Letter:
    """One letter, if it exists for `viewer`. Raises NotFound."""
    letter = session.scalar(_readable(viewer).where(Letter.id == letter_id))
    if letter is None:
        raise NotFound(str(letter_id))
    return letter


def opened(session: Session, letter: Letter, *, by: Account) -> None:
    """Write down that a counsellor read it: the migrant can see that."""
    require(by.role, Act.LETTER_OPEN)
    journal.look(session, Act.LETTER_OPEN, actor=by.actor, case_id=letter.case_id, about=about(letter))


# --- Is it genuine? -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Genuine:
    """All that a stranger learns of a letter."""

    kind: Kind
    made_at: datetime


# What is mistaken for one of ALPHABET, also on a Russian keyboard.
_LIKE = str.maketrans("ILOUАВЕКМНОРСТУХ", "110VABEKMH0PCTYX")


def verify(session: Session, typed: str) -> Genuine | None:
    """What letter has this code; None when there is none, or it is no code at all.

    Counted by the beginning of the code, so that nobody guesses. Raises TooMany. The caller commits.
    """
    code = read_code(typed)
    throttle.count(session, Tried.VERIFY, code[:2])
    found = select(Letter.kind, Letter.made_at).where(Letter.code_index == _index(code))
    row = session.execute(found).one_or_none()
    return Genuine(*row) if row else None


def read_code(typed: str) -> str:
    """A code as somebody typed it, in its one form; whatever cannot be in a code is left out."""
    plain = accounts.plain(typed[: 10 * SIGNS]).upper().translate(_LIKE)
    return "".join(one for one in plain if one in ALPHABET)


def in_groups(code: str) -> str:
    """A code as people read it: 7K3Q-F9M2-XT0R-BWZC."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _index(code: str) -> bytes:
    return in_use().fingerprint("letters.code", code)
