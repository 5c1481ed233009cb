"""The piles of the desk: which cases lie in which, in what order, how many, and where a list goes on.

Every question walks along one index of `lines` and stops at the end of a page, so that it costs the same in
a house with a thousand cases and in one with a million.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, false, func, or_, select, true, union_all
from sqlalchemy.orm import Session, load_only

from portal.db import today, unsought
from portal.domain import accounts, cases, people, search
from portal.domain.accounts import Account
from portal.domain.applying.application import Application
from portal.domain.cases import BEFORE_DECISION, Case, CaseState, visible_to
from portal.domain.course.lifecycle import Party
from portal.domain.desk import cursors, desk, lines
from portal.domain.desk.cursors import Place, Stale, Strange
from portal.domain.desk.desk import Task
from portal.domain.desk.filters import ORDERS, Filters, Look
from portal.domain.desk.lines import NOBODY, Line
from portal.domain.errors import NotFound
from portal.domain.people import Person
from portal.domain.permissions import COUNSEL, Role

LIMIT = 50
"""Cases on one page."""

MOST_COUNTED, MOST_OWN = 100, 1000
"""Nobody needs to know how many more than this lie in a pile, or in an own one; counting all takes time."""


ENOUGH = 1000
"""Where so many lines fit, a walk along the order meets them soon; fewer are sorted at once."""


_SHOWN = (
    *("reference", "state", "due_on", "counsellor_id", "former_counsellor_id", "proposer_id", "assisted"),
    *("talk_asked_at", "version"),
)
SHOWN_OF_CASE = load_only(*(getattr(Case, name) for name in _SHOWN))
"""Of fifty cases the rest is not read: half of what a list costs."""


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
    return _piles_of(viewer.role)


def _piles_of(role: Role) -> tuple[Pile, ...]:
    everyone = (Pile.FOR_ME, Pile.UNASSIGNED, Pile.OVERDUE, Pile.FOR_MIGRANT, Pile.MINE)
    return (Pile.TO_APPROVE, *everyone, Pile.ALL) if role is Role.APPROVER else everyone


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
        """Who must act by the date of this row: what waits in a case may be due before the case itself."""
        if self.due_on != self.case.due_on:
            for tasks, party in desk.TASKS_OF.items():
                if not tasks.isdisjoint(self.tasks):
                    return party
        return desk.party_of(self.case)

    @property
    def is_review(self) -> bool:
        """Whether somebody else decides anew, as the person asked."""
        return self.case.former_counsellor_id is not None and self.case.state in BEFORE_DECISION

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

    def can_be_taken(self, viewer: Account) -> bool:
        """Whether nobody has taken it yet, and this viewer may: a review is somebody else's."""
        is_free = self.case.state is CaseState.SUBMITTED and self.case.counsellor_id is None
        return is_free and self.case.former_counsellor_id != viewer.id


@dataclass(frozen=True)
class Page:
    """A part of a list, and where it goes on in both directions (empty: this is the end)."""

    rows: Sequence[Row]
    later: str = ""
    earlier: str = ""
    number: int | None = None
    """Of the first part of a list: how many cases are in all of it, `most_counted` at most."""
    is_similar: bool = False
    """Of a search: nothing was written like this, and these only sound like it."""


# --- Piles ---------------------------------------------------------------------------------------------

Run = Sequence[Any]
"""What the lines of one walk along an index have in common."""


# Places in questions that are built once: who looks, the day, and above which sum two sign.
_VIEWER: BindParameter[int] = bindparam("viewer")
_TODAY: BindParameter[date] = bindparam("today")
_LIMIT: BindParameter[int] = bindparam("limit")


def _asked(session: Session, viewer: Account) -> dict[str, Any]:
    """What the questions about piles are asked with."""
    return {"viewer": viewer.id, "today": today(), "limit": desk.two_sign_above(session)}


def _mine(look: Look) -> Run:
    return [look(Line.counsellor) == _VIEWER]


def _to_approve(look: Look) -> Run:
    proposed = and_(Case.state == CaseState.PROPOSED, func.coalesce(Case.proposer_id, 0) != _VIEWER)
    held = or_(proposed, desk.holds(_LIMIT, _VIEWER, desk.FOR_APPROVER))
    decided = select(Case.id).where(Case.id == Line.id, held).exists()
    return [look(Line.for_approver) == true(), decided]


RUNS: dict[Pile, Callable[[Look], Run]] = {
    Pile.TO_APPROVE: _to_approve,
    Pile.FOR_ME: lambda look: [*_mine(look), Line.for_counsellor],
    Pile.UNASSIGNED: lambda look: [look(Line.counsellor) == NOBODY],
    Pile.OVERDUE: lambda look: [look(Line.due_on) < _TODAY],
    Pile.FOR_MIGRANT: lambda look: [*_mine(look), Line.for_migrant],
    Pile.MINE: _mine,
    Pile.ALL: lambda look: [true()],
}
OWN = (Pile.FOR_ME, Pile.FOR_MIGRANT, Pile.MINE)
"""One person's: never many."""
ENTERED = {Pile.UNASSIGNED: Line.counsellor, Pile.OVERDUE: Line.due_on}
"""By what a pile is entered that no filter narrows to one value."""


