"""What waits for an approver and is no proposal is found by an index."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_index(
        "ix_desk_lines_to_sign", "desk_lines", ["for_approver", "state", "due_on", "id"], unique=False
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_desk_lines_to_sign", table_name="desk_lines")
