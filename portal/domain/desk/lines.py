"""One narrow line for each open case: what the queue sorts, filters and counts by, each with an index.

A line is copied from the case and what lies in it; `settling.py` writes it anew with every change,
and nothing else does.
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import product

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.domain.cases import CaseState

NOBODY = 0
"""Stands where a counsellor or a partner stands. PostgreSQL keeps no order behind an empty column."""
NEVER = date(9999, 12, 31)
"""Stands where a date stands; behind all others."""

SETTLE: list[Callable[[Session], None]] = []
"""What brings the lines up to date before they are read in the transaction that changed something."""


SEEN = (
    *("due_on", "id", "contact_on", "came_at", "leave_by", "state", "country", "language", "vulnerable"),
    *("partner", "counsellor", "for_counsellor", "for_approver", "for_migrant"),
)
"""What a list asks of a line before it shows it."""

ENTRIES = {
    "of_counsellor": "counsellor",
    "with_partner": "partner",
    "in_state": "state",
    "to_country": "country",
    "in_language": "language",
    "vulnerable": "vulnerable",
}
"""By what a list is entered: whose cases, or one filter."""

ORDERS = {"by_due": "due_on", "by_contact": "contact_on", "by_arrival": "came_at", "by_leave": "leave_by"}
"""In what order a list is read: each entry has an index for each, and so has everything that is open."""


def _index(name: str, *first: str) -> Index:
    """An index that answers a list alone: it is entered by the first columns, and the others stand behind."""
    lead = (*first, "id")
    return Index(f"ix_desk_lines_{name}", *lead, *(one for one in SEEN if one not in lead))


class Line(Base):
    """An open case on the desk. `id` is the number of its case. Without names, and without what a need is."""

    __tablename__ = "desk_lines"
    __table_args__ = (
        *(_index(order, column) for order, column in ORDERS.items()),
        *(
            _index(f"{entry}_{order}", ENTRIES[entry], ORDERS[order])
            for entry, order in product(ENTRIES, ORDERS)
        ),
        _index("to_approve", "for_approver", "due_on"),
        # What waits for an approver and is no proposal: few lines, whatever the house.
        Index("ix_desk_lines_to_sign", "for_approver", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, sort_order=-1
    )
    counsellor: Mapped[int] = mapped_column(default=NOBODY)
    partner: Mapped[int] = mapped_column(default=NOBODY)
    state: Mapped[CaseState] = mapped_column()
    due_on: Mapped[date] = mapped_column()
    """The first date in the case by which somebody of the programme or the person must act."""
    contact_on: Mapped[date] = mapped_column()
    """When somebody of the programme and the person last had to do with each other."""
    came_at: Mapped[datetime] = mapped_column()
    leave_by: Mapped[date] = mapped_column(default=NEVER)
    country: Mapped[str] = mapped_column(String(2), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    vulnerable: Mapped[bool] = mapped_column(default=False)
    """Whether there is something to be careful about; what it is stands sealed elsewhere."""
    for_counsellor: Mapped[bool] = mapped_column(default=False)
    for_approver: Mapped[bool] = mapped_column(default=False)
    for_migrant: Mapped[bool] = mapped_column(default=False)
    waits: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """How much of each task (`desk.Task`) waits, for anybody; nothing in a line from before this column."""


def settle(session: Session) -> None:
    """Bring the lines up to date with what this session has changed and not committed yet."""
    for bring in SETTLE:
        bring(session)
