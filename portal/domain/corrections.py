"""Corrections: what a counsellor asks to be changed, as objects the migrant sees as one task each."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.programme import DocumentKind
from portal.sealing import SealedText


class Section(enum.StrEnum):
    """A part of the application; its value stands in addresses."""

    ABOUT_YOU = "about-you"
    SITUATION = "situation"
    WHERE_TO = "where-to"
    TRAVELLING_WITH = "travelling-with"
    TRAVEL_PAPERS = "travel-papers"
    NEEDS = "needs"
    AFTER_RETURN = "after-return"
    DECISION = "decision"


class CorrectionReason(enum.StrEnum):
    """Why something must be changed."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    CONTRADICTORY = "contradictory"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True)
class Narrowed:
    """What exactly within a section, or which document: one of these at most."""

    question: str | None = None
    """One question of the section."""
    person_id: int | None = None
    """The travel document of this family member."""
    kind: DocumentKind | None = None
    """A document of this kind."""
    document_id: int | None = None
    """This document, once more."""


AS_A_WHOLE = Narrowed()


class Correction(Base):
    """One thing to change: a section of the application, or (section empty) a document to send.

    On the counsellor's list until it is sent with the case; open until it is answered or taken back.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_of_case", "case_id", "answered_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    section: Mapped[Section | None] = mapped_column()
    question: Mapped[str | None] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    kind: Mapped[DocumentKind | None] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    reason: Mapped[CorrectionReason] = mapped_column()
    words = SealedText()
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None] = mapped_column()
    reminded_at: Mapped[datetime | None] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    answer = SealedText()
    """What the migrant wrote instead of changing anything."""
    answered_with_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    """The document that was sent for it."""
    taken_back_at: Mapped[datetime | None] = mapped_column()
    version: Mapped[int] = mapped_column()

    # Two counsellors changing the same line: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}

    @property
    def narrowed(self) -> Narrowed:
        """What exactly it is about."""
        return Narrowed(self.question, self.person_id, self.kind, self.document_id)

    @property
    def is_open(self) -> bool:
        """Whether it is neither answered nor taken back."""
        return self.answered_at is None and self.taken_back_at is None

    @property
    def is_about_whole_section(self) -> bool:
        """Whether everything in the section may be changed."""
        return self.section is not None and self.narrowed == AS_A_WHOLE


# --- Asked --------------------------------------------------------------------------------------


def ask(
    session: Session,
    case: Case,
    section: Section | None,
    reason: CorrectionReason,
    words: str,
    *,
    by: Account,
    narrowed: Narrowed = AS_A_WHOLE,
) -> Correction:
    """Note one thing to be changed, while the case is in review; the migrant sees it once sent back.

    The same thing asked twice in the same words (two taps, a bad line) stands on the list once.
    Raises Refused for another state, or without words that say what to do.
    """
    require(by.role, Act.CORRECTION_ASK)
    _hold(session, case, CaseState.IN_REVIEW)
    words = _said(words)
    for known in open_of(session, case):
        if (known.section, known.narrowed, known.reason, known.words) == (section, narrowed, reason, words):
            return known
    correction = Correction(
        case_id=case.id, section=section, reason=reason, words=words, asked_by_id=by.id, **vars(narrowed)
    )
    session.add(correction)
    session.flush()
    _record(session, Act.CORRECTION_ASK, correction, by.actor)
    return correction


def change(
    session: Session,
    case: Case,
    correction: Correction,
    reason: CorrectionReason,
    words: str,
    *,
    version: int,
    by: Account,
) -> None:
    """Say it in other words, while it is still on the list.

    Raises Refused when it was sent, or when a colleague changed it after `version` was read.
    """
    require(by.role, Act.CORRECTION_CHANGE)
    _hold(session, case, CaseState.IN_REVIEW)
    session.refresh(correction)
    if not correction.is_open:
        raise Refused([Reason.WRONG_STATE])
    if correction.version != version:
        raise Refused([Reason.CHANGED_MEANWHILE])
    correction.reason, correction.words = reason, _said(words)
    session.flush()
    _record(session, Act.CORRECTION_CHANGE, correction, by.actor)


def take_back(session: Session, case: Case, correction: Correction, *, by: Account) -> bool:
    """It need not be changed after all: off the list, or no longer asked of the migrant.

    Taken back twice it is taken back once. Raises Refused when it was answered already. Answers whether
    this leaves the migrant with nothing that was asked: then the case must come back (lifecycle.take_back).
    """
    require(by.role, Act.CORRECTION_TAKE_BACK)
    _hold(session, case, CaseState.IN_REVIEW, CaseState.NEEDS_INFO)
    session.refresh(correction)
    if correction.answered_at is not None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    if correction.taken_back_at is None:
        correction.taken_back_at = now()
        session.flush()
        _record(session, Act.CORRECTION_TAKE_BACK, correction, by.actor)
    return case.state is CaseState.NEEDS_INFO and not of_round(session, case)


def sent(session: Session, case: Case) -> None:
    """The list goes to the migrant with the case."""
    for correction in open_of(session, case):
        correction.sent_at = now()


def _hold(session: Session, case: Case, *states: CaseState) -> None:
    # Two people at once, or one sends the list while another adds to it: the case row is the lock.
    session.refresh(case, with_for_update=True)
    if case.state not in states:
        raise Refused([Reason.WRONG_STATE])


def _said(words: str) -> str:
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    return words.strip()


# --- Looked at ------------------------------------------------------------------------------------


def open_of(session: Session, case: Case) -> Sequence[Correction]:
    """What is still to be changed, in the order it was asked."""
    return [one for one in _standing(session, case) if one.answered_at is None]


def of_round(session: Session, case: Case) -> Sequence[Correction]:
    """What was asked when the case was last sent back, changed meanwhile or not."""
    standing = _standing(session, case)
    return [one for one in standing if one.answered_at is None or one.answered_at >= case.since]


def _standing(session: Session, case: Case) -> list[Correction]:
    """What was not taken back, the oldest first."""
    return [one for one in reversed(of_case(session, case)) if one.taken_back_at is None]


_OF_CASE = select(Correction).where(Correction.case_id == bindparam("case")).order_by(Correction.id.desc())


@asked_once
def of_case(session: Session, case: Case) -> Sequence[Correction]:
    """Everything ever asked, the newest first."""
    return session.scalars(_OF_CASE, {"case": case.id}).all()


def find(session: Session, case: Case, correction_id: int) -> Correction:
    """One correction of this case. Raises NotFound."""
    found = session.get(Correction, correction_id)
    if found is None or found.case_id != case.id:
        raise NotFound(str(correction_id))
    return found


def find_asked(session: Session, case: Case, correction_id: int) -> Correction:
    """One that the migrant was asked, and that was not taken back. Raises NotFound."""
    found = find(session, case, correction_id)
    if found.sent_at is None or found.taken_back_at is not None:
        raise NotFound(str(correction_id))
    return found


# --- Answered -------------------------------------------------------------------------------------


def answer_section(
    session: Session,
    case: Case,
    section: Section | None,
    *,
    by: Account,
    narrowed: Narrowed = AS_A_WHOLE,
) -> int | None:
    """What was asked about this is answered: the migrant changed it (section None: sent a document).

    `narrowed` says what exactly was changed. The number of what was asked, also when it was answered before.
    """
    if case.state is not CaseState.NEEDS_INFO:
        return None
    meant = [one for one in of_round(session, case) if _is_about(session, one, section, narrowed)]
    for correction in meant:
        if correction.answered_at is None:
            correction.answered_at, correction.answered_with_id = now(), narrowed.document_id
            _record(session, Act.CORRECTION_ANSWER, correction, by.actor)
    return meant[0].id if meant else None


def answer_in_words(session: Session, case: Case, correction: Correction, words: str, *, by: Account) -> None:
    """It is right as it stands, or cannot be changed: the counsellor reads why.

    Sent twice it is answered once. Raises Refused when it is no longer asked, or without words.
    """
    require(by.role, Act.CORRECTION_ANSWER)
    _hold(session, case, CaseState.NEEDS_INFO)
    session.refresh(correction)
    if correction.taken_back_at is not None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    words = _said(words)
    if correction.answered_at is not None and correction.answer == words:
        return
    correction.answer, correction.answered_at = words, correction.answered_at or now()
    session.flush()
    _record(session, Act.CORRECTION_ANSWER, correction, by.actor)


def _is_about(session: Session, one: Correction, section: Section | None, changed: Narrowed) -> bool:
    if one.section is not section:
        return False
    if section is None:
        return one.kind is None or changed.kind in _instead_of(session, one.kind)
    if one.person_id is not None or changed.person_id is not None:
        return one.person_id == changed.person_id or one.is_about_whole_section
    return one.is_about_whole_section or one.question == changed.question


def _instead_of(session: Session, kind: DocumentKind) -> frozenset[DocumentKind]:
    """This kind, and what the programme takes in its place."""
    groups = [wanted.kinds for wanted in clocks.programme(session).documents if kind in wanted.kinds]
    return frozenset({kind}).union(*groups)


def not_reminded(case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether something of a case is open that its migrant was not reminded of."""
    stands = Correction.taken_back_at.is_(None), Correction.answered_at.is_(None)
    silent = select(Correction.id).where(Correction.case_id == case_id, *stands)
    return silent.where(Correction.reminded_at.is_(None)).exists()


def remind(session: Session, case: Case) -> None:
    """Note that the migrant is reminded, once, of what is still open."""
    for correction in open_of(session, case):
        if correction.reminded_at is None:
            correction.reminded_at = now()
            _record(session, Act.CORRECTION_REMIND, correction, journal.NOBODY)


def _record(session: Session, act: Act, correction: Correction, actor: journal.Actor) -> None:
    about = f"section:{correction.section or 'documents'}"
    journal.record(session, act, actor=actor, case_id=correction.case_id, about=about)
