"""Reintegration plans: what a returnee and a partner agree on, line by line, before it is approved."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import cases, clocks, journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.domain.steps import Move, Step
from portal.domain.support import packages
from portal.domain.support.packages import Package
from portal.programme import Modality
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


class Line(Base):
    """One good or service of a plan, with its budget."""

    __tablename__ = "plan_lines"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    category: Mapped[Category] = mapped_column()
    description = SealedText()
    supplier = SealedText()
    amount: Mapped[int] = mapped_column()
    modality: Mapped[Modality] = mapped_column()


class Milestone(Base):
    """One step on the way, proved by evidence."""

    __tablename__ = "milestones"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    type: Mapped[MilestoneType] = mapped_column()
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PLANNED)
    description = SealedText()
    due_on: Mapped[date] = mapped_column()
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


# --- Plan ---------------------------------------------------------------------------------------


def latest(session: Session, case: Case) -> Plan | None:
    """The newest version of the plan."""
    return session.scalar(select(Plan).where(Plan.case_id == case.id).order_by(Plan.number.desc()).limit(1))


def shown_to_returnee(session: Session, case: Case) -> Plan | None:
    """The newest version that was given to the returnee to read; a first draft is the partner's own."""
    offered = select(Plan).where(Plan.case_id == case.id, Plan.state != PlanState.DRAFT)
    return session.scalar(offered.order_by(Plan.number.desc()).limit(1))


def lines(session: Session, plan: Plan) -> Sequence[Line]:
    """The lines of a plan, in the order they were written."""
    return session.scalars(select(Line).where(Line.plan_id == plan.id).order_by(Line.id)).all()


def milestones(session: Session, plan: Plan) -> Sequence[Milestone]:
    """The milestones of a plan, by date."""
    rows = select(Milestone).where(Milestone.plan_id == plan.id).order_by(Milestone.due_on, Milestone.id)
    return session.scalars(rows).all()


def payments(session: Session, plan: Plan) -> Sequence[Payment]:
    """The payments of a plan, in the order they were written."""
    return session.scalars(select(Payment).where(Payment.plan_id == plan.id).order_by(Payment.id)).all()


def line_of(session: Session, payment: Payment) -> tuple[Line, Plan]:
    """What a payment is for, and in which plan."""
    return session.get_one(Line, payment.line_id), session.get_one(Plan, payment.plan_id)


def total(session: Session, plan: Plan) -> int:
    """The sum of the lines, in minor units."""
    # PostgreSQL sums integers to a decimal.
    return int(session.scalar(select(func.sum(Line.amount)).where(Line.plan_id == plan.id)) or 0)


def planned_for(session: Session, line: Line) -> int:
    """The sum of the payments for one line, in minor units."""
    return int(session.scalar(select(func.sum(Payment.amount)).where(Payment.line_id == line.id)) or 0)


def draft(
    session: Session, case: Case, chosen: Mapping[Person, Package], *, objectives: str, by: Account
) -> Plan:
    """A new plan under the packages of one or more people: the first one, or the next after a rejected one.

    What their packages allow together is its ceiling. Raises Refused.
    """
    require(by.role, Act.PLAN_DRAFT)
    # Two drafts at once would be two plans: the case row is the lock.
    session.refresh(case, with_for_update=True)
    earlier = latest(session, case)
    if case.state not in (cases.CaseState.ARRIVED, cases.CaseState.REINTEGRATION):
        raise Refused([Reason.WRONG_STATE])
    if earlier is not None and earlier.state is not PlanState.REJECTED:
        raise Refused([Reason.PLAN_OPEN])
    if reasons := packages.refuse_unfit(session, chosen):
        raise Refused(reasons)
    plan = Plan(
        case_id=case.id,
        number=(earlier.number if earlier else 0) + 1,
        ceiling=sum(package.ceiling for package in chosen.values()),
        currency=next(iter(chosen.values())).currency,
        use_by=packages.use_by(list(chosen.items()), case.arrived_on or today()),
        objectives=objectives,
        drafted_by_id=by.id,
        state=PlanState.DRAFT,
    )
    session.add(plan)
    session.flush()
    packages.give(session, plan.id, chosen)
    journal.record(session, Act.PLAN_DRAFT, actor=by.actor, case_id=case.id, about=steps.label(plan))
    return plan


