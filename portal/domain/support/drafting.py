"""Writing a plan: a new version, its lines, milestones and payments, until the returnee is asked."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import now, today
from portal.domain import cases, journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.domain.support import packages, plans
from portal.domain.support.packages import Package
from portal.domain.support.parts import (
    Line,
    Milestone,
    Payment,
    PaymentState,
    begun_for,
    payments,
    planned_for,
)
from portal.domain.support.plans import EDITABLE, Plan, PlanState, latest


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
    if plans.approved(session, case) or (earlier is not None and earlier.state is not PlanState.REJECTED):
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


def open_draft(session: Session, case: Case) -> Plan:
    """The plan that is being written. Raises NotFound without one, Refused when it cannot be changed now."""
    plan = latest(session, case)
    if plan is None:
        raise NotFound(case.reference)
    if plan.state not in EDITABLE:
        raise Refused([Reason.WRONG_STATE])
    return plan


def _editable(plan: Plan, by: Account) -> None:
    require(by.role, Act.PLAN_DRAFT)
    if plan.state not in EDITABLE:
        raise Refused([Reason.WRONG_STATE])
    plan.edited_at = now()


ASSESSED = ("needs", "skills", "family", "risks", "contribution")
"""What is talked about before the plan is written, in columns of Plan."""


def set_words(plan: Plan, values: Mapping[str, str | None], *, by: Account) -> None:
    """Change what the returnee wants to reach, and what was talked about: `objectives` and ASSESSED."""
    _editable(plan, by)
    for name in {"objectives", *ASSESSED} & values.keys():
        setattr(plan, name, values[name] or "")


LARGEST = 10**10
"""The largest amount of one line or payment, in minor units."""


def _refuse_amount(amount: object) -> None:
    if not isinstance(amount, int) or not 0 < amount <= LARGEST:
        raise Refused([Reason.AMOUNT_WRONG])


def add_line(session: Session, plan: Plan, values: Mapping[str, object], *, by: Account) -> Line:
    """Add a line; `values` are columns of Line, amount in minor units. Raises Refused for no real amount."""
    _editable(plan, by)
    _refuse_amount(values.get("amount"))
    line = Line(plan_id=plan.id, **values)
    session.add(line)
    session.flush()
    return line


def change_line(
    session: Session, plan: Plan, line: Line, values: Mapping[str, object], *, by: Account
) -> None:
    """Change a line. Raises Refused when it would cost less than what is planned or was paid for it."""
    _editable(plan, by)
    if line.plan_id != plan.id:
        raise NotFound(str(line.id))
    _refuse_amount(values.get("amount", line.amount))
    for name, value in values.items():
        setattr(line, name, value)
    session.flush()
    if planned_for(session, line) > line.amount:
        raise Refused([Reason.PAYMENTS_DIFFER_FROM_PLAN])


def change_milestone(
    session: Session, plan: Plan, milestone: Milestone, values: Mapping[str, object], *, by: Account
) -> None:
    """Change a milestone. Raises Refused when it would wait for itself, or for a later one."""
    _editable(plan, by)
    if milestone.plan_id != plan.id:
        raise NotFound(str(milestone.id))
    for name, value in values.items():
        setattr(milestone, name, value)
    session.flush()
    _refuse_circle(session, milestone)
    _refuse_too_early(session, milestone)


def _refuse_too_early(session: Session, milestone: Milestone) -> None:
    """What comes before a milestone is due before it; one of the version that holds stays as it is."""
    before = session.get(Milestone, milestone.after_id) if milestone.after_id is not None else None
    after = session.scalars(
        select(Milestone).where(Milestone.after_id == milestone.id, Milestone.plan_id == milestone.plan_id)
    ).all()
    days = [*([before.due_on] if before else []), milestone.due_on, *sorted(one.due_on for one in after)]
    if days != sorted(days):
        raise Refused([Reason.MILESTONE_TOO_EARLY])


def _refuse_circle(session: Session, milestone: Milestone) -> None:
    seen, at = {milestone.id}, milestone
    while at.after_id is not None:
        if at.after_id in seen:
            raise Refused([Reason.MILESTONE_CIRCLE])
        seen.add(at.after_id)
        at = session.get_one(Milestone, at.after_id)


def add_milestone(session: Session, plan: Plan, values: Mapping[str, object], *, by: Account) -> Milestone:
    """Add a milestone; `values` are columns of it. Raises Refused when due before what it waits for."""
    _editable(plan, by)
    milestone = Milestone(plan_id=plan.id, case_id=plan.case_id, **values)
    session.add(milestone)
    session.flush()
    _refuse_too_early(session, milestone)
    return milestone


def add_payment(
    session: Session, plan: Plan, line: Line, milestone: Milestone | None, amount: int, *, by: Account
) -> Payment:
    """Add a payment of `amount` minor units for a line. Raises Refused beyond the line, NotFound."""
    _editable(plan, by)
    if line.plan_id != plan.id or (milestone is not None and milestone.plan_id != plan.id):
        raise NotFound("line")
    _refuse_amount(amount)
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
    if isinstance(part, Line) and begun_for(session, part):
        raise Refused([Reason.PART_IN_USE])
    for payment in payments(session, plan):
        if part.id in (payment.line_id, payment.milestone_id):
            session.delete(payment)
    for later in session.scalars(select(Milestone).where(Milestone.after_id == part.id)):
        later.after_id = None
    session.flush()
    session.delete(part)
    session.flush()
