"""Counselling sessions: what was talked about, in which language, and how somebody came to a decision."""

import enum
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, Choices, day_of, now, today
from portal.domain import cases, clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
from portal.sealing import SealedText

LONG_BEFORE = timedelta(days=366)
"""People come to talk months before they apply; an earlier day is a wrong year."""


class TalkWay(enum.StrEnum):
    """How two people talk."""

    PLACE = "place"
    PHONE = "phone"
    VIDEO = "video"


class Topic(enum.StrEnum):
    """What a session was about."""

    PROGRAMME = "programme"
    OTHER_WAYS = "other_ways"
    RIGHTS = "rights"
    FREE_CHOICE = "free_choice"
    COUNTRY = "country"
    SUPPORT = "support"
    JOURNEY = "journey"
    FAMILY = "family"
    HEALTH = "health"
    DATA = "data"
    OTHER = "other"


class CounsellingSession(Base):
    """One conversation. `informed`: the person said, knowing all this, that the decision is their own."""

    __tablename__ = "counselling_sessions"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    held_on: Mapped[date] = mapped_column()
    way: Mapped[TalkWay] = mapped_column()
    language: Mapped[str] = mapped_column(String(8))
    interpreter = SealedText()
    topics: Mapped[frozenset[Topic]] = mapped_column(Choices(Topic))
    informed: Mapped[bool] = mapped_column(default=False)
    evidence = SealedText()
    notes = SealedText()
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes it this conversation: everything that was written down of it, and by whom."""
        told = (self.held_on, self.way, self.language, self.topics, self.informed, self.by_id)
        return *told, self.interpreter, self.evidence, self.notes


def record(
    session: Session,
    case: Case,
    held_on: date,
    way: TalkWay,
    topics: Collection[Topic],
    *,
    language: str,
    by: Account,
    interpreter: str = "",
    informed: bool = False,
    evidence: str = "",
    notes: str = "",
) -> CounsellingSession:
    """Write a session down; sent twice (two taps, a bad line) it is one.

    Raises Refused for a day to come or long before the application, and for a decision without what shows it.
    """
    require(by.role, Act.COUNSELLING_RECORD)
    reasons = [Reason.DATE_IN_FUTURE] if held_on > today() else []
    if held_on < day_of(case.opened_at) - LONG_BEFORE:
        reasons.append(Reason.DATE_LONG_AGO)
    if informed and not evidence.strip():
        reasons.append(Reason.EVIDENCE_MISSING)
    if reasons:
        raise Refused(reasons)
    cases.hold(session, case)
    said = (held_on, way, language, frozenset(topics), informed, by.id)
    texts = (interpreter.strip(), evidence.strip(), notes.strip())
    for known in of_case(session, case):
        if known.facts == (*said, *texts):
            return known
    one = CounsellingSession(
        case_id=case.id,
        held_on=held_on,
        way=way,
        language=language,
        topics=frozenset(topics),
        informed=informed,
        by_id=by.id,
        interpreter=interpreter.strip(),
        evidence=evidence.strip(),
        notes=notes.strip(),
    )
    session.add(one)
    session.flush()
    about = f"{CounsellingSession.__tablename__}:{one.id}"
    journal.record(session, Act.COUNSELLING_RECORD, actor=by.actor, case_id=case.id, about=about)
    return one


def of_case(session: Session, case: Case) -> Sequence[CounsellingSession]:
    """Every session, the newest first."""
    found = select(CounsellingSession).where(CounsellingSession.case_id == case.id)
    newest = found.order_by(CounsellingSession.held_on.desc(), CounsellingSession.id.desc())
    return session.scalars(newest).all()


def is_missing(session: Session, case: Case) -> bool:
    """Whether the programme wants an informed decision before the journey, and none is written down."""
    if not clocks.programme(session).counselling.before_the_journey:
        return False
    return not any(one.informed for one in of_case(session, case))