def find(session: Session, case: Case, plan_id: int) -> Plan:
    """One plan of this case. Raises NotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None or plan.case_id != case.id:
        raise NotFound(str(plan_id))
    return plan


def open_draft(session: Session, case: Case) -> Plan:
    """The plan that is being written. Raises NotFound without one, Refused when it cannot be changed now."""
    plan = latest(session, case)
    if plan is None:
        raise NotFound(case.reference)
    if plan.state not in EDITABLE:
        raise Refused([Reason.WRONG_STATE])
    return plan


def part(session: Session, plan: Plan, part_id: int) -> Line | Milestone | Payment:
    """A line, milestone or payment of this plan. Raises NotFound."""
    every: list[Line | Milestone | Payment] = [*lines(session, plan), *milestones(session, plan)]
    for one in (*every, *payments(session, plan)):
        if one.id == part_id:
            return one
    raise NotFound(str(part_id))


def find_line(session: Session, plan: Plan, line_id: int) -> Line:
    """One line of this plan. Raises NotFound."""
    line = session.get(Line, line_id)
    if line is None or line.plan_id != plan.id:
        raise NotFound(str(line_id))
    return line


def _editable(plan: Plan, by: Account) -> None:
    require(by.role, Act.PLAN_DRAFT)
    if plan.state not in EDITABLE:
        raise Refused([Reason.WRONG_STATE])
    plan.edited_at = now()


def set_objectives(plan: Plan, words: str, *, by: Account) -> None:
    """Change what the returnee wants to reach."""
    _editable(plan, by)
    plan.objectives = words


def add_line(session: Session, plan: Plan, values: Mapping[str, object], *, by: Account) -> Line:
    """Add a line; `values` are columns of Line, amount in minor units."""
    _editable(plan, by)
    line = Line(plan_id=plan.id, **values)
    session.add(line)
    session.flush()
    return line


def add_milestone(session: Session, plan: Plan, values: Mapping[str, object], *, by: Account) -> Milestone:
    """Add a milestone; `values` are columns of Milestone."""
    _editable(plan, by)
    milestone = Milestone(plan_id=plan.id, case_id=plan.case_id, **values)
    session.add(milestone)
    session.flush()
    return milestone


def add_payment(
    session: Session, plan: Plan, line: Line, milestone: Milestone | None, amount: int, *, by: Account
) -> Payment:
    """Add a payment of `amount` minor units for a line. Raises Refused beyond the line, NotFound."""
    _editable(plan, by)
    if line.plan_id != plan.id or (milestone is not None and milestone.plan_id != plan.id):
        raise NotFound("line")
    if planned_for(session, line) + amount > line.amount:
        raise Refused([Reason.PAYMENTS_DIFFER_FROM_PLAN])
    payment = Payment(
        case_id=plan.case_id,
        plan_id=plan.id,
        line_id=line.id,
        milestone_id=milestone and milestone.id,
        amount=amount,
        state=PaymentState.PLANNED,
    )
    session.add(payment)
    session.flush()
    return payment


def remove(session: Session, plan: Plan, part: Line | Milestone | Payment, *, by: Account) -> None:
    """Take a line, milestone or payment out of a draft; payments that hang on it go too. Raises NotFound."""
    _editable(plan, by)
    if part.plan_id != plan.id:
        raise NotFound(str(part.id))
    for payment in payments(session, plan):
        if part.id in (payment.line_id, payment.milestone_id):
            session.delete(payment)
    session.flush()
    session.delete(part)
    session.flush()


def _case_is_in_their_hands(move: Move) -> Reason | None:
    case = move.session.get_one(Case, move.thing.case_id)
    return None if case.state in cases.AFTER_ARRIVAL else Reason.WRONG_STATE


def _has_lines(move: Move) -> Reason | None:
    return None if lines(move.session, move.thing) else Reason.PLAN_EMPTY


def _within_ceiling(move: Move) -> Reason | None:
    over = total(move.session, move.thing) > move.thing.ceiling
    return Reason.PLAN_OVER_CEILING if over else None


def _payments_add_up(move: Move) -> Reason | None:
    budget = lines(move.session, move.thing)
    adds_up = all(planned_for(move.session, line) == line.amount for line in budget)
    return None if adds_up else Reason.PAYMENTS_DIFFER_FROM_PLAN


def _not_own_plan(move: Move) -> Reason | None:
    own = move.by.id in (move.thing.submitted_by_id, move.thing.drafted_by_id)
    return Reason.OWN_PROPOSAL if own else None


def _offered(move: Move) -> None:
    move.thing.decided_by_id = move.thing.decided_at = None
    move.thing.words, move.thing.due_on = "", clocks.due(move.session, "correction")


def _agreed(move: Move) -> None:
    move.thing.agreed_at, move.thing.due_on = now(), clocks.due(move.session, "plan")


def _submitted(move: Move) -> None:
    move.thing.submitted_by_id = move.by.id
    move.thing.due_on = clocks.due(move.session, "plan_approval")


def _decided(move: Move) -> None:
    move.thing.decided_by_id, move.thing.decided_at = move.by.id, now()
    move.thing.words, move.thing.due_on = move.note, None


def _open_again(move: Move) -> None:
    move.thing.agreed_at, move.thing.words = None, move.note
    move.thing.due_on = clocks.due(move.session, "plan")


PLAN_STEPS: dict[Act, Step[PlanState]] = {
    # From here on nobody changes it: what the returnee agrees to is what stands on her page.
    Act.PLAN_OFFER: Step(
        EDITABLE,
        PlanState.OFFERED,
        needs=(_case_is_in_their_hands, _has_lines, _within_ceiling, _payments_add_up),
        then=(_offered,),
    ),
    Act.PLAN_AGREE: Step(
        {PlanState.OFFERED}, PlanState.AGREED, needs=(_case_is_in_their_hands,), then=(_agreed,)
    ),
    Act.PLAN_DISAGREE: Step(
        {PlanState.OFFERED, PlanState.AGREED},
        PlanState.CHANGES_REQUESTED,
        then=(_open_again,),
        reasoned=True,
    ),
    Act.PLAN_SUBMIT: Step(
        {PlanState.AGREED}, PlanState.SUBMITTED, needs=(_case_is_in_their_hands,), then=(_submitted,)
    ),
    Act.PLAN_APPROVE: Step(
        {PlanState.SUBMITTED},
        PlanState.APPROVED,
        needs=(_case_is_in_their_hands, _not_own_plan, _within_ceiling, _payments_add_up),
        then=(_decided,),
    ),
    Act.PLAN_RETURN: Step(
        {PlanState.SUBMITTED}, PlanState.CHANGES_REQUESTED, then=(_decided, _open_again), reasoned=True
    ),
    Act.PLAN_REJECT: Step({PlanState.SUBMITTED}, PlanState.REJECTED, then=(_decided,), reasoned=True),
}


def advance(session: Session, plan: Plan, act: Act, *, by: Account, note: str = "") -> None:
    """Take a plan one step. Raises NotAllowed, Refused."""
    steps.take(session, plan, PLAN_STEPS, act, by=by, note=note)


def agree(session: Session, plan: Plan, *, seen: int | None, language: str, by: Account) -> None:
    """The returnee read the plan, as it was at version `seen`, in `language`, and agrees to it.

    Raises Refused, also when the plan is no longer the one that was read.
    """
    if plan.version != seen:
        raise Refused([Reason.CHANGED_MEANWHILE])
    plan.agreed_language = language
    advance(session, plan, Act.PLAN_AGREE, by=by)
