"""Who went in twice, as a supervisor sees it: both admissions with gate, time, and who made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import aliased

from eventhub.accounts.models import User
from eventhub.checkin.devices.models import Device
from eventhub.checkin.models import CheckInPoint, Gate, Scan
from eventhub.checkin.offline.models import ScanConflict
from eventhub.core.text import Localised
from eventhub.db import db
from eventhub.registration.models import Attendee

MOST_CONFLICTS = 50


@dataclass(frozen=True, kw_only=True)
class Admission:
    """One of the two. `gate` is a public id and a name, None for a correction without one; `who` names the phone, else
    the person of the crew."""

    scan_id: str
    at: datetime
    is_time_trusted: bool
    gate: tuple[str, Localised] | None
    who: str


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Without a name who was taken out of a family since."""

    full_name: str
    point: Localised
    first: Admission
    second: Admission


def list_conflicts(event_id: int) -> tuple[Sequence[Conflict], int]:
    """The newest MOST_CONFLICTS, and how many there are in all; one statement."""
    rows = db.session.execute(_conflicts(event_id)).all()
    return [_conflict(row) for row in rows], rows[0].in_all if rows else 0


def _conflicts(event_id: int) -> Select[*tuple[Any, ...]]:
    first, second = aliased(Scan), aliased(Scan)
    query = (
        select(Attendee.full_name, CheckInPoint.name.label("point"), func.count().over().label("in_all"))
        .select_from(ScanConflict)
        .join(CheckInPoint, CheckInPoint.id == ScanConflict.point_id)
        .join(first, first.id == ScanConflict.first_id)
        .join(second, second.id == ScanConflict.second_id)
        .outerjoin(Attendee, Attendee.ticket_id == ScanConflict.ticket_id)
        .where(CheckInPoint.event_id == event_id)
        .order_by(second.scanned_at.desc(), ScanConflict.id.desc())
        .limit(MOST_CONFLICTS)
    )
    return _with_scan(_with_scan(query, first, "first"), second, "second")


def _with_scan(query: Select[*tuple[Any, ...]], scan: type[Scan], name: str) -> Select[*tuple[Any, ...]]:
    """Adds where, when and by whom it was made, in columns that begin with `name`."""
    gate, device, person = aliased(Gate), aliased(Device), aliased(User)
    columns = {
        "scan_id": scan.scan_id,
        "at": scan.scanned_at,
        "is_time_trusted": scan.is_time_trusted,
        "gate_id": gate.public_id,
        "gate": gate.name,
        "who": func.coalesce(device.name, person.full_name),
    }
    return (
        query.add_columns(*(column.label(f"{name}_{what}") for what, column in columns.items()))
        .outerjoin(gate, gate.id == scan.gate_id)
        .outerjoin(device, device.id == scan.device_id)
        .outerjoin(person, person.id == scan.crew_id)
    )


def _conflict(row: Row[*tuple[Any, ...]]) -> Conflict:
    return Conflict(
        full_name=row.full_name or "",
        point=row.point,
        first=_admission(row, "first"),
        second=_admission(row, "second"),
    )


def _admission(row: Row[*tuple[Any, ...]], name: str) -> Admission:
    values = row._mapping
    gate_id = values[f"{name}_gate_id"]
    return Admission(
        scan_id=values[f"{name}_scan_id"],
        at=values[f"{name}_at"],
        is_time_trusted=values[f"{name}_is_time_trusted"],
        gate=(gate_id, values[f"{name}_gate"]) if gate_id else None,
        who=values[f"{name}_who"] or "",
    )