def _runs(pile: Pile, filters: Filters, role: Role, *sought: Any) -> list[Run]:
    """The walks that together are a list, entered by the columns sought: what is overdue of a counsellor lies
    in two places.
    """
    if role not in COUNSEL:
        return [[false()]]
    keys = {column.key for column in sought if column is not None}

    def look(column: Any) -> Any:
        return column if column.key in keys else unsought(column)

    run = [*RUNS[pile](look), *filters.conditions(look)]
    if pile is Pile.OVERDUE and role is not Role.APPROVER:
        return [[*run, look(Line.counsellor) == holder] for holder in (_VIEWER, NOBODY)]
    return [run]


def _entry(pile: Pile, filters: Filters, role: Role) -> Any:
    """The column by which a list is entered: what leaves the least; None where everything is read."""
    if pile is Pile.TO_APPROVE:
        return Line.for_approver
    if pile in OWN or (pile is Pile.OVERDUE and role is not Role.APPROVER):
        return Line.counsellor
    entry = filters.entry
    if _is_range(entry) and pile in ENTERED:
        return ENTERED[pile]
    return entry


def _is_range(entry: Any) -> bool:
    """Whether there is an order by this column, of which a list may be a part."""
    return entry is None or entry.key in lines.ORDERS.values()


def _entered(pile: Pile, filters: Filters, role: Role) -> list[Run]:
    """The walks of a list in no order."""
    return _runs(pile, filters, role, _entry(pile, filters, role))


def _walks(session: Session, pile: Pile, filters: Filters, viewer: Account) -> list[Run]:
    """The walks of a list in its order: each way in has an index for it.

    A part of another order is sorted where few lines fit; where many do, the first of them come soon.
    """
    entry, order = _entry(pile, filters, viewer.role), ORDERS[filters.order].column
    if not _is_range(entry):
        return _runs(pile, filters, viewer.role, entry, order)
    if entry is not None and entry is not order:
        entered = _entered(pile, filters, viewer.role)
        some = select(func.count()).select_from(_merged(entered, ENOUGH).subquery())
        if (session.scalar(some, _asked(session, viewer)) or 0) < ENOUGH:
            return entered
    return _runs(pile, filters, viewer.role, order)


def _merged(walks: Sequence[Run], most: int, order: Any = None, *, down: bool = False) -> Select[Any]:
    """The first `most` numbers of all walks together, in the order of a column; of none, any of them."""

    def directed(*columns: Any) -> list[Any]:
        return [] if order is None else [each.desc() if down else each.asc() for each in columns]

    place = Line.id if order is None else order
    parts = [
        select(Line.id, place.label("place")).where(*walk).order_by(*directed(place, Line.id)).limit(most)
        for walk in walks
    ]
    if len(parts) == 1:
        return parts[0]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(every.c.id).order_by(*directed(every.c.place, every.c.id)).limit(most)


def most_counted(pile: Pile) -> int:
    """How far the cases of a pile are counted."""
    return MOST_OWN if pile in OWN else MOST_COUNTED


def counts(session: Session, *, viewer: Account) -> Mapping[Pile, int]:
    """How many cases lie in each pile, `most_counted` at most: one question to the database."""
    lines.settle(session)
    numbers = session.execute(_counted(viewer.role), _asked(session, viewer)).one()
    return dict(zip(piles_of(viewer), numbers, strict=True))


@cache
def _counted(role: Role) -> Select[Any]:
    """How many lie in each pile of somebody with this role: one question, built once."""
    counts = (_count(_entered(pile, Filters(), role), most_counted(pile)) for pile in _piles_of(role))
    return select(*counts)


def _count(walks: Sequence[Run], most: int) -> Any:
    some = _merged(walks, most).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def count(session: Session, pile: Pile, filters: Filters, *, viewer: Account) -> int:
    """How many cases of a pile these filters leave, `most_counted` at most."""
    lines.settle(session)
    found = select(_count(_entered(pile, filters, viewer.role), most_counted(pile)))
    return session.scalar(found, _asked(session, viewer)) or 0


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
    numbers = _numbers(session, pile, filters, place, viewer)
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
        number=len(numbers) if place is None else None,
    )


def references(session: Session, pile: Pile, filters: Filters, *, viewer: Account, most: int) -> list[str]:
    """The references of a whole list, `most` at most, in no order. Raises NotFound for a strange pile."""
    if pile not in piles_of(viewer):
        raise NotFound(pile)
    lines.settle(session)
    some = _merged(_entered(pile, filters, viewer.role), most).subquery()
    found = select(Case.reference).join(some, some.c.id == Case.id).where(unsought(visible_to(viewer)))
    return list(session.scalars(found, _asked(session, viewer)))


