"""What of the plan has reached the returnee: its steps with pictures, and the money in both currencies."""

from functools import partial
from typing import Any

from portal.domain import documents
from portal.domain.cases import AFTER_ARRIVAL, Case, CaseState
from portal.domain.support import grants, parts, plans, rates
from portal.domain.support.plans import Plan
from portal.web import current

SHOWN = (*AFTER_ARRIVAL, CaseState.CLOSED)
"""In these states the first page shows what became of the plan."""


def of_case(case: Case) -> dict[str, Any]:
    """What `parts/delivery.html` needs of the plan that holds; `plan` alone, None, while there is none."""
    plan = plans.approved(current.db_session(), case) if case.state in SHOWN else None
    return {"plan": plan} if plan is None else of_plan(plan)


def of_plan(plan: Plan) -> dict[str, Any]:
    """The steps of a plan by date with the evidence of each, and its sums: for any number, five queries."""
    session = current.db_session()
    milestones = parts.milestones(session, plan)
    evidence = documents.of_milestones(session, [one.id for one in milestones])
    every = [one for found in evidence.values() for one in found]
    return {
        "plan": plan,
        "milestones": milestones,
        "evidence": evidence,
        "pictures": documents.with_pictures(session, every),
        "money": grants.money(session, plan),
        "rate": rates.of(plan),
        "local": partial(rates.to_local, plan),
        "is_late": grants.is_late,
        "before": {one.id: grants.comes_after(session, one) for one in milestones},
    }
