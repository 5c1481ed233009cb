"""Photos of visits, offers, papers of several pages; lists of the desk that an index answers alone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SEEN = (
    *("due_on", "id", "contact_on", "came_at", "leave_by", "state", "country", "language", "vulnerable"),
    *("partner", "counsellor", "for_counsellor", "for_approver", "for_migrant"),
)
"""What a list asks of a line; it stands behind the columns by which an index is entered."""
ENTERED_BY = {
    "of_counsellor": ("counsellor", "due_on", "id"),
    "to_approve": ("for_approver", "due_on", "id"),
    "by_due": ("due_on", "id"),
    "by_contact": ("contact_on", "id"),
    "by_arrival": ("came_at", "id"),
    "by_leave": ("leave_by", "id"),
    "in_state": ("state", "due_on", "id"),
    "to_country": ("country", "due_on", "id"),
    "in_language": ("language", "due_on", "id"),
    "vulnerable": ("vulnerable", "due_on", "id"),
    "with_partner": ("partner", "due_on", "id"),
}


def upgrade() -> None:
    """Go to this version."""
    for name, columns in ENTERED_BY.items():
        _index_anew(
            f"ix_desk_lines_{name}", "desk_lines", (*columns, *(one for one in SEEN if one not in columns))
        )
    _index_anew("ix_search_terms_term", "search_terms", ("term", "case_id", "held_by"))
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follow_up_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("line_id", NUMBER, nullable=True))
        batch_op.create_index(batch_op.f("ix_documents_follow_up_id"), ["follow_up_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_documents_follow_up_id"), "follow_ups", ["follow_up_id"], ["id"]
        )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follow_up_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("line_id", NUMBER, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_uploads_follow_up_id"), "follow_ups", ["follow_up_id"], ["id"]
        )
    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payment_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("line_id", NUMBER, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_gatherings_payment_id"), "payments", ["payment_id"], ["id"]
        )
    op.add_column("plans", sa.Column("content_before", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_column("content_before")
    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_gatherings_payment_id"), type_="foreignkey")
        batch_op.drop_column("line_id")
        batch_op.drop_column("payment_id")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_uploads_follow_up_id"), type_="foreignkey")
        batch_op.drop_column("line_id")
        batch_op.drop_column("follow_up_id")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_documents_follow_up_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_documents_follow_up_id"))
        batch_op.drop_column("line_id")
        batch_op.drop_column("follow_up_id")
    _index_anew("ix_search_terms_term", "search_terms", ("term", "case_id"))
    for name, columns in ENTERED_BY.items():
        _index_anew(f"ix_desk_lines_{name}", "desk_lines", columns)


def _index_anew(name: str, table: str, columns: tuple[str, ...]) -> None:
    op.drop_index(name, table_name=table)
    op.create_index(name, table, list(columns), unique=False)
