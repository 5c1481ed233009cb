"""Reintegration plans: what a returnee and a partner agree on, line by line, before it is approved."""

import enum
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
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
    AMENDED = "amended"
    CANCELLED = "cancelled"


EDITABLE = (PlanState.DRAFT, PlanState.CHANGES_REQUESTED)
UNDER_WAY = (*EDITABLE, PlanState.OFFERED, PlanState.AGREED, PlanState.SUBMITTED)
"""Neither decided nor given up."""
LOCAL_UNIT = 1_000_000


class Plan(Base):
    """One version of a reintegration plan. Money is in minor units of `currency`, never a float.

    Its lines, milestones and payments are part of it: whoever changes one sets `edited_at`, so that of
    two changes at once the second one is told, not obeyed.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("ceiling >= 0", name="ceiling_not_negative"),
        CheckConstraint("rate_millionths > 0", name="rate_positive"),
        # Sums that the steps keep, so that the database itself refuses what would exceed them.
        CheckConstraint("agreed_total <= ceiling", name="agreed_within_ceiling"),
        CheckConstraint("approved_total <= agreed_total", name="approved_within_agreed"),
        CheckConstraint("paid_total <= approved_total", name="paid_within_approved"),
        CheckConstraint("paid_total >= 0", name="paid_not_negative"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int] = mapped_column()
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    ceiling: Mapped[int] = mapped_column()
    agreed_total: Mapped[int] = mapped_column(default=0)
    """The sum of the lines of an approved plan."""
    approved_total: Mapped[int] = mapped_column(default=0)
    """The sum of its payments that were approved, paid ones included."""
    paid_total: Mapped[int] = mapped_column(default=0)
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
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    """The approved version that this one changes."""
    reason = SealedText()
    """Why it is changed."""
    change_asked_at: Mapped[datetime | None] = mapped_column()
    change_words = SealedText()
    """What the returnee wants changed in the plan that holds."""
    content_before = SealedText()
    """What the returnee was asked before she asked for a change, and is asked again: see snapshots.py."""
    content = SealedText()
    """What stood in it when the returnee was asked: see snapshots."""
    local_currency: Mapped[str | None] = mapped_column(String(3))
    rate_millionths: Mapped[int | None] = mapped_column()
    """How much of the local currency one unit of `currency` is worth, in millionths."""
    rate_on: Mapped[date | None] = mapped_column()
    rate_source: Mapped[str | None] = mapped_column(String(120))
    needs = SealedText()
    skills = SealedText()
    family = SealedText()
    risks = SealedText()
    contribution = SealedText()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


# --- Plan ---------------------------------------------------------------------------------------


_OF_CASE = select(Plan, Plan.state).where(Plan.case_id == bindparam("case")).order_by(Plan.number.desc())


@asked_once
def _versions(session: Session, case: Case) -> Sequence[tuple[Plan, PlanState]]:
    """Each with its state in the database: what others have just done counts, also to a row read before."""
    return [(plan, state) for plan, state in session.execute(_OF_CASE, {"case": case.id})]


def every(session: Session, case: Case) -> Sequence[Plan]:
    """All versions, the newest first."""
    return [plan for plan, _state in _versions(session, case)]


def latest(session: Session, case: Case) -> Plan | None:
    """The newest version of the plan."""
    return next(iter(every(session, case)), None)


def shown_to_returnee(session: Session, case: Case) -> Plan | None:
    """The version that counts for the returnee: what waits for their answer, what holds, or the newest shown.

    A draft is the partner's own, and so is a change until the returnee is asked about it.
    """
    shown = [one for one in every(session, case) if one.state is not PlanState.DRAFT]
    first = [one for one in shown if one.state is PlanState.OFFERED]
    held = [one for one in shown if one.state is PlanState.APPROVED]
    return next(iter([*first, *held, *shown]), None)


def current(session: Session, case: Case) -> Plan | None:
    """The version that counts now: the newest, but a change only while the returnee is asked about it."""
    newest = latest(session, case)
    if newest is None or newest.amends_id is None or newest.state is PlanState.OFFERED:
        return newest
    return approved(session, case)


def approved(session: Session, case: Case) -> Plan | None:
    """The version that holds."""
    return next((plan for plan, state in _versions(session, case) if state is PlanState.APPROVED), None)


_UNDER_WAY = select(Plan).where(Plan.amends_id == bindparam("plan"), Plan.state.in_(UNDER_WAY))


def amendment(session: Session, plan: Plan) -> Plan | None:
    """The version that is to take the place of an approved one, while it is written or looked at."""
    return session.scalar(_UNDER_WAY, {"plan": plan.id})


def find(session: Session, case: Case, plan_id: int) -> Plan:
    """One plan of this case. Raises NotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None or plan.case_id != case.id:
        raise NotFound(str(plan_id))
    return plan
