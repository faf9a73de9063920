"""The list of an event for its phones: looked at again when somebody asks, at most every few seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from eventhub.checkin.devices.rules import UPLOADS_AFTER
from eventhub.checkin.offline.models import Manifest, ManifestEntry
from eventhub.checkin.offline.sealing import sealed
from eventhub.checkin.offline.settings import ensure_manifest
from eventhub.checkin.offline.tickets import Listed, list_tickets
from eventhub.checkin.queries import Door
from eventhub.db import connection, db
from eventhub.tickets.queries import codes_of

LOOKED_AT_EVERY = timedelta(seconds=5)
# As long as phones send what they saw.
KEPT_AFTER = UPLOADS_AFTER


class Turn(NamedTuple):
    """Whoever looks now: the salt of the list, and its newest number."""

    salt: bytes
    seq: int


def is_due(door: Door, *, now: datetime) -> bool:
    """Whether nobody has looked for a while; some days after the event nobody does, and the list is forgotten."""
    if door.event_ends_at + KEPT_AFTER <= now:
        return False
    looked_at = db.session.scalar(select(Manifest.looked_at).where(Manifest.event_id == door.event_id))
    return looked_at is None or looked_at <= now - LOOKED_AT_EVERY


def take_turn(event_id: int, *, now: datetime) -> Turn | None:
    """For the one of many who looks now; None for all others."""
    ensure_manifest(event_id)
    mine = update(Manifest).where(Manifest.event_id == event_id, Manifest.looked_at <= now - LOOKED_AT_EVERY)
    taken = mine.values(looked_at=now).returning(Manifest.salt, Manifest.seq)
    row = connection().execute(taken).one_or_none()
    return Turn(row.salt, row.seq) if row else None


def list_changed(event_id: int, salt: bytes) -> list[Listed]:
    """Of which tickets the list tells what is not so any more. For a large event it takes seconds: hold no lock."""
    return _differing(event_id, list_tickets(event_id, salt))


def _differing(event_id: int, tickets: Iterable[Listed]) -> list[Listed]:
    told = select(ManifestEntry.ticket_id, ManifestEntry.digest).where(ManifestEntry.event_id == event_id)
    known = {row.ticket_id: row.digest for row in connection().execute(told)}
    return [one for one in tickets if known.get(one.id) != one.digest]


def seal_all(changed: Sequence[Listed], salt: bytes) -> list[dict[str, Any]]:
    """Their entries, but for the number; signing and sealing them takes most of the time."""
    codes = codes_of(changed)
    return [_entry(one, codes[one.number], salt) for one in changed]


def tell(event_id: int, entries: Sequence[dict[str, Any]], *, after: int) -> None:
    """Put the entries into the list, under its next number. Whoever was erased since it was looked at has raised that
    number: then nothing is told, and the next look sees what is left."""
    mine = update(Manifest).where(Manifest.event_id == event_id, Manifest.seq == after)
    seq = connection().execute(mine.values(seq=after + 1).returning(Manifest.seq)).scalar()
    if seq is None:
        return
    connection().execute(_upsert(db.engine.dialect.name), [{**entry, "seq": seq} for entry in entries])


def _entry(one: Listed, code: str, salt: bytes) -> dict[str, Any]:
    return {
        "ticket_id": one.id,
        "event_id": one.event_id,
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
