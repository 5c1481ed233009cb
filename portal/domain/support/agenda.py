"""A partner's agenda: what happens next in each case of the organisation, and by when."""

import enum
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import cases, people
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.domain.support import grants, parts, plans, receipts
from portal.domain.support.field_rights import Field
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.receipts import Share
from portal.domain.support.referrals import Referral

Part = TypeVar("Part", Milestone, Payment)


class Task(enum.StrEnum):
    """What happens next in a case, as its partner sees it."""

    CONFIRM_ARRIVAL = "confirm_arrival"
    START_PLAN = "start_plan"
    FINISH_PLAN = "finish_plan"
    CHANGE_PLAN = "change_plan"
    SUBMIT_PLAN = "submit_plan"
    MEND_REPORT = "mend_report"
    REPORT_STEP = "report_step"
    REQUEST_PAYMENT = "request_payment"

    AWAIT_JOURNEY = "await_journey"
    AWAIT_AGREEMENT = "await_agreement"
    AWAIT_APPROVAL = "await_approval"
    AWAIT_PROGRAMME = "await_programme"
    AWAIT_ANSWER = "await_answer"
    AWAIT_FOLLOW_UP = "await_follow_up"
    AWAIT_SHARING = "await_sharing"


OURS = frozenset(
    {
        Task.CONFIRM_ARRIVAL,
        Task.START_PLAN,
        Task.FINISH_PLAN,
        Task.CHANGE_PLAN,
        Task.SUBMIT_PLAN,
        Task.MEND_REPORT,
        Task.REPORT_STEP,
        Task.REQUEST_PAYMENT,
    }
)
"""The tasks that the partner does; all others wait for somebody else."""

BY_PLAN: dict[PlanState, Task] = {
    PlanState.DRAFT: Task.FINISH_PLAN,
    PlanState.OFFERED: Task.AWAIT_AGREEMENT,
    PlanState.AGREED: Task.SUBMIT_PLAN,
    PlanState.SUBMITTED: Task.AWAIT_APPROVAL,
    PlanState.CHANGES_REQUESTED: Task.CHANGE_PLAN,
    PlanState.REJECTED: Task.START_PLAN,
}
"""What comes next while no plan is approved."""

TO_REPORT = frozenset({MilestoneState.PLANNED, MilestoneState.RETURNED, MilestoneState.MISSED})


