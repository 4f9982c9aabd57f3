"""A second factor: passkeys, one-time codes, and whether those who sign must have one"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Written out, as in 0002: SQLite's own ALTER keeps the table, and what refers to it, in place.
ADDED_COLUMNS = (
    "ALTER TABLE person ADD COLUMN totp_enc %(bytes)s",
    "ALTER TABLE person ADD COLUMN totp_step INTEGER",
    "ALTER TABLE session ADD COLUMN proved_at %(moment)s",
    "ALTER TABLE session ADD COLUMN second_at %(moment)s",
    "ALTER TABLE installation ADD COLUMN second_since %(moment)s",
)


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("code_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "spent_challenge",
        sa.Column("challenge_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("spent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_sha256", name=op.f("pk_spent_challenge")),
    )
    kinds = {"bytes": "BLOB", "moment": "DATETIME"}
    if op.get_bind().dialect.name == "postgresql":
        kinds = {"bytes": "BYTEA", "moment": "TIMESTAMP WITH TIME ZONE"}
    for statement in ADDED_COLUMNS:
        op.execute(statement % kinds)


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
