"""The database: naming of constraints, times in UTC, and transaction(), the only commit in the house."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, TypeVarTuple, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    JSON,
    CursorResult,
    DateTime,
    Delete,
    Enum,
    Index,
    MetaData,
    Row,
    Select,
    String,
    TypeDecorator,
    UniqueConstraint,
    Update,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, make_transient_to_detached, scoped_session

from eventhub.core.errors import Busy, Refusal
from eventhub.core.locks import WriterLock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Columns = TypeVarTuple("Columns")
Thing = TypeVar("Thing", bound="Base")
LONGEST_WAIT_SECONDS = 10


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused, since it would be somebody's guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Tables with named constraints. `Mapped[datetime]` is a UTC moment, `Mapped[dict]` is JSON."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, str]: JSON(none_as_null=True),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        str: String(),
        StrEnum: Enum(StrEnum, native_enum=False, length=30, values_callable=lambda e: [m.value for m in e]),
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


_writer = WriterLock(longest_wait=LONGEST_WAIT_SECONDS)
os.register_at_fork(after_in_child=_writer.forget)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing. What was read before is forgotten first, so that nothing stale is written back.

    Raises Busy when the database's lock is not had in time, and the Refusal that belongs to a broken
    constraint; everything else passes through. After a commit the callbacks of after_commit() run.
    One inside another is a mistake of ours: it would forget the outer one's work.
    """
    session = db.session
    if session.info.get("in_transaction"):
        raise RuntimeError("transaction() inside transaction(): only the edge opens one")
    session.rollback()
    session.expire_all()  # a rollback forgets only what was read since the last commit
    try:
        with _writer.held(_database_file()):
            yield from _committed(session)
    except IntegrityError as error:
        raise _refusal_of(error) or error from error
    except OperationalError as error:
        raise (Busy() if _is_lock_trouble(error) else error) from error
    for callback in session.info.pop("after_commit", []):
        callback()


def _committed(session: scoped_session[FlaskSession]) -> Iterator[None]:
    session.info["in_transaction"] = True
    try:
        session.info["connection"] = session.connection(execution_options={"writes": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        _forget_ghosts(session)
        raise
    finally:
        session.info.pop("in_transaction")
        session.info.pop("connection", None)
        session.info.pop("as_stored", None)


def _forget_ghosts(session: scoped_session[FlaskSession]) -> None:
    """What stands for rows that never came to be: others may come under their numbers."""
    for thing in session.info.get("as_stored", []):
        if thing in session:
            session.expunge(thing)


@contextmanager
def snapshot() -> Iterator[None]:
    """For a long look: all that is read inside is of one moment, and nobody who writes waits for it.

    An SQLite transaction that only reads is one by itself (WAL).
    """
    session = db.session
    session.rollback()
    session.expire_all()
    if db.engine.dialect.name != "sqlite":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


def _database_file() -> str | None:
    url = db.engine.url
    return url.database if url.get_backend_name() == "sqlite" else None


def end_session(_error: BaseException | None) -> None:
    """At the end of every context, before Flask-SQLAlchemy does it: a database that hung up after the last
    statement spoils no answer that is made already."""
    try:
        db.session.remove()
    except OperationalError:
        db.session().invalidate()


def read_rows(statement: Select[*Columns], parameters: Mapping[str, object]) -> Sequence[Row[*Columns]]:
    """All rows of one statement, past the session: for what is asked again and again, like stamps.

    It sees what is committed, not what the session has not stored yet.
    """
    with db.engine.connect() as connection, _alone(connection):
        return connection.execution_options(bare=True).execute(statement, parameters).all()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """One statement is a transaction by itself: of BEGIN, statement and ROLLBACK only one travels to PostgreSQL."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        yield  # here nobody says BEGIN for a bare connection
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


def read_row(statement: Select[*Columns], parameters: Mapping[str, object]) -> Row[*Columns] | None:
    """As read_rows, where there is one at most."""
    rows = read_rows(statement, parameters)
    return rows[0] if rows else None


def as_stored(thing: Thing) -> Thing:
    """An object whose row a statement has just written: the session takes it as if it had been read.

    Every column must be set, else it is read when it is asked for.
    """
    make_transient_to_detached(thing)
    db.session.add(thing)
    db.session.info.setdefault("as_stored", []).append(thing)
    return thing


def rows_changed(statement: Delete | Update, **parameters: object) -> int:
    """Execute a conditional statement; how many rows it matched. Loaded objects are not touched by it."""
    db.session.flush()
    result = connection().execute(statement, parameters)
    return cast(CursorResult[Any], result).rowcount


def connection() -> Connection:
    """Where the session's own statements go, for one that needs no objects: it takes a third of the time."""
    running: Connection | None = db.session.info.get("connection")
    return db.session.connection() if running is None or running.closed else running


@contextmanager
def savepoint() -> Iterator[None]:
    """What is done inside goes back, with its locks, when it ends in an exception."""
    with db.session.begin_nested():
        db.session.connection()  # the savepoint begins when the session is asked for its connection, and not before
        yield


def after_commit(callback: Callable[[], None]) -> None:
    """Run this once the running transaction is safely stored, for instance to nudge the worker."""
    callbacks: list[Callable[[], None]] = db.session.info.setdefault("after_commit", [])
    if callback not in callbacks:
        callbacks.append(callback)


def _is_lock_trouble(error: OperationalError) -> bool:
    text = str(error.orig)
    return "locked" in text or "lock timeout" in text or "deadlock" in text


def is_outage(error: OperationalError) -> bool:
    """Whether the database itself is away, full or locked, and not what we asked of it was wrong.

    PostgreSQL's driver says the latter by other errors; SQLite has this one for both.
    """
    text = str(error.orig)
    return db.engine.dialect.name != "sqlite" or any(sign in text for sign in _OUTAGES)


_OUTAGES = ("is full", "is locked", "disk I/O error", "unable to open", "readonly database")
_refusals: dict[str, type[Refusal]] = {}


def refuses(constraint: str, refusal: type[Refusal]) -> None:
    """Say which Refusal a broken constraint means; the database has the last word on races."""
    _refusals[constraint] = refusal


def _refusal_of(error: IntegrityError) -> Refusal | None:
    name = _constraint_name(error)
    return _refusals[name]() if name in _refusals else None


def _constraint_name(error: IntegrityError) -> str | None:
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name)
    _, _, what = str(error.orig).partition(" constraint failed: ")
    return _unique_name(what) if "." in what else what.removeprefix("index ").strip("'") or None


def _unique_name(columns: str) -> str | None:
    """SQLite names the columns of a broken UNIQUE ("t.a, t.b"), not the constraint."""
    pairs = [column.strip().split(".") for column in columns.split(",")]
    table = Base.metadata.tables.get(pairs[0][0])
    wanted = {pair[1] for pair in pairs}
    if table is None:
        return None
    uniques: list[UniqueConstraint | Index] = [
        c for c in table.constraints if isinstance(c, UniqueConstraint)
    ]
    uniques += [index for index in table.indexes if index.unique]
    return next((str(one.name) for one in uniques if {column.name for column in one.columns} == wanted), None)
