"""What comes by mail, feed and hand"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Written out, since Alembic would copy these tables on SQLite, and dropping the old ones would drop what
# refers to them. Both databases read the same words.
ADDED_COLUMNS = (
    "ALTER TABLE branch ADD COLUMN mail_token VARCHAR",
    "CREATE UNIQUE INDEX ix_branch_mail_token ON branch (mail_token)",
    "ALTER TABLE listing ADD COLUMN account_id INTEGER"
    " CONSTRAINT fk_listing_account_id REFERENCES source_account (id)",
    "ALTER TABLE review ADD COLUMN removed_by VARCHAR CONSTRAINT ck_review_removed_by"
    " CHECK (removed_by IS NULL OR removed_by IN ('api', 'capture', 'page', 'feed', 'mail', 'hand'))",
    "ALTER TABLE review ADD COLUMN marks JSON DEFAULT '[]' NOT NULL",
    "ALTER TABLE review ADD COLUMN proven BOOLEAN DEFAULT true NOT NULL",
    "ALTER TABLE review_version ADD COLUMN proven BOOLEAN DEFAULT true NOT NULL",
)


def upgrade() -> None:
    op.create_table(
        "mail_shape",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_domain", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shape_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("example_subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taught_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taught_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("last_read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_shape")),
        sa.UniqueConstraint(
            "sender_domain", "shape_sha256", name=op.f("uq_mail_shape_sender_domain_shape_sha256")
        ),
    )
    op.create_table(
        "source_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret_enc", sa.LargeBinary(), nullable=True),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("authserv_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_ok_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('imap', 'hook', 'feed')", name=op.f("ck_source_account_kind")),
        sa.CheckConstraint(
            "state IN ('new', 'open', 'failing', 'sign_in', 'paused')", name=op.f("ck_source_account_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_account")),
        sa.UniqueConstraint("kind", "external_id", name=op.f("uq_source_account_kind_external_id")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("format", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("past", sa.Boolean(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("rejected", sa.JSON(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('preview', 'running', 'stopped', 'done', 'failed')", name=op.f("ck_import_run_state")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_import_run_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_state", "import_run", ["state", "id"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dedupe_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("proof", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("sender_domain", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("shape_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("place_folded", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("keep_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("proof IN ('proven', 'unproven', 'none')", name=op.f("ck_inbound_proof")),
        sa.CheckConstraint(
            "state IN ('waiting', 'read', 'hint', 'aside', 'confirm', 'unknown', 'which_listing', 'settled', 'failed')",
            name=op.f("ck_inbound_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["source_account.id"], name=op.f("fk_inbound_account_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_inbound_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("kind", "dedupe_key", name=op.f("uq_inbound_kind_dedupe_key")),
    )
    op.create_index("ix_inbound_state", "inbound", ["state", "id"], unique=False)
    op.create_table(
        "mail_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_folded", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_mail_place_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_place")),
        sa.UniqueConstraint("site", "name_folded", name=op.f("uq_mail_place_site_name_folded")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dedupe_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_question_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("kind", "dedupe_key", name=op.f("uq_question_kind_dedupe_key")),
    )
    op.create_index("ix_question_open", "question", ["answered_at", "id"], unique=False)
    for statement in ADDED_COLUMNS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
