"""Reintegration plans: what a returnee and a partner agree on, line by line, before it is approved."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain.cases import Case
from portal.domain.errors import NotFound
from portal.sealing import SealedText


class PlanState(enum.StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    AGREED = "agreed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


EDITABLE = (PlanState.DRAFT, PlanState.CHANGES_REQUESTED)


class Plan(Base):
    """One version of a reintegration plan. Money is in minor units of `currency`, never a float.

    Its lines, milestones and payments are part of it: whoever changes one sets `edited_at`, so that of
    two changes at once the second one is told, not obeyed.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("ceiling >= 0", name="ceiling_not_negative"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    ceiling: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column(String(3))
    use_by: Mapped[date | None] = mapped_column()
    """Until this day everything is used."""
    objectives = SealedText()
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    drafted_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None] = mapped_column()
    agreed_at: Mapped[datetime | None] = mapped_column()
    agreed_language: Mapped[str | None] = mapped_column(String(8))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column()
    due_on: Mapped[date | None] = mapped_column()
    words = SealedText()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


# --- Plan ---------------------------------------------------------------------------------------


def latest(session: Session, case: Case) -> Plan | None:
    """The newest version of the plan."""
    return session.scalar(select(Plan).where(Plan.case_id == case.id).order_by(Plan.number.desc()).limit(1))


def shown_to_returnee(session: Session, case: Case) -> Plan | None:
    """The newest version that was given to the returnee to read; a first draft is the partner's own."""
    offered = select(Plan).where(Plan.case_id == case.id, Plan.state != PlanState.DRAFT)
    return session.scalar(offered.order_by(Plan.number.desc()).limit(1))


def find(session: Session, case: Case, plan_id: int) -> Plan:
    """One plan of this case. Raises NotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None or plan.case_id != case.id:
        raise NotFound(str(plan_id))
    return plan
