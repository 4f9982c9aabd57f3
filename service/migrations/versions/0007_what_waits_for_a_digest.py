"""What waits for a digest, and who gets one every week"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("every", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period_start", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("every IN ('daily', 'weekly')", name=op.f("ck_digest_every")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_digest_alert_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_digest_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint(
            "channel_id", "every", "period_start", name=op.f("uq_digest_channel_id_every_period_start")
        ),
    )
    op.create_table(
        "digest_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("every", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("gathered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("every IN ('daily', 'weekly')", name=op.f("ck_digest_item_every")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_digest_item_alert_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_digest_item_channel_id")),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name=op.f("fk_digest_item_digest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_item")),
        sa.UniqueConstraint("alert_id", "channel_id", name=op.f("uq_digest_item_alert_id_channel_id")),
    )
    op.create_index("ix_digest_item_open", "digest_item", ["digest_id", "channel_id"], unique=False)
    op.create_index("ix_review_due_claim", "review", ["due_claim_at"], unique=False)
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    # Written out, as in 0002: SQLite's own ALTER keeps the table, and what refers to it, in place.
    op.execute(f"ALTER TABLE channel ADD COLUMN weekly_since {moment}")


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
