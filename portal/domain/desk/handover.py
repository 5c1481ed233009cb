"""Handing over: all cases of a colleague who is away or leaves, or some cases, to one or several others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.domain import journal
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import OVER, Case
from portal.domain.course import appointments, case_tasks
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import COUNSEL, Act, Role, require
from portal.domain.telling import notices


@dataclass(frozen=True)
class Handing:
    """One case, and who gets it: nobody when it cannot go to any of them, then `reason` says why."""

    case: Case
    to: Account | None
    reason: Reason | None = None


def counsellors(session: Session) -> Sequence[Account]:
    """Everybody who can have cases, by name; also who was switched off and left cases behind."""
    found = session.scalars(select(Account).where(Account.role.in_(COUNSEL))).all()
    return sorted(found, key=lambda one: one.name.casefold())


def takers(session: Session, *, apart_from: Account | None = None) -> list[Account]:
    """Who can take cases now."""
    every = [one for one in counsellors(session) if one.state is AccountState.ACTIVE]
    return [one for one in every if one is not apart_from]


def sources(session: Session, *, viewer: Account) -> list[Account]:
    """Whose cases this viewer may hand over: an approver those of everybody, a counsellor their own."""
    require(viewer.role, Act.CASE_HAND_OVER)
    return list(counsellors(session)) if viewer.role is Role.APPROVER else [viewer]


def loads(session: Session) -> Mapping[int, int]:
    """How many open cases each counsellor has, by number."""
    counted = select(Case.counsellor_id, func.count()).where(_is_open(), Case.counsellor_id.is_not(None))
    return {
        number: cases for number, cases in session.execute(counted.group_by(Case.counsellor_id)) if number
    }


def preview(session: Session, colleague: Account, to: Sequence[Account], *, by: Account) -> list[Handing]:
    """Which case would go to whom: in turn, the most urgent first, so that each gets as many as the others.

    Raises NotAllowed for somebody else's cases, and Refused without anybody to take them.
    """
    require(by.role, Act.CASE_HAND_OVER)
    if by.role is not Role.APPROVER and colleague.id != by.id:
        raise NotAllowed("somebody else's cases")
    _check(session, colleague, to)
    return list(_shared_out(_open_cases(session, colleague), to))


def hand_over(
    session: Session, colleague: Account, to: Sequence[Account], reason: str, *, by: Account
) -> list[Handing]:
    """Hand over every open case of a colleague; each with a line in its journal, and both are told.

    What cannot go to anybody stays, and is in the answer with its reason. Raises as `preview`, and Refused
    without a reason.
    """
    handings = preview(session, colleague, to, by=by)
    if not reason.strip():
        raise Refused([Reason.REASON_MISSING])
    for handing in handings:
        if handing.to is not None:
            give(session, handing.case, handing.to, reason, by=by)
    gave = {one.to.id: one.to for one in handings if one.to}
    if gave:
        for account in (colleague, *gave.values()):
            notices.note(session, Act.CASE_HAND_OVER, account, by=by)
    return handings


def give(session: Session, case: Case, to: Account, reason: str, *, by: Account) -> None:
    """Make somebody the counsellor of a case, with the open tasks of the one before. Raises Refused."""
    require(by.role, Act.CASE_HAND_OVER)
    if why := why_not(case, to):
        raise Refused([why])
    former = session.get(Account, case.counsellor_id) if case.counsellor_id else None
    case.counsellor_id = to.id
    session.flush()
    if former is not None:
        case_tasks.pass_on(session, case, of=former, to=to)
    # Who is away does not keep what was booked with them: the migrant chooses another time.
    appointments.end_all(session, case, actor=by.actor, tell=True)
    journal.record(
        session,
        Act.CASE_HAND_OVER,
        actor=by.actor,
        case_id=case.id,
        about=f"accounts:{to.id}",
        note=reason.strip(),
    )


def why_not(case: Case, to: Account) -> Reason | None:
    """Why this case cannot go to somebody; None when it can."""
    if case.counsellor_id == to.id:
        return Reason.SAME_PERSON
    # After a request for review another counsellor must look at it.
    if case.former_counsellor_id == to.id:
        return Reason.SAME_COUNSELLOR
    is_over = case.state in OVER and case.talk_asked_at is None
    return Reason.WRONG_STATE if is_over else None


def _check(session: Session, colleague: Account, to: Sequence[Account]) -> None:
    if not to:
        raise Refused([Reason.NOBODY_TO_TAKE])
    if colleague.id in {one.id for one in to}:
        raise Refused([Reason.SAME_PERSON])
    able = {one.id for one in takers(session, apart_from=colleague)}
    for one in to:
        if one.id not in able:
            raise NotFound(str(one.id))


def _open_cases(session: Session, colleague: Account) -> Sequence[Case]:
    mine = select(Case).where(Case.counsellor_id == colleague.id, _is_open())
    # Locked: somebody who decides in the same moment comes before or after, never between.
    return session.scalars(mine.order_by(Case.due_on, Case.id).with_for_update()).all()


def _is_open() -> ColumnElement[bool]:
    return or_(Case.state.not_in(OVER), Case.talk_asked_at.is_not(None))


def _shared_out(cases: Sequence[Case], to: Sequence[Account]) -> Iterator[Handing]:
    turn = cycle(to)
    for case in cases:
        asked = list(islice(turn, len(to)))
        able = next((one for one in asked if why_not(case, one) is None), None)
        if able is None:
            yield Handing(case, None, why_not(case, asked[0]))
            continue
        yield Handing(case, able)
        # The next one is who comes behind the one who got this.
        turn = cycle([*to[to.index(able) + 1 :], *to[: to.index(able) + 1]])
