"""What the inbox sorts by: one index that holds all of it"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_review_open", table_name="review")
    op.create_index(
        "ix_review_inbox",
        "review",
        [
            *("state", "urgency", "first_seen_at", "listing_id", "kind", "baseline"),
            *("due_claim_at", "due_public_at", "snoozed_until", "posted_at", "removed_at", "erased_at"),
            *("rating", "best", "scale", "recommends", "claimed_by"),
        ],
        unique=False,
    )


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
