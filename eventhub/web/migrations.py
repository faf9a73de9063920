"""The schema's history: Alembic by Flask-Migrate."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from eventhub.db import db

FOLDER = Path(__file__).parent.parent.parent / "migrations"


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(FOLDER))
