"""A plan with everything that is in it, as one sheet: lines, steps, payments and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.support import agenda, grants, parts, rates
from portal.domain.support.parts import Line, Milestone, Payment, PaymentState
from portal.domain.support.plans import EDITABLE, Plan


@dataclass(frozen=True)
class Sheet:
    """One version of a plan. Money is in minor units of its currency."""

    plan: Plan
    lines: Sequence[Line]
    milestones: Sequence[Milestone]
    payments: Sequence[Payment]

    @property
    def is_open(self) -> bool:
        """Whether it can be changed now."""
        return self.plan.state in EDITABLE

    @property
    def total(self) -> int:
        """What all lines cost."""
        return sum(line.amount for line in self.lines)

    @property
    def left(self) -> int:
        """What the package still allows; below zero when the lines cost too much."""
        return self.plan.ceiling - self.total

    @property
    def paid(self) -> int:
        """What was paid, whether or not the returnee has answered."""
        return sum(payment.amount for payment in self.payments if payment.state in grants.PAID_OUT)

    @property
    def received(self) -> int:
        """What the returnee says has arrived."""
        return sum(payment.amount for payment in self.payments if payment.state is PaymentState.RECEIVED)

    def payments_of(self, line: Line) -> Sequence[Payment]:
        """The payments that make up a line."""
        return [payment for payment in self.payments if payment.line_id == line.id]

    def rest_of(self, line: Line) -> int:
        """What of a line no payment is planned for yet."""
        return line.amount - sum(payment.amount for payment in self.payments_of(line))

    def local_of(self, line: Line) -> int | None:
        """What a line costs in the local currency: as it was offered, or by the plan's rate."""
        return line.local_amount or rates.to_local(self.plan, line.amount)

    def milestone_of(self, payment: Payment) -> Milestone | None:
        """The step that must be confirmed before a payment is made."""
        return next((one for one in self.milestones if one.id == payment.milestone_id), None)

    def before(self, milestone: Milestone) -> Milestone | None:
        """The step that must be confirmed before this one is reported."""
        return next((one for one in self.milestones if one.id == milestone.after_id), None)

    def may_request(self, payment: Payment) -> bool:
        """Whether a payment can be asked for now."""
        settled = {one.id for one in self.milestones if one.state in grants.SETTLED}
        return agenda.may_request(payment, settled)


def sheet_of(session: Session, plan: Plan) -> Sheet:
    """The sheet of a plan: three queries."""
    return Sheet(
        plan, parts.lines(session, plan), parts.milestones(session, plan), parts.payments(session, plan)
    )
