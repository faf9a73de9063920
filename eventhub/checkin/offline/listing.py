"""The list of an event for its phones: looked at again when somebody asks, at most every few seconds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from eventhub.checkin.offline.models import Manifest, ManifestEntry
from eventhub.checkin.offline.sealing import sealed
from eventhub.checkin.offline.settings import ensure_manifest
from eventhub.checkin.offline.tickets import Listed, list_tickets
from eventhub.db import connection, db
from eventhub.tickets.queries import codes_of

LOOKED_AT_EVERY = timedelta(seconds=5)


def is_due(event_id: int, *, now: datetime) -> bool:
    """Whether nobody has looked for a while."""
    looked_at = db.session.scalar(select(Manifest.looked_at).where(Manifest.event_id == event_id))
    return looked_at is None or looked_at <= now - LOOKED_AT_EVERY


def look_again(event_id: int, *, now: datetime) -> None:
    """Put what has changed since into the list, under its next number; of many who come at once one does it."""
    ensure_manifest(event_id)
    mine = update(Manifest).where(Manifest.event_id == event_id, Manifest.looked_at <= now - LOOKED_AT_EVERY)
    taken = mine.values(looked_at=now).returning(Manifest.salt, Manifest.seq)
    turn = connection().execute(taken).one_or_none()
    if turn is not None:
        changed = _list_changed(event_id, list_tickets(event_id, turn.salt))
        if changed:
            _tell(changed, event_id, turn.salt, seq=turn.seq + 1)


def _list_changed(event_id: int, tickets: Iterable[Listed]) -> list[Listed]:
    told = select(ManifestEntry.ticket_id, ManifestEntry.digest).where(ManifestEntry.event_id == event_id)
    known = {row.ticket_id: row.digest for row in connection().execute(told)}
    return [one for one in tickets if known.get(one.id) != one.digest]


def _tell(changed: list[Listed], event_id: int, salt: bytes, *, seq: int) -> None:
    codes = codes_of(changed)
    rows = [_entry(one, codes[one.number], salt, seq) for one in changed]
    connection().execute(_upsert(db.engine.dialect.name), rows)
    connection().execute(update(Manifest).where(Manifest.event_id == event_id).values(seq=seq))


def _entry(one: Listed, code: str, salt: bytes, seq: int) -> dict[str, Any]:
    return {
        "ticket_id": one.id,
        "event_id": one.event_id,
        "seq": seq,
        "lookup": one.lookup,
        "flags": one.flags,
        "generation": one.generation,
        "key_id": one.key_id,
        "ticket_type": one.ticket_type,
        "booked": one.booked,
        "sealed": sealed(one.display, code, salt),
        "digest": one.digest,
    }


@cache
def _upsert(dialect_name: str) -> Insert:
    new = sqlite.insert(ManifestEntry) if dialect_name == "sqlite" else postgresql.insert(ManifestEntry)
    changing = [column.name for column in ManifestEntry.__table__.columns if not column.primary_key]
    values = {name: getattr(new.excluded, name) for name in changing}
    return new.on_conflict_do_update(index_elements=[ManifestEntry.ticket_id], set_=values)
