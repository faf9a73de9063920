"""How Alembic reaches the database: through the running application."""

from __future__ import annotations

from alembic import context
from flask import current_app

from eventhub import models  # noqa: F401  - every table must be known
from eventhub.db import Base, UtcDateTime

engine = current_app.extensions["migrate"].db.engine


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name no type of ours: they must still run when ours has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Migrate over one connection; SQLite alters tables by copying (batch mode)."""
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
            render_item=plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
