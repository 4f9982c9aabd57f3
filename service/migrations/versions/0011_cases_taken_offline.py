"""Conversations with reviewers that were taken offline"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("report_back_due", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reported_back", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'resolved', 'closed')", name=op.f("ck_case_file_state")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('put_right', 'agreed', 'cleared_up', 'not_agreed', 'not_reached',"
            " 'not_ours')",
            name=op.f("ck_case_file_outcome"),
        ),
        sa.ForeignKeyConstraint(["reported_back"], ["posting.id"], name=op.f("fk_case_file_reported_back")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_case_file_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("review_id", name=op.f("uq_case_file_review_id")),
    )
    op.create_index("ix_case_file_due", "case_file", ["state", "report_back_due"], unique=False)
    op.create_table(
        "case_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('called', 'wrote', 'visited', 'answered', 'agreed', 'note', 'opened', 'ended',"
            " 'reopened', 'reported', 'taken_back')",
            name=op.f("ck_case_entry_kind"),
        ),
        sa.ForeignKeyConstraint(["case_file_id"], ["case_file.id"], name=op.f("fk_case_entry_case_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entry")),
        sa.UniqueConstraint("case_file_id", "key", name=op.f("uq_case_entry_case_file_id_key")),
    )
    op.create_index("ix_case_entry_expires", "case_entry", ["expires_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
