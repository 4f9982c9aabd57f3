"""The backup that is made by itself: when it was last tried, when it was kept, and why it was not"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    # Written out, as in 0002: SQLite's own ALTER keeps the table, and what refers to it, in place.
    op.execute(f"ALTER TABLE installation ADD COLUMN daily_tried_at {moment}")
    op.execute(f"ALTER TABLE installation ADD COLUMN daily_kept_at {moment}")
    op.execute("ALTER TABLE installation ADD COLUMN daily_error VARCHAR")


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
