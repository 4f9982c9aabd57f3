"""When everything was last kept elsewhere, and when it was brought back"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("backup_at", "backup_off_at", "restored_at")


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    # Written out, as in 0002: SQLite's own ALTER keeps the table, and what refers to it, in place.
    for column in COLUMNS:
        op.execute(f"ALTER TABLE installation ADD COLUMN {column} {moment}")


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
