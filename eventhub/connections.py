"""How both databases are connected to: drivers, pragmas, BEGIN, and connections that died while they rested."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

LOCK_TIMEOUT_MS = 3000
RESTED_SECONDS = 1.0


def engine_options(url: str) -> dict[str, Any]:
    """How to connect: pysqlite3 with its own BEGIN, or a psycopg pool with a lock time-out."""
    if not url.startswith("sqlite"):
        options = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"
        return {
            "pool_size": 10,
            "max_overflow": 10,
            "connect_args": {"options": options},
        }
    from pysqlite3 import dbapi2  # noqa: PLC0415 - only an SQLite installation needs it

    # Once its shelf of prepared statements is full (128 unless told), pysqlite3 keeps the oldest and prepares all
    # others anew each time: measured, 4.9 ms of a registration's statements instead of 1.4.
    ways = {"timeout": 5, "cached_statements": 500}
    return {"module": dbapi2, "pool_size": 10, "max_overflow": 10, "connect_args": ways}


def prepare_engine(engine: Engine) -> None:
    """On SQLite: pragmas for every connection, and BEGIN said by us (IMMEDIATE for writers).

    On PostgreSQL a connection that rested is asked whether it lives; one that was used just now is not, since the
    question would be a third of a short request.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "do_connect", _connect)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", partial(_check_alive, engine.dialect))


def _connect(_dialect: Dialect, _record: object, arguments: list[Any], named: dict[str, Any]) -> Any:
    from eventhub import postgres  # noqa: PLC0415 - only an installation on PostgreSQL needs its driver

    return postgres.connect(*arguments, **named)


def _note_when(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _check_alive(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """The pool makes a new connection of one that is dead."""
    if time.monotonic() - record.info.get("rests_since", math.inf) < RESTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred: an upgrade then fails at once
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "mmap_size=0",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("bare"):
        return  # one statement is a transaction by itself
    if options.get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It takes no lock, so nothing can go wrong that SQLAlchemy would have to translate.
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN DEFERRED")
