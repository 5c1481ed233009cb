"""The assessment behind a proposal: every condition of the programme weighed, with what shows it."""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, cast, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.applying.application import Question
from portal.domain.cases import Case, CaseState
from portal.domain.documents import UNSEEN, Document
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act, require
from portal.programme import Criterion
from portal.sealing import SealedText


class Met(enum.StrEnum):
    """Whether a condition is met."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


class Recommendation(enum.StrEnum):
    """What a counsellor proposes."""

    ACCEPT = "accept"
    DECLINE = "decline"


class Assessment(Base):
    """What one counsellor found. It is written on until it is proposed, and then stays as it is."""

    __tablename__ = "assessments"
    __table_args__ = (Index("ix_assessments_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recommends: Mapped[Recommendation | None] = mapped_column()
    words = SealedText()
    """In short, for who decides."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    proposed_at: Mapped[datetime | None] = mapped_column()
    version: Mapped[int] = mapped_column()

    # Two who write on it at once: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}


class Weighed(Base):
    """One condition in one assessment, and what shows it: words, a document, an answer."""

    __tablename__ = "assessment_findings"
    __table_args__ = (UniqueConstraint("assessment_id", "criterion"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(32))
    """The key in the programme's list."""
    met: Mapped[Met | None] = mapped_column()
    evidence = SealedText()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"))
    question: Mapped[Question | None] = mapped_column()


@dataclass(frozen=True)
class Found:
    """What was found about one condition, on its way into an assessment."""

    met: Met | None
    evidence: str = ""
    document_id: int | None = None
    question: Question | None = None


# --- Read ---------------------------------------------------------------------------------------------


@asked_once
def latest(session: Session, case: Case) -> Assessment | None:
    """The assessment that is written on, or was proposed last, since somebody took the case on anew."""
    mine = select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.id.desc()).limit(1)
    found = session.scalar(mine)
    # After a request for review another counsellor begins anew, and does not start from the first one's view.
    is_anothers = found is not None and found.by_id == case.former_counsellor_id
    return None if is_anothers and case.state is not CaseState.NOT_ELIGIBLE else found


def authors(session: Session, cases: Collection[Case]) -> dict[int, set[int]]:
    """Everybody who wrote on the assessment that each of these proposals follows from, by its case."""
    last = (
        select(func.max(Assessment.id))
        .where(Assessment.case_id.in_([case.id for case in cases]))
        .group_by(Assessment.case_id)
    )
    # Who saved it last stands in the row; who wrote on it before, only in the journal.
    saved = and_(
        Event.about == f"{Assessment.__tablename__}:" + cast(Assessment.id, String),
        Event.act == Act.CASE_ASSESS,
    )
    wrote = select(Assessment.case_id, Assessment.by_id, Event.actor_id).outerjoin(Event, saved)
    found: dict[int, set[int]] = {}
    for case_id, by_id, actor_id in session.execute(wrote.where(Assessment.id.in_(last))):
        found.setdefault(case_id, set()).update((by_id, actor_id or by_id))
    return found


def mark(assessment: Assessment | None) -> str:
    """A sign of how it stands: another one, once somebody has saved it again."""
    return f"{assessment.id}.{assessment.version}" if assessment else ""


def of_case(session: Session, case: Case) -> Sequence[Assessment]:
    """Every assessment that was proposed, the newest first."""
    proposed = (Assessment.case_id == case.id, Assessment.proposed_at.is_not(None))
    return session.scalars(select(Assessment).where(*proposed).order_by(Assessment.id.desc())).all()


def weighed(session: Session, assessment: Assessment | None) -> Mapping[str, Weighed]:
    """What was found, by condition."""
    if assessment is None:
        return {}
    rows = session.scalars(select(Weighed).where(Weighed.assessment_id == assessment.id))
    return {row.criterion: row for row in rows}


def not_met(session: Session, assessment: Assessment | None) -> list[Criterion]:
    """The conditions that are not met, as the programme orders them."""
    found = weighed(session, assessment)
    return [
        one
        for one in clocks.programme(session).criteria
        if one.key in found and found[one.key].met is Met.NOT_MET
    ]


def missing(session: Session, case: Case) -> list[Reason]:
    """Why nothing can be proposed yet."""
    found = latest(session, case)
    if found is None or found.recommends is None:
        return [Reason.ASSESSMENT_MISSING]
    if found.recommends is Recommendation.DECLINE:
        is_said = found.words or not_met(session, found)
        return [] if is_said else [Reason.ASSESSMENT_MISSING]
    return [] if is_met(session, found) else [Reason.CRITERIA_OPEN]


def is_met(session: Session, assessment: Assessment | None) -> bool:
    """Whether every condition that the programme requires is met."""
    rows = weighed(session, assessment)
    required = (one.key for one in clocks.programme(session).criteria if one.required)
    return all(key in rows and rows[key].met is Met.MET for key in required)


def recommends_acceptance(session: Session, case: Case) -> bool:
    """Whether the last assessment says that the person can take part."""
    found = latest(session, case)
    return found is not None and found.recommends is Recommendation.ACCEPT


# --- Written ------------------------------------------------------------------------------------------


def save(
    session: Session,
    case: Case,
    recommends: Recommendation | None,
    words: str,
    found: Mapping[str, Found],
    *,
    by: Account,
) -> Assessment:
    """Write down what was found so far, by condition; what was proposed before is kept beside it.

    Raises Refused outside of the review, and NotFound for a condition that the programme does not have, or
    a document of another case.
    """
    require(by.role, Act.CASE_ASSESS)
    if case.state is not CaseState.IN_REVIEW:
        raise Refused([Reason.WRONG_STATE])
    known = {one.key for one in clocks.programme(session).criteria}
    if unknown := found.keys() - known:
        raise NotFound(min(unknown))
    _of_this_case(session, case, {one.document_id for one in found.values() if one.document_id})
    assessment = _draft(session, case, by)
    assessment.recommends, assessment.words = recommends, words.strip()
    assessment.by_id, assessment.saved_at = by.id, now()
    rows = weighed(session, assessment)
    for key, one in found.items():
        row = rows.get(key)
        if row is None:
            row = Weighed(assessment_id=assessment.id, criterion=key)
            session.add(row)
        row.met, row.evidence = one.met, one.evidence.strip()
        row.document_id, row.question = one.document_id, one.question
    session.flush()
    journal.record(
        session,
        Act.CASE_ASSESS,
        actor=by.actor,
        case_id=case.id,
        about=f"{assessment.__tablename__}:{assessment.id}",
    )
    return assessment


def _draft(session: Session, case: Case, by: Account) -> Assessment:
    draft = latest(session, case)
    if draft is None or draft.proposed_at is not None:
        draft = Assessment(case_id=case.id, by_id=by.id)
        session.add(draft)
        session.flush()
    return draft


def _of_this_case(session: Session, case: Case, wanted: set[int]) -> None:
    theirs = select(Document.id).where(Document.case_id == case.id, Document.state.not_in(UNSEEN))
    if unknown := wanted - set(session.scalars(theirs.where(Document.id.in_(wanted)))):
        raise NotFound(str(min(unknown)))


def propose(session: Session, case: Case) -> None:
    """From now on it stays as it is."""
    found = latest(session, case)
    if found is not None:
        found.proposed_at = now()
