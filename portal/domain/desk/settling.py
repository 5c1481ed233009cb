"""Keeping the lines of the desk true: what changes a case changes its line in the same transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import event, func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.db import day_of
from portal.domain import findable, search
from portal.domain.applying import application
from portal.domain.applying.application import Application, NeedsAnswer
from portal.domain.care.care import CareKind, CareTask
from portal.domain.cases import OVER, Case, CaseState
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.departures import DepartureQuestion
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.lifecycle import Party
from portal.domain.desk import desk, lines
from portal.domain.desk.desk import CASES, Task
from portal.domain.desk.lines import NEVER, NOBODY, Line
from portal.domain.documents import Document
from portal.domain.journal import Event
from portal.domain.own.data_requests import DataRequest
from portal.domain.permissions import Act, Role
from portal.domain.support.parts import Milestone, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.referrals import Referral, ReferralState
from portal.queue import AT_ONCE

CHANGED = "cases_changed"
"""In `Session.info`: the numbers of the cases whose lines are not written anew yet."""

CONTACTS = frozenset({Act.CARE_ANSWER, Act.CASE_TALKED})
"""What staff write down after they talked with the person; whatever the person does counts as well."""

CAREFUL = frozenset(
    {
        CareKind.BEST_INTERESTS,
        CareKind.GUARDIAN,
        CareKind.FEAR_OF_RETURN,
        CareKind.FORCED_OR_CHEATED,
        CareKind.HEALTH,
        CareKind.ALONE_AND_UNSAFE,
    }
)
"""Conversations after which a case is one to be careful with, also when they took place."""


def _case_of_event(row: Event) -> int | None:
    is_contact = row.actor_role is Role.MIGRANT or row.act in CONTACTS
    return row.case_id if is_contact else None


def _case_of(row: Any) -> int | None:
    found: int | None = row.case_id
    return found


# Whatever lies in a case and is seen on the desk.
WATCHED: dict[type, Callable[[Any], int | None]] = {
    Event: _case_of_event,
    **dict.fromkeys(
        (
            *(Case, Application, CareTask, CaseTask, DataRequest, Document),
            *(DepartureQuestion, Inquiry, Milestone, Payment, Plan, Referral),
        ),
        _case_of,
    ),
}


def watched(session: Session) -> Session:
    """The session; what changes in it reaches the desk when it commits."""
    event.listen(session, "after_flush", _note)
    event.listen(session, "before_commit", _before_commit)
    event.listen(session, "after_rollback", _forget)
    return session


def _note(session: Session, _context: object) -> None:
    changed = {
        number
        for row in (*session.new, *session.dirty, *session.deleted)
        if (case_of := WATCHED.get(type(row))) and (number := case_of(row))
    }
    if changed:
        session.info.setdefault(CHANGED, set()).update(changed)


def _before_commit(session: Session) -> None:
    # What a savepoint holds may be undone with it: only the whole is settled.
    if not session.in_nested_transaction():
        settle(session)


def _forget(session: Session) -> None:
    session.info.pop(CHANGED, None)


def settle(session: Session) -> None:
    """Write the lines of all cases anew that were changed in this session."""
    session.flush()
    changed: set[int] = session.info.pop(CHANGED, set())
    for some in _parts(sorted(changed)):
        write(session, some)


lines.SETTLE.append(settle)


def _parts(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def write(session: Session, case_ids: Collection[int]) -> None:
    """Write the lines of these cases anew; who is on no desk any more loses it."""
    known = {line.id: line for line in session.scalars(_LINES, {"cases": case_ids})}
    found = session.execute(_FOUND, {"cases": case_ids}).all()
    for case, *_ in found:
        line, holder = known.get(case.id), findable.holder_of(case)
        if line is None or line.counsellor != holder:
            search.hold(session, case.id, holder)
    on_desk = [(case, application) for case, application, is_here in found if is_here]
    inside = _inside(session, [case.id for case, _ in on_desk])
    wanted = {case.id: _line_of(case, application, inside[case.id]) for case, application in on_desk}
    for number, values in wanted.items():
        if number in known:
            for name, value in values.items():
                setattr(known[number], name, value)
        else:
            session.add(Line(id=number, **values))
    for number in known.keys() - wanted.keys():
        session.delete(known[number])
    session.flush()


def rebuild(session: Session, after: int = 0) -> int:
    """Write AT_ONCE lines anew, of the cases behind `after`; the number of the last one, 0 at the end.

    For a database whose lines are not there yet, or were changed by somebody else.
    """
    found = session.scalars(
        select(Case.id)
        .where(Case.id > after, or_(is_on_desk(), select(Line.id).where(Line.id == Case.id).exists()))
        .order_by(Case.id)
        .limit(AT_ONCE)
    ).all()
    write(session, found)
    return found[-1] if found else 0


def is_unfound(session: Session) -> bool:
    """Whether there are cases that may not be found by all they are today: a database from before."""
    has_cases = session.scalar(select(Case.id).limit(1)) is not None
    return has_cases and not search.is_as_today(session)


def find_anew(session: Session, after: int = 0) -> int:
    """Make AT_ONCE cases behind `after` findable by who is in them; the last one's number, 0 at the end."""
    found = session.scalars(select(Case).where(Case.id > after).order_by(Case.id).limit(AT_ONCE)).all()
    for case in found:
        findable.put(session, case, application.found_by(session, case))
    if not found:
        search.note_today(session)
    session.flush()
    return found[-1].id if found else 0


