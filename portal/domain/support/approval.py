"""A plan's way: offered to the returnee, agreed, submitted, approved; each by somebody else."""

from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import cases, clocks, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.steps import Move, Step
from portal.domain.support import amending, snapshots, sums
from portal.domain.support.parts import begun_for, lines, planned_for, total
from portal.domain.support.plans import EDITABLE, UNDER_WAY, Plan, PlanState


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


def _covers_what_has_begun(move: Move) -> Reason | None:
    """Nothing that was asked for or paid is cut by a change."""
    plan = move.thing
    if plan.amends_id is None:
        return None
    kept = {line.origin_id: line.amount for line in lines(move.session, plan)}
    held = move.session.get_one(Plan, plan.amends_id)
    begun = {line.id: begun_for(move.session, line) for line in lines(move.session, held)}
    return Reason.PART_IN_USE if any(kept.get(key, 0) < cents for key, cents in begun.items()) else None


def _amends(move: Move) -> Reason | None:
    return Reason.WRONG_STATE if move.thing.amends_id is None else None


def _kept(move: Move) -> None:
    snapshots.keep(move.session, move.thing)


def _taken_over(move: Move) -> None:
    sums.agree(move.session, move.thing)
    if move.thing.amends_id is not None:
        amending.take_over(move.session, move.thing)


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
        needs=(
            _case_is_in_their_hands,
            _has_lines,
            _within_ceiling,
            _payments_add_up,
            _covers_what_has_begun,
        ),
        then=(_offered, _kept),
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
        needs=(
            _case_is_in_their_hands,
            _not_own_plan,
            _within_ceiling,
            _payments_add_up,
            _covers_what_has_begun,
        ),
        then=(_decided, _taken_over),
    ),
    Act.PLAN_RETURN: Step(
        {PlanState.SUBMITTED}, PlanState.CHANGES_REQUESTED, then=(_decided, _open_again), reasoned=True
    ),
    Act.PLAN_REJECT: Step({PlanState.SUBMITTED}, PlanState.REJECTED, then=(_decided,), reasoned=True),
    # Only a change can be given up: the plan that holds goes on as it is.
    Act.PLAN_CANCEL: Step(UNDER_WAY, PlanState.CANCELLED, needs=(_amends,)),
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
