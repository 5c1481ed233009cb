"""The piles of the desk: which cases lie in which, in what order, how many, and where a list goes on.

Every question walks along one index of `lines` and stops at the end of a page, so that it costs the same in
a house with a thousand cases and in one with a million.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select, true, union_all
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import accounts, cases, search
from portal.domain.accounts import Account
from portal.domain.applying.application import Application
from portal.domain.cases import Case, CaseState, visible_to
from portal.domain.course.lifecycle import Party
from portal.domain.desk import cursors, desk, lines
from portal.domain.desk.cursors import Place, Stale, Strange
from portal.domain.desk.desk import Task
from portal.domain.desk.filters import ORDERS, Filters
from portal.domain.desk.lines import NOBODY, Line
from portal.domain.errors import NotFound
from portal.domain.people import Person
from portal.domain.permissions import COUNSEL, Role

LIMIT = 50
"""Cases on one page."""

MOST_COUNTED = 100
"""Nobody needs to know how many more than this lie in a pile, and counting them all takes time."""


class Pile(enum.StrEnum):
    """One way to look at the queue; its value stands in addresses."""

    TO_APPROVE = "to-approve"
    FOR_ME = "for-me"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    FOR_MIGRANT = "for-applicant"
    MINE = "mine"
    ALL = "all"


def piles_of(viewer: Account) -> tuple[Pile, ...]:
    """The piles on this viewer's desk; the first one is what waits for them."""
    everyone = (Pile.FOR_ME, Pile.UNASSIGNED, Pile.OVERDUE, Pile.FOR_MIGRANT, Pile.MINE)
    return (Pile.TO_APPROVE, *everyone, Pile.ALL) if viewer.role is Role.APPROVER else everyone


