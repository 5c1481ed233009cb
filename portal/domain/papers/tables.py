"""Reports pasted from a spreadsheet: every row is read and checked before any of them is written."""

import csv
import enum
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import latest_day
from portal.domain import cases
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.documents import Document
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import updates
from portal.domain.papers.updates import Report, Update
from portal.domain.support import parts, plans
from portal.domain.support.grants import SETTLED
from portal.domain.support.parts import OPEN, Milestone, MilestoneType
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.proofs import USELESS

MOST_ROWS = 200
MOST_WORDS = 2000
COLUMNS = 4
"""Case, step (its number in the plan, or its words), day, words."""

WRITTEN = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})([./])\s?(?P<month>\d{1,2})\2\s?(?P<year>\d{4})"),
)
"""2026-11-26, 26.11.2026, 26/11/2026: the day comes before the month."""


class RowFault(enum.StrEnum):
    """What is wrong with a row in itself."""

    COLUMNS = "columns"
    CASE = "case"
    STEP = "step"
    STEP_UNCLEAR = "step_unclear"
    NOT_OPEN = "not_open"
    TWICE = "twice"
    DAY = "day"
    DAY_IN_FUTURE = "day_in_future"
    DAY_TOO_EARLY = "day_too_early"
    WORDS_LONG = "words_long"


@dataclass(frozen=True)
class Row:
    """One row as it was pasted, `number` counted from 1; what it reports, or every fault in it."""

    number: int
    cells: tuple[str, ...]
    milestone: Milestone | None = None
    done_on: date | None = None
    words: str = ""
    faults: tuple[RowFault | Reason, ...] = ()


@dataclass
class _Reading:
    """What is looked up once for a whole table."""

    session: Session
    by: Account
    named: Mapping[str, MilestoneType]
    steps: dict[str, tuple[Case, Sequence[Milestone]] | None] = field(default_factory=dict)

    def case_of(self, typed: str) -> tuple[Case, Sequence[Milestone]] | None:
        """The case that this cell names and the steps of its plan, if it exists for who reads."""
        if typed not in self.steps:
            try:
                case = cases.find(self.session, typed, viewer=self.by)
            except NotFound:
                self.steps[typed] = None
            else:
                plan = plans.approved(self.session, case)
                self.steps[typed] = case, parts.milestones(self.session, plan) if plan else ()
        return self.steps[typed]


def read(session: Session, text: str, *, named: Mapping[str, MilestoneType], by: Account) -> list[Row]:
    """Every row of a pasted table, checked. `named`: kinds of steps by their words in the reader's language.

    Cells stand between tabs, or between semicolons when there is no tab. A first row of names is left out.
    Raises Refused for a table that is empty or too long.
    """
    pasted = list(_pasted(text))
    if not pasted:
        raise Refused([Reason.TABLE_EMPTY])
    if len(pasted) > MOST_ROWS:
        raise Refused([Reason.TABLE_TOO_LONG])
    reading = _Reading(session, by, {_plain(words): kind for words, kind in named.items()})
    rows = [_read(reading, number, cells) for number, cells in pasted]
    often = Counter(row.milestone.id for row in rows if row.milestone)
    return [_once(row, often) for row in rows]


def write(session: Session, number: str, rows: Sequence[Row], *, by: Account) -> Update:
    """Report every row in one go; `number` is that of the form. The caller commits.

    Raises Refused when a row has a fault, or when somebody was faster: then nothing is written.
    """
    reports = [Report(row.milestone, row.words, row.done_on) for row in rows if row.milestone]
    if len(reports) < len(rows) or any(row.faults for row in rows):
        raise Refused([Reason.TABLE_FAULTY])
    return updates.send(session, number, reports, by=by)


