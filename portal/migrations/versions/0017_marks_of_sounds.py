"""Two sounds of a case also say which words sound so: fewer cases are looked at for two words."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = {"term": ["term", "case_id", "held_by"], "of_holder": ["term", "held_by", "case_id"]}


def upgrade() -> None:
    """Go to this version. Rows from before have no marks until their cases are made findable anew."""
    with op.batch_alter_table("search_terms") as batch_op:
        batch_op.add_column(sa.Column("marks", sa.BigInteger(), nullable=True))
    _index("marks")


def downgrade() -> None:
    """Go back to the one before."""
    _index()
    with op.batch_alter_table("search_terms") as batch_op:
        batch_op.drop_column("marks")


def _index(*more: str) -> None:
    for name, columns in INDEXES.items():
        op.drop_index(f"ix_search_terms_{name}", table_name="search_terms")
        op.create_index(f"ix_search_terms_{name}", "search_terms", [*columns, *more], unique=False)
