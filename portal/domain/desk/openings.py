"""Opening a colleague's case in need: with a reason, for some hours, and never unseen."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import cases, clocks, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case, Opening, OpeningReason
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.telling import notices

SHOWN_FOR = timedelta(days=30)
"""How long an opening stays on the approvers' desk and on the page of the case."""
MOST_SHOWN = 100


def to_open(session: Session, reference: str, *, viewer: Account) -> Case:
    """The colleague's case that a reason is asked for. Raises NotFound, also when none is needed."""
    case = cases.colleagues(session, reference, viewer=viewer)
    if case is None:
        raise NotFound(reference)
    return case


def named(session: Session, text: str, *, viewer: Account) -> Case | None:
    """A colleague's case whose whole reference was typed: all that a search says of it is that it exists."""
    try:
        return cases.colleagues(session, text, viewer=viewer)
    except NotFound:
        return None


def break_glass(session: Session, case: Case, why: OpeningReason, words: str, *, by: Account) -> Opening:
    """Open a colleague's case for the programme's hours; its counsellor and every approver are told.

    Raises NotAllowed, NotFound when it is nobody's or one's own, and Refused without words.
    """
    require(by.role, Act.CASE_BREAK_GLASS)
    to_open(session, case.reference, viewer=by)
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    start = now()
    opening = Opening(
        case_id=case.id,
        viewer_id=by.id,
        why=why,
        words=words.strip(),
        opened_at=start,
        until=start + timedelta(hours=clocks.programme(session).break_glass.hours),
    )
    session.add(opening)
    session.flush()
    journal.record(
        session,
        Act.CASE_BREAK_GLASS,
        actor=by.actor,
        case_id=case.id,
        about=f"opening:{why}",
        note=opening.words,
    )
    for told in _told(session, case):
        notices.note(session, Act.CASE_BREAK_GLASS, told, by=by, words=case.reference)
    return opening


def _told(session: Session, case: Case) -> Sequence[Account]:
    """The counsellor whose case it is, and every approver."""
    wanted = (Account.role == Role.APPROVER) | (Account.id == (case.counsellor_id or 0))
    return session.scalars(
        select(Account).where(wanted, Account.state == AccountState.ACTIVE).order_by(Account.id)
    ).all()


def current(session: Session, case: Case, *, viewer: Account) -> Opening | None:
    """By which opening a viewer sees a colleague's case; None for whoever needs none."""
    if viewer.role is not Role.COUNSELLOR or case.counsellor_id in (None, viewer.id):
        return None
    mine = (Opening.case_id == case.id, Opening.viewer_id == viewer.id, Opening.until > now())
    return session.scalar(select(Opening).where(*mine).order_by(Opening.id.desc()).limit(1))


def lately(session: Session, case: Case, *, viewer: Account) -> Sequence[Opening]:
    """Who opened this case with a reason lately: for its counsellor and the approvers."""
    if viewer.role is not Role.APPROVER and case.counsellor_id != viewer.id:
        return []
    recent = (Opening.case_id == case.id, Opening.opened_at > now() - SHOWN_FOR)
    return session.scalars(select(Opening).where(*recent).order_by(Opening.id.desc())).all()


def of_everybody(session: Session, *, viewer: Account) -> Sequence[tuple[Opening, Case]]:
    """Every case that was opened with a reason lately, MOST_SHOWN at most: for approvers."""
    if viewer.role is not Role.APPROVER:
        return []
    rows = session.execute(
        select(Opening, Case)
        .join(Case, Case.id == Opening.case_id)
        .where(Opening.opened_at > now() - SHOWN_FOR)
        .order_by(Opening.id.desc())
        .limit(MOST_SHOWN)
    )
    return [(opening, case) for opening, case in rows]
