"""How Alembic reaches the database: through the running application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from eventhub import models  # noqa: F401  - every table must be known
from eventhub.db import Base, UtcDateTime

engine = current_app.extensions["migrate"].db.engine


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name no type of ours: they must still run when ours has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


@contextmanager
def _foreign_keys_later(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"rows that point to nothing: {broken[:5]}")


def run() -> None:
    """Migrate over one connection. SQLite alters a table by copying it and dropping the old one, which foreign keys
    would not let it do; so they are checked at the end.
    """
    with engine.connect() as connection, _foreign_keys_later(connection):
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
