"""The whole application: all that is asked, versions of answers, care, agreements, filling in together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "claims",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", NUMBER, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_claims_account_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["accounts.id"], name=op.f("fk_claims_approved_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_claims_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("found_by", name=op.f("uq_claims_found_by")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index("ix_claims_of_account", ["account_id", "ended_at"], unique=False)

    op.create_table(
        "supporters",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("may_be_told", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supporters_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporters")),
        sa.UniqueConstraint("case_id", name=op.f("uq_supporters_case_id")),
    )
    op.create_table(
        "agreements",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("present", sa.LargeBinary(), nullable=True),
        sa.Column("interpreter", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_agreements_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_agreements_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_agreements_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index("ix_agreements_of_case", ["case_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreements_person_id"), ["person_id"], unique=False)

    op.create_table(
        "care_tasks",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", NUMBER, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("kind", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_care_tasks_case_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_care_tasks_done_by_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_care_tasks_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["raised_by_id"], ["accounts.id"], name=op.f("fk_care_tasks_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_tasks")),
    )
    with op.batch_alter_table("care_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_care_tasks_by_day", ["done_at", "due_on"], unique=False)
        batch_op.create_index("ix_care_tasks_of_case", ["case_id", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_tasks_person_id"), ["person_id"], unique=False)

    op.create_table(
        "answer_versions",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("correction_id", NUMBER, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", NUMBER, nullable=False),
        sa.Column("was", sa.LargeBinary(), nullable=True),
        sa.Column("became", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_answer_versions_case_id")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["accounts.id"], name=op.f("fk_answer_versions_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_answer_versions_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_versions")),
    )
    with op.batch_alter_table("answer_versions", schema=None) as batch_op:
        batch_op.create_index("ix_answer_versions_of_case", ["case_id", "id"], unique=False)

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guardian_relation", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("interpreter_gender", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("second_phone", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("messengers", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("safe_to_call", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("safe_to_write", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("safe_hours", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("home", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("emergency_name", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("emergency_phone", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("emergency_relation", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("arrived_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("appeal", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("detained", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("detained_at", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("pending", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("earlier_return", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("earlier_return_on", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("earlier_return_from", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("heard_from", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("right_to_live", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("somebody_waiting", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("waiting_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("travel_wish", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("travel_from", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("travel_until", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("fear", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("fear_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("guardian_name", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("guardian_phone", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("needs_kinds", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("airport_help", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("airport_help_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("place_to_stay", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("safe_alone", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("forced", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("forced_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("education", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("work_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("skills_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("spoken", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assisted", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("clock_left", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("warned", NUMBER, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("talk_asked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("how", sa.String(length=32), nullable=False, server_default="own_sign_in")
        )
        batch_op.add_column(sa.Column("by_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("present", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("interpreter", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_consents_by_id"), "accounts", ["by_id"], ["id"])

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("person_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("document_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_with_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", NUMBER, nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("answer", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_corrections_person_id"), "persons", ["person_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_corrections_answered_with_id"), "documents", ["answered_with_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_corrections_document_id"), "documents", ["document_id"], ["id"]
        )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("knows_must_agree", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("original_name", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("other_names", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("birth_country", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("birth_place", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("second_citizenship", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("third_citizenship", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("marital", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("other_parent", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("paper_number", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("paper_country", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("paper_expires", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("loss_reported", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("loss_reported")
        batch_op.drop_column("paper_expires")
        batch_op.drop_column("paper_country")
        batch_op.drop_column("paper_number")
        batch_op.drop_column("other_parent")
        batch_op.drop_column("marital")
        batch_op.drop_column("third_citizenship")
        batch_op.drop_column("second_citizenship")
        batch_op.drop_column("birth_place")
        batch_op.drop_column("birth_country")
        batch_op.drop_column("other_names")
        batch_op.drop_column("original_name")
        batch_op.drop_column("knows_must_agree")

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_corrections_document_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_corrections_answered_with_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_corrections_person_id"), type_="foreignkey")
        batch_op.drop_column("answer")
        batch_op.drop_column("version")
        batch_op.drop_column("taken_back_at")
        batch_op.drop_column("answered_with_id")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("sent_at")
        batch_op.drop_column("document_id")
        batch_op.drop_column("kind")
        batch_op.drop_column("person_id")
        batch_op.drop_column("question")

    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consents_by_id"), type_="foreignkey")
        batch_op.drop_column("interpreter")
        batch_op.drop_column("present")
        batch_op.drop_column("by_id")
        batch_op.drop_column("how")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("talk_asked_at")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("warned")
        batch_op.drop_column("clock_left")
        batch_op.drop_column("assisted")

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("spoken")
        batch_op.drop_column("skills_words")
        batch_op.drop_column("work_words")
        batch_op.drop_column("education")
        batch_op.drop_column("forced_words")
        batch_op.drop_column("forced")
        batch_op.drop_column("safe_alone")
        batch_op.drop_column("place_to_stay")
        batch_op.drop_column("airport_help_words")
        batch_op.drop_column("airport_help")
        batch_op.drop_column("needs_kinds")
        batch_op.drop_column("guardian_phone")
        batch_op.drop_column("guardian_name")
        batch_op.drop_column("fear_words")
        batch_op.drop_column("fear")
        batch_op.drop_column("travel_until")
        batch_op.drop_column("travel_from")
        batch_op.drop_column("travel_wish")
        batch_op.drop_column("waiting_words")
        batch_op.drop_column("somebody_waiting")
        batch_op.drop_column("right_to_live")
        batch_op.drop_column("heard_from")
        batch_op.drop_column("earlier_return_from")
        batch_op.drop_column("earlier_return_on")
        batch_op.drop_column("earlier_return")
        batch_op.drop_column("pending")
        batch_op.drop_column("detained_at")
        batch_op.drop_column("detained")
        batch_op.drop_column("appeal")
        batch_op.drop_column("arrived_on")
        batch_op.drop_column("emergency_relation")
        batch_op.drop_column("emergency_phone")
        batch_op.drop_column("emergency_name")
        batch_op.drop_column("address")
        batch_op.drop_column("home")
        batch_op.drop_column("safe_hours")
        batch_op.drop_column("safe_to_write")
        batch_op.drop_column("safe_to_call")
        batch_op.drop_column("messengers")
        batch_op.drop_column("second_phone")
        batch_op.drop_column("interpreter_gender")
        batch_op.drop_column("guardian_relation")

    with op.batch_alter_table("answer_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_versions_of_case")

    op.drop_table("answer_versions")
    with op.batch_alter_table("care_tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_tasks_person_id"))
        batch_op.drop_index("ix_care_tasks_of_case")
        batch_op.drop_index("ix_care_tasks_by_day")

    op.drop_table("care_tasks")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_person_id"))
        batch_op.drop_index("ix_agreements_of_case")

    op.drop_table("agreements")
    op.drop_table("supporters")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index("ix_claims_of_account")

    op.drop_table("claims")
