"""What waits for a second person: proposals, plans, payments; one's own are shown and cannot be decided."""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from portal.db import unsought
from portal.domain import clocks, people, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState, visible_to
from portal.domain.course import guards
from portal.domain.course.lifecycle import CASE_STEPS
from portal.domain.desk import lines
from portal.domain.desk.filters import STATES
from portal.domain.desk.lines import Line
from portal.domain.errors import Reason
from portal.domain.permissions import Act, Role
from portal.domain.steps import Step
from portal.domain.support import grants
from portal.domain.support.approval import PLAN_STEPS
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState

MOST = 100
"""Of one kind; the most urgent come first."""


class Second(enum.StrEnum):
    """What is waiting for the second person."""

    PROPOSAL = "proposal"
    PLAN = "plan"
    START = "start"
    MISSED = "missed"
    PAYMENT = "payment"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: of which case, by when, and why this viewer cannot decide about it, if so."""

    kind: Second
    case: Case
    name: str
    thing: Any
    due_on: date | None
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class _Kind:
    """Where one kind lies, and the step that decides about it."""

    find: Callable[[Session, Account], Iterable[tuple[Any, Case]]]
    table: Mapping[Act, Step[Any]]
    act: Act
    reasons: Callable[[Session, Sequence[Case], Account], Mapping[int, Sequence[Reason]]] | None = None
    """Of all at once, where one question for each would be too many; the page of each one tells the rest."""


UNPROPOSED = tuple(state for state in STATES if state is not CaseState.PROPOSED)
"""Where a plan, a step or a payment may wait: a proposal is a kind of its own."""


def _wait_in(*states: CaseState) -> ColumnElement[bool]:
    """The line knows that somebody must decide something: others are not looked into."""
    return and_(Line.for_approver == true(), Line.state.in_(states))


def _proposals(session: Session, viewer: Account) -> Iterable[tuple[Any, Case]]:
    wanted = select(Case).where(visible_to(viewer), Case.state == CaseState.PROPOSED)
    found = session.scalars(wanted.order_by(Case.due_on, Case.id).limit(MOST))
    return [(case, case) for case in found]


def _starts(session: Session, viewer: Account) -> Iterable[tuple[Any, Case]]:
    approved = exists().where(Plan.case_id == Case.id, Plan.state == PlanState.APPROVED)
    waits = _wait_in(CaseState.ARRIVED)
    wanted = select(Case).join(Line, Line.id == Case.id).where(waits, unsought(visible_to(viewer)), approved)
    return [(case, case) for case in session.scalars(wanted.order_by(Line.due_on, Line.id).limit(MOST))]


def _rows(table: type[Any], condition: Callable[[Session], Any]) -> Callable[[Session, Account], Any]:
    def find(session: Session, viewer: Account) -> Iterable[tuple[Any, Case]]:
        rows = session.execute(
            select(table, Case)
            .join(Case, Case.id == table.case_id)
            .join(Line, Line.id == Case.id)
            .where(_wait_in(*UNPROPOSED), unsought(visible_to(viewer)), condition(session))
            .order_by(table.due_on, table.id)
            .limit(MOST)
        )
        return [(thing, case) for thing, case in rows]

    return find


def _unsigned(session: Session) -> Any:
    limit = clocks.programme(session).approvals.two_approvers_above
    one_more = and_(
        Payment.state == PaymentState.APPROVED, Payment.amount > limit, Payment.second_approver_id.is_(None)
    )
    return or_(Payment.state == PaymentState.VERIFIED, one_more)


KINDS: Mapping[Second, _Kind] = {
    Second.PROPOSAL: _Kind(_proposals, CASE_STEPS, Act.CASE_ACCEPT, guards.not_the_second),
    Second.PLAN: _Kind(
        _rows(Plan, lambda session: Plan.state == PlanState.SUBMITTED), PLAN_STEPS, Act.PLAN_APPROVE
    ),
    Second.START: _Kind(_starts, CASE_STEPS, Act.CASE_BEGIN),
    Second.MISSED: _Kind(
        _rows(Milestone, lambda session: Milestone.state == MilestoneState.MISSED),
        grants.MILESTONE_STEPS,
        Act.MILESTONE_WAIVE,
    ),
    Second.PAYMENT: _Kind(_rows(Payment, _unsigned), grants.PAYMENT_STEPS, Act.PAYMENT_APPROVE),
}


def waiting(session: Session, *, viewer: Account) -> dict[Second, list[Waiting]]:
    """Everything that waits, by kind, the most urgent first; nothing for who never decides."""
    if viewer.role is not Role.APPROVER:
        return {}
    lines.settle(session)
    found = {kind: list(one.find(session, viewer)) for kind, one in KINDS.items()}
    names = people.names(session, {case.id for rows in found.values() for _thing, case in rows})
    waiting = {}
    for kind, rows in found.items():
        why = _reasons(session, KINDS[kind], [thing for thing, _case in rows], viewer)
        waiting[kind] = [
            Waiting(kind, case, names.get(case.id, ""), thing, thing.due_on, why[thing.id])
            for thing, case in rows
        ]
    return {kind: rows for kind, rows in waiting.items() if rows}


def _reasons(
    session: Session, kind: _Kind, things: Sequence[Any], viewer: Account
) -> Mapping[int, Sequence[Reason]]:
    if kind.reasons is not None:
        return kind.reasons(session, things, viewer)
    return {one.id: steps.missing(session, one, kind.table, kind.act, by=viewer) for one in things}
