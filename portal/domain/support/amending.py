"""Changing a plan that holds: the next version is a copy; once approved it takes over what has begun."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.support import packages, parts, plans
from portal.domain.support.parts import (
    NOT_BEGUN,
    OPEN,
    Line,
    Milestone,
    MilestoneState,
    Payment,
    PaymentState,
)
from portal.domain.support.plans import Plan, PlanState

COPIED_OF_PLAN = (
    *("ceiling", "currency", "use_by", "objectives", "local_currency", "rate_millionths", "rate_on"),
    *("rate_source", "needs", "skills", "family", "risks", "contribution"),
)
COPIED_OF_LINE = (
    *("category", "description", "supplier", "amount", "local_amount"),
    *("modality", "planned_on", "quotation_id"),
)
COPIED_OF_MILESTONE = ("case_id", "type", "description", "proof", "due_on", "after_id")
COPIED_OF_PAYMENT = ("line_id", "milestone_id", "amount")


def ask(session: Session, case: Case, plan: Plan, words: str, *, by: Account) -> None:
    """The returnee wants the plan that holds to be changed: the partner hears of it. Raises Refused."""
    require(by.role, Act.PLAN_ASK_CHANGE)
    if plan.state is not PlanState.APPROVED or case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.WRONG_STATE])
    if plans.amendment(session, plan):
        raise Refused([Reason.PLAN_BEING_CHANGED])
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    plan.change_asked_at, plan.change_words = now(), words.strip()
    _write(session, Act.PLAN_ASK_CHANGE, plan, by, words.strip())


def begin(session: Session, case: Case, *, note: str, by: Account) -> Plan:
    """The next version, a copy of the one that holds without what has begun. Raises Refused."""
    require(by.role, Act.PLAN_AMEND)
    session.refresh(case, with_for_update=True)
    held = plans.approved(session, case)
    if held is None or case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.PLAN_NOT_APPROVED])
    if plans.amendment(session, held):
        raise Refused([Reason.PLAN_BEING_CHANGED])
    if not note.strip():
        raise Refused([Reason.REASON_MISSING])
    newest = plans.every(session, case)[0]
    plan = Plan(
        case_id=case.id,
        number=newest.number + 1,
        state=PlanState.DRAFT,
        amends_id=held.id,
        drafted_by_id=by.id,
        reason=note.strip(),
        **{name: getattr(held, name) for name in COPIED_OF_PLAN},
    )
    session.add(plan)
    session.flush()
    packages.give(session, plan.id, dict(packages.of_plan(session, held.id)))
    _copy_parts(session, held, plan)
    _write(session, Act.PLAN_AMEND, plan, by, note.strip())
    return plan


def _copy_parts(session: Session, held: Plan, plan: Plan) -> None:
    lines = {
        one.id: Line(
            plan_id=plan.id, origin_id=one.id, **{name: getattr(one, name) for name in COPIED_OF_LINE}
        )
        for one in parts.lines(session, held)
    }
    milestones = {
        one.id: Milestone(
            plan_id=plan.id, origin_id=one.id, **{name: getattr(one, name) for name in COPIED_OF_MILESTONE}
        )
        for one in parts.milestones(session, held)
        if one.state in OPEN
    }
    for one in parts.milestones(session, held):
        if one.id in milestones and one.after_id in milestones:
            milestones[one.id].after_id = milestones[one.after_id].id
    session.add_all([*lines.values(), *milestones.values()])
    session.flush()
    for payment in parts.payments(session, held):
        if payment.state is PaymentState.PLANNED:
            milestone = milestones.get(payment.milestone_id or 0)
            session.add(
                Payment(
                    case_id=payment.case_id,
                    plan_id=plan.id,
                    line_id=lines[payment.line_id].id,
                    milestone_id=milestone.id if milestone else payment.milestone_id,
                    origin_id=payment.id,
                    amount=payment.amount,
                )
            )
    session.flush()


def take_over(session: Session, plan: Plan) -> None:
    """An approved change takes the place of the version before, with everything that had begun there.

    Each part keeps the row it had from the start: what was sent for a milestone, and whoever signed a
    payment, stay with it. Copies only carry what is new. What stood in the version before is in its content.
    """
    held = session.get_one(Plan, plan.amends_id)
    held.state, held.change_asked_at = PlanState.AMENDED, None
    for line, its_copy in _pairs(parts.lines(session, held), parts.lines(session, plan)):
        if its_copy is not None:
            _move(session, line, its_copy, plan, COPIED_OF_LINE, {Payment.line_id})
    for milestone, copy in _pairs(parts.milestones(session, held), parts.milestones(session, plan)):
        is_open = milestone.state in OPEN
        if is_open and copy is None:
            milestone.state = MilestoneState.DROPPED
        else:
            columns = COPIED_OF_MILESTONE if is_open else ()
            _move(session, milestone, copy, plan, columns, {Payment.milestone_id, Milestone.after_id})
    for payment, newer in _pairs(parts.payments(session, held), parts.payments(session, plan)):
        if payment.state in NOT_BEGUN and newer is None:
            payment.state = PaymentState.DROPPED
        else:
            _move(session, payment, newer, plan, COPIED_OF_PAYMENT, set())
    session.flush()


Part = TypeVar("Part", Line, Milestone, Payment)


def _pairs(held: Sequence[Part], newer: Sequence[Part]) -> list[tuple[Part, Part | None]]:
    """Each part of the version before with its copy; without one it was taken out, or had begun."""
    copies = {one.origin_id: one for one in newer if one.origin_id is not None}
    return [(one, copies.get(one.id)) for one in held]


def _move(
    session: Session, part: Part, copy: Part | None, plan: Plan, columns: Sequence[str], pointing: set[Any]
) -> None:
    """Bring a part into the new version, as its copy says; what points at the copy points at it."""
    part.plan_id = plan.id
    if copy is None:
        return
    for name in columns:
        setattr(part, name, getattr(copy, name))
    session.flush()
    for column in pointing:
        session.execute(update(column.class_).where(column == copy.id).values({column: part.id}))
    session.delete(copy)
    session.flush()


def _write(session: Session, act: Act, plan: Plan, by: Account, note: str) -> None:
    journal.record(session, act, actor=by.actor, case_id=plan.case_id, about=steps.label(plan), note=note)
