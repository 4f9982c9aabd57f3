"""What people do with a review, and finding it by its words"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Written out, as in 0002: SQLite's own ALTER keeps the table, and what refers to it, in place.
ADDED_COLUMNS = (
    "ALTER TABLE review ADD COLUMN claimed_as VARCHAR",
    "ALTER TABLE review ADD COLUMN claimed_at %(moment)s",
)

# The words of the reviews, indexed and not stored again; the triggers keep it true whoever writes.
SQLITE_WORDS = (
    "CREATE VIRTUAL TABLE review_words USING fts5(author, title, text, content='review', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO review_words(review_words) VALUES ('rebuild')",
    "CREATE TRIGGER review_words_in AFTER INSERT ON review BEGIN"
    " INSERT INTO review_words(rowid, author, title, text) VALUES (new.id, new.author, new.title, new.text);"
    " END",
    "CREATE TRIGGER review_words_out AFTER DELETE ON review BEGIN"
    " INSERT INTO review_words(review_words, rowid, author, title, text)"
    " VALUES ('delete', old.id, old.author, old.title, old.text); END",
    "CREATE TRIGGER review_words_anew AFTER UPDATE OF author, title, text ON review"
    " WHEN old.author IS NOT new.author OR old.title IS NOT new.title OR old.text IS NOT new.text BEGIN"
    " INSERT INTO review_words(review_words, rowid, author, title, text)"
    " VALUES ('delete', old.id, old.author, old.title, old.text);"
    " INSERT INTO review_words(rowid, author, title, text) VALUES (new.id, new.author, new.title, new.text);"
    " END",
)

# The expression is the one that ``web/search`` asks by, to the letter. A tsvector ends at 1 MB.
POSTGRES_WORDS = (
    "CREATE INDEX ix_review_words ON review USING gin (to_tsvector('simple', left("
    "coalesce(author, '') || ' ' || coalesce(title, '') || ' ' || coalesce(text, ''), 100000)))",
)


def upgrade() -> None:
    op.create_table(
        "review_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "act IN ('claimed', 'assigned', 'released', 'snoozed', 'woken', 'noted', 'closed', 'reopened')",
            name=op.f("ck_review_note_act"),
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_note_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_note")),
        sa.UniqueConstraint("review_id", "key", name=op.f("uq_review_note_review_id_key")),
    )
    op.create_table(
        "triage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("field", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("said", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("should_be", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "field IN ('urgency', 'flags', 'topics', 'language')", name=op.f("ck_triage_note_field")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_triage_note_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_note")),
        sa.UniqueConstraint(
            "review_id", "person", "field", name=op.f("uq_triage_note_review_id_person_field")
        ),
    )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    moment = "TIMESTAMP WITH TIME ZONE" if is_postgres else "DATETIME"
    for statement in ADDED_COLUMNS:
        op.execute(statement % {"moment": moment})
    op.create_index("ix_review_language", "review", ["language"], unique=False)
    for statement in POSTGRES_WORDS if is_postgres else SQLITE_WORDS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
