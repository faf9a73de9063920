"""The list as a phone fetches it: whole, or what is new since it asked last. ADR 0027 has every key of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.checkin.offline.models import Manifest, ManifestEntry
from eventhub.checkin.offline.sealing import in_text, signature_of
from eventhub.checkin.offline.tickets import moment_ms
from eventhub.checkin.people import count_people
from eventhub.checkin.queries import Door
from eventhub.core.text import Localised
from eventhub.db import connection, db
from eventhub.registration.types.models import TicketType
from eventhub.tickets.queries import public_keys, signing_key

VERSION = 1
# A scan that was received before another may be stored after it, when its batch waited for the database. Asked for
# twice, a move is the same move.
OVERLAP = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a phone has already: entries up to `after`, moves up to `cursor` (milliseconds), of the point `at` (public
    id), under this `salt` (base64url); 0 and 0: nothing."""

    after: int = 0
    cursor: int = 0
    at: str = ""
    salt: str = ""


def manifest_of(door: Door, asked: Asked, *, now: datetime) -> tuple[bytes, str]:
    """The body and its signature, "<key id>.<base64url>". Raises NotFound while no ticket was ever signed."""
    key_id, private_key = signing_key()
    manifest = db.session.scalars(select(Manifest).where(Manifest.event_id == door.event_id)).one()
    body = json.dumps(
        _content(door, manifest, asked, now), ensure_ascii=False, separators=(",", ":")
    ).encode()
    return body, f"{key_id}.{in_text(signature_of(body, private_key))}"


def _content(door: Door, manifest: Manifest, asked: Asked, now: datetime) -> dict[str, Any]:
    salt = in_text(manifest.salt)
    is_same = (asked.at, asked.salt) == (door.point, salt)
    is_whole = not (is_same and 0 < asked.after <= manifest.seq)
    after, since = (0, 0) if is_whole else (asked.after, asked.cursor)
    return {
        "version": VERSION,
        "event": door.event_id,
        "gate": door.public_id,
        "issued_ms": moment_ms(now),
        "salt": salt,
        "seq": manifest.seq,
        "full": is_whole,
        "keys": _keys(),
        "at": door.point,
        "point": point_in_json(door),
        "questions": [{"id": q.id, "text": dict(q.text), "required": q.required} for q in door.questions],
        "types": _names_of_types(door.event_id),
        "gates": _names_of_gates(door.event_id),
        "unlisted": "admit" if manifest.admits_unlisted else "refuse",
        "tickets": _list_entries(door, after),
        "moves": _list_moves(door, since),
        "cursor": moment_ms(now - OVERLAP),
        "count": vars(count_people(door)),
    }


def point_in_json(door: Door) -> dict[str, Any]:
    """As the script's judge() takes it."""
    facts = door.facts
    windows = facts.types.items() if facts.types is not None else ()
    types = {name: [_iso(own.opens_at), _iso(own.closes_at)] for name, own in windows}
    hours = {"opens_at": _iso(facts.opens_at), "closes_at": _iso(facts.closes_at)}
    return {
        **vars(facts),
        **hours,
        "types": None if facts.types is None else types,
        "required": sorted(facts.required),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _keys() -> dict[str, str]:
    raw = {number: key.public_bytes(Encoding.Raw, PublicFormat.Raw) for number, key in public_keys().items()}
    return {str(number): in_text(key) for number, key in raw.items()}


def _names_of_types(event_id: int) -> dict[str, Localised]:
    query = select(TicketType.public_id, TicketType.name).where(TicketType.event_id == event_id)
    return {row.public_id: row.name for row in connection().execute(query)}


def _names_of_gates(event_id: int) -> dict[str, Localised]:
    query = select(Gate.public_id, Gate.name).where(Gate.event_id == event_id)
    return {row.public_id: row.name for row in connection().execute(query)}


def _list_entries(door: Door, after: int) -> list[list[Any]]:
    entry = ManifestEntry
    columns = (
        entry.lookup,
        entry.flags,
        entry.generation,
        entry.key_id,
        entry.ticket_type,
        entry.booked,
        entry.sealed,
    )
    query = select(*columns).where(entry.event_id == door.event_id, entry.seq > after)
    rows = connection().execute(query.order_by(entry.ticket_id))
    return [
        [in_text(lookup), flags, generation, key, kind, int(door.point_id in booked), in_text(sealed)]
        for lookup, flags, generation, key, kind, booked, sealed in rows
    ]


def _list_moves(door: Door, since: int) -> list[list[Any]]:
    """Who was admitted here; with `since` of those only whose scans came in after that, and who was let go again."""
    entry = ManifestEntry
    here = (Presence.ticket_id == entry.ticket_id) & (Presence.point_id == door.point_id)
    query = (
        select(entry.lookup, Presence.is_inside, Presence.entered_at, Gate.public_id)
        .outerjoin(Presence, here)
        .outerjoin(Gate, Gate.id == Presence.entry_gate_id)
        .where(entry.event_id == door.event_id)
        .order_by(entry.ticket_id)
    )
    if since:
        came = Scan.event_id == door.event_id, Scan.received_at >= datetime.fromtimestamp(since / 1000, UTC)
        query = query.where(
            entry.ticket_id.in_(select(Scan.ticket_id).where(*came, Scan.point_id == door.point_id))
        )
    else:
        query = query.where(Presence.ticket_id.is_not(None))
    return [
        [in_text(lookup), int(bool(inside)), moment_ms(entered) if entered else None, gate]
        for lookup, inside, entered, gate in connection().execute(query)
    ]
