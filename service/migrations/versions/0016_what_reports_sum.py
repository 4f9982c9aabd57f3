"""What lists and reports ask of every review: plain columns, and indexes that hold all of it"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT_ONCE = 1000
ADDED_COLUMNS = (
    "ALTER TABLE review ADD COLUMN reply_route VARCHAR CONSTRAINT ck_review_reply_route CHECK ("
    "reply_route IS NULL OR reply_route IN ('api', 'capture', 'page', 'feed', 'mail', 'hand'))",
    "ALTER TABLE review ADD COLUMN reply_seen_at %(moment)s",
    "ALTER TABLE review ADD COLUMN topics VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE review ADD COLUMN flags VARCHAR DEFAULT '' NOT NULL",
)
REVIEWS = (
    "SELECT id, triage, provenance, reply_text IS NOT NULL FROM review WHERE id > :last ORDER BY id LIMIT :n"
)
TOLD = "UPDATE review SET topics = :topics, flags = :flags, reply_route = :route WHERE id = :number"
SEEN = (
    "UPDATE review SET reply_seen_at = came.at"
    " FROM (SELECT review_id, min(at) AS at FROM event WHERE kind = 'replied' GROUP BY review_id) AS came"
    " WHERE came.review_id = review.id"
)


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    moment = "TIMESTAMP WITH TIME ZONE" if is_postgres else "DATETIME"
    for statement in ADDED_COLUMNS:
        op.execute(statement % {"moment": moment})
    _tell_by_name()
    op.execute(SEEN)
    _make_indexes()


def _tell_by_name() -> None:
    connection, last = op.get_bind(), 0
    while found := connection.execute(sa.text(REVIEWS), {"last": last, "n": AT_ONCE}).all():
        connection.execute(sa.text(TOLD), [_told(*row) for row in found])
        last = found[-1][0]


def _told(number: int, triage: object, provenance: object, is_answered: bool) -> dict[str, object]:
    judged, by = _read(triage), _read(provenance)
    topics = {one["topic"] for one in _listed(judged, "topics") if isinstance(one, dict) and "topic" in one}
    told_by = _listed(by, "reply") or ["hand"]
    return {
        "number": number,
        "topics": " ".join(sorted(topics)),
        "flags": " ".join(sorted(_listed(judged, "flags"))),
        "route": told_by[0] if is_answered else None,
    }


def _read(stored: object) -> dict[str, Any]:
    """SQLite hands JSON out as it is written."""
    read = json.loads(stored) if isinstance(stored, str) else stored
    return read if isinstance(read, dict) else {}


def _listed(told: dict[str, Any], name: str) -> list[Any]:
    found = told.get(name)
    return found if isinstance(found, list) else []


def _make_indexes() -> None:
    op.drop_index("ix_review_inbox", table_name="review")
    op.create_index(
        "ix_review_inbox",
        "review",
        [
            *("state", "urgency", "first_seen_at", "listing_id", "kind", "baseline"),
            *("due_claim_at", "due_public_at", "snoozed_until", "posted_at", "removed_at", "erased_at"),
            *("rating", "best", "scale", "recommends", "claimed_by", "flags", "language"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_review_report",
        "review",
        [
            *("listing_id", "first_seen_at", "posted_at", "baseline", "kind", "removed_at", "erased_at"),
            *("state", "reply_route", "reply_at", "reply_seen_at", "due_public_at", "snoozed_until"),
            *("claimed_as", "topics", "scale", "rating", "recommends"),
        ],
        unique=False,
    )
    closed = sa.text("closed_why IS NOT NULL")
    op.create_index(
        "ix_review_closed",
        "review",
        ["first_seen_at"],
        unique=False,
        sqlite_where=closed,
        postgresql_where=closed,
    )


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
