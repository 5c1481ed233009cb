"""Corrections: what a counsellor asks to be changed, as objects the migrant sees as one task each."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
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


class Correction(Base):
    """One thing to change: a section of the application, or (section empty) a document to send.

    Open until it is answered.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_of_case", "case_id", "answered_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    section: Mapped[Section | None] = mapped_column()
    reason: Mapped[CorrectionReason] = mapped_column()
    words = SealedText()
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None] = mapped_column()


def ask(
    session: Session,
    case: Case,
    section: Section | None,
    reason: CorrectionReason,
    words: str,
    *,
    by: Account,
) -> Correction:
    """Note one thing to be changed, while the case is in review; the migrant sees it once sent back.

    Raises Refused for another state, or without words that say what to do.
    """
    require(by.role, Act.CORRECTION_ASK)
    if case.state is not CaseState.IN_REVIEW:
        raise Refused([Reason.WRONG_STATE])
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    correction = Correction(
        case_id=case.id, section=section, reason=reason, words=words.strip(), asked_by_id=by.id
    )
    session.add(correction)
    journal.record(
        session,
        Act.CORRECTION_ASK,
        actor=by.actor,
        case_id=case.id,
        about=_label(section),
    )
    return correction


def open_of(session: Session, case: Case) -> Sequence[Correction]:
    """What is still to be changed, in the order it was asked."""
    return session.scalars(
        select(Correction)
        .where(Correction.case_id == case.id, Correction.answered_at.is_(None))
        .order_by(Correction.id)
    ).all()


def of_round(session: Session, case: Case) -> Sequence[Correction]:
    """What was asked when the case was last sent back, changed meanwhile or not."""
    return session.scalars(
        select(Correction)
        .where(
            Correction.case_id == case.id,
            or_(Correction.answered_at.is_(None), Correction.answered_at >= case.since),
        )
        .order_by(Correction.id)
    ).all()


def of_case(session: Session, case: Case) -> Sequence[Correction]:
    """Everything ever asked, the newest first."""
    return session.scalars(
        select(Correction).where(Correction.case_id == case.id).order_by(Correction.id.desc())
    ).all()


def _label(section: Section | None) -> str:
    return f"section:{section or 'documents'}"


def answer_section(session: Session, case: Case, section: Section | None, *, by: Account) -> None:
    """What was asked about this section (None: a document) is answered: the migrant changed it."""
    if case.state is not CaseState.NEEDS_INFO:
        return
    for correction in open_of(session, case):
        if correction.section is section:
            correction.answered_at = now()
            journal.record(
                session,
                Act.CORRECTION_ANSWER,
                actor=by.actor,
                case_id=case.id,
                about=_label(section),
            )