@dataclass(frozen=True)
class Row:
    """One case on the desk, as a line of the queue. What was found and is over has no line."""

    case: Case
    line: Line | None
    name: str
    country: str | None
    counsellor: str
    tasks: Mapping[Task, int]

    @property
    def party(self) -> Party:
        """Who must act."""
        return desk.party_of(self.case)

    def waits_for(self, viewer: Account) -> bool:
        """Whether the case, or something in it, waits for this viewer."""
        theirs = desk.FOR_APPROVER if viewer.role is Role.APPROVER else ()
        own = desk.FOR_COUNSELLOR if self.case.counsellor_id == viewer.id else ()
        return desk.is_turn_of(self.case, viewer) or not self.tasks.keys().isdisjoint((*theirs, *own))

    @property
    def due_on(self) -> date | None:
        """The first date in the case by which somebody must act."""
        return self.line.due_on if self.line and self.line.due_on != lines.NEVER else None

    @property
    def is_overdue(self) -> bool:
        """Whether its date is past."""
        return self.due_on is not None and self.due_on < today()

    @property
    def can_be_taken(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.case.state is CaseState.SUBMITTED and self.case.counsellor_id is None


@dataclass(frozen=True)
class Page:
    """A part of a list, and where it goes on in both directions (empty: this is the end)."""

    rows: Sequence[Row]
    later: str = ""
    earlier: str = ""
    is_similar: bool = False
    """Of a search: nothing was written like this, and these only sound like it."""


# --- Piles ---------------------------------------------------------------------------------------------

Run = Sequence[Any]
"""What the lines of one walk along an index have in common."""


def _mine(session: Session, viewer: Account) -> Run:
    return [Line.counsellor == viewer.id]


def _to_approve(session: Session, viewer: Account) -> Run:
    proposed = and_(Case.state == CaseState.PROPOSED, func.coalesce(Case.proposer_id, 0) != viewer.id)
    held = or_(proposed, desk.holds(session, viewer, desk.FOR_APPROVER))
    return [Line.for_approver, select(Case.id).where(Case.id == Line.id, held).exists()]


RUNS: dict[Pile, Callable[[Session, Account], Run]] = {
    Pile.TO_APPROVE: _to_approve,
    Pile.FOR_ME: lambda session, viewer: [*_mine(session, viewer), Line.for_counsellor],
    Pile.UNASSIGNED: lambda session, viewer: [Line.counsellor == NOBODY],
    Pile.OVERDUE: lambda session, viewer: [Line.due_on < today()],
    Pile.FOR_MIGRANT: lambda session, viewer: [*_mine(session, viewer), Line.for_migrant],
    Pile.MINE: _mine,
    Pile.ALL: lambda session, viewer: [true()],
}


def _runs(session: Session, pile: Pile, viewer: Account) -> list[Run]:
    """The walks that together are a pile: of a counsellor what is overdue lies in two places."""
    if viewer.role not in COUNSEL:
        return [[false()]]
    run = RUNS[pile](session, viewer)
    if pile is Pile.OVERDUE and viewer.role is not Role.APPROVER:
        return [[*run, Line.counsellor == holder] for holder in (viewer.id, NOBODY)]
    return [run]


def _merged(runs: Sequence[Run], order: Sequence[Any], wanted: Run, most: int) -> Select[Any]:
    """The first `most` numbers of all walks together."""
    values = [Line.id, *(column for column in (Line.due_on, Line.contact_on, Line.came_at, Line.leave_by))]
    walks = [select(*values).where(*run, *wanted).order_by(*order).limit(most).subquery() for run in runs]
    if len(walks) == 1:
        return select(walks[0].c.id)
    return select(union_all(*(select(walk) for walk in walks)).subquery().c.id)


def counts(session: Session, *, viewer: Account) -> Mapping[Pile, int]:
    """How many cases lie in each pile, MOST_COUNTED at most: one question to the database."""
    lines.settle(session)
    piles = piles_of(viewer)
    numbers = session.execute(select(*(_count(_runs(session, pile, viewer), []) for pile in piles))).one()
    return {pile: min(number, MOST_COUNTED) for pile, number in zip(piles, numbers, strict=True)}


def _count(runs: Sequence[Run], wanted: Run) -> Any:
    some = _merged(runs, (), wanted, MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def count(session: Session, pile: Pile, filters: Filters, *, viewer: Account) -> int:
    """How many cases of a pile these filters leave, MOST_COUNTED at most."""
    lines.settle(session)
    return min(
        MOST_COUNTED, session.scalar(select(_count(_runs(session, pile, viewer), filters.conditions))) or 0
    )


def queue(
    session: Session, pile: Pile, filters: Filters | None = None, *, viewer: Account, at: str = ""
) -> Page:
    """LIMIT cases of a pile in the order of the filters, from the cursor `at` on.

    Raises NotFound for a pile that is not on this desk, Strange or Stale for a cursor that leads nowhere.
    """
    if pile not in piles_of(viewer):
        raise NotFound(pile)
    lines.settle(session)
    filters = filters or Filters()
    of_list = f"{viewer.id} {pile} {sorted(filters.values.items())}"
    place = cursors.read(at, of_list=of_list) if at else None
    numbers = _numbers(session, _runs(session, pile, viewer), filters, place)
    is_more, shown = len(numbers) > LIMIT, numbers[:LIMIT]
    back = place is not None and place.back
    rows = _rows(session, shown, viewer)
    column, down = ORDERS[filters.order].column.key, ORDERS[filters.order].down
    rows.sort(key=lambda row: (getattr(row.line, column), row.case.id), reverse=down)
    ends = [Place(getattr(row.line, column), row.case.id) for row in (rows[:1] + rows[-1:])]
    has_later, has_earlier = (True, is_more) if back else (is_more, place is not None)
    return Page(
        rows,
        later=cursors.write(ends[-1], of_list=of_list) if ends and has_later else "",
        earlier=cursors.write(replace(ends[0], back=True), of_list=of_list) if ends and has_earlier else "",
    )


def references(session: Session, pile: Pile, filters: Filters, *, viewer: Account, most: int) -> list[str]:
    """The references of a whole list, `most` at most, in no order. Raises NotFound for a strange pile."""
    if pile not in piles_of(viewer):
        raise NotFound(pile)
    lines.settle(session)
    some = _merged(_runs(session, pile, viewer), (), filters.conditions, most).limit(most).subquery()
    found = select(Case.reference).join(some, some.c.id == Case.id).where(visible_to(viewer))
    return list(session.scalars(found))


def _numbers(session: Session, runs: Sequence[Run], filters: Filters, place: Place | None) -> list[int]:
    """The numbers of LIMIT + 1 cases from a place on; one that does not come is no end."""
    order = ORDERS[filters.order]
    down = order.down != (place is not None and place.back)
    behind = [] if place is None else _behind(order.column, place, down)
    directed = [each.desc() if down else each.asc() for each in (order.column, Line.id)]
    merged = _merged(runs, directed, [*filters.conditions, *behind], LIMIT + 1).subquery()
    chosen = select(Line.id).join(merged, merged.c.id == Line.id).order_by(*directed).limit(LIMIT + 1)
    return list(session.scalars(chosen))


def _behind(column: Any, place: Place, down: bool) -> Run:
    """What comes after a place; the first condition is what an index can be entered by."""
    if down:
        return [column <= place.value, or_(column < place.value, Line.id < place.number)]
    return [column >= place.value, or_(column > place.value, Line.id > place.number)]


def _rows(session: Session, case_ids: Sequence[int], viewer: Account) -> list[Row]:
    found = session.execute(
        select(Case, Line, Person, Application.country)
        .outerjoin(Line, Line.id == Case.id)
        .join(Person, and_(Person.case_id == Case.id, Person.relation.is_(None)))
        .join(Application, Application.case_id == Case.id)
        .where(Case.id.in_(case_ids), visible_to(viewer))
    ).all()
    tasks = desk.tasks_of(session, [case.id for case, *_ in found], viewer=viewer)
    staff = accounts.names(session, [case.counsellor_id for case, *_ in found])
    return [
        Row(
            case,
            line,
            principal.full_name,
            country,
            staff.get(case.counsellor_id or 0, ""),
            tasks.get(case.id, {}),
        )
        for case, line, principal, country in found
    ]


# --- Search --------------------------------------------------------------------------------------------


def find(session: Session, text: str, *, viewer: Account) -> Page:
    """The cases with this reference, or of people of this name, phone or paper; ended ones too, newest first.

    When no name is written like this, those that sound like it.
    """
    lines.settle(session)
    try:
        named = select(Case.id).where(Case.reference == cases.read_reference(text), visible_to(viewer))
        return Page(_rows(session, list(session.scalars(named)), viewer))
    except NotFound:
        question = search.asked(text)
    for similar in (False, True):
        numbers = _found(session, question, viewer, similar)
        if numbers:
            rows = _rows(session, numbers[:LIMIT], viewer)
            rows.sort(key=lambda row: -row.case.id)
            return Page(rows, "more" if len(numbers) > LIMIT else "", is_similar=similar)
    return Page([])


def _found(session: Session, question: search.Question, viewer: Account, similar: bool) -> list[int]:
    holders = None if viewer.role is Role.APPROVER else (viewer.id, search.NOBODY)
    wanted = search.case_ids(question, holders=holders, similar=similar, most=LIMIT + 1)
    return [] if wanted is None else list(session.scalars(wanted))


__all__ = [
    "LIMIT",
    "MOST_COUNTED",
    "Page",
    "Pile",
    "Row",
    "Stale",
    "Strange",
    "count",
    "counts",
    "find",
    "piles_of",
    "queue",
    "references",
]
