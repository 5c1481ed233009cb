"""A list of the desk is entered by a filter in the order asked for: each pair has an index."""

from itertools import product

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SEEN = (
    *("due_on", "id", "contact_on", "came_at", "leave_by", "state", "country", "language", "vulnerable"),
    *("partner", "counsellor", "for_counsellor", "for_approver", "for_migrant"),
)
ENTRIES = {
    "of_counsellor": "counsellor",
    "with_partner": "partner",
    "in_state": "state",
    "to_country": "country",
    "in_language": "language",
    "vulnerable": "vulnerable",
}
ORDERS = {"by_due": "due_on", "by_contact": "contact_on", "by_arrival": "came_at", "by_leave": "leave_by"}


def _make(name: str, *first: str) -> None:
    lead = [*first, "id"]
    columns = [*lead, *(one for one in SEEN if one not in lead)]
    op.create_index(f"ix_desk_lines_{name}", "desk_lines", columns, unique=False)


def _drop(name: str) -> None:
    op.drop_index(f"ix_desk_lines_{name}", table_name="desk_lines")


def upgrade() -> None:
    """Go to this version."""
    for entry in ENTRIES:
        _drop(entry)
    for entry, order in product(ENTRIES, ORDERS):
        _make(f"{entry}_{order}", ENTRIES[entry], ORDERS[order])


def downgrade() -> None:
    """Go back to the one before."""
    for entry, order in product(ENTRIES, ORDERS):
        _drop(f"{entry}_{order}")
    for entry, column in ENTRIES.items():
        _make(entry, column, "due_on")
