"""The budget of a plan and what proves its use, as tables."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import pgettext

from portal.domain.support import rates
from portal.domain.support.plans import Plan
from portal.domain.support.reports import Proof, Spent
from portal.web.dossiers import Table, amount
from portal.web.filters import day, rate
from portal.web.words import say

SIGNS = 12
"""Of a checksum, as many as tell two files of a case apart."""


def table(plan: Plan, spent: Sequence[Spent]) -> Table:
    """Planned and paid, line by line, in the plan's currency and in that of the place."""
    own, found = plan.currency, rates.of(plan)
    local = found.currency if found else None
    head = [_("What"), pgettext("amount", "Planned"), pgettext("amount", "Paid")]
    if local:
        head += [_("Planned (%(currency)s)", currency=local), _("Paid (%(currency)s)", currency=local)]
    rows = [
        [
            one.line.description or str(say(one.line.category)),
            *_amounts(own, local, one.planned, one.paid, one.planned_local, one.paid_local),
        ]
        for one in spent
    ]
    sums = (
        sum(one.planned for one in spent),
        sum(one.paid for one in spent),
        _sum(one.planned_local for one in spent),
        _sum(one.paid_local for one in spent),
    )
    return Table(head, rows, [_("Total"), *_amounts(own, local, *sums)], numbers=len(head) - 1)


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(one or 0 for one in amounts)


def _amounts(
    own: str, local: str | None, planned: int, paid: int, planned_local: int | None, paid_local: int | None
) -> list[str]:
    in_local = [amount(planned_local, local), amount(paid_local, local)] if local else []
    return [amount(planned, own), amount(paid, own), *in_local]


def rate_note(plan: Plan) -> str:
    """By which rate the local amounts are counted; empty without one."""
    found = rates.of(plan)
    if found is None:
        return ""
    return str(
        _(
            "1 %(currency)s = %(amount)s on %(day)s (%(source)s)",
            currency=plan.currency,
            amount=rate(found.value, found.currency),
            day=day(found.on),
            source=found.source,
        )
    )


def proofs(found: Sequence[Proof]) -> Table:
    """The index of evidence: number, what it is, when it was sent, and a checksum of the file."""
    head = [_("No."), _("Document"), _("Sent"), _("Checksum")]
    rows = [
        [
            str(one.number),
            str(say(one.document.kind)),
            day(one.document.sent_at),
            (one.document.sha256 or "")[:SIGNS] or "–",
        ]
        for one in found
    ]
    return Table(head, rows)
