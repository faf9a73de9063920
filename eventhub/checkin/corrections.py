"""Who left without being scanned is taken out by a supervisor, with a reason; each is a scan, and can be undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select, update

from eventhub.checkin.models import Presence, Scan
from eventhub.checkin.queries import Door
from eventhub.checkin.rules import Direction, NobodyInside, ScanSource, Verdict, check_reason
from eventhub.db import connection, db
from eventhub.tickets.models import Ticket


def take_out(
    door: Door,
    *,
    tickets: Collection[str] | None,
    key: str,
    reason: str,
    crew_id: int | None,
    device_id: int | None,
    now: datetime,
) -> int:
    """Those of these tickets (numbers; None: all) that are inside at the door's point have left; how many.

    `key` (a UUID) is the form's own: sent twice, it is done once. Raises ReasonMissing, NobodyInside.
    """
    check_reason(reason)
    left = _left(door, tickets, now=now)
    if not left:
        raise NobodyInside()
    scan_ids = {ticket: str(uuid5(UUID(key), str(ticket))) for ticket in left}
    facts = _facts(door, reason, crew_id=crew_id, device_id=device_id, now=now)
    rows = [{"scan_id": scan_ids[ticket], "ticket_id": ticket, **facts} for ticket in left]
    connection().execute(insert(Scan), rows)
    for ticket, scan_id in scan_ids.items():
        held = update(Presence).where(Presence.ticket_id == ticket, Presence.point_id == door.point_id)
        connection().execute(held.values(scan_id=scan_id))
    return len(left)


def _left(door: Door, tickets: Collection[str] | None, *, now: datetime) -> list[int]:
    """Of many who take somebody out only one finds them inside."""
    inside = (Presence.point_id == door.point_id, Presence.is_inside)
    those = update(Presence).where(*inside).values(is_inside=False, since=now, gate_id=door.gate_id)
    if tickets is not None:
        named = select(Ticket.id).where(Ticket.event_id == door.event_id, Ticket.number.in_(tickets))
        those = those.where(Presence.ticket_id.in_(named))
    done = db.session.execute(
        those.returning(Presence.ticket_id), execution_options={"synchronize_session": False}
    )
    return sorted(done.scalars())


def _facts(
    door: Door, reason: str, *, crew_id: int | None, device_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": door.event_id,
        "gate_id": door.gate_id,
        "point_id": door.point_id,
        "rules_version": door.facts.version,
        "direction": Direction.EXIT,
        "verdict": Verdict.LEFT,
        "source": ScanSource.CORRECTION,
        "scanned_at": now,
        "received_at": now,
        "crew_id": crew_id,
        "device_id": device_id,
        "reason": reason,
    }
