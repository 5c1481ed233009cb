"""What stood in a version of a plan when the returnee was asked, and what changed between two versions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.support import parts
from portal.domain.support.parts import MilestoneState, PaymentState
from portal.domain.support.plans import Plan

Content = Mapping[str, Any]
"""`objectives`, and three lists of parts: `lines`, `milestones`, `payments`; each part with its `key`."""

LISTS = ("lines", "milestones", "payments")


@dataclass(frozen=True)
class Change:
    """One part of a plan in two versions; it is new without `before`, and gone without `after`."""

    part: str
    """One of LISTS."""
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def fields(self) -> list[str]:
        """What differs in a part that stands in both."""
        if self.before is None or self.after is None:
            return []
        return [name for name, value in self.after.items() if value != self.before.get(name)]


def keep(session: Session, plan: Plan) -> None:
    """Write down what stands in a plan now, and keep what was written down before beside it."""
    plan.content_before = plan.content
    plan.content = json.dumps(content(session, plan), ensure_ascii=False)


def kept(plan: Plan) -> Content | None:
    """What was written down; None for a version that was never shown to the returnee."""
    return json.loads(plan.content) if plan.content else None


def kept_before(plan: Plan) -> Content | None:
    """What was written down the time before; None for a version that is shown for the first time."""
    return json.loads(plan.content_before) if plan.content_before else None


def content(session: Session, plan: Plan) -> Content:
    """What stands in a plan now. A part keeps its `key` from version to version."""
    lines, milestones = parts.lines(session, plan), parts.milestones(session, plan)
    if plan.amends_id is not None:
        milestones = [*parts.settled_before(session, plan), *milestones]
    return {
        "objectives": plan.objectives or "",
        "currency": plan.currency,
        "lines": [
            {
                "key": _key(one),
                "category": one.category,
                "description": one.description or "",
                "supplier": one.supplier or "",
                "amount": one.amount,
                "modality": one.modality,
                "planned_on": one.planned_on and one.planned_on.isoformat(),
            }
            for one in lines
        ],
        "milestones": [
            {
                "key": _key(one),
                "type": one.type,
                "description": one.description or "",
                "due_on": one.due_on.isoformat(),
            }
            for one in milestones
            if one.state is not MilestoneState.DROPPED
        ],
        "payments": [
            {
                "key": _key(one),
                "line": _key_of(lines, one.line_id),
                "milestone": _key_of(milestones, one.milestone_id),
                "amount": one.amount,
            }
            for one in [*parts.begun_before(session, plan), *parts.payments(session, plan)]
            if one.state is not PaymentState.DROPPED
        ],
    }


def _key(part: Any) -> str:
    return str(part.origin_id or part.id)


def _key_of(found: Sequence[Any], part_id: int | None) -> str | None:
    keys = {one.id: _key(one) for one in found}
    return keys.get(part_id, str(part_id)) if part_id is not None else None


def changes(older: Content, newer: Content) -> Sequence[Change]:
    """What is new, gone or different, list by list, in the order of the newer version."""
    found = []
    for name in LISTS:
        before = {one["key"]: one for one in older[name]}
        after = {one["key"]: one for one in newer[name]}
        found += [Change(name, before.get(key), one) for key, one in after.items() if before.get(key) != one]
        found += [Change(name, one, None) for key, one in before.items() if key not in after]
    return found
