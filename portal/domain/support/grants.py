"""What is delivered of an approved plan: milestones reported and verified, payments made and confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

from portal.db import asked_once, now, today
from portal.domain import clocks, deciding, documents, steps
from portal.domain.accounts import Account
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, Role
from portal.domain.steps import Move, Step
from portal.domain.support import parts, plans, proofs, sums
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState, PayMethod
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.proofs import USELESS

PAID_OUT = frozenset(
    {PaymentState.PAID, PaymentState.RECEIVED, PaymentState.NOT_RECEIVED, PaymentState.PROBLEM}
)
QUESTIONED = frozenset({PaymentState.NOT_RECEIVED, PaymentState.PROBLEM})
OURS_TO_MOVE = (PaymentState.REQUESTED, PaymentState.VERIFIED, PaymentState.APPROVED, *QUESTIONED)
"""The programme must act: check, sign, pay, or answer what the returnee said."""
SETTLED = frozenset({MilestoneState.VERIFIED, MilestoneState.WAIVED})
DROPPED = {Milestone: MilestoneState.DROPPED, Payment: PaymentState.DROPPED}


def _plan_approved(move: Move) -> Reason | None:
    plan = move.session.get_one(Plan, move.thing.plan_id)
    return None if plan.state is PlanState.APPROVED else Reason.PLAN_NOT_APPROVED


def _case_runs(move: Move) -> Reason | None:
    case = move.session.get_one(Case, move.thing.case_id)
    return None if case.state in AFTER_ARRIVAL else Reason.WRONG_STATE


# --- Milestones ---------------------------------------------------------------------------------


def _in_order(move: Move) -> Reason | None:
    if move.thing.after_id is None:
        return None
    before = move.session.get_one(Milestone, move.thing.after_id)
    return None if before.state in SETTLED else Reason.MILESTONE_BEFORE_OPEN


def _evidence(move: Move) -> Reason | None:
    sent = documents.of_milestone(move.session, move.thing.id)
    proves = any(one.state not in USELESS for one in sent)
    return None if proves else Reason.EVIDENCE_MISSING


def _not_own_report(move: Move) -> Reason | None:
    return Reason.OWN_PROPOSAL if move.thing.reported_by_id == move.by.id else None


def _reported(move: Move) -> None:
    move.thing.reported_by_id, move.thing.reported_at = move.by.id, now()
    move.thing.report, move.thing.words = move.note, ""


def _verified(move: Move) -> None:
    move.thing.verified_at = now()
    # Who verifies a step has looked at what proves it.
    for document in documents.of_milestone(move.session, move.thing.id):
        if document.state is DocumentState.WAITING:
            deciding.accept(move.session, document, by=move.by)


def _worded(move: Move) -> None:
    move.thing.words = move.note


MILESTONE_STEPS: dict[Act, Step[MilestoneState]] = {
    Act.MILESTONE_REPORT: Step(
        {MilestoneState.PLANNED, MilestoneState.RETURNED, MilestoneState.MISSED},
        MilestoneState.REPORTED,
        needs=(_case_runs, _plan_approved, _in_order, _evidence),
        then=(_reported,),
    ),
    Act.MILESTONE_VERIFY: Step(
        {MilestoneState.REPORTED}, MilestoneState.VERIFIED, needs=(_not_own_report,), then=(_verified,)
    ),
    Act.MILESTONE_RETURN: Step(
        {MilestoneState.REPORTED}, MilestoneState.RETURNED, then=(_worded,), reasoned=True
    ),
    Act.MILESTONE_MISS: Step(
        {MilestoneState.PLANNED, MilestoneState.RETURNED},
        MilestoneState.MISSED,
        needs=(_plan_approved,),
        then=(_worded,),
        reasoned=True,
    ),
    Act.MILESTONE_WAIVE: Step({MilestoneState.MISSED}, MilestoneState.WAIVED, then=(_worded,), reasoned=True),
}


def find_milestone(session: Session, case: Case, milestone_id: int) -> Milestone:
    """One milestone of this case. Raises NotFound."""
    milestone = session.get(Milestone, milestone_id)
    if milestone is None or milestone.case_id != case.id:
        raise NotFound(str(milestone_id))
    return milestone


def _not_yet(session: Session, milestone: Milestone, by: Account) -> set[Reason]:
    if milestone.state not in MILESTONE_STEPS[Act.MILESTONE_REPORT].leaves:
        return {Reason.WRONG_STATE}
    return set(steps.missing(session, milestone, MILESTONE_STEPS, Act.MILESTONE_REPORT, by=by))


def may_report(session: Session, milestone: Milestone, *, by: Account) -> bool:
    """Whether this step can be reported now, once there is evidence."""
    return _not_yet(session, milestone, by) <= {Reason.EVIDENCE_MISSING}


TO_MEND = frozenset({Reason.EVIDENCE_MISSING, Reason.MILESTONE_BEFORE_OPEN})
"""What the person who reports can do something about: said beside what was typed."""


def to_report(session: Session, case: Case, milestone_id: int, *, by: Account) -> Milestone:
    """One milestone for which evidence is taken now; another may still come before it.

    Raises NotFound, Refused.
    """
    milestone = find_milestone(session, case, milestone_id)
    if not may_send(session, milestone, by=by):
        raise Refused([Reason.WRONG_STATE])
    return milestone


def may_send(session: Session, milestone: Milestone, *, by: Account) -> bool:
    """Whether evidence is taken for it now; it may be there before the step that comes first is done."""
    return _not_yet(session, milestone, by) <= TO_MEND


def comes_after(session: Session, milestone: Milestone) -> Milestone | None:
    """The milestone that must be settled before this one is reported."""
    return session.get(Milestone, milestone.after_id) if milestone.after_id is not None else None


def is_late(milestone: Milestone) -> bool:
    """Whether its day is past, and it is still to be reported."""
    return milestone.state in parts.OPEN and milestone.due_on < today()


def advance_milestone(
    session: Session, milestone: Milestone, act: Act, *, by: Account, note: str = ""
) -> None:
    """Take a milestone one step. Raises NotAllowed, Refused."""
    steps.take(session, milestone, MILESTONE_STEPS, act, by=by, note=note)


# --- Payments -----------------------------------------------------------------------------------


def _milestone_verified(move: Move) -> Reason | None:
    if move.thing.milestone_id is None:
        return None
    milestone = move.session.get_one(Milestone, move.thing.milestone_id)
    return None if milestone.state in SETTLED else Reason.MILESTONE_NOT_VERIFIED


def _asked_with_paper(move: Move) -> Reason | None:
    return None if proofs.invoice_of(move.session, move.thing) else Reason.INVOICE_MISSING


def _paper_to_look_at(move: Move) -> Reason | None:
    paper = proofs.invoice_of(move.session, move.thing)
    if paper is None:
        return Reason.INVOICE_MISSING
    return Reason.INVOICE_NOT_READY if paper.state is DocumentState.CHECKING else None


def _not_being_changed(move: Move) -> Reason | None:
    """A change may cut it: it waits until the change is decided."""
    plan = move.session.get_one(Plan, move.thing.plan_id)
    return Reason.PLAN_BEING_CHANGED if plans.amendment(move.session, plan) else None


def _not_own_request(move: Move) -> Reason | None:
    return Reason.OWN_PROPOSAL if move.thing.requested_by_id == move.by.id else None


def _not_own_verification(move: Move) -> Reason | None:
    signed = (move.thing.requested_by_id, move.thing.verified_by_id, move.thing.approved_by_id)
    return Reason.OWN_VERIFICATION if move.by.id in signed else None


def second_approval_missing(session: Session, payment: Payment) -> bool:
    """Whether the amount wants a second approver who has not signed yet."""
    limit = clocks.programme(session).approvals.two_approvers_above
    return payment.amount > limit and payment.second_approver_id is None


def _signature_wanted(move: Move) -> Reason | None:
    first = move.thing.state is PaymentState.VERIFIED
    return None if first or second_approval_missing(move.session, move.thing) else Reason.WRONG_STATE


def _signed_by_enough(move: Move) -> Reason | None:
    missing = second_approval_missing(move.session, move.thing)
    return Reason.SECOND_APPROVAL_MISSING if missing else None


def _paid_on_a_day(move: Move) -> Reason | None:
    if move.thing.paid_on is None:
        return Reason.DATE_MISSING
    return Reason.DATE_IN_FUTURE if move.thing.paid_on > today() else None


def _requested(move: Move) -> None:
    move.thing.requested_by_id, move.thing.words = move.by.id, ""
    _next_by(move, "payment_review")


def _next_by(move: Move, clock: str) -> None:
    move.thing.due_on = clocks.due(move.session, clock)


def _payment_verified(move: Move) -> None:
    move.thing.verified_by_id = move.by.id
    paper = proofs.invoice_of(move.session, move.thing)
    if paper is not None and paper.state is DocumentState.WAITING:
        deciding.accept(move.session, paper, by=move.by)
    _next_by(move, "payment_review")


def _approved(move: Move) -> None:
    if move.thing.approved_by_id is None:
        sums.approve(move.session, move.thing.plan_id, move.thing.amount)
        move.thing.approved_by_id = move.by.id
    else:
        move.thing.second_approver_id = move.by.id
    _next_by(move, "payment_review")


def _returned(move: Move) -> None:
    if move.thing.approved_by_id is not None:
        sums.approve(move.session, move.thing.plan_id, -move.thing.amount)
    move.thing.verified_by_id = move.thing.approved_by_id = move.thing.second_approver_id = None
    move.thing.words, move.thing.due_on = move.note, None


def _paid(move: Move) -> None:
    sums.pay(move.session, move.thing.plan_id, move.thing.amount)
    _waits_for_answer(move)


def _waits_for_answer(move: Move) -> None:
    _next_by(move, "payment_answer")


def _looked_at(move: Move) -> None:
    for picture in proofs.of_payment(move.session, move.thing.id):
        if picture.state is DocumentState.WAITING:
            deciding.accept(move.session, picture, by=move.by)


def _answered(move: Move) -> None:
    move.thing.answered_at, move.thing.words = now(), move.note
    _next_by(move, "payment_review")


PAYMENT_STEPS: dict[Act, Step[PaymentState]] = {
    Act.PAYMENT_REQUEST: Step(
        {PaymentState.PLANNED},
        PaymentState.REQUESTED,
        needs=(_case_runs, _plan_approved, _not_being_changed, _asked_with_paper),
        then=(_requested,),
    ),
    Act.PAYMENT_VERIFY: Step(
        {PaymentState.REQUESTED},
        PaymentState.VERIFIED,
        needs=(_milestone_verified, _not_own_request, _paper_to_look_at),
        then=(_payment_verified,),
    ),
    # Above the programme's limit a second approver signs: the step is taken twice.
    Act.PAYMENT_APPROVE: Step(
        {PaymentState.VERIFIED, PaymentState.APPROVED},
        PaymentState.APPROVED,
        needs=(_case_runs, _signature_wanted, _not_own_verification),
        then=(_approved,),
    ),
    Act.PAYMENT_RETURN: Step(
        {PaymentState.REQUESTED, PaymentState.VERIFIED, PaymentState.APPROVED},
        PaymentState.PLANNED,
        then=(_returned,),
        reasoned=True,
    ),
    Act.PAYMENT_PAY: Step(
        {PaymentState.APPROVED},
        PaymentState.PAID,
        needs=(_case_runs, _signed_by_enough, _paid_on_a_day),
        then=(_paid,),
    ),
    Act.PAYMENT_RECEIVE: Step({PaymentState.PAID, *QUESTIONED}, PaymentState.RECEIVED, then=(_answered,)),
    Act.PAYMENT_NOT_RECEIVED: Step({PaymentState.PAID}, PaymentState.NOT_RECEIVED, then=(_answered,)),
    # Goods may turn out broken, and a finger may slip: "received" is not the last word.
    Act.PAYMENT_PROBLEM: Step(
        {PaymentState.PAID, PaymentState.RECEIVED},
        PaymentState.PROBLEM,
        needs=(_case_runs,),
        then=(_answered,),
        reasoned=True,
    ),
    Act.PAYMENT_ANSWER: Step(
        QUESTIONED, PaymentState.PAID, then=(_worded, _looked_at, _waits_for_answer), reasoned=True
    ),
}


def find_payment(session: Session, case: Case, payment_id: int) -> Payment:
    """One payment of this case. Raises NotFound."""
    payment = session.get(Payment, payment_id)
    if payment is None or payment.case_id != case.id:
        raise NotFound(str(payment_id))
    return payment


def advance_payment(session: Session, payment: Payment, act: Act, *, by: Account, note: str = "") -> None:
    """Take a payment one step. Raises NotAllowed, Refused."""
    steps.take(session, payment, PAYMENT_STEPS, act, by=by, note=note)


def to_prove(session: Session, case: Case, payment_id: int, *, by: Account) -> Payment:
    """A payment for which this person sends something now: a bill, or a picture of what is wrong.

    Raises NotFound, and Refused when there is nothing to be said about it yet, or any more.
    """
    payment = find_payment(session, case, payment_id)
    taken = QUESTIONED if by.role is Role.MIGRANT else set(PaymentState) - {PaymentState.DROPPED}
    if payment.state not in taken or case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.WRONG_STATE])
    return payment


def request(session: Session, payment: Payment, paper: Document | None, *, by: Account) -> None:
    """Ask for a payment with its bill, offer or note. Raises Refused without one that fits."""
    with session.no_autoflush:
        if payment.state is PaymentState.PLANNED:
            payment.invoice_id = paper.id if paper else None
        advance_payment(session, payment, Act.PAYMENT_REQUEST, by=by)


def pay(
    session: Session,
    payment: Payment,
    *,
    on: date | None,
    reference: str,
    method: PayMethod = PayMethod.TRANSFER,
    by: Account,
    note: str = "",
) -> None:
    """Note that a payment was made on a day, how, and with which reference. Raises Refused."""
    payment.paid_on, payment.pay_reference, payment.method = on, reference, method
    advance_payment(session, payment, Act.PAYMENT_PAY, by=by, note=note)


# --- What is left -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """The sums of a plan, in minor units."""

    ceiling: int
    agreed: int
    paid: int
    received: int
    """Paid, and confirmed by the returnee."""
    open: int
    """Agreed, not yet paid, and still to come."""


def money(session: Session, plan: Plan) -> Money:
    """How much was agreed, paid, confirmed by the returnee, and is still to come."""
    made, gone = parts.payments(session, plan), dropped(session, plan)
    return Money(
        ceiling=plan.ceiling,
        agreed=parts.total(session, plan),
        paid=sum(one.amount for one in made if one.state in PAID_OUT),
        received=sum(one.amount for one in made if one.state is PaymentState.RECEIVED),
        open=sum(one.amount for one in made if one.state not in PAID_OUT and one.id not in gone),
    )


def dropped(session: Session, plan: Plan) -> frozenset[int]:
    """Payments nobody asked for, and nobody will: their milestone was waived."""
    waived = {one.id for one in parts.milestones(session, plan) if one.state is MilestoneState.WAIVED}
    made = parts.payments(session, plan)
    return frozenset(
        one.id for one in made if one.state is PaymentState.PLANNED and one.milestone_id in waived
    )


def payments_in(session: Session, case: Case, *states: PaymentState) -> Sequence[Payment]:
    """The payments of a case in any of these states, in the order they were written."""
    return [one for one, state in _payments(session, case) if state in states]


def _stands(part: type[Milestone] | type[Payment]) -> ColumnElement[bool]:
    """Whether it is no part of a change that is still written, or was given up, nor dropped by one."""
    change = select(Plan.id).where(Plan.amends_id.is_not(None), Plan.state != PlanState.APPROVED)
    return and_(part.plan_id.not_in(change), part.state != DROPPED[part])


def to_confirm(session: Session, case: Case) -> Sequence[Payment]:
    """Payments the returnee has not answered yet."""
    return payments_in(session, case, PaymentState.PAID)


def milestones_in(session: Session, case: Case, *states: MilestoneState) -> Sequence[Milestone]:
    """The milestones of a case in any of these states, by date."""
    return [one for one, state in _milestones(session, case) if state in states]


# Each with its state in the database: what others have just done counts, also to a row read before.
_PAYMENTS = (
    select(Payment, Payment.state)
    .where(Payment.case_id == bindparam("case"), _stands(Payment))
    .order_by(Payment.id)
)
_MILESTONES = (
    select(Milestone, Milestone.state)
    .where(Milestone.case_id == bindparam("case"), _stands(Milestone))
    .order_by(Milestone.due_on, Milestone.id)
)


@asked_once
def _payments(session: Session, case: Case) -> Sequence[tuple[Payment, PaymentState]]:
    return [(one, state) for one, state in session.execute(_PAYMENTS, {"case": case.id})]


@asked_once
def _milestones(session: Session, case: Case) -> Sequence[tuple[Milestone, MilestoneState]]:
    return [(one, state) for one, state in session.execute(_MILESTONES, {"case": case.id})]


def open_reasons(session: Session, case: Case) -> list[Reason]:
    """Why the reintegration of a case is not complete yet; empty when it is."""
    plan = plans.approved(session, case)
    if plan is None:
        return [Reason.PLAN_NOT_APPROVED]
    reasons, gone = [], dropped(session, plan)
    if any(one.state not in SETTLED for one in parts.milestones(session, plan)):
        reasons.append(Reason.MILESTONES_OPEN)
    unsettled = [one for one in parts.payments(session, plan) if one.state is not PaymentState.RECEIVED]
    if any(one.id not in gone for one in unsettled):
        reasons.append(Reason.PAYMENTS_OPEN)
    return reasons
