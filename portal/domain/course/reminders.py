"""What the portal says by itself: that something is asked and not answered, that a draft will be closed."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import clocks, corrections, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case, CaseState
from portal.domain.permissions import Act
from portal.domain.telling import notices

WARNINGS = ("draft_first_warning", "draft_last_warning")


def remind(session: Session) -> int:
    """On the last day to answer, whoever was asked for something is reminded, once; how many were.

    More does not happen: silence closes nothing.
    """
    waiting = _cases(session, CaseState.NEEDS_INFO, Case.due_on <= today())
    reminded = [(case, owner) for case, owner in waiting if corrections.remind(session, case)]
    for _case, owner in reminded:
        notices.note(session, Act.CORRECTION_REMIND, owner, by=journal.NOBODY)
    return len(reminded)


def warn(session: Session) -> int:
    """Tell, twice at most, those whose draft will be closed; how many were told."""
    told = 0
    for case, owner in _cases(session, CaseState.DRAFT, Case.warned < len(WARNINGS)):
        stage = stage_of(session, case)
        if stage > case.warned:
            case.warned, told = stage, told + 1
            # Also when the portal stood still for weeks, nothing is closed before it was said.
            case.due_on = max(case.due_on or today(), clocks.due(session, WARNINGS[stage - 1]))
            journal.record(session, Act.CASE_EXPIRY_WARNED, actor=journal.NOBODY, case_id=case.id)
            notices.note(session, Act.CASE_EXPIRY_WARNED, owner, by=journal.NOBODY)
    return told


def stage_of(session: Session, case: Case) -> int:
    """How many of the two warnings are due for this draft: 0 while there is plenty of time."""
    if case.state is not CaseState.DRAFT or case.due_on is None:
        return 0
    return sum(clocks.due(session, one) >= case.due_on for one in WARNINGS)


def _cases(
    session: Session, state: CaseState, *conditions: ColumnElement[bool]
) -> list[tuple[Case, Account]]:
    """Cases in a state, each with its migrant; who has no account in use any more is told nothing."""
    rows = session.execute(
        select(Case, Account)
        .join(Account, Account.id == Case.migrant_id)
        .where(Case.state == state, Account.state == AccountState.ACTIVE, *conditions)
        .order_by(Case.id)
    ).all()
    return [(case, owner) for case, owner in rows]
