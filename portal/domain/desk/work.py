"""What waits for one person of the programme beside the steps: tasks, questions, days that come closer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain.accounts import Account
from portal.domain.cases import VISIBLE, Case, visible_to
from portal.domain.course import reminders
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.inquiries import Inquiry
from portal.domain.desk import escalation, lines
from portal.domain.desk.escalation import Level
from portal.domain.desk.lines import Line
from portal.domain.permissions import Role

LIMIT = 100
"""More than this nobody reads on one page."""


def _is_mine(viewer: int | BindParameter[int]) -> ColumnElement[bool]:
    """Who answers in a case: its counsellor; while there is none, everybody for whom it exists."""
    return or_(Case.counsellor_id == viewer, Case.counsellor_id.is_(None))


def inquiries_for(session: Session, *, viewer: Account) -> list[tuple[Inquiry, Case]]:
    """Who has heard nothing and waits for this viewer; for an approver also what came up to them."""
    mine = _is_mine(viewer.id)
    wanted = mine if viewer.role is not Role.APPROVER else or_(mine, _has_come_up())
    rows = session.execute(
        select(Inquiry, Case)
        .join(Case, Case.id == Inquiry.case_id)
        .where(Inquiry.answered_at.is_(None), visible_to(viewer), wanted)
        .order_by(Inquiry.due_on, Inquiry.id)
        .limit(LIMIT)
    )
    return [(inquiry, case) for inquiry, case in rows]


def _has_come_up() -> ColumnElement[bool]:
    return escalation.has_come_to(Level.APPROVER)


def escalated(session: Session, *, viewer: Account) -> Sequence[tuple[Case, date]]:
    """For an approver: the cases in which something is so late that it has come to them, and since when."""
    if viewer.role is not Role.APPROVER:
        return []
    lines.settle(session)
    # What is late in a case is late on its line: the walk begins with the latest, and soon has enough.
    late = select(Case, Line.due_on).join(Line, Line.id == Case.id).where(Line.due_on < today())
    wanted = late.where(visible_to(viewer), _has_come_up()).order_by(Line.due_on, Line.id)
    ended = escalation.ended_with_request(Level.APPROVER).where(visible_to(viewer))
    days: dict[Case, date] = {}
    for question in (wanted, ended):
        for case, day in session.execute(question.limit(LIMIT)):
            days[case] = min(day, days.get(case, day))
    return sorted(days.items(), key=lambda one: (one[1], one[0].id))[:LIMIT]


def precepts_for(session: Session, *, viewer: Account) -> list[tuple[Case, date]]:
    """The cases of the viewer, or of nobody, in which the last day of a decision to leave is near."""
    return reminders.near(session, visible_to(viewer), _is_mine(viewer.id), limit=LIMIT)


def waiting(session: Session, *, viewer: Account) -> int:
    """How many tasks and questions wait for this viewer, LIMIT at most."""
    tasks, asked = session.execute(_WAITING[viewer.role], {"viewer": viewer.id}).one()
    return min(int(tasks + asked), LIMIT)


def _counted(is_visible: ColumnElement[bool]) -> Select[Any]:
    """How many tasks, and how many questions, wait for the `viewer` in the cases that exist for them."""
    viewer: BindParameter[int] = bindparam("viewer")
    tasks = select(CaseTask.id).join(Case, Case.id == CaseTask.case_id)
    tasks = tasks.where(CaseTask.owner_id == viewer, CaseTask.done_at.is_(None), is_visible)
    asked = select(Inquiry.id).join(Case, Case.id == Inquiry.case_id)
    asked = asked.where(Inquiry.answered_at.is_(None), is_visible, _is_mine(viewer))
    some = (one.limit(LIMIT).subquery() for one in (tasks, asked))
    return select(*(select(func.count()).select_from(one).scalar_subquery() for one in some))


_WAITING = {role: _counted(is_visible) for role, is_visible in VISIBLE.items()}
