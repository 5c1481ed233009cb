"""What is shared with whom, what suppliers send, follow-up, surveys and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FIELDS = ("names", "born_on", "gender", "contact", "country", "family", "ideas", "plan")
"""What a consent to a referral covered before it was given point by point."""


def _share_what_was_shared() -> None:
    """Who agreed to a referral goes on sharing what stood in it."""
    fields = " UNION ALL ".join(f"SELECT '{field}' AS field" for field in FIELDS)
    op.execute(
        f"""INSERT INTO referral_shares (id, referral_id, field, given_at, language, text_version)
           SELECT ROW_NUMBER() OVER (ORDER BY referrals.id, fields.field), referrals.id, fields.field,
               referrals.consented_at, COALESCE(referrals.consent_language, 'en'), '2026-11'
           FROM referrals CROSS JOIN ({fields}) AS fields WHERE referrals.consented_at IS NOT NULL"""  # noqa: S608 - our own words
    )


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "updates",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_updates_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("key", name=op.f("uq_updates_key")),
    )

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_account_id"), ["account_id"], unique=False)

    op.create_table(
        "departure_questions",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_departure_questions_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["accounts.id"], name=op.f("fk_departure_questions_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_departure_questions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure_questions")),
    )

    with op.batch_alter_table("departure_questions", schema=None) as batch_op:
        batch_op.create_index("ix_departure_questions_of_case", ["case_id", "answered_at"], unique=False)

    op.create_table(
        "final_reports",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("contributed", sa.LargeBinary(), nullable=True),
        sa.Column("situation", sa.LargeBinary(), nullable=True),
        sa.Column("assessment", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_final_reports_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_final_reports_organisation_id")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["accounts.id"], name=op.f("fk_final_reports_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_reports")),
        sa.UniqueConstraint("case_id", name=op.f("uq_final_reports_case_id")),
    )

    op.create_table(
        "follow_ups",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_by_id", NUMBER, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("told_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_follow_ups_organisation_id")
        ),
        sa.ForeignKeyConstraint(["planned_by_id"], ["accounts.id"], name=op.f("fk_follow_ups_planned_by_id")),
        sa.ForeignKeyConstraint(["told_by_id"], ["accounts.id"], name=op.f("fk_follow_ups_told_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )

    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index("ix_follow_ups_of_case", ["case_id", "planned_on", "id"], unique=False)

    op.create_table(
        "opinions",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_opinions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
    )

    with op.batch_alter_table("opinions", schema=None) as batch_op:
        batch_op.create_index("ix_opinions_of_case", ["case_id", "id"], unique=False)

    op.create_table(
        "surveys",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", NUMBER, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("scores", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_surveys_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_surveys_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_surveys_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("case_id", "given_on", "by_id", name=op.f("uq_surveys_case_id_given_on_by_id")),
    )

    op.create_table(
        "update_steps",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("update_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_update_steps_milestone_id")
        ),
        sa.ForeignKeyConstraint(["update_id"], ["updates.id"], name=op.f("fk_update_steps_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_steps")),
        sa.UniqueConstraint("update_id", "milestone_id", name=op.f("uq_update_steps_update_id_milestone_id")),
    )

    with op.batch_alter_table("update_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_steps_milestone_id"), ["milestone_id"], unique=False)

    op.create_table(
        "referral_shares",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("referral_id", NUMBER, nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_referral_shares_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_shares_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_shares")),
    )

    with op.batch_alter_table("referral_shares", schema=None) as batch_op:
        batch_op.create_index("ix_referral_shares_of_referral", ["referral_id", "field"], unique=False)

    op.create_table(
        "supplier_links",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("milestone_id", NUMBER, nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("form_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("document_id", NUMBER, nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", NUMBER, nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("supplier", sa.LargeBinary(), nullable=True),
        sa.Column("wanted", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supplier_links_case_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_supplier_links_document_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_supplier_links_made_by_id")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_supplier_links_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["accounts.id"], name=op.f("fk_supplier_links_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_links")),
        sa.UniqueConstraint("document_id", name=op.f("uq_supplier_links_document_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_supplier_links_token_hash")),
    )

    with op.batch_alter_table("supplier_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_links_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplier_links_milestone_id"), ["milestone_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("arrival_said_on", sa.Date(), nullable=True))

    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shared_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("instruction", sa.LargeBinary(), nullable=True))

    _share_what_was_shared()


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_column("instruction")
        batch_op.drop_column("shared_until")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("arrival_said_on")

    with op.batch_alter_table("supplier_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_links_milestone_id"))
        batch_op.drop_index(batch_op.f("ix_supplier_links_case_id"))

    op.drop_table("supplier_links")

    with op.batch_alter_table("referral_shares", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_shares_of_referral")

    op.drop_table("referral_shares")

    with op.batch_alter_table("update_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_steps_milestone_id"))

    op.drop_table("update_steps")

    op.drop_table("surveys")

    with op.batch_alter_table("opinions", schema=None) as batch_op:
        batch_op.drop_index("ix_opinions_of_case")

    op.drop_table("opinions")

    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_ups_of_case")

    op.drop_table("follow_ups")

    op.drop_table("final_reports")

    with op.batch_alter_table("departure_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_departure_questions_of_case")

    op.drop_table("departure_questions")

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_account_id"))

    op.drop_table("updates")
