"""The versions of a plan and what changed between two, in words: the same for all three who read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from portal.domain.cases import Case
from portal.domain.errors import NotFound
from portal.domain.support import plans, snapshots
from portal.domain.support.parts import Category, MilestoneType
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.snapshots import Change, Content
from portal.programme import Modality
from portal.web import current
from portal.web.filters import day, money
from portal.web.words import say

FIELDS: Mapping[str, LazyString] = {
    "description": _l("What"),
    "category": _l("What is it for?"),
    "supplier": _l("From whom"),
    "amount": _l("Amount"),
    "modality": _l("How it is given"),
    "planned_on": _l("When"),
    "type": _l("Kind of step"),
    "due_on": _l("By which day"),
    "line": _l("For what"),
    "milestone": _l("After which step"),
}
ENUMS = {"category": Category, "type": MilestoneType, "modality": Modality}


@dataclass(frozen=True)
class Told:
    """One part that changed: its name, and field by field what it was and what it is."""

    part: str
    name: str
    is_new: bool
    is_gone: bool
    fields: Sequence[tuple[LazyString, str, str]]


def listed(session: Session, case: Case) -> Sequence[Plan]:
    """The versions that were shown to the returnee, the newest first."""
    return [one for one in plans.every(session, case) if one.content]


def page(case: Case, number: int) -> dict[str, Any]:
    """What `parts/plan_version.html` needs. Raises NotFound for a version nobody was shown."""
    session = current.db_session()
    shown = listed(session, case)
    plan = next((one for one in shown if one.number == number), None)
    if plan is None:
        raise NotFound(f"version {number}")
    before = next((one for one in shown if one.number < number and _stood(one)), None)
    newer, older = snapshots.kept(plan), snapshots.kept(before) if before else None
    return {
        "plan": plan,
        "before": before,
        "content": newer,
        "objectives": _objectives(older, newer),
        "changes": [_told(one, older, newer) for one in snapshots.changes(older, newer)]
        if older and newer
        else [],
    }


def since_read(plan: Plan) -> dict[str, Any] | None:
    """What is different since the returnee read it and asked for a change; None for the first time."""
    older, newer = snapshots.kept_before(plan), snapshots.kept(plan)
    if older is None or newer is None:
        return None
    told = [_told(one, older, newer) for one in snapshots.changes(older, newer)]
    return {"objectives": _objectives(older, newer), "changes": told}


def _stood(plan: Plan) -> bool:
    """Whether a version held; or was the last word before the next."""
    return plan.state is not PlanState.CANCELLED


def _objectives(older: Content | None, newer: Content | None) -> tuple[str, str] | None:
    if older is None or newer is None or older["objectives"] == newer["objectives"]:
        return None
    return older["objectives"], newer["objectives"]


def _told(change: Change, older: Content, newer: Content) -> Told:
    part = change.after or change.before or {}
    fields = [] if change.part == "payments" and not change.fields else change.fields
    return Told(
        change.part,
        _name(change.part, part, newer if change.after else older),
        is_new=change.before is None,
        is_gone=change.after is None,
        fields=[
            (FIELDS[name], _said(name, change.before, older), _said(name, change.after, newer))
            for name in fields
            if name in FIELDS
        ],
    )


def _name(kind: str, part: Mapping[str, Any], content: Content) -> str:
    if kind == "payments":
        return f"{_said('line', part, content)}: {_said('amount', part, content)}"
    if kind == "lines":
        return f"{_said('description', part, content)}: {_said('amount', part, content)}"
    return _said("description", part, content) or _said("type", part, content)


def _said(name: str, part: Mapping[str, Any] | None, content: Content) -> str:
    value = (part or {}).get(name)
    if value in (None, ""):
        return ""
    if name == "amount":
        return money(value, content["currency"])
    if name in ENUMS:
        return str(say(ENUMS[name](value)))
    if name in ("due_on", "planned_on"):
        return day(date.fromisoformat(value))
    if name in ("line", "milestone"):
        found = next((one for one in content[f"{name}s"] if one["key"] == value), None)
        return str(found["description"]) if found else ""
    return str(value)
