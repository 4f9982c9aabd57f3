"""Alembic's entry: runs the migrations on the connection it is handed, in one transaction."""

from alembic import context
from sqlmodel import SQLModel

import service.models  # noqa: F401  # fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
