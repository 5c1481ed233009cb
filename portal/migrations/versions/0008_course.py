"""Clocks, notes, tasks, the journey, appointments, and adults of the family by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "appointment_slots",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("counsellor_id", NUMBER, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", NUMBER, nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["counsellor_id"], ["accounts.id"], name=op.f("fk_appointment_slots_counsellor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_slots")),
    )

    with op.batch_alter_table("appointment_slots", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_slots_of_counsellor", ["counsellor_id", "starts_at"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("slot_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_appointments_case_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["appointment_slots.id"], name=op.f("fk_appointments_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index("ix_appointments_of_case", ["case_id", "state"], unique=False)
        batch_op.create_index("ix_appointments_of_slot", ["slot_id", "state"], unique=False)

    op.create_table(
        "case_tasks",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("owner_id", NUMBER, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_tasks_case_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["accounts.id"], name=op.f("fk_case_tasks_done_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_case_tasks_made_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=op.f("fk_case_tasks_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_tasks")),
    )

    with op.batch_alter_table("case_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_case_tasks_by_day", ["done_at", "due_on"], unique=False)
        batch_op.create_index("ix_case_tasks_of_case", ["case_id", "done_at"], unique=False)
        batch_op.create_index("ix_case_tasks_of_owner", ["owner_id", "done_at", "due_on"], unique=False)

    op.create_table(
        "counselling_sessions",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("topics", sa.String(length=255), nullable=False),
        sa.Column("informed", sa.Boolean(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interpreter", sa.LargeBinary(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_counselling_sessions_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_counselling_sessions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counselling_sessions")),
    )

    with op.batch_alter_table("counselling_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counselling_sessions_case_id"), ["case_id"], unique=False)

    op.create_table(
        "escalations",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("late", sa.String(length=32), nullable=False),
        sa.Column("thing_id", NUMBER, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_escalations_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint(
            "late", "thing_id", "due_on", "level", name=op.f("uq_escalations_late_thing_id_due_on_level")
        ),
    )

    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.create_index("ix_escalations_of_case", ["case_id", "level"], unique=False)

    op.create_table(
        "inquiries",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["accounts.id"], name=op.f("fk_inquiries_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiries_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )

    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.create_index("ix_inquiries_by_day", ["answered_at", "due_on"], unique=False)
        batch_op.create_index("ix_inquiries_of_case", ["case_id", "answered_at"], unique=False)

    op.create_table(
        "journeys_missed",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["accounts.id"], name=op.f("fk_journeys_missed_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_journeys_missed_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys_missed")),
    )

    with op.batch_alter_table("journeys_missed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journeys_missed_case_id"), ["case_id"], unique=False)

    op.create_table(
        "precept_reminders",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("days", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_precept_reminders_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precept_reminders")),
        sa.UniqueConstraint(
            "case_id", "deadline", "days", name=op.f("uq_precept_reminders_case_id_deadline_days")
        ),
    )

    op.create_table(
        "travel_meetings",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("who", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_travel_meetings_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_meetings")),
        sa.UniqueConstraint("case_id", "side", name=op.f("uq_travel_meetings_case_id_side")),
    )

    op.create_table(
        "family_access",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("given_by_id", NUMBER, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_family_access_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_family_access_case_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["accounts.id"], name=op.f("fk_family_access_given_by_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_family_access_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_access")),
        sa.UniqueConstraint("account_id", name=op.f("uq_family_access_account_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_family_access_person_id")),
    )

    with op.batch_alter_table("family_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_access_case_id"), ["case_id"], unique=False)

    op.create_table(
        "travel_legs",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("departs_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("departs_zone", sa.String(length=40), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrives_zone", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.LargeBinary(), nullable=True),
        sa.Column("destination", sa.LargeBinary(), nullable=True),
        sa.Column("carrier", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_travel_legs_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_travel_legs_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_legs")),
    )

    with op.batch_alter_table("travel_legs", schema=None) as batch_op:
        batch_op.create_index("ix_travel_legs_of_case", ["case_id", "ended_at", "departs_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_travel_legs_person_id"), ["person_id"], unique=False)

    op.create_table(
        "travel_papers",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_travel_papers_case_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_travel_papers_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_papers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_travel_papers_person_id")),
    )

    with op.batch_alter_table("travel_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_papers_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=32), server_default="case", nullable=False))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("travel_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_papers_case_id"))

    op.drop_table("travel_papers")

    with op.batch_alter_table("travel_legs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_legs_person_id"))
        batch_op.drop_index("ix_travel_legs_of_case")

    op.drop_table("travel_legs")

    with op.batch_alter_table("family_access", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_access_case_id"))

    op.drop_table("family_access")

    op.drop_table("travel_meetings")

    op.drop_table("precept_reminders")

    with op.batch_alter_table("journeys_missed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journeys_missed_case_id"))

    op.drop_table("journeys_missed")

    with op.batch_alter_table("inquiries", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiries_of_case")
        batch_op.drop_index("ix_inquiries_by_day")

    op.drop_table("inquiries")

    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_index("ix_escalations_of_case")

    op.drop_table("escalations")

    with op.batch_alter_table("counselling_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counselling_sessions_case_id"))

    op.drop_table("counselling_sessions")

    with op.batch_alter_table("case_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_case_tasks_of_owner")
        batch_op.drop_index("ix_case_tasks_of_case")
        batch_op.drop_index("ix_case_tasks_by_day")

    op.drop_table("case_tasks")

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index("ix_appointments_of_slot")
        batch_op.drop_index("ix_appointments_of_case")

    op.drop_table("appointments")

    with op.batch_alter_table("appointment_slots", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_slots_of_counsellor")

    op.drop_table("appointment_slots")
