"""Who left without being scanned is taken out by a supervisor, with a reason; each is a scan, and can be undone, as can
all that were taken out together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from eventhub.checkin.judging import PointKind
from eventhub.checkin.models import CheckInPoint, Presence, Scan
from eventhub.checkin.offline.presences import fold_again, lock_presences
from eventhub.checkin.point_facts import get_point_facts
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


@dataclass(frozen=True, kw_only=True)
class TakenOut:
    """Some who were taken out together, by the form with this `key`; of them `number` are still counted as gone."""

    key: str
    at: datetime
    reason: str
    number: int


def find_last_taken_out(event_id: int) -> TakenOut | None:
    """The newest at the event itself that was not undone."""
    here = select(CheckInPoint.id).where(
        CheckInPoint.event_id == event_id, CheckInPoint.kind == PointKind.EVENT
    )
    gone = _still_gone().where(Scan.point_id.in_(here)).subquery()
    last = select(func.max(gone.c.received_at)).scalar_subquery()
    rows = connection().execute(select(gone).where(gone.c.received_at == last).order_by(gone.c.id)).all()
    if not rows:
        return None
    return TakenOut(key=rows[0].scan_id, at=rows[0].received_at, reason=rows[0].reason, number=len(rows))


def bring_back(
    point: CheckInPoint, *, key: str, crew_id: int | None, device_id: int | None, now: datetime
) -> int:
    """Whoever was taken out together with this scan is inside again, if no later scan says otherwise; how many."""
    together = (
        select(Scan.received_at).where(Scan.scan_id == key, Scan.point_id == point.id).scalar_subquery()
    )
    gone = _still_gone().where(Scan.point_id == point.id, Scan.received_at == together)
    tickets = [row.ticket_id for row in connection().execute(gone)]
    lock_presences(tickets, point.id, now=now)
    rows = connection().execute(gone).all()  # of many who press at once, the first one's work is seen now
    facts = _facts(point, rows[0].reason if rows else "", crew_id=crew_id, device_id=device_id, now=now)
    undoing = [
        {
            **facts,
            "verdict": Verdict.UNDONE,
            "scan_id": str(uuid5(UUID(row.scan_id), "undone")),
            "ticket_id": row.ticket_id,
            "undoes_id": row.id,
        }
        for row in rows
    ]
    if undoing:
        connection().execute(insert(Scan), undoing)
    fold_again(tickets, point.id, get_point_facts(point.id))
    return len(undoing)


def _still_gone() -> Select[*tuple[Any, ...]]:
    """Scans by which somebody was taken out, and which were not undone."""
    undone = aliased(Scan)
    return (
        select(Scan.id, Scan.scan_id, Scan.ticket_id, Scan.received_at, Scan.reason)
        .outerjoin(undone, undone.undoes_id == Scan.id)
        .where(Scan.source == ScanSource.CORRECTION, Scan.verdict == Verdict.LEFT, undone.id.is_(None))
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
        "mode": point.mode,
        "direction": Direction.EXIT,
        "verdict": Verdict.LEFT,
        "source": ScanSource.CORRECTION,
        "scanned_at": now,
        "received_at": now,
        "crew_id": crew_id,
        "device_id": device_id,
        "reason": reason,
    }
