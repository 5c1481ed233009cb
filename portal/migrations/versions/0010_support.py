"""Packages with versions, plans that are changed, in two currencies, with sums the database guards."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _give_packages_rows() -> None:
    """What plans were made under becomes version 0 of a package; the programme's own begin with 1."""
    name = """'{"en": "' || package || '"}'"""
    if op.get_bind().dialect.name == "postgresql":
        name = f"CAST({name} AS json)"
    op.execute(
        f"""INSERT INTO packages (id, key, number, name, programme, funding, who, ceiling, currency, modality,
               use_by_days, contact_days, is_offered, made_at)
           SELECT MIN(id), package, 0, {name}, '', '', 'principal', MAX(ceiling),
               MIN(currency), 'in_kind', 365, 89, false, MIN(drafted_at)
           FROM plans WHERE ceiling > 0 GROUP BY package"""  # noqa: S608 - our own words
    )
    op.execute(
        """INSERT INTO plan_packages (id, plan_id, person_id, package_id)
           SELECT plans.id, plans.id, persons.id, packages.id FROM plans
           JOIN persons ON persons.case_id = plans.case_id AND persons.relation IS NULL
           JOIN packages ON packages.key = plans.package AND packages.number = 0"""
    )


def _count_sums() -> None:
    """What approved plans agreed, approved and paid so far."""
    sums = {
        "agreed_total": "SELECT SUM(amount) FROM plan_lines WHERE plan_id = plans.id",
        "approved_total": "SELECT SUM(amount) FROM payments "
        "WHERE plan_id = plans.id AND approved_by_id IS NOT NULL",
        "paid_total": "SELECT SUM(amount) FROM payments WHERE plan_id = plans.id "
        "AND state IN ('paid', 'received', 'not_received', 'problem')",
    }
    for column, query in sums.items():
        op.execute(f"UPDATE plans SET {column} = COALESCE(({query}), 0) WHERE state = 'approved'")  # noqa: S608 - our own words


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "packages",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("funding", sa.String(length=120), nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("ceiling", NUMBER, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("use_by_days", NUMBER, nullable=False),
        sa.Column("contact_days", NUMBER, nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=True),
        sa.CheckConstraint("ceiling > 0", name=op.f("ck_packages_ceiling_positive")),
        sa.CheckConstraint("use_by_days > 0 AND contact_days > 0", name=op.f("ck_packages_days_positive")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_packages_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_packages_key_number")),
    )

    op.create_table(
        "plan_packages",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("package_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name=op.f("fk_plan_packages_package_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_plan_packages_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_packages_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_packages")),
        sa.UniqueConstraint("plan_id", "person_id", name=op.f("uq_plan_packages_plan_id_person_id")),
    )

    with op.batch_alter_table("plan_packages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_packages_package_id"), ["package_id"], unique=False)

    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("origin_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("proof", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_milestones_origin_id"), "milestones", ["origin_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_milestones_after_id"), "milestones", ["after_id"], ["id"])

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("invoice_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("method", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_payments_origin_id"), "payments", ["origin_id"], ["id"])

    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("local_amount", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("planned_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("quotation_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("origin_id", NUMBER, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_plan_lines_origin_id"), "plan_lines", ["origin_id"], ["id"]
        )

    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreed_total", NUMBER, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("approved_total", NUMBER, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("paid_total", NUMBER, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("use_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("amends_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("change_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("local_currency", sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column("rate_millionths", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("rate_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("rate_source", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("change_words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("needs", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("skills", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("family", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("risks", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("contribution", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_plans_amends_id"), "plans", ["amends_id"], ["id"])

    _give_packages_rows()
    _count_sums()
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_column("package")
        batch_op.create_check_constraint("rate_positive", "rate_millionths > 0")
        batch_op.create_check_constraint("agreed_within_ceiling", "agreed_total <= ceiling")
        batch_op.create_check_constraint("approved_within_agreed", "approved_total <= agreed_total")
        batch_op.create_check_constraint("paid_within_approved", "paid_total <= approved_total")
        batch_op.create_check_constraint("paid_not_negative", "paid_total >= 0")


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_constraint("rate_positive", type_="check")
        batch_op.drop_constraint("agreed_within_ceiling", type_="check")
        batch_op.drop_constraint("approved_within_agreed", type_="check")
        batch_op.drop_constraint("paid_within_approved", type_="check")
        batch_op.drop_constraint("paid_not_negative", type_="check")
        batch_op.add_column(sa.Column("package", sa.String(length=32), server_default="", nullable=False))
        batch_op.drop_constraint(batch_op.f("fk_plans_amends_id"), type_="foreignkey")
        batch_op.drop_column("contribution")
        batch_op.drop_column("risks")
        batch_op.drop_column("family")
        batch_op.drop_column("skills")
        batch_op.drop_column("needs")
        batch_op.drop_column("content")
        batch_op.drop_column("change_words")
        batch_op.drop_column("reason")
        batch_op.drop_column("rate_source")
        batch_op.drop_column("rate_on")
        batch_op.drop_column("rate_millionths")
        batch_op.drop_column("local_currency")
        batch_op.drop_column("change_asked_at")
        batch_op.drop_column("amends_id")
        batch_op.drop_column("use_by")
        batch_op.drop_column("paid_total")
        batch_op.drop_column("approved_total")
        batch_op.drop_column("agreed_total")
    op.execute(
        """UPDATE plans SET package = COALESCE((SELECT packages.key FROM packages JOIN plan_packages
           ON plan_packages.package_id = packages.id WHERE plan_packages.plan_id = plans.id
           ORDER BY plan_packages.id LIMIT 1), '')"""
    )

    with op.batch_alter_table("plan_lines", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_plan_lines_origin_id"), type_="foreignkey")
        batch_op.drop_column("origin_id")
        batch_op.drop_column("quotation_id")
        batch_op.drop_column("planned_on")
        batch_op.drop_column("local_amount")

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_payments_origin_id"), type_="foreignkey")
        batch_op.drop_column("method")
        batch_op.drop_column("invoice_id")
        batch_op.drop_column("origin_id")

    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_milestones_after_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_milestones_origin_id"), type_="foreignkey")
        batch_op.drop_column("proof")
        batch_op.drop_column("origin_id")
        batch_op.drop_column("after_id")

    with op.batch_alter_table("plan_packages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_packages_package_id"))

    op.drop_table("plan_packages")

    op.drop_table("packages")
