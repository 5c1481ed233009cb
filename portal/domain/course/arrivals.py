"""The returnee's own word that she has arrived; the partner or a counsellor confirms it."""

from datetime import date

from sqlalchemy.orm import Session

from portal.domain import cases, journal
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act, require


def say(session: Session, case: Case, on: date, *, by: Account) -> None:
    """She says on which day she arrived; saying it again corrects it. The caller commits.

    Raises NotAllowed for anybody else, Refused for a day that cannot be, and when she is not on the way.
    """
    require(by.role, Act.CASE_SAY_ARRIVED)
    if not cases.is_filled_in_by(case, by):
        raise NotAllowed(f"{by.role} {case.reference}")
    if case.state is not CaseState.DEPARTED:
        raise Refused([Reason.WRONG_STATE])
    if application.is_to_come(session, case, on):
        raise Refused([Reason.DATE_IN_FUTURE])
    if case.departed_on and on < case.departed_on:
        raise Refused([Reason.DATE_TOO_EARLY])
    case.arrival_said_on = on
    journal.record(session, Act.CASE_SAY_ARRIVED, actor=by.actor, case_id=case.id)