def _pasted(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows that hold something, numbered as they were pasted, without a heading."""
    # A quotation mark that nothing closes would swallow all rows below it.
    quoting: Literal[0, 3] = csv.QUOTE_NONE if text.count('"') % 2 else csv.QUOTE_MINIMAL
    lines = io.StringIO(text, newline="")
    table = csv.reader(lines, delimiter="\t" if "\t" in text else ";", quoting=quoting)
    for number, cells in enumerate(table, 1):
        cleaned = tuple(_clean(cell) for cell in cells)
        if any(cleaned) and not (number == 1 and _is_heading(cleaned)):
            # A spreadsheet copies the empty cells beside them, too.
            yield number, cleaned if any(cleaned[COLUMNS:]) else cleaned[:COLUMNS]


def _is_heading(cells: tuple[str, ...]) -> bool:
    """Whether these are the names of columns: no digit in any of the first three, and no case."""
    try:
        cases.read_reference(cells[0])
    except NotFound:
        return len(cells) >= COLUMNS - 1 and not re.search(r"\d", "".join(cells[: COLUMNS - 1]))
    return False


def _clean(cell: str) -> str:
    """A cell as text, whatever it looks like: nothing in it is ever worked out."""
    composed = unicodedata.normalize("NFC", cell.replace("\r", "\n"))
    return "".join(one for one in composed if one == "\n" or one.isprintable()).strip()


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _read(reading: _Reading, number: int, cells: tuple[str, ...]) -> Row:
    if not COLUMNS - 1 <= len(cells) <= COLUMNS:
        return Row(number, cells, faults=(RowFault.COLUMNS,))
    typed, step, day, words = (*cells, "")[:COLUMNS]
    faults: list[RowFault | Reason] = []
    milestone, done_on, found = None, _day(day), reading.case_of(typed)
    if found is None:
        faults.append(RowFault.CASE)
    else:
        matching = _matching(reading, found[1], step)
        milestone = matching[0] if len(matching) == 1 else None
        faults += _step_faults(reading, matching)
    faults += _day_faults(reading.session, done_on, found[0] if found else None)
    if len(words) > MOST_WORDS:
        faults.append(RowFault.WORDS_LONG)
    return Row(number, cells, milestone, done_on, words, tuple(faults))


def _matching(reading: _Reading, steps: Sequence[Milestone], typed: str) -> list[Milestone]:
    """The steps that a cell may mean: by number, or by their words, or by their kind."""
    if typed.isdecimal():
        return [one for place, one in enumerate(steps, 1) if place == int(typed[:9])]
    words = _plain(typed)
    described = [one for one in steps if words and _plain(one.description or "") == words]
    return described or [one for one in steps if one.type is reading.named.get(words)]


def _step_faults(reading: _Reading, matching: Sequence[Milestone]) -> list[RowFault | Reason]:
    if not matching:
        return [RowFault.STEP]
    if len(matching) > 1:
        return [RowFault.STEP_UNCLEAR]
    found = updates.faults(reading.session, matching[0], by=reading.by)
    return [RowFault.NOT_OPEN if one is Reason.WRONG_STATE else one for one in found]


def _day(typed: str) -> date | None:
    digits = "".join(str(int(one)) if one.isdecimal() else one for one in typed[:20])
    for form in WRITTEN:
        if found := form.fullmatch(digits):
            try:
                return date(*(int(found[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None


def _day_faults(session: Session, done_on: date | None, case: Case | None) -> list[RowFault]:
    if done_on is None:
        return [RowFault.DAY]
    if done_on > latest_day() or (case and application.is_to_come(session, case, done_on)):
        return [RowFault.DAY_IN_FUTURE]
    began = case and (case.arrived_on or case.departed_on)
    return [RowFault.DAY_TOO_EARLY] if began and done_on < began else []


def _once(row: Row, often: Mapping[int, int]) -> Row:
    if row.milestone is None or often[row.milestone.id] == 1:
        return row
    return replace(row, faults=(*row.faults, RowFault.TWICE))


# --- What there is to report ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A step that can be reported: its number in the plan, and whether something proves it already."""

    case: Case
    number: int
    milestone: Milestone
    is_proved: bool


def listed(session: Session, viewer: Account) -> list[Listed]:
    """Steps of all cases that wait for a report, the first by date. Takes two queries for any number."""
    found = session.execute(
        select(Case, Milestone)
        .join(Plan, Plan.case_id == Case.id)
        .join(Milestone, Milestone.plan_id == Plan.id)
        .where(cases.visible_to(viewer), Case.state.in_(AFTER_ARRIVAL), Plan.state == PlanState.APPROVED)
        .order_by(Milestone.due_on, Milestone.id)
    ).all()
    states = {milestone.id: milestone.state for _case, milestone in found}
    proofs = select(Document.milestone_id).where(
        Document.milestone_id.in_(states), Document.state.not_in(USELESS)
    )
    proved, count, rows = set(session.scalars(proofs)), defaultdict[int, int](int), []
    for case, milestone in found:
        count[case.id] += 1
        is_free = milestone.after_id is None or states.get(milestone.after_id) in SETTLED
        if milestone.state in OPEN and is_free:
            rows.append(Listed(case, count[case.id], milestone, milestone.id in proved))
    return rows[:MOST_ROWS]
