"""The sums of plans that the database guards: paid <= approved <= agreed <= ceiling, for many at once."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.errors import Reason, Refused
from portal.domain.support.parts import total
from portal.domain.support.plans import Plan


def agree(session: Session, plan: Plan) -> None:
    """The plan is approved: what its lines cost is what may be spent. A change takes over what was spent."""
    held = session.get_one(Plan, plan.amends_id) if plan.amends_id is not None else None
    agreed, approved, paid = total(session, plan), 0, 0
    if held is not None:
        session.refresh(held, with_for_update=True)
        approved, paid = held.approved_total, held.paid_total
        held.approved_total = held.paid_total = 0
    plan.agreed_total, plan.approved_total, plan.paid_total = agreed, approved, paid


def approve(session: Session, plan_id: int, amount: int) -> None:
    """A payment is approved; negative: it is sent back. Raises Refused beyond what was agreed."""
    _add(session, plan_id, approved_total=Plan.approved_total + amount)


def pay(session: Session, plan_id: int, amount: int) -> None:
    """A payment is made. Raises Refused beyond what was approved."""
    _add(session, plan_id, paid_total=Plan.paid_total + amount)


def _add(session: Session, plan_id: int, **sums: object) -> None:
    # One statement: two at once add up, and the table's own checks see the sum.
    session.flush()
    try:
        with session.begin_nested():
            session.execute(
                update(Plan).where(Plan.id == plan_id).values(**sums),
                execution_options={"synchronize_session": False},
            )
    except IntegrityError:
        raise Refused([Reason.SUM_EXCEEDED]) from None
    session.expire(session.get_one(Plan, plan_id), list(sums))
