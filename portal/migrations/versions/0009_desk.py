"""The lines of the desk, saved views, who is found by what, openings, checks, assessments, many at once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "bulk_runs",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("to_id", NUMBER, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_bulk_runs_by_id")),
        sa.ForeignKeyConstraint(["to_id"], ["accounts.id"], name=op.f("fk_bulk_runs_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
    )

    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.create_index("ix_bulk_runs_of_account", ["by_id", "id"], unique=False)

    op.create_table(
        "saved_views",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("pile", sa.String(length=32), nullable=False),
        sa.Column("filters", sa.String(length=300), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_saved_views_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )

    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index("ix_saved_views_of_account", ["account_id", "place"], unique=False)

    op.create_table(
        "assessments",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("recommends", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_assessments_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assessments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )

    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index("ix_assessments_of_case", ["case_id", "id"], unique=False)

    op.create_table(
        "bulk_items",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("run_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bulk_items_case_id")),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_items_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_items")),
        sa.UniqueConstraint("run_id", "case_id", name=op.f("uq_bulk_items_run_id_case_id")),
    )

    with op.batch_alter_table("bulk_items", schema=None) as batch_op:
        batch_op.create_index("ix_bulk_items_next", ["run_id", "outcome"], unique=False)

    op.create_table(
        "case_openings",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("viewer_id", NUMBER, nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_openings_case_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["accounts.id"], name=op.f("fk_case_openings_viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_openings")),
    )

    with op.batch_alter_table("case_openings", schema=None) as batch_op:
        batch_op.create_index("ix_case_openings_by_time", ["opened_at"], unique=False)
        batch_op.create_index("ix_case_openings_of_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_case_openings_of_viewer", ["viewer_id", "case_id", "until"], unique=False)

    op.create_table(
        "case_visits",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("viewer_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_visits_case_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["accounts.id"], name=op.f("fk_case_visits_viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_visits")),
        sa.UniqueConstraint("viewer_id", "case_id", name=op.f("uq_case_visits_viewer_id_case_id")),
    )

    with op.batch_alter_table("case_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_visits_case_id"), ["case_id"], unique=False)

    op.create_table(
        "desk_lines",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("counsellor", NUMBER, nullable=False),
        sa.Column("partner", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leave_by", sa.Date(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), nullable=False),
        sa.Column("for_counsellor", sa.Boolean(), nullable=False),
        sa.Column("for_approver", sa.Boolean(), nullable=False),
        sa.Column("for_migrant", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["cases.id"], name=op.f("fk_desk_lines_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_lines")),
    )

    with op.batch_alter_table("desk_lines", schema=None) as batch_op:
        batch_op.create_index("ix_desk_lines_by_arrival", ["came_at", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_by_contact", ["contact_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_by_due", ["due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_by_leave", ["leave_by", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_in_language", ["language", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_in_state", ["state", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_of_counsellor", ["counsellor", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_to_approve", ["for_approver", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_to_country", ["country", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_vulnerable", ["vulnerable", "due_on", "id"], unique=False)
        batch_op.create_index("ix_desk_lines_with_partner", ["partner", "due_on", "id"], unique=False)

    op.create_table(
        "person_keys",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_person_keys_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_keys_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_keys")),
    )

    with op.batch_alter_table("person_keys", schema=None) as batch_op:
        batch_op.create_index("ix_person_keys_of_case", ["case_id"], unique=False)
        batch_op.create_index("ix_person_keys_of_same", ["key", "case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_keys_person_id"), ["person_id"], unique=False)

    op.create_table(
        "told_apart",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("one_id", NUMBER, nullable=False),
        sa.Column("other_id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_told_apart_by_id")),
        sa.ForeignKeyConstraint(
            ["one_id"], ["persons.id"], name=op.f("fk_told_apart_one_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["persons.id"], name=op.f("fk_told_apart_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_apart")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_told_apart_one_id_other_id")),
    )

    with op.batch_alter_table("told_apart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_apart_other_id"), ["other_id"], unique=False)

    op.create_table(
        "assessment_findings",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("assessment_id", NUMBER, nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.Column("met", sa.String(length=32), nullable=True),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("question", sa.String(length=32), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_assessment_findings_assessment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_assessment_findings_document_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_findings")),
        sa.UniqueConstraint(
            "assessment_id", "criterion", name=op.f("uq_assessment_findings_assessment_id_criterion")
        ),
    )

    op.create_table(
        "verifications",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_verifications_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_verifications_case_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_verifications_document_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_verifications_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
        sa.UniqueConstraint("person_id", "item", name=op.f("uq_verifications_person_id_item")),
    )

    with op.batch_alter_table("verifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verifications_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index("ix_accounts_in_state", ["state"], unique=False)

    with op.batch_alter_table("search_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_by", NUMBER, server_default="-1", nullable=False))
        batch_op.create_index("ix_search_terms_of_holder", ["term", "held_by", "case_id"], unique=False)


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("search_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_search_terms_of_holder")
        batch_op.drop_column("held_by")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_in_state")

    with op.batch_alter_table("verifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verifications_case_id"))

    op.drop_table("verifications")

    op.drop_table("assessment_findings")

    with op.batch_alter_table("told_apart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_apart_other_id"))

    op.drop_table("told_apart")

    with op.batch_alter_table("person_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_keys_person_id"))
        batch_op.drop_index("ix_person_keys_of_same")
        batch_op.drop_index("ix_person_keys_of_case")

    op.drop_table("person_keys")

    with op.batch_alter_table("desk_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_lines_with_partner")
        batch_op.drop_index("ix_desk_lines_vulnerable")
        batch_op.drop_index("ix_desk_lines_to_country")
        batch_op.drop_index("ix_desk_lines_to_approve")
        batch_op.drop_index("ix_desk_lines_of_counsellor")
        batch_op.drop_index("ix_desk_lines_in_state")
        batch_op.drop_index("ix_desk_lines_in_language")
        batch_op.drop_index("ix_desk_lines_by_leave")
        batch_op.drop_index("ix_desk_lines_by_due")
        batch_op.drop_index("ix_desk_lines_by_contact")
        batch_op.drop_index("ix_desk_lines_by_arrival")

    op.drop_table("desk_lines")

    with op.batch_alter_table("case_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_visits_case_id"))

    op.drop_table("case_visits")

    with op.batch_alter_table("case_openings", schema=None) as batch_op:
        batch_op.drop_index("ix_case_openings_of_viewer")
        batch_op.drop_index("ix_case_openings_of_case")
        batch_op.drop_index("ix_case_openings_by_time")

    op.drop_table("case_openings")

    with op.batch_alter_table("bulk_items", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_items_next")

    op.drop_table("bulk_items")

    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index("ix_assessments_of_case")

    op.drop_table("assessments")

    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_views_of_account")

    op.drop_table("saved_views")

    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_runs_of_account")

    op.drop_table("bulk_runs")
