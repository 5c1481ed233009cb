"""By which day the returnee makes contact with the partner organisation: a date, counted from the arrival."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.cases import Case
from portal.domain.support import packages, plans


def due(session: Session, case: Case, arrived_on: date) -> date:
    """The last day: what the packages of the plan say, else the clock of the programme."""
    plan = plans.latest(session, case)
    days = [package.contact_days for _, package in packages.of_plan(session, plan.id)] if plan else []
    if days:
        return arrived_on + timedelta(days=min(days))
    return clocks.due(session, "contact_local_office", arrived_on)


def settle(session: Session, case: Case) -> None:
    """Count it anew, after the arrival or with a plan; before the arrival there is none."""
    if case.arrived_on is not None:
        case.contact_by = due(session, case, case.arrived_on)
