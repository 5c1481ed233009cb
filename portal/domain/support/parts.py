"""What is in a plan: lines, milestones, payments. Money is in minor units of its currency, never a float."""

import enum
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, and_, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once
from portal.domain.errors import NotFound
from portal.domain.support.plans import Plan
from portal.programme import Modality
from portal.sealing import SealedText


class Category(enum.StrEnum):
    """What a line of a plan is for."""

    BUSINESS = "business"
    JOB = "job"
    EDUCATION = "education"
    TRAINING = "training"
    HOUSING = "housing"
    MEDICAL = "medical"
    PSYCHOSOCIAL = "psychosocial"
    LEGAL = "legal"
    IMMEDIATE_NEEDS = "immediate_needs"
    COMMUNITY = "community"


class MilestoneType(enum.StrEnum):
    """A dated step that can be reported and verified."""

    ONWARD_TRANSPORT = "onward_transport_done"
    FIRST_CONTACT = "first_partner_contact"
    NEEDS_ASSESSED = "needs_assessment_done"
    QUOTATION = "quotation_received"
    GOODS_DELIVERED = "goods_delivered"
    SERVICE_STARTED = "service_started"
    TRAINING_STARTED = "training_started"
    TRAINING_COMPLETED = "training_completed"
    SCHOOL_ENROLLED = "school_enrolled"
    JOB_STARTED = "job_started"
    BUSINESS_REGISTERED = "business_registered"
    BUSINESS_OPERATING = "business_operating"
    HOUSING_SECURED = "housing_secured"
    MEDICAL_DONE = "medical_treatment_done"
    OTHER = "other"


class MilestoneState(enum.StrEnum):
    """Where a milestone stands."""

    PLANNED = "planned"
    REPORTED = "reported"
    VERIFIED = "verified"
    RETURNED = "returned"
    MISSED = "missed"
    WAIVED = "waived"
    DROPPED = "dropped"
    """Taken out of the plan by a later version."""


class PaymentState(enum.StrEnum):
    """Where a payment stands; the last three are the returnee's own answer."""

    PLANNED = "planned"
    REQUESTED = "requested"
    VERIFIED = "verified"
    APPROVED = "approved"
    PAID = "paid"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    PROBLEM = "problem"
    DROPPED = "dropped"


class PayMethod(enum.StrEnum):
    """How a payment was made."""

    TRANSFER = "transfer"
    CARD = "card"
    CHEQUE = "cheque"
    CASH = "cash"
    VOUCHER = "voucher"


