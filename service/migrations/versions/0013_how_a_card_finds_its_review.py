"""How a card on a page finds its review"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from service.watch.folding import folded

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.execute("ALTER TABLE review ADD COLUMN author_folded VARCHAR")
    connection = op.get_bind()
    authors = sa.text("SELECT id, author FROM review WHERE author IS NOT NULL ORDER BY id")
    told = [{"number": number, "name": folded(author)} for number, author in connection.execute(authors)]
    named = sa.text("UPDATE review SET author_folded = :name WHERE id = :number AND :name <> ''")
    for start in range(0, len(told), AT_ONCE):
        connection.execute(named, told[start : start + AT_ONCE])
    op.create_index("ix_review_author", "review", ["author_folded"], unique=False)
    op.create_index("ix_alert_listing", "alert", ["listing_id", "id"], unique=False)
    _count_misfits_by_browser()


def _count_misfits_by_browser() -> None:
    """Nothing has ever been counted there: the table is made anew."""
    op.drop_table("misfit")
    op.create_table(
        "misfit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("surface", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_misfit_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misfit")),
        sa.UniqueConstraint(
            "device_id",
            "site",
            "surface",
            "code",
            "version",
            "day",
            name=op.f("uq_misfit_device_id_site_surface_code_version_day"),
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("tables are only brought forward; restore a copy of the database to go back")
