"""Presences and conflicts rebuilt from scans, for tickets that were scanned without network or undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import Insert

from eventhub.checkin.judging import PointFacts
from eventhub.checkin.models import Presence, Scan
from eventhub.checkin.offline.folding import Folded, Move, Stay, fold
from eventhub.checkin.offline.models import ScanConflict
from eventhub.checkin.rules import MOVING
from eventhub.db import connection, db


def lock_presences(tickets: Collection[int], point_id: int, *, now: datetime) -> None:
    """Nobody else moves these tickets at this point before the transaction ends, also where they were never seen."""
    rows = [{"of": ticket, "at": point_id, "now": now} for ticket in sorted(set(tickets))]
    if rows:
        connection().execute(_lock(db.engine.dialect.name), rows)


def fold_again(tickets: Collection[int], point_id: int, point: PointFacts) -> None:
    """Make presences and conflicts of these tickets what their scans say; their presences are locked."""
    if not tickets:
        return
    moves = _list_moves(tickets, point_id)
    folded = {ticket: fold(moves.get(ticket, ()), point) for ticket in sorted(set(tickets))}
    _place(folded, point_id)
    _note_conflicts(folded, point_id)


def _list_moves(tickets: Collection[int], point_id: int) -> Mapping[int, list[Move]]:
    undoing = aliased(Scan)
    rows = connection().execute(
        select(
            Scan.id,
            Scan.ticket_id,
            Scan.scan_id,
            Scan.scanned_at,
            Scan.verdict,
            Scan.gate_id,
            Scan.mode,
            Scan.device_at.is_not(None).label("is_offline"),
        )
        .outerjoin(undoing, undoing.undoes_id == Scan.id)
        .where(Scan.ticket_id.in_(tickets), Scan.point_id == point_id)
        .where(Scan.verdict.in_(MOVING), undoing.id.is_(None))
    )
    moves: dict[int, list[Move]] = {}
    for row in rows:
        moves.setdefault(row.ticket_id, []).append(_move(row))
    return moves


def _move(row: Any) -> Move:
    return Move(
        id=row.id,
        scan_id=row.scan_id,
        at=row.scanned_at,
        verdict=row.verdict,
        gate_id=row.gate_id,
        is_offline=row.is_offline,
        mode=row.mode,
    )


def _place(folded: Mapping[int, Folded], point_id: int) -> None:
    here = [_presence(ticket, point_id, one.stay) for ticket, one in folded.items() if one.stay is not None]
    gone = [ticket for ticket, one in folded.items() if one.stay is None]
    if here:
        connection().execute(_put(db.engine.dialect.name), here)
    if gone:
        connection().execute(
            delete(Presence).where(Presence.ticket_id.in_(gone), Presence.point_id == point_id)
        )


def _presence(ticket: int, point_id: int, stay: Stay) -> dict[str, Any]:
    return {
        "ticket_id": ticket,
        "point_id": point_id,
        "is_inside": stay.is_inside,
        "scan_id": stay.last.scan_id,
        "since": stay.last.at,
        "gate_id": stay.last.gate_id,
        "entered_at": stay.entry.at,
        "entry_gate_id": stay.entry.gate_id,
    }


def _note_conflicts(folded: Mapping[int, Folded], point_id: int) -> None:
    old = delete(ScanConflict).where(ScanConflict.ticket_id.in_(folded), ScanConflict.point_id == point_id)
    connection().execute(old)
    rows = list(_conflicts(folded, point_id))
    if rows:
        connection().execute(insert(ScanConflict), rows)


def _conflicts(folded: Mapping[int, Folded], point_id: int) -> Iterable[dict[str, int]]:
    for ticket, one in folded.items():
        for first, second in one.conflicts:
            yield {"ticket_id": ticket, "point_id": point_id, "first_id": first.id, "second_id": second.id}


@cache
def _lock(dialect_name: str) -> Insert:
    """A row that is there stays as it is; one that is not is made, and gone again unless the fold fills it."""
    new = _new(dialect_name)
    nobody: dict[str, Any] = {"is_inside": False, "scan_id": "", "since": bindparam("now")}
    row = {
        "ticket_id": bindparam("of"),
        "point_id": bindparam("at"),
        "entered_at": bindparam("now"),
        **nobody,
    }
    return new.values(**row).on_conflict_do_update(index_elements=_KEY, set_={"scan_id": Presence.scan_id})


@cache
def _put(dialect_name: str) -> Insert:
    new = _new(dialect_name)
    moved = ("is_inside", "scan_id", "since", "gate_id", "entered_at", "entry_gate_id")
    values = {name: getattr(new.excluded, name) for name in moved}
    return new.on_conflict_do_update(index_elements=_KEY, set_=values)


_KEY = [Presence.ticket_id, Presence.point_id]


def _new(dialect_name: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(Presence) if dialect_name == "sqlite" else postgresql.insert(Presence)
