"""Documents of several photos, guesses about legibility, originals, and scrubbing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "scrubs",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objects", NUMBER, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("changed", NUMBER, nullable=False),
        sa.Column("missing", NUMBER, nullable=False),
        sa.Column("orphans", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrubs")),
    )

    op.create_table(
        "gatherings",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_gatherings_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_gatherings_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_gatherings_document_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_gatherings_milestone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gatherings")),
    )

    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gatherings_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gatherings_case_id"), ["case_id"], unique=False)

    op.create_table(
        "originals",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("document_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("store_name", sa.String(length=64), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_originals_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originals")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_originals_document_id_number")),
        sa.UniqueConstraint("store_name", name=op.f("uq_originals_store_name")),
    )

    with op.batch_alter_table("originals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_originals_delete_at"), ["delete_at"], unique=False)

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payment_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("person_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("doubts", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("retake", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_documents_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_person_id"), ["person_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_documents_payment_id"), "payments", ["payment_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_documents_person_id"), "persons", ["person_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("payment_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("gathering_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("position", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("instead_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_uploads_document_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_uploads_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_gathering_id"), ["gathering_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_uploads_gathering_id"), "gatherings", ["gathering_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_uploads_payment_id"), "payments", ["payment_id"], ["id"])


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_uploads_payment_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_uploads_gathering_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_uploads_gathering_id"))
        batch_op.drop_index(batch_op.f("ix_uploads_document_id"))
        batch_op.create_unique_constraint(batch_op.f("uq_uploads_document_id"), ["document_id"])
        batch_op.drop_column("held_until")
        batch_op.drop_column("instead_id")
        batch_op.drop_column("position")
        batch_op.drop_column("gathering_id")
        batch_op.drop_column("payment_id")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_documents_person_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_documents_payment_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_documents_person_id"))
        batch_op.drop_index(batch_op.f("ix_documents_payment_id"))
        batch_op.drop_column("retake")
        batch_op.drop_column("doubts")
        batch_op.drop_column("person_id")
        batch_op.drop_column("payment_id")

    with op.batch_alter_table("originals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_originals_delete_at"))

    op.drop_table("originals")

    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gatherings_case_id"))
        batch_op.drop_index(batch_op.f("ix_gatherings_account_id"))

    op.drop_table("gatherings")

    op.drop_table("scrubs")
