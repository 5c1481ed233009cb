"""The free decision: to stop, to come back, to keep a draft, and to say once more that one wants to leave."""

from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import cases, clocks, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.course import guards, lifecycle
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require


def stop(session: Session, case: Case, *, by: Account, note: str = "") -> None:
    """Stop at once: sharing, and what is on its way, end with it. Two taps stop it once.

    `note` is for the counsellors. Raises Refused after the departure, or when the case has ended.
    """
    _hold(session, case)
    if case.state is not CaseState.WITHDRAWN:
        lifecycle.advance(session, case, Act.CASE_WITHDRAW, by=by, note=note)


def ask_to_talk(session: Session, case: Case, *, by: Account) -> None:
    """Somebody who stopped thinks about going on, and wants to talk to a counsellor. Raises Refused."""
    require(by.role, Act.CASE_TALK)
    _hold(session, case)
    if case.state is not CaseState.WITHDRAWN or case.submitted_at is None:
        raise Refused([Reason.WRONG_STATE])
    if case.talk_asked_at is None:
        case.talk_asked_at, case.due_on = now(), clocks.due(session, "first_contact")
        journal.record(session, Act.CASE_TALK, actor=by.actor, case_id=case.id)


def talked(session: Session, case: Case, words: str, *, by: Account) -> None:
    """A counsellor talked with them. Raises Refused when nobody asked (any more), or without words."""
    require(by.role, Act.CASE_TALKED)
    _hold(session, case)
    if case.state is not CaseState.WITHDRAWN or case.talk_asked_at is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    case.talk_asked_at = case.due_on = None
    journal.record(session, Act.CASE_TALKED, actor=by.actor, case_id=case.id, note=words.strip())


def take_up(session: Session, case: Case, *, by: Account) -> None:
    """Go on with an application that was never sent: one that was stopped, or left alone for too long.

    Two taps take it up once. Raises Refused for one that was sent, and beside another that is running.
    """
    # No other may begin meanwhile: the account row is the lock, as for a new one.
    session.refresh(by, with_for_update=True)
    session.refresh(case)
    if case.state is CaseState.DRAFT:
        return
    if cases.of_migrant(session, by) is not case:
        raise Refused([Reason.CASE_RUNNING])
    lifecycle.advance(session, case, Act.CASE_TAKE_UP, by=by)


def keep(session: Session, case: Case, *, by: Account) -> None:
    """This draft is still wanted: its time starts anew. Raises Refused when it is no draft."""
    require(by.role, Act.CASE_KEEP)
    _hold(session, case)
    if case.state is not CaseState.DRAFT:
        raise Refused([Reason.WRONG_STATE])
    cases.keep_draft(session, case)
    journal.record(session, Act.CASE_KEEP, actor=by.actor, case_id=case.id)


def confirm(session: Session, case: Case, *, by: Account) -> None:
    """Say, with everything ready for the journey, that it is still one's own decision.

    Said twice it is said once. Raises Refused in any other state.
    """
    require(by.role, Act.CASE_CONFIRM)
    _hold(session, case)
    if case.state is not CaseState.READY_TO_TRAVEL:
        raise Refused([Reason.WRONG_STATE])
    if not guards.is_confirmed(case):
        case.confirmed_at = now()
        journal.record(session, Act.CASE_CONFIRM, actor=by.actor, case_id=case.id)


def _hold(session: Session, case: Case) -> None:
    # Somebody decides at the same moment: whoever comes second sees what the first one did.
    session.refresh(case, with_for_update=True)
