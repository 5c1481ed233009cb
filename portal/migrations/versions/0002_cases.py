"""Cases and everything that belongs to one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "search_terms",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("term", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_terms")),
    )
    with op.batch_alter_table("search_terms", schema=None) as batch_op:
        batch_op.create_index("ix_search_terms_case", ["case_id"], unique=False)
        batch_op.create_index("ix_search_terms_term", ["term", "case_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=13), nullable=False),
        sa.Column("migrant_id", NUMBER, nullable=False),
        sa.Column("counsellor_id", NUMBER, nullable=True),
        sa.Column("former_counsellor_id", NUMBER, nullable=True),
        sa.Column("proposer_id", NUMBER, nullable=True),
        sa.Column("partner_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departed_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("contact_by", sa.Date(), nullable=True),
        sa.Column("closure_reason", sa.String(length=32), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["counsellor_id"], ["accounts.id"], name=op.f("fk_cases_counsellor_id")),
        sa.ForeignKeyConstraint(
            ["former_counsellor_id"], ["accounts.id"], name=op.f("fk_cases_former_counsellor_id")
        ),
        sa.ForeignKeyConstraint(["migrant_id"], ["accounts.id"], name=op.f("fk_cases_migrant_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["organisations.id"], name=op.f("fk_cases_partner_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["accounts.id"], name=op.f("fk_cases_proposer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_by_state", ["state", "due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_migrant_id"), ["migrant_id"], unique=False)
        batch_op.create_index(
            "ix_cases_of_counsellor", ["counsellor_id", "state", "due_on", "id"], unique=False
        )
        batch_op.create_index("ix_cases_of_partner", ["partner_id", "state", "due_on", "id"], unique=False)

    op.create_table(
        "applications",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("interpreter", sa.Boolean(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=True),
        sa.Column("precept", sa.String(length=32), nullable=True),
        sa.Column("precept_deadline", sa.Date(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("company", sa.String(length=32), nullable=True),
        sa.Column("needs", sa.String(length=32), nullable=True),
        sa.Column("ideas", sa.String(length=255), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("other_contact", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("needs_words", sa.LargeBinary(), nullable=True),
        sa.Column("ideas_words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_applications_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("case_id", name=op.f("uq_applications_case_id")),
    )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_applications_country"), ["country"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_of_case", ["case_id", "purpose"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("section", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_corrections_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_of_case", ["case_id", "answered_at"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name=op.f("fk_notes_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_case_id"), ["case_id"], unique=False)

    op.create_table(
        "persons",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=True),
        sa.Column("gender", sa.String(length=32), nullable=True),
        sa.Column("citizenship", sa.String(length=2), nullable=True),
        sa.Column("paper", sa.String(length=32), nullable=True),
        sa.Column("paper_place", sa.String(length=32), nullable=True),
        sa.Column("family_name", sa.LargeBinary(), nullable=True),
        sa.Column("given_names", sa.LargeBinary(), nullable=True),
        sa.Column("born_on", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_persons_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index("ix_persons_of_case", ["case_id", "id"], unique=False)

    op.create_table(
        "plans",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("package", sa.String(length=32), nullable=False),
        sa.Column("ceiling", NUMBER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("drafted_by_id", NUMBER, nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_language", sa.String(length=8), nullable=True),
        sa.Column("submitted_by_id", NUMBER, nullable=True),
        sa.Column("decided_by_id", NUMBER, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("objectives", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("ceiling >= 0", name=op.f("ck_plans_ceiling_not_negative")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plans_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_plans_decided_by_id")),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["accounts.id"], name=op.f("fk_plans_drafted_by_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["accounts.id"], name=op.f("fk_plans_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_plans_case_id_number")),
    )

    op.create_table(
        "referrals",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("proposed_by_id", NUMBER, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_language", sa.String(length=8), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referrals_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_referrals_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["accounts.id"], name=op.f("fk_referrals_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index("ix_referrals_of_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_referrals_to_organisation", ["organisation_id", "state"], unique=False)

    op.create_table(
        "milestones",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reported_by_id", NUMBER, nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("description", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_milestones_case_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_milestones_plan_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["accounts.id"], name=op.f("fk_milestones_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestones_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestones_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "plan_lines",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("amount", NUMBER, nullable=False),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("description", sa.LargeBinary(), nullable=True),
        sa.Column("supplier", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_lines_amount_positive")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_lines_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_lines")),
    )
    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_lines_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "travel_checks",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_travel_checks_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_travel_checks_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_travel_checks_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_checks")),
        sa.UniqueConstraint("person_id", "item", name=op.f("uq_travel_checks_person_id_item")),
    )
    with op.batch_alter_table("travel_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_checks_case_id"), ["case_id"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sender_id", NUMBER, nullable=False),
        sa.Column("sender_role", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", NUMBER, nullable=True),
        sa.Column("reject_reason", sa.String(length=32), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_documents_decided_by_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_documents_milestone_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["accounts.id"], name=op.f("fk_documents_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_milestone_id"), ["milestone_id"], unique=False)
        batch_op.create_index("ix_documents_of_case", ["case_id", "id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("line_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("amount", NUMBER, nullable=False),
        sa.Column("requested_by_id", NUMBER, nullable=True),
        sa.Column("verified_by_id", NUMBER, nullable=True),
        sa.Column("approved_by_id", NUMBER, nullable=True),
        sa.Column("second_approver_id", NUMBER, nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("pay_reference", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount_positive")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["accounts.id"], name=op.f("fk_payments_approved_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payments_case_id")),
        sa.ForeignKeyConstraint(["line_id"], ["plan_lines.id"], name=op.f("fk_payments_line_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_payments_milestone_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_payments_plan_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["accounts.id"], name=op.f("fk_payments_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_approver_id"], ["accounts.id"], name=op.f("fk_payments_second_approver_id")
        ),
        sa.ForeignKeyConstraint(["verified_by_id"], ["accounts.id"], name=op.f("fk_payments_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "document_parts",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("document_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("store_name", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=40), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_parts_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_parts")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_parts_document_id_number")),
        sa.UniqueConstraint("store_name", name=op.f("uq_document_parts_store_name")),
    )

    op.create_table(
        "uploads",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=True),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("length", NUMBER, nullable=False),
        sa.Column("received", NUMBER, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_uploads_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_uploads_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_uploads_document_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name=op.f("fk_uploads_milestone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("document_id", name=op.f("uq_uploads_document_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_uploads_token_hash")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_case_id"), ["case_id"], unique=False)

    op.create_table(
        "upload_chunks",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("upload_id", NUMBER, nullable=False),
        sa.Column("start", NUMBER, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("store_name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_upload_chunks_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_chunks")),
        sa.UniqueConstraint("upload_id", "start", name=op.f("uq_upload_chunks_upload_id_start")),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("upload_chunks")

    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_case_id"))
        batch_op.drop_index(batch_op.f("ix_uploads_account_id"))

    op.drop_table("uploads")

    op.drop_table("document_parts")

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payments_plan_id"))
        batch_op.drop_index(batch_op.f("ix_payments_case_id"))

    op.drop_table("payments")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_of_case")
        batch_op.drop_index(batch_op.f("ix_documents_milestone_id"))

    op.drop_table("documents")

    with op.batch_alter_table("travel_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_checks_case_id"))

    op.drop_table("travel_checks")

    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_lines_plan_id"))

    op.drop_table("plan_lines")

    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestones_plan_id"))
        batch_op.drop_index(batch_op.f("ix_milestones_case_id"))

    op.drop_table("milestones")

    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index("ix_referrals_to_organisation")
        batch_op.drop_index("ix_referrals_of_case")

    op.drop_table("referrals")

    op.drop_table("plans")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index("ix_persons_of_case")

    op.drop_table("persons")

    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_case_id"))

    op.drop_table("notes")

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_corrections_of_case")

    op.drop_table("corrections")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index("ix_consents_of_case")

    op.drop_table("consents")

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_applications_country"))

    op.drop_table("applications")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_of_partner")
        batch_op.drop_index("ix_cases_of_counsellor")
        batch_op.drop_index(batch_op.f("ix_cases_migrant_id"))
        batch_op.drop_index("ix_cases_by_state")

    op.drop_table("cases")

    with op.batch_alter_table("search_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_search_terms_term")
        batch_op.drop_index("ix_search_terms_case")

    op.drop_table("search_terms")
