"""The schema's history: Alembic by Flask-Migrate."""

from __future__ import annotations

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade

from eventhub.db import db

FOLDER = Path(__file__).parent.parent.parent / "migrations"


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(FOLDER))


def is_at_head() -> bool:
    """Whether the database has the tables that this version works with."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory(str(FOLDER)).get_heads())


def bring_to_head() -> None:
    """Make or change the tables; nothing happens when they are right already."""
    upgrade(directory=str(FOLDER))
