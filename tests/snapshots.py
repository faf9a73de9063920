"""What a costly fixture has made in SQLite, brought back for the next test within milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eventhub.db import db


@dataclass(frozen=True)
class Snapshot:
    """A copy of the whole database in memory."""

    copy: Any

    def bring_back(self) -> None:
        """Make the database as it was; nothing may be open in it."""
        db.session.rollback()
        with db.engine.connect() as connection:
            self.copy.backup(connection.connection.driver_connection)


def snapshot() -> Snapshot:
    """The database as it is now. SQLite alone can be copied like this."""
    db.session.rollback()
    with db.engine.connect() as connection:
        ours = connection.connection.driver_connection
        assert ours is not None
        copy = type(ours)(":memory:", check_same_thread=False)
        ours.backup(copy)
    return Snapshot(copy)
