"""What changed in a case since somebody's last visit, part by part."""

import enum
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, lock_or_make, now
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.course.history import LOOKS
from portal.domain.journal import Event
from portal.domain.permissions import Act

PAUSE = timedelta(minutes=15)
"""Who comes back after this long begins another visit: what was new in the last one is new no more."""
NOTED_EVERY = timedelta(minutes=1)


class CasePart(enum.StrEnum):
    """One part of a case's page; its value stands in addresses."""

    CHECKS = "checks"
    ASSESSMENT = "assessment"
    APPLICATION = "application"
    CORRECTIONS = "corrections"
    DOCUMENTS = "documents"
    CARE = "conversations"
    TRAVEL = "travel"
    PLAN = "plan"
    NOTES = "notes"
    HISTORY = "history"


# By the noun of an act; single acts that belong elsewhere stand below.
BY_NOUN: Mapping[str, CasePart] = {
    "agreement": CasePart.CARE,
    "care": CasePart.CARE,
    "correction": CasePart.CORRECTIONS,
    "document": CasePart.DOCUMENTS,
    "letter": CasePart.DOCUMENTS,
    "milestone": CasePart.PLAN,
    "payment": CasePart.PLAN,
    "plan": CasePart.PLAN,
    "referral": CasePart.TRAVEL,
}
BY_ACT: Mapping[Act, CasePart] = {
    Act.CASE_ANSWER: CasePart.APPLICATION,
    Act.CASE_CONSENT: CasePart.APPLICATION,
    Act.CASE_HELPED: CasePart.APPLICATION,
    Act.CASE_SIGN: CasePart.APPLICATION,
    Act.CASE_SUBMIT: CasePart.APPLICATION,
    Act.CASE_ASK: CasePart.CORRECTIONS,
    Act.CASE_RECALL: CasePart.CORRECTIONS,
    Act.CASE_VERIFY: CasePart.CHECKS,
    Act.CASE_ASSESS: CasePart.ASSESSMENT,
    Act.CASE_PROPOSE: CasePart.ASSESSMENT,
    Act.CASE_SEND_BACK: CasePart.ASSESSMENT,
    Act.CASE_ACCEPT: CasePart.ASSESSMENT,
    Act.CASE_DECLINE: CasePart.ASSESSMENT,
    Act.CASE_REQUEST_REVIEW: CasePart.ASSESSMENT,
    Act.CASE_CHECK: CasePart.TRAVEL,
    Act.CASE_CLEAR: CasePart.TRAVEL,
    Act.CASE_UNCLEAR: CasePart.TRAVEL,
    Act.CASE_CONFIRM: CasePart.TRAVEL,
    Act.CASE_DEPART: CasePart.TRAVEL,
    Act.CASE_ARRIVE: CasePart.TRAVEL,
    Act.CASE_BEGIN: CasePart.PLAN,
    Act.CASE_COMPLETE: CasePart.PLAN,
    Act.CASE_NOTE: CasePart.NOTES,
}


class Visit(Base):
    """When one member of staff was last in one case, and when the visit before that ended (empty: never)."""

    __tablename__ = "case_visits"
    __table_args__ = (UniqueConstraint("viewer_id", "case_id"),)

    viewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    before: Mapped[datetime | None] = mapped_column()


_MINE = select(Visit).where(Visit.viewer_id == bindparam("viewer"), Visit.case_id == bindparam("case"))
_SINCE = _MINE.with_only_columns(Visit.before)


def visit(session: Session, case: Case, *, by: Account) -> None:
    """Somebody is in a case: a new visit, or the one that goes on."""
    known = session.scalar(_MINE, {"viewer": by.id, "case": case.id})
    if known is not None and now() - known.seen_at < NOTED_EVERY:
        return
    row = _locked(session, case, by)
    if now() - row.seen_at >= PAUSE:
        row.before = row.seen_at
    row.seen_at = now()


def all_seen(session: Session, case: Case, *, by: Account) -> None:
    """Somebody has seen everything that is new now."""
    row = _locked(session, case, by)
    row.before = row.seen_at = now()


def _locked(session: Session, case: Case, by: Account) -> Visit:
    mine = _MINE.params(viewer=by.id, case=case.id)
    return lock_or_make(session, mine, lambda: Visit(viewer_id=by.id, case_id=case.id, before=None))


def since(session: Session, case: Case, *, viewer: Account) -> datetime | None:
    """What happened after this moment is new to the viewer; None on a first visit: then nothing is marked."""
    return session.scalar(_SINCE, {"viewer": viewer.id, "case": case.id})


def news(session: Session, case: Case, moment: datetime | None, *, viewer: Account) -> Mapping[CasePart, int]:
    """How much others did after a moment, by part; looks are no change."""
    if moment is None:
        return {}
    others = or_(Event.actor_id.is_(None), Event.actor_id != viewer.id)
    counted = session.execute(
        select(Event.act, func.count())
        .where(Event.case_id == case.id, Event.at > moment, Event.act.not_in(LOOKS), others)
        .group_by(Event.act)
    )
    found: Counter[CasePart] = Counter()
    for act, number in counted:
        found[CasePart.HISTORY] += number
        part = BY_ACT.get(act) or BY_NOUN.get(act.partition(".")[0])
        if part is not None:
            found[part] += number
    return found