def is_on_desk() -> Any:
    """Which cases lie on somebody's desk: open, and not a draft that only its writer sees."""
    is_open = or_(Case.state.not_in(OVER), Case.talk_asked_at.is_not(None))
    return is_open & or_(Case.submitted_at.is_not(None), Case.counsellor_id.is_not(None))


# --- What stands in a line -------------------------------------------------------------------------------


@dataclass
class Inside:
    """What lies in one case."""

    tasks: dict[Task, int] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    due_on: date = NEVER
    is_careful: bool = False
    contact_on: date | None = None


def _line_of(case: Case, application: Application | None, inside: Inside) -> dict[str, Any]:
    party, tasks = desk.party_of(case), inside.tasks.keys()
    came_at = case.submitted_at or case.opened_at
    came_on = day_of(came_at)
    talk_on = day_of(case.talk_asked_at) if case.talk_asked_at else NEVER
    said = application or Application()
    return {
        "counsellor": case.counsellor_id or NOBODY,
        "partner": case.partner_id or NOBODY,
        "state": case.state,
        "due_on": min(case.due_on or NEVER, inside.due_on, talk_on),
        "contact_on": max(inside.contact_on or came_on, came_on),
        "came_at": came_at,
        "leave_by": said.precept_deadline or NEVER,
        "country": said.country or "",
        "language": said.language or "",
        "vulnerable": inside.is_careful or said.needs is NeedsAnswer.YES,
        "for_counsellor": party is Party.COUNSELLOR or not tasks.isdisjoint(desk.FOR_COUNSELLOR),
        "for_approver": case.state is CaseState.PROPOSED or not tasks.isdisjoint(desk.FOR_APPROVER),
        "for_migrant": party is Party.MIGRANT or not FOR_MIGRANT.isdisjoint(inside.aside),
        "waits": inside.tasks,
    }


# What waits beside the tasks: for the person, or for a colleague who does not hold the case.
ASIDE = ("payment", "offer", "referral", "colleague")
FOR_MIGRANT = frozenset(ASIDE[:3])
UNDATED = (*FOR_MIGRANT, Task.MISSED, Task.START)
"""What does not hurry the case: nobody of the programme was to do it by the date that stands there."""

# Built once: with every change it takes longer to say these questions than to answer them.
_WAITING = union_all(
    *desk.arms(),
    desk.arm("payment", Payment, Payment.state == PaymentState.PAID),
    desk.arm("offer", Plan, Plan.state == PlanState.OFFERED),
    desk.arm("referral", Referral, Referral.state == ReferralState.PROPOSED),
    desk.arm("colleague", CaseTask, CaseTask.done_at.is_(None)),
)
_TALKS = select(CareTask).where(CareTask.case_id.in_(CASES))
_CONTACTS = (
    select(Event.case_id, func.max(Event.at))
    .where(Event.case_id.in_(CASES), or_(Event.actor_role == Role.MIGRANT, Event.act.in_(CONTACTS)))
    .group_by(Event.case_id)
)
_FOUND = (
    select(Case, Application, is_on_desk())
    .outerjoin(Application, Application.case_id == Case.id)
    .where(Case.id.in_(CASES))
)
_LINES = (
    select(Line)
    .where(Line.id.in_(CASES))
    .order_by(Line.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _inside(session: Session, case_ids: Collection[int]) -> Mapping[int, Inside]:
    found: defaultdict[int, Inside] = defaultdict(Inside)
    for number, name, many, due_on, _since in desk.asked(session, _WAITING, case_ids):
        inside = found[number]
        if name in ASIDE:
            inside.aside.add(name)
        else:
            inside.tasks[Task(name)] = many
        if name not in UNDATED:
            inside.due_on = min(inside.due_on, due_on or NEVER)
    for talk in session.scalars(_TALKS, {"cases": case_ids}):
        found[talk.case_id].is_careful |= talk.kind in CAREFUL
    for number, at in session.execute(_CONTACTS, {"cases": case_ids}):
        found[number or 0].contact_on = day_of(at)
    return found
