"""Planned against spent, line by line: where every cent of a plan is now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.support import grants, parts
from portal.domain.support.grants import PAID_OUT
from portal.domain.support.parts import Line, Payment, PaymentState
from portal.domain.support.plans import Plan


@dataclass(frozen=True)
class Spent:
    """One line, or all of them, in minor units: planned = paid + coming + unused."""

    planned: int
    asked: int
    """Of what is coming: asked for, not yet paid."""
    paid: int
    received: int
    """Of what was paid: the returnee says that it arrived."""
    coming: int
    """Agreed and not paid yet."""
    line: Line | None = None

    @property
    def unused(self) -> int:
        """Planned, and never to be paid: its step was waived, or no payment was planned for it."""
        return self.planned - self.paid - self.coming

    @property
    def questioned(self) -> int:
        """Paid, and not confirmed by the returnee."""
        return self.paid - self.received


def of_plan(session: Session, plan: Plan) -> tuple[Sequence[Spent], Spent]:
    """What was planned and spent for each line, in the order of the plan, and for all together."""
    made, dropped = parts.payments(session, plan), grants.dropped(session, plan)
    rows = [
        _sums(line.amount, [one for one in made if one.line_id == line.id], dropped, line)
        for line in parts.lines(session, plan)
    ]
    return rows, _sums(sum(row.planned for row in rows), made, dropped)


def _sums(planned: int, made: Iterable[Payment], dropped: Collection[int], line: Line | None = None) -> Spent:
    held = [one for one in made if one.id not in dropped and one.state is not PaymentState.DROPPED]
    paid = [one for one in held if one.state in PAID_OUT]
    coming = [one for one in held if one.state not in PAID_OUT]
    return Spent(
        planned=planned,
        asked=_total(one for one in coming if one.state is not PaymentState.PLANNED),
        paid=_total(paid),
        received=_total(one for one in paid if one.state is PaymentState.RECEIVED),
        coming=_total(coming),
        line=line,
    )


def _total(payments: Iterable[Payment]) -> int:
    return sum(one.amount for one in payments)