class Line(Base):
    """One good or service of a plan, with its budget."""

    __tablename__ = "plan_lines"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    category: Mapped[Category] = mapped_column()
    description = SealedText()
    supplier = SealedText()
    amount: Mapped[int] = mapped_column()
    local_amount: Mapped[int | None] = mapped_column()
    """The same in the plan's local currency, as it was quoted."""
    modality: Mapped[Modality] = mapped_column()
    planned_on: Mapped[date | None] = mapped_column()
    quotation_id: Mapped[int | None] = mapped_column()
    """Of a document, as `Payment.invoice_id`."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("plan_lines.id"))
    """The line of the approved version that this copy is to change."""


class Milestone(Base):
    """One step on the way, proved by evidence."""

    __tablename__ = "milestones"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    type: Mapped[MilestoneType] = mapped_column()
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PLANNED)
    description = SealedText()
    proof = SealedText()
    """What shows that it is done."""
    due_on: Mapped[date] = mapped_column()
    after_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    """The milestone that must be settled before this one is reported."""
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reported_at: Mapped[datetime | None] = mapped_column()
    report = SealedText()
    verified_at: Mapped[datetime | None] = mapped_column()
    words = SealedText()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Payment(Base):
    """One instalment for a line, made when its milestone was verified and two people signed."""

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("plan_lines.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    invoice_id: Mapped[int | None] = mapped_column()
    """The bill, offer or note it was asked for with (see proofs). Documents point back: no foreign key."""
    method: Mapped[PayMethod | None] = mapped_column()
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.PLANNED)
    amount: Mapped[int] = mapped_column()
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    second_approver_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    paid_on: Mapped[date | None] = mapped_column()
    pay_reference = SealedText()
    answered_at: Mapped[datetime | None] = mapped_column()
    due_on: Mapped[date | None] = mapped_column()
    words = SealedText()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


NOT_BEGUN = (PaymentState.PLANNED, PaymentState.DROPPED)
OPEN = (MilestoneState.PLANNED, MilestoneState.RETURNED, MilestoneState.MISSED)
"""Nobody has reported it, or it must be reported again."""


# Built once: every page about a plan asks these.
_LINES = select(Line).where(Line.plan_id == bindparam("plan")).order_by(Line.id)
_MILESTONES = (
    select(Milestone).where(Milestone.plan_id == bindparam("plan")).order_by(Milestone.due_on, Milestone.id)
)
_PAYMENTS = select(Payment).where(Payment.plan_id == bindparam("plan")).order_by(Payment.id)


@asked_once
def lines(session: Session, plan: Plan) -> Sequence[Line]:
    """The lines of a plan, in the order they were written."""
    return session.scalars(_LINES, {"plan": plan.id}).all()


@asked_once
def milestones(session: Session, plan: Plan) -> Sequence[Milestone]:
    """The milestones of a plan, by date."""
    return session.scalars(_MILESTONES, {"plan": plan.id}).all()


@asked_once
def payments(session: Session, plan: Plan) -> Sequence[Payment]:
    """The payments of a plan, in the order they were written."""
    return session.scalars(_PAYMENTS, {"plan": plan.id}).all()


def begun_before(session: Session, plan: Plan) -> Sequence[Payment]:
    """Payments of the version that a plan changes, which were asked for or made: they stay as they are."""
    of_held = select(Payment).where(Payment.plan_id == plan.amends_id, Payment.state.not_in(NOT_BEGUN))
    return session.scalars(of_held.order_by(Payment.id)).all() if plan.amends_id else []


def settled_before(session: Session, plan: Plan) -> Sequence[Milestone]:
    """Milestones of the version that a plan changes, reported or settled: they stay as they are."""
    of_held = select(Milestone).where(
        Milestone.plan_id == plan.amends_id, Milestone.state.not_in((*OPEN, MilestoneState.DROPPED))
    )
    return session.scalars(of_held.order_by(Milestone.due_on, Milestone.id)).all() if plan.amends_id else []


def line_of(session: Session, payment: Payment) -> tuple[Line, Plan]:
    """What a payment is for, and in which plan."""
    return session.get_one(Line, payment.line_id), session.get_one(Plan, payment.plan_id)


def total(session: Session, plan: Plan) -> int:
    """The sum of the lines, in minor units."""
    return sum(line.amount for line in lines(session, plan))


def planned_for(session: Session, line: Line) -> int:
    """The sum of the payments for one line, in minor units; of a changed one also what has begun."""
    own = and_(Payment.line_id == line.id, Payment.state != PaymentState.DROPPED)
    under_way = and_(Payment.line_id == line.origin_id, Payment.state.not_in(NOT_BEGUN))
    return int(session.scalar(select(func.sum(Payment.amount)).where(or_(own, under_way))) or 0)


def begun_for(session: Session, line: Line) -> int:
    """The sum of the payments for one line that were asked for or made, in minor units."""
    of_line = Payment.line_id.in_([line.id, line.origin_id or line.id])
    begun = select(func.sum(Payment.amount)).where(of_line, Payment.state.not_in(NOT_BEGUN))
    return int(session.scalar(begun) or 0)


def part(session: Session, plan: Plan, part_id: int) -> Line | Milestone | Payment:
    """A line, milestone or payment of this plan. Raises NotFound."""
    every: list[Line | Milestone | Payment] = [*lines(session, plan), *milestones(session, plan)]
    for one in (*every, *payments(session, plan)):
        if one.id == part_id:
            return one
    raise NotFound(str(part_id))


def find_milestone(session: Session, plan: Plan, milestone_id: int) -> Milestone:
    """One milestone of this plan. Raises NotFound."""
    milestone = session.get(Milestone, milestone_id)
    if milestone is None or milestone.plan_id != plan.id:
        raise NotFound(str(milestone_id))
    return milestone


def find_line(session: Session, plan: Plan, line_id: int) -> Line:
    """One line of this plan. Raises NotFound."""
    line = session.get(Line, line_id)
    if line is None or line.plan_id != plan.id:
        raise NotFound(str(line_id))
    return line
