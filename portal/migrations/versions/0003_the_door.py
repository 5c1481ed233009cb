"""The door: second factors, devices, contacts, notices, code sheets, and the way back into an account."""

import sqlalchemy as sa
from alembic import op

from portal.db import new_id, now
from portal.sealing import in_use

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go to this version. Everybody signs in once more; recovery codes are made anew."""
    op.execute("DELETE FROM sign_ins")
    op.create_table(
        "challenges",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_challenges_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("hash", name=op.f("uq_challenges_hash")),
    )
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_challenges_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("reach", sa.String(length=32), nullable=True),
        sa.Column("hour_from", NUMBER, nullable=False),
        sa.Column("hour_to", NUMBER, nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("account_id", name=op.f("uq_contacts_account_id")),
    )
    op.create_table(
        "devices",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_account_id"), ["account_id"], unique=False)

    op.create_table(
        "factors",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("step", NUMBER, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", NUMBER, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_factors_account_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_factors_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_factors_credential_id")),
    )
    with op.batch_alter_table("factors", schema=None) as batch_op:
        batch_op.create_index("ix_factors_of_account", ["account_id", "ended_at"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")),
        sa.ForeignKeyConstraint(["event_id"], ["journal_events.id"], name=op.f("fk_notices_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "event_id",
            "account_id",
            "channel",
            "number",
            name=op.f("uq_notices_event_id_account_id_channel_number"),
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_of_account", ["account_id", "channel", "read_at"], unique=False)

    op.create_table(
        "recoveries",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("stop_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("voucher_id", NUMBER, nullable=True),
        sa.Column("vouched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certainty", sa.String(length=32), nullable=True),
        sa.Column("first_id", NUMBER, nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_id", NUMBER, nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earliest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", NUMBER, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("stop_word", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recoveries_account_id")),
        sa.ForeignKeyConstraint(["first_id"], ["accounts.id"], name=op.f("fk_recoveries_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["accounts.id"], name=op.f("fk_recoveries_second_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["accounts.id"], name=op.f("fk_recoveries_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("number_index", name=op.f("uq_recoveries_number_index")),
        sa.UniqueConstraint("stop_index", name=op.f("uq_recoveries_stop_index")),
    )
    with op.batch_alter_table("recoveries", schema=None) as batch_op:
        batch_op.create_index("ix_recoveries_by_state", ["state", "expires_at"], unique=False)
        batch_op.create_index("ix_recoveries_of_account", ["account_id", "state"], unique=False)

    op.create_table(
        "paper_codes",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("factor_id", NUMBER, nullable=False),
        sa.Column("found_by", sa.LargeBinary(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=160), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["factor_id"], ["factors.id"], name=op.f("fk_paper_codes_factor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_codes")),
    )
    with op.batch_alter_table("paper_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_codes_factor_id"), ["factor_id"], unique=False)

    op.create_table(
        "sheets",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("asked_by_id", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("identity", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_by_id", NUMBER, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("factor_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("refusal", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sheets_account_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_sheets_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_sheets_decided_by_id")),
        sa.ForeignKeyConstraint(["factor_id"], ["factors.id"], name=op.f("fk_sheets_factor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
    )
    with op.batch_alter_table("sheets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheets_asked_by_id"), ["asked_by_id"], unique=False)
        batch_op.create_index("ix_sheets_by_state", ["state", "asked_at"], unique=False)
        batch_op.create_index("ix_sheets_of_account", ["account_id", "state"], unique=False)

    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_account_id"))

    op.drop_table("recovery_codes")
    _move_secrets()
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shares_phone", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("failures", NUMBER, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("totp_step")
        batch_op.drop_column("totp_secret")

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("email", sa.LargeBinary(), nullable=True))
    # One that is bound to no address leads to an account without a login.
    op.execute("UPDATE invitations SET cancelled_at = expires_at WHERE used_at IS NULL")

    with op.batch_alter_table("journal_events", schema=None) as batch_op:
        batch_op.create_index("ix_journal_events_about", ["about", "id"], unique=False)

    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_id", NUMBER, nullable=True))
        batch_op.add_column(sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shown", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("is_shared", sa.Boolean(), nullable=False))
        batch_op.add_column(sa.Column("drift", NUMBER, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_sign_ins_device_id"), "devices", ["device_id"], ["id"])


ACCOUNTS = sa.table(
    "accounts", sa.column("id"), sa.column("totp_secret", sa.LargeBinary), sa.column("totp_step")
)
FACTORS = sa.table(
    "factors",
    *(sa.column(name) for name in ("id", "account_id", "kind", "step", "ended_at")),
    sa.column("secret", sa.LargeBinary),
    sa.column("made_at", sa.DateTime(timezone=True)),
)


def _move_secrets() -> None:
    """Each authenticator becomes a row of its own; a secret is sealed anew, since it is bound to its row."""
    connection = op.get_bind()
    having = sa.select(ACCOUNTS).where(ACCOUNTS.c.totp_secret.is_not(None))
    for number, secret, step in connection.execute(having).all():
        factor = new_id()
        plain = in_use().unseal(bytes(secret), context=f"accounts.totp_secret.{number}")
        row = {"id": factor, "account_id": number, "kind": "totp", "step": step, "made_at": now()}
        sealed = in_use().seal(plain, context=f"factors.secret.{factor}")
        connection.execute(FACTORS.insert().values(**row, secret=sealed))


def _move_secrets_back() -> None:
    connection = op.get_bind()
    in_force = (FACTORS.c.kind == "totp", FACTORS.c.ended_at.is_(None))
    found = sa.select(FACTORS.c.id, FACTORS.c.account_id, FACTORS.c.secret, FACTORS.c.step).where(*in_force)
    for factor, number, secret, step in connection.execute(found.order_by(FACTORS.c.id.desc())).all():
        plain = in_use().unseal(bytes(secret), context=f"factors.secret.{factor}")
        sealed = in_use().seal(plain, context=f"accounts.totp_secret.{number}")
        kept = {"totp_secret": sealed, "totp_step": step}
        connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.id == number).values(**kept))


def downgrade() -> None:
    """Go back to the one before. Of several authenticators the oldest stays; passkeys and sheets are lost."""
    op.execute("DELETE FROM sign_ins")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sign_ins_device_id"), type_="foreignkey")
        batch_op.drop_column("drift")
        batch_op.drop_column("is_shared")
        batch_op.drop_column("shown")
        batch_op.drop_column("fresh_at")
        batch_op.drop_column("device_id")

    with op.batch_alter_table("journal_events", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_events_about")

    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_column("email")
        batch_op.drop_column("cancelled_at")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("totp_step", NUMBER, nullable=False, server_default="0"))
        batch_op.drop_column("locked_until")
        batch_op.drop_column("failures")
        batch_op.drop_column("shares_phone")

    _move_secrets_back()
    op.create_table(
        "recovery_codes",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_account_id"), ["account_id"], unique=False)

    with op.batch_alter_table("sheets", schema=None) as batch_op:
        batch_op.drop_index("ix_sheets_of_account")
        batch_op.drop_index("ix_sheets_by_state")
        batch_op.drop_index(batch_op.f("ix_sheets_asked_by_id"))

    op.drop_table("sheets")
    with op.batch_alter_table("paper_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_codes_factor_id"))

    op.drop_table("paper_codes")
    with op.batch_alter_table("recoveries", schema=None) as batch_op:
        batch_op.drop_index("ix_recoveries_of_account")
        batch_op.drop_index("ix_recoveries_by_state")

    op.drop_table("recoveries")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_of_account")

    op.drop_table("notices")
    with op.batch_alter_table("factors", schema=None) as batch_op:
        batch_op.drop_index("ix_factors_of_account")

    op.drop_table("factors")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_account_id"))

    op.drop_table("devices")
    op.drop_table("contacts")
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenges_ends_at"))

    op.drop_table("challenges")
