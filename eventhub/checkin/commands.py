"""What a door does: redeem a ticket, and undo that. The database decides who of many was first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.checkin.judging import Mode, day_start
from eventhub.checkin.models import Presence, Scan
from eventhub.checkin.offline.models import ScanConflict
from eventhub.checkin.offline.presences import fold_again, lock_presences
from eventhub.checkin.point_facts import get_point_facts
from eventhub.checkin.queries import Door, find_scan, get_scan
from eventhub.checkin.repeats import check_is_same_showing, check_is_same_undoing
from eventhub.checkin.rules import (
    COMING_IN,
    MOVING,
    AlreadyUndone,
    LaterScanCounts,
    NothingToUndo,
    ScanInProgress,
    Verdict,
    check_reason,
)
from eventhub.checkin.showing import Known, ScanRecord, Showing, judged
from eventhub.core.refusals import ReasonMissing
from eventhub.db import UtcDateTime, connection, db, refuses

refuses("uq_scans_scan_id", ScanInProgress)
refuses("uq_scans_undoes_id", AlreadyUndone)


def redeem(showing: Showing, *, now: datetime) -> ScanRecord:
    """Judge the ticket, move the person, keep the scan. A scan that is stored already answers as it did.

    With Verdict.ASK nothing is stored: the crew ticks what the door asks, and the same scan is sent again.

    Raises NotFound when the scan id belongs to another event, ScanIdTaken when it belongs to another scan,
    ScanInProgress when the same scan is being stored by another request, ReasonMissing when somebody found by name
    would come in without one.
    """
    stored = find_scan(showing.scan_id)
    if stored is not None:
        check_is_same_showing(stored, showing)
        return stored
    known, record = judged(showing, now=now)
    if record.verdict in COMING_IN and showing.lacks_reason:
        raise ReasonMissing()
    if record.verdict in MOVING and not _moved(known, showing, record.verdict, now=now):
        # Another gate was first between our look and our move.
        known, record = judged(showing, now=now)
        if record.verdict in MOVING:
            raise ScanInProgress()
    if record.verdict is not Verdict.ASK:
        _write(
            record,
            ticket_id=known.ticket_id,
            gate_id=showing.gate_id,
            point_id=known.point_id,
            rules_version=known.point.version,
            mode=known.point.mode,
            crew_id=showing.crew_id,
            device_id=showing.device_id,
            ticked=list(showing.ticked) if showing.ticked else None,
            reason=showing.reason,
        )
    return record


def would_come_in(showing: Showing, *, now: datetime) -> bool:
    """Whether the door would let somebody in; not for a scan that is stored already, and has its answer."""
    return find_scan(showing.scan_id) is None and judged(showing, now=now)[1].verdict in COMING_IN


def _moved(known: Known, showing: Showing, verdict: Verdict, *, now: datetime) -> bool:
    """Whether this scan is the one that moved the person: a statement that only one of many can win."""
    values = {
        "scan": showing.scan_id,
        "now": now,
        "gate": showing.gate_id,
        "ticket": known.ticket_id,
        "point": known.point_id,
    }
    if verdict is Verdict.LEFT:
        return connection().execute(_LEAVE, values).first() is not None
    rule = {"mode": known.point.mode, "day": day_start(now, known.point.timezone)}
    return connection().execute(_enter(db.engine.dialect.name), {**values, **rule}).first() is not None


_BY_THIS_SCAN: dict[str, Any] = {
    "scan_id": bindparam("scan"),
    "since": bindparam("now"),
    "gate_id": bindparam("gate"),
}
_LEAVE = (
    update(Presence)
    .where(Presence.ticket_id == bindparam("ticket"), Presence.point_id == bindparam("point"))
    .where(Presence.is_inside)
    .values(is_inside=False, **_BY_THIS_SCAN)
    .returning(Presence.ticket_id)
)


@cache
def _enter(dialect_name: str) -> ReturningInsert[int]:
    """A first admission, or another one where the point's mode allows it."""
    new = sqlite.insert(Presence) if dialect_name == "sqlite" else postgresql.insert(Presence)
    who: dict[str, Any] = {"ticket_id": bindparam("ticket"), "point_id": bindparam("point")}
    inside = {
        "is_inside": True,
        "entered_at": bindparam("now"),
        "entry_gate_id": bindparam("gate"),
        **_BY_THIS_SCAN,
    }
    mode, day = bindparam("mode", type_=String), bindparam("day", type_=UtcDateTime())
    again = or_(
        mode == Mode.UNLIMITED.value,
        and_(mode == Mode.REENTRY.value, Presence.is_inside.is_(False)),
        and_(mode == Mode.DAILY.value, Presence.entered_at < day),
    )
    entered = new.values(**who, **inside).on_conflict_do_update(
        index_elements=[Presence.ticket_id, Presence.point_id], set_=inside, where=again
    )
    return entered.returning(Presence.ticket_id)


