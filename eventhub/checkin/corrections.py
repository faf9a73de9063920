"""Who left without being scanned is taken out by a supervisor, with a reason; each is a scan, and can be undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, func, insert, select, update

from eventhub.checkin.models import CheckInPoint, Presence, Scan
from eventhub.checkin.rules import Direction, NobodyInside, ScanSource, Verdict, check_reason
from eventhub.db import connection, db
from eventhub.tickets.models import Ticket


def take_out(
    point: CheckInPoint,
    *,
    tickets: Collection[str] | None,
    key: str,
    reason: str,
    crew_id: int | None,
    device_id: int | None,
    now: datetime,
) -> int:
    """Those of these tickets (numbers; None: all) that are inside at the point have left; how many.

    `key` (a UUID) is the form's own, and the id of the first of its scans: sent twice, it is done once. Raises
    ReasonMissing, NobodyInside.
    """
    check_reason(reason)
    done = _done_before(key, point)
    if done:
        return done
    left = _left(point, tickets, now=now)
    if not left:
        raise NobodyInside()
    scan_ids = [key, *(str(uuid5(UUID(key), str(ticket))) for ticket in left[1:])]
    facts = _facts(point, reason, crew_id=crew_id, device_id=device_id, now=now)
    pairs = list(zip(scan_ids, left, strict=True))
    connection().execute(
        insert(Scan), [{"scan_id": one, "ticket_id": ticket, **facts} for one, ticket in pairs]
    )
    held = [{"scan": one, "ticket": ticket, "point": point.id} for one, ticket in pairs]
    connection().execute(_HOLD, held)
    return len(left)


_HOLD = (
    update(Presence)
    .where(Presence.ticket_id == bindparam("ticket"), Presence.point_id == bindparam("point"))
    .values(scan_id=bindparam("scan"))
)


def _done_before(key: str, point: CheckInPoint) -> int:
    """How many the same form took out; their scans are of one moment."""
    first = select(Scan.received_at).where(Scan.scan_id == key, Scan.point_id == point.id).scalar_subquery()
    those = select(func.count()).where(Scan.point_id == point.id, Scan.received_at == first)
    return db.session.scalar(those.where(Scan.source == ScanSource.CORRECTION)) or 0


def _left(point: CheckInPoint, tickets: Collection[str] | None, *, now: datetime) -> list[int]:
    """Of many who take somebody out only one finds them inside."""
    inside = [Presence.point_id == point.id, Presence.is_inside]
    if tickets is not None:
        named = select(Ticket.id).where(Ticket.event_id == point.event_id, Ticket.number.in_(tickets))
        inside.append(Presence.ticket_id.in_(named))
    in_order = select(Presence.ticket_id).where(*inside).order_by(Presence.ticket_id)
    db.session.execute(in_order.with_for_update())  # two who take out many would else wait for each other
    those = update(Presence).where(*inside).values(is_inside=False, since=now, gate_id=None)
    done = db.session.execute(
        those.returning(Presence.ticket_id), execution_options={"synchronize_session": False}
    )
    return sorted(done.scalars())


def _facts(
    point: CheckInPoint, reason: str, *, crew_id: int | None, device_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": point.event_id,
        "point_id": point.id,
        "rules_version": point.version,
        "direction": Direction.EXIT,
        "verdict": Verdict.LEFT,
        "source": ScanSource.CORRECTION,
        "scanned_at": now,
        "received_at": now,
        "crew_id": crew_id,
        "device_id": device_id,
        "reason": reason,
    }
