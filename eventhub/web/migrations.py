"""The schema's history: Alembic by Flask-Migrate."""

from __future__ import annotations

from functools import cache
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
        current = frozenset(MigrationContext.configure(connection).get_current_heads())
    return current == _heads()


@cache
def _heads() -> frozenset[str]:
    """Read once: probes ask every few seconds, and the files of a running version do not change."""
    return frozenset(ScriptDirectory(str(FOLDER)).get_heads())


def bring_to_head() -> None:
    """Make or change the tables; nothing happens when they are right already."""
    upgrade(directory=str(FOLDER))