def _numbers(
    session: Session, pile: Pile, filters: Filters, place: Place | None, viewer: Account
) -> list[int]:
    """The numbers of LIMIT + 1 cases from a place on; from the beginning of as many as are counted."""
    if pile in OWN and place is None and filters == Filters():
        return list(session.scalars(_own(pile, viewer.role), _asked(session, viewer)))
    most = LIMIT + 1 if place else most_counted(pile)
    order = ORDERS[filters.order]
    down = order.down != (place is not None and place.back)
    behind = [] if place is None else _behind(order.column, place, down)
    walks = [[*walk, *behind] for walk in _walks(session, pile, filters, viewer)]
    return list(session.scalars(_merged(walks, most, order.column, down=down), _asked(session, viewer)))


@cache
def _own(pile: Pile, role: Role) -> Select[Any]:
    """The beginning of an own pile as it opens: built once."""
    order = ORDERS[Filters().order]
    walks = _runs(pile, Filters(), role, _entry(pile, Filters(), role), order.column)
    return _merged(walks, most_counted(pile), order.column, down=order.down)


def _behind(column: Any, place: Place, down: bool) -> Run:
    """What comes after a place; the first condition is what an index can be entered by."""
    if down:
        return [column <= place.value, or_(column < place.value, Line.id < place.number)]
    return [column >= place.value, or_(column > place.value, Line.id > place.number)]


_SHOWN_TO = {
    role: select(Case, Line, Person)
    .outerjoin(Line, Line.id == Case.id)
    .join(Person, and_(Person.case_id == Case.id, Person.relation.is_(None)))
    .where(Case.id.in_(bindparam("cases")), unsought(is_visible))
    .options(SHOWN_OF_CASE, people.only_names())
    for role, is_visible in cases.VISIBLE.items()
}


def _rows(session: Session, case_ids: Sequence[int], viewer: Account) -> list[Row]:
    if not case_ids:
        return []  # a database that is asked for nobody reads all that this viewer may see
    found = session.execute(_SHOWN_TO[viewer.role], {"cases": list(case_ids), **cases.seen_by(viewer)}).all()
    lines_of = {case.id: line for case, line, _ in found}
    tasks, countries = _tasks(session, lines_of, viewer), _countries(session, lines_of)
    staff = accounts.names(session, [case.counsellor_id for case, *_ in found])
    return [
        Row(
            case,
            line,
            principal.full_name,
            countries[case.id],
            staff.get(case.counsellor_id or 0, ""),
            tasks[case.id],
        )
        for case, line, principal in found
    ]


def _countries(session: Session, lines: Mapping[int, Line | None]) -> Mapping[int, str | None]:
    """Where each of them returns to, as far as it is known."""
    found = {number: line.country or None for number, line in lines.items() if line is not None}
    if over := lines.keys() - found.keys():
        asked = select(Application.case_id, Application.country).where(Application.case_id.in_(over))
        found |= {number: country for number, country in session.execute(asked)}
    return found


def _tasks(
    session: Session, lines: Mapping[int, Line | None], viewer: Account
) -> Mapping[int, Mapping[Task, int]]:
    """What waits in each case for this viewer: as its line says, and what is not the same for everybody."""
    found: dict[int, Mapping[Task, int]] = {
        number: {Task(name): many for name, many in line.waits.items() if name not in desk.PERSONAL}
        for number, line in lines.items()
        if line is not None and line.waits is not None
    }
    if unsaid := lines.keys() - found.keys():  # what is over has no line
        found |= desk.tasks_of(session, unsaid, viewer=viewer)
    own = desk.tasks_of(session, lines, viewer=viewer, personal=True)
    return {number: {**found.get(number, {}), **own.get(number, {})} for number in lines}


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
    is_cut = False
    for similar in (False, True):
        numbers, was_cut = _found(session, question, viewer, similar)
        is_cut = is_cut or was_cut
        if numbers:
            rows = _rows(session, numbers[:LIMIT], viewer)
            rows.sort(key=lambda row: -row.case.id)
            later = "more" if is_cut or len(numbers) > LIMIT else ""
            return Page(rows, later, is_similar=similar)
    return Page([], "more" if is_cut else "")


def _found(
    session: Session, question: search.Question, viewer: Account, similar: bool
) -> tuple[list[int], bool]:
    """The numbers of the cases, and whether there may be others among too many that were not looked at."""
    holders = None if viewer.role is Role.APPROVER else (viewer.id, search.NOBODY)
    return search.find(session, question, holders=holders, similar=similar, most=LIMIT + 1)


__all__ = [
    "LIMIT",
    "Page",
    "Pile",
    "Row",
    "Stale",
    "Strange",
    "count",
    "counts",
    "find",
    "most_counted",
    "piles_of",
    "queue",
    "references",
]