_WRITE = insert(Scan)


def _write(record: ScanRecord, **more: Any) -> None:
    row = {
        "scan_id": record.scan_id,
        "event_id": record.event_id,
        "verdict": record.verdict,
        "direction": record.direction,
        "source": record.source,
        "scanned_at": record.scanned_at,
        "received_at": record.scanned_at,
        "moment": record.moment,
        "first_gate": record.first_gate,
        **more,
    }
    connection().execute(_WRITE, row)


def undo(
    *,
    undone_id: str,
    scan_id: str,
    door: Door,
    reason: str,
    crew_id: int | None,
    device_id: int | None = None,
    now: datetime,
) -> ScanRecord:
    """Take an admission or an exit back, by a scan of its own; the person is where the scan before left them.

    `scan_id` names the undoing, so that sending it twice is one. Raises NotFound for another event's scan,
    ScanIdTaken, NothingToUndo, AlreadyUndone, LaterScanCounts, ReasonMissing.
    """
    stored = find_scan(scan_id)
    if stored is not None:
        check_is_same_undoing(stored, undone_id=undone_id, event_id=door.event_id)
        return stored
    check_reason(reason)
    undone = get_scan(undone_id, event_id=door.event_id)
    _check_can_be_undone(undone)
    row = db.session.scalars(select(Scan).where(Scan.scan_id == undone_id)).one()
    record = replace(undone, scan_id=scan_id, verdict=Verdict.UNDONE, scanned_at=now, reason=reason)
    by = {"gate_id": door.gate_id, "crew_id": crew_id, "device_id": device_id, "reason": reason}
    _take_back(row, record, now=now, **by)
    return record


def _take_back(undone: Scan, record: ScanRecord, *, now: datetime, **by: Any) -> None:
    """Under the lock of the ticket's presence, which is then what the scans that are left say."""
    moved = [undone.ticket_id] if undone.ticket_id else []
    lock_presences(moved, undone.point_id, now=now)
    _check_nothing_later_counts(undone)
    of = {
        "ticket_id": undone.ticket_id,
        "point_id": undone.point_id,
        "rules_version": undone.rules_version,
        "mode": undone.mode,
        "undoes_id": undone.id,
    }
    _write(record, **of, **by)
    fold_again(moved, undone.point_id, get_point_facts(undone.point_id))


def _check_can_be_undone(undone: ScanRecord) -> None:
    if undone.is_undone:
        raise AlreadyUndone()
    if not undone.can_be_undone:
        raise NothingToUndo()


def _check_nothing_later_counts(undone: Scan) -> None:
    """The last move is taken back first; one that changed nothing, since another had let the person in, at any time."""
    held = (Presence.ticket_id == undone.ticket_id, Presence.point_id == undone.point_id)
    holder = connection().execute(select(Presence.scan_id).where(*held)).scalar()
    doubled = select(ScanConflict.id).where(ScanConflict.second_id == undone.id)
    if holder != undone.scan_id and connection().execute(doubled).first() is None:
        raise LaterScanCounts()
