"""Stamps: one number that rises with every visible change, so that a reader's copy can be judged in one query."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.db import db, read_row
from eventhub.events.models import Event, Session, Stamp

CATALOGUE = "catalogue"
# With the event's number behind it: who is named on its page.
PARTICIPANTS = "participants:"
_STAMP = select(Stamp.value, Stamp.changed_at).where(Stamp.name == bindparam("name"))


def revise(thing: Event | Session, *, now: datetime) -> None:
    """A visible change: SEQUENCE rises, DTSTAMP moves, and the catalogue's stamp with them."""
    thing.revision += 1
    thing.revised_at = now
    raise_stamp(now=now)


def raise_stamp(*, now: datetime, name: str = CATALOGUE) -> None:
    """One upsert, so parallel changes never share a number."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Stamp).values(name=name, value=1, changed_at=now)
    rise = {"value": Stamp.value + 1, "changed_at": now}
    db.session.execute(statement.on_conflict_do_update(index_elements=[Stamp.name], set_=rise))


def names_changed(event: Event, *, now: datetime) -> None:
    """Who is named on the event's page is not who was: the copies that are kept of it are not right any more.

    Costs nothing while the page names nobody.
    """
    if event.shows_participants:
        raise_stamp(name=f"{PARTICIPANTS}{event.id}", now=now)


def find_stamp(name: str = CATALOGUE) -> tuple[int, datetime | None]:
    """The number and the moment of the last visible change; (0, None) before the first."""
    row = read_row(_STAMP, {"name": name})
    return (row.value, row.changed_at) if row else (0, None)
