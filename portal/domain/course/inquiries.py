"""Somebody has heard nothing and says so: a counsellor must answer, by a day that both of them see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now, today
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import OVER, Case
from portal.domain.course import standing
from portal.domain.course.history import INTERNAL
from portal.domain.course.lifecycle import Party
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import FIELD, Act, require
from portal.domain.telling import notices
from portal.sealing import SealedText

CLOCK = "inquiry_answer"


class Inquiry(Base):
    """One time that a migrant said: I have heard nothing. Of one case only one is open."""

    __tablename__ = "inquiries"
    __table_args__ = (
        Index("ix_inquiries_of_case", "case_id", "answered_at"),
        Index("ix_inquiries_by_day", "answered_at", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    words = SealedText()
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date] = mapped_column()
    answer = SealedText()
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column()

    # Two who answer at once: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_overdue(self) -> bool:
        """Whether the answer is late."""
        return self.answered_at is None and self.due_on < today()


@dataclass(frozen=True)
class Silence:
    """How long nobody told the migrant anything, and whether she may say so now."""

    since: datetime | None
    """The last word she got; None for who has sent nothing yet."""
    may_ask: bool
    waits: Inquiry | None
    """What she said and nobody has answered."""


_OF_CASE = select(Inquiry).where(Inquiry.case_id == bindparam("case")).order_by(Inquiry.id.desc())


@asked_once
def of_case(session: Session, case: Case) -> Sequence[Inquiry]:
    """Every one of this case, the newest first."""
    return session.scalars(_OF_CASE, {"case": case.id}).all()


def find(session: Session, case: Case, inquiry_id: int) -> Inquiry:
    """One of this case. Raises NotFound."""
    found = session.get(Inquiry, inquiry_id)
    if found is None or found.case_id != case.id:
        raise NotFound(str(inquiry_id))
    return found


def silence(session: Session, case: Case, stands: standing.Standing) -> Silence:
    """Whether somebody of the programme is late, or said nothing for longer than the programme wants."""
    waits = next((one for one in of_case(session, case) if one.answered_at is None), None)
    since = last_word(session, case)
    if since is None or (case.state in OVER and case.talk_asked_at is None):
        return Silence(since, may_ask=False, waits=waits)
    late = stands.overdue and stands.party not in (Party.MIGRANT, Party.NOBODY)
    silent = clocks.is_silent(session, "heard_nothing", since)
    return Silence(since, may_ask=waits is None and (late or silent or _talk_late(case)), waits=waits)


def _talk_late(case: Case) -> bool:
    return case.talk_asked_at is not None and case.due_on is not None and case.due_on < today()


_LAST_WORD = select(func.max(Event.at)).where(
    Event.case_id == bindparam("case"), Event.actor_role.in_(FIELD), Event.act.not_in(INTERNAL)
)


def last_word(session: Session, case: Case) -> datetime | None:
    """When somebody of the programme or a partner last did something that the migrant reads of.

    When nobody has yet, it is the day of sending.
    """
    return session.scalar(_LAST_WORD, {"case": case.id}) or case.submitted_at


def ask(session: Session, case: Case, *, by: Account, words: str = "") -> Inquiry:
    """Say that one has heard nothing; two taps say it once. Raises Refused while there is still time."""
    require(by.role, Act.INQUIRY_ASK)
    session.refresh(case, with_for_update=True)
    found = silence(session, case, standing.standing(session, case))
    if found.waits is not None:
        return found.waits
    if not found.may_ask:
        raise Refused([Reason.NOT_LATE_YET])
    inquiry = Inquiry(case_id=case.id, words=words.strip(), due_on=clocks.due(session, CLOCK))
    session.add(inquiry)
    session.flush()
    journal.record(session, Act.INQUIRY_ASK, actor=by.actor, case_id=case.id, about=_label(inquiry))
    return inquiry


def answer(session: Session, case: Case, inquiry: Inquiry, words: str, *, by: Account) -> None:
    """Answer in words that the migrant reads. Raises Refused without words, and when it is answered."""
    require(by.role, Act.INQUIRY_ANSWER)
    if inquiry.answered_at is not None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    inquiry.answer, inquiry.answered_at, inquiry.answered_by_id = words.strip(), now(), by.id
    session.flush()
    journal.record(session, Act.INQUIRY_ANSWER, actor=by.actor, case_id=case.id, about=_label(inquiry))
    notices.note(session, Act.INQUIRY_ANSWER, session.get_one(Account, case.migrant_id), by=by)


def _label(inquiry: Inquiry) -> str:
    return f"{Inquiry.__tablename__}:{inquiry.id}"
