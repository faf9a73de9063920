"""The database as a file and back: SQLite by its own backup while it runs, PostgreSQL by pg_dump."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.engine import Engine

from eventhub.db import Base

SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


def dump(engine: Engine, folder: Path) -> None:
    """Write a consistent copy into the folder; writers go on meanwhile. Raises click.ClickException."""
    if engine.dialect.name == "sqlite":
        target = folder / SQLITE
        with closing(_sqlite(engine.url.database)) as source, closing(_sqlite(target)) as copy:
            source.backup(copy)
        _check_sqlite(target)
    else:
        address = ("--dbname", _address(engine))
        _run("pg_dump", "--format=custom", "--no-owner", *address, "--file", str(folder / POSTGRESQL))


def load(engine: Engine, folder: Path) -> None:
    """Put the copy in place of what is there. Raises click.ClickException, then nothing was changed."""
    wanted = folder / (SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL)
    if not wanted.exists():
        raise click.ClickException("This backup comes from another kind of database than DATABASE_URL names.")
    engine.dispose()
    if engine.dialect.name == "sqlite":
        _check_sqlite(wanted)
        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
        with closing(_sqlite(wanted)) as copy, closing(_sqlite(engine.url.database)) as target:
            copy.backup(target)
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run("pg_restore", *options, "--dbname", _address(engine), str(wanted))


def is_empty(engine: Engine) -> bool:
    """Whether no table holds a row."""
    existing = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        tables = (table for table in Base.metadata.sorted_tables if table.name in existing)
        return not any(connection.execute(select(1).select_from(one).limit(1)).first() for one in tables)


def _sqlite(path: Path | str | None) -> Any:
    from pysqlite3 import dbapi2  # noqa: PLC0415 - only an SQLite installation needs it

    return dbapi2.connect(str(path), timeout=10)


def _check_sqlite(path: Path) -> None:
    with closing(_sqlite(path)) as copy:
        broken = copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        if broken or copy.execute("PRAGMA foreign_key_check").fetchall():
            raise click.ClickException("The copy of the database is damaged; nothing was changed.")


def _address(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise click.ClickException(f"{program} is missing: install PostgreSQL's client programs.")
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise click.ClickException(f"{program} failed: {done.stderr.strip()[-500:]}")
