"""A line of the desk says what waits in its case."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. Lines from before are asked for what waits until they are written anew."""
    with op.batch_alter_table("desk_lines") as batch_op:
        batch_op.add_column(sa.Column("waits", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("desk_lines") as batch_op:
        batch_op.drop_column("waits")
