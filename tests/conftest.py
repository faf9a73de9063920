"""What every test may ask for: an application on SQLite or PostgreSQL with empty tables, and a client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Table, TextClause, text
from werkzeug.test import TestResponse

from config import Settings, from_environment
from eventhub import create_app
from eventhub.core import keys
from eventhub.db import Base, db
from tests import postgres
from tests.people import forget_kept

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
COUNT_ANEW = text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
    " FROM pg_sequences WHERE last_value IS NOT NULL"
)


def settings_for(folder: Path, **environ: str) -> Settings:
    """Settings of a test: development, its own data folder, letters kept in memory; outside of production nobody has
    to wait before a form is sent."""
    pause = "" if environ.get("BASE_URL", "").startswith("https:") else "0"
    return from_environment(
        {"DATA_DIR": str(folder), "MAIL_URL": "memory:", "FORM_SECONDS": pause, **environ}
    )


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return _migrated(settings_for(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="session")
def postgresql_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    server = postgres.start()
    url = postgres.fresh_database(server)
    yield _migrated(settings_for(tmp_path_factory.mktemp("postgresql"), DATABASE_URL=url))
    postgres.stop(server)


class Browser(FlaskClient):
    """A client whose requests know nothing of the test's own context: not its `g`, not its database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)


def _migrated(settings: Settings) -> Flask:
    app = create_app(settings)
    app.testing = False
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> Flask:
    """For commands: the test runs once on each database."""
    return request.getfixturevalue(f"{request.param}_app")


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with empty tables and an application context; on SQLite unless the test asks for both."""
    chosen = request.getfixturevalue("both" if "both" in request.fixturenames else "sqlite_app")
    # A command that a test ran in this process may have had other keys.
    keys.configure(chosen.extensions["settings"].secret_key)
    with chosen.app_context():
        empty_tables()
        forget_kept(chosen)
        yield chosen
        db.session.rollback()


@cache
def _tables() -> tuple[list[Table], TextClause]:
    """All tables, those that refer to others first, and the question which of them hold rows."""
    tables = list(reversed(Base.metadata.sorted_tables))
    asked = (f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})" for table in tables)
    return tables, text(" UNION ALL ".join(asked))


def empty_tables() -> None:
    """Only what holds rows is touched: emptying every table took longer than most tests."""
    tables, which_hold_rows = _tables()
    names = set(db.session.scalars(which_hold_rows))
    for table in tables:
        if table.name in names:
            db.session.execute(table.delete())
    if db.engine.dialect.name == "postgresql":
        db.session.execute(COUNT_ANEW)
    db.session.commit()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser's requests, without its pages. Host and port are those of BASE_URL."""
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    return NOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests first: they fail in seconds."""
    floors = ("unit", "house", "commands", "web", "browser")
    items.sort(
        key=lambda item: next(
            (i for i, floor in enumerate(floors) if f"tests{os.sep}{floor}" in str(item.path)), 9
        )
    )