@dataclass(frozen=True)
class Next:
    """What comes next, by when, and in which step or payment of the plan when it is one."""

    task: Task
    due_on: date | None = None
    milestone: Milestone | None = None
    payment: Payment | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the partner must act."""
        return self.task in OURS


@dataclass(frozen=True)
class Principal:
    """The head of the file, as the organisation knows them: without a name when it is not shared."""

    full_name: str


@dataclass(frozen=True)
class Entry:
    """One case on the agenda."""

    case: Case
    principal: Principal
    next: Next


NOT_SHARED = Next(Task.AWAIT_SHARING)
PLANNED = (CaseState.ARRIVED, CaseState.REINTEGRATION, CaseState.MONITORING)
"""In these states the plan is what the organisation works on, if it is shared."""


def of(session: Session, case: Case) -> Next:
    """What comes next in one case."""
    if case.state in PLANNED and not receipts.is_shared(session, case, Field.PLAN):
        return NOT_SHARED
    plan = plans.latest(session, case)
    held = (plan and plan.amends_id and plans.approved(session, case)) or plan
    if held is None:
        return _next(case, None, None, (), ())
    return _next(case, plan, held, parts.milestones(session, held), parts.payments(session, held))


# Built once, and asked with the :organisation.
_OURS = cases.VISIBLE[Role.PARTNER]
_IDS = select(Case.id).where(_OURS)
_CASES = (
    select(Case, Person)
    .join(Person, and_(Person.case_id == Case.id, Person.relation.is_(None)))
    .where(_OURS)
    .options(people.only_names())
)
_SHARED = receipts.SHARING.where(Referral.case_id.in_(_IDS), Share.field.in_((Field.PLAN, Field.NAMES)))
_PLANS = select(Plan).where(Plan.case_id.in_(_IDS)).order_by(Plan.number)
_MILESTONES = select(Milestone).where(Milestone.case_id.in_(_IDS))
_PAYMENTS = select(Payment).where(Payment.case_id.in_(_IDS))


def of_organisation(session: Session, viewer: Account) -> Sequence[Entry]:
    """Every case of the partner's organisation: its own tasks first, then what waits for others, by date.

    Takes five queries for any number of cases.
    """
    ours = cases.seen_by(viewer)
    shared = {(case, field) for case, field in session.execute(_SHARED, {**ours, "today": today()})}
    versions = session.scalars(_PLANS, ours).all()
    latest = {plan.case_id: plan for plan in versions}
    approved = {plan.case_id: plan for plan in versions if plan.state is PlanState.APPROVED}
    milestones = _by_plan(session.scalars(_MILESTONES, ours))
    payments = _by_plan(session.scalars(_PAYMENTS, ours))
    entries = []
    for case, head in session.execute(_CASES, ours):
        plan = latest.get(case.id)
        held = approved.get(case.id, plan)
        number = held.id if held else 0
        coming = _next(case, plan, held, milestones[number], payments[number])
        if case.state in PLANNED and (case.id, Field.PLAN) not in shared:
            coming = NOT_SHARED
        name = head.full_name if (case.id, Field.NAMES) in shared else ""
        entries.append(Entry(case, Principal(name), coming))
    return sorted(entries, key=_urgency)


def _by_plan(rows: Iterable[Part]) -> defaultdict[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows:
        found[row.plan_id].append(row)
    return found


def _urgency(entry: Entry) -> tuple[bool, date, int]:
    # What has no date can be done at once; what waits for others without one can wait longest.
    undated = date.min if entry.next.is_ours else date.max
    return not entry.next.is_ours, entry.next.due_on or undated, entry.case.id


def _next(
    case: Case,
    plan: Plan | None,
    held: Plan | None,
    milestones: Sequence[Milestone],
    payments: Sequence[Payment],
) -> Next:
    """`plan` is the newest version; `held` the approved one, whose parts these are, or the same."""
    match case.state:
        case CaseState.DEPARTED:
            return Next(Task.CONFIRM_ARRIVAL, case.due_on)
        case CaseState.ARRIVED | CaseState.REINTEGRATION:
            return _next_of_plan(case, plan, held, milestones, payments)
        case CaseState.MONITORING:
            return Next(Task.AWAIT_FOLLOW_UP, case.due_on)
        case _:
            return Next(Task.AWAIT_JOURNEY, case.due_on)


def _next_of_plan(
    case: Case,
    plan: Plan | None,
    held: Plan | None,
    milestones: Sequence[Milestone],
    payments: Sequence[Payment],
) -> Next:
    if plan is None or held is None:
        return Next(Task.START_PLAN, case.due_on)
    writing = Next(BY_PLAN[plan.state], plan.due_on or case.due_on) if plan.state in BY_PLAN else None
    if held.state is not PlanState.APPROVED:
        return writing or Next(Task.START_PLAN, case.due_on)
    if writing and writing.is_ours and plan.state is not PlanState.REJECTED:
        return writing
    return _next_delivery(milestones, payments)


def _next_delivery(milestones: Sequence[Milestone], payments: Sequence[Payment]) -> Next:
    settled = {one.id for one in milestones if one.state in grants.SETTLED}
    free = next((one for one in payments if may_request(one, settled)), None)
    if free is not None:
        return Next(Task.REQUEST_PAYMENT, payment=free)
    to_report = [one for one in milestones if one.state in TO_REPORT]
    if to_report:
        # What was sent back comes first: somebody waits for it.
        first = min(to_report, key=lambda one: (one.state is not MilestoneState.RETURNED, one.due_on))
        returned = first.state is MilestoneState.RETURNED
        return Next(Task.MEND_REPORT if returned else Task.REPORT_STEP, first.due_on, first)
    unanswered = [one.due_on for one in payments if one.state is PaymentState.PAID and one.due_on]
    if unanswered:
        return Next(Task.AWAIT_ANSWER, min(unanswered))
    return Next(Task.AWAIT_PROGRAMME)


def may_request(payment: Payment, settled: Collection[int]) -> bool:
    """Whether a payment can be asked for now: its milestone is confirmed, or it needs none."""
    free = payment.milestone_id is None or payment.milestone_id in settled
    return payment.state is PaymentState.PLANNED and free
