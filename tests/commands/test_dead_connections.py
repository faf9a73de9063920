"""Connections to PostgreSQL keep their plans, and who comes after a restart and a rest notices nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from eventhub.db import db, read_row, transaction
from eventhub.events.stamps import _STAMP

HOUSE = sys.modules["eventhub.connections"]


@pytest.fixture
def context(postgresql_app: Flask) -> Iterator[None]:
    with postgresql_app.app_context():
        yield
        db.session.remove()


def hang_up() -> None:
    """The server ends every connection of the pool, also one that is in use."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as administrator:
        administrator.execute(f"SELECT pg_terminate_backend(pid) {others}")


def ask() -> object:
    with transaction():
        first = db.session.scalar(text("SELECT 1"))
    return first, read_row(_STAMP, {"name": "none"})


def test_a_dead_connection_that_rested_is_replaced(context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HOUSE, "RESTED_SECONDS", 0.0)
    db.session.remove()
    hang_up()

    assert [ask() for _ in range(4)] == [(1, None)] * 4


def test_without_the_question_a_dead_connection_is_an_error(
    context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HOUSE, "RESTED_SECONDS", 60.0)
    db.session.remove()
    hang_up()

    with pytest.raises(OperationalError):
        for _ in range(4):
            with transaction():
                db.session.scalar(text("SELECT 1"))


def test_what_was_read_is_answered_though_the_server_hangs_up_then(
    postgresql_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HOUSE, "RESTED_SECONDS", 0.0)
    with postgresql_app.app_context():
        read = db.session.scalar(text("SELECT 1"))
        hang_up()

    with postgresql_app.app_context():
        assert (read, ask()) == (1, (1, None))
        db.session.remove()


def test_statements_that_were_prepared_outlive_a_transaction_that_only_read(context: None) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%7411%'")

    with db.engine.connect() as connection:
        for _ in range(7):  # the driver prepares what it was asked five times
            connection.execute(text("SELECT 7411"))
            connection.rollback()

        assert connection.scalar(prepared) == 1


def test_a_failed_statement_is_rolled_back_and_the_next_one_answered(context: None) -> None:
    with pytest.raises(OperationalError):
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    db.session.remove()
    with pytest.raises(Exception, match="division by zero"):
        db.session.execute(text("SELECT 1/0"))
    db.session.rollback()

    assert db.session.scalar(text("SELECT 5")) == 5
