"""Scans that phones made by themselves come up in batches: each is stored once, and who is inside is folded anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.checkin.devices.models import Device
from eventhub.checkin.models import Gate, Scan
from eventhub.checkin.offline.models import Manifest, ManifestEntry
from eventhub.checkin.offline.presences import fold_again, lock_presences
from eventhub.checkin.offline.reports import Report, Result, Status, check_makes_sense
from eventhub.checkin.offline.sealing import lookup_of
from eventhub.checkin.offline.times import time_of
from eventhub.checkin.point_facts import list_point_facts
from eventhub.checkin.queries import Door
from eventhub.checkin.rules import MOVING, NothingToUndo, ScanIdTaken, check_reason
from eventhub.core.errors import Refusal
from eventhub.db import connection, db
from eventhub.tickets.models import Ticket

# Nobody loads a list sooner.
LISTED_BEFORE = timedelta(days=60)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A batch from one gate; `phone_now` is the phone's clock when it was sent, in milliseconds. Either a person of the
    crew or a paired phone sends it; `own_gates` are those of a phone that may not work at all of them."""

    door: Door
    reports: Sequence[Report]
    phone_now: int
    crew_id: int | None
    device_id: int | None
    now: datetime
    own_gates: frozenset[str] | None = None


def take_scans(upload: Upload) -> list[Result]:
    """Store each report once; what was stored before has its verdict again, whatever the rules are now. One that can't
    be stored stops no other. In the order given."""
    places = _first_of_each(upload.reports)
    results: dict[str, Result] = {}
    for part in _by_point(replace(upload, reports=[upload.reports[place] for place in places.values()])):
        results |= _take_at_one_point(part)
    return [_told(place, upload.reports, places, results) for place in range(len(upload.reports))]


def _first_of_each(reports: Sequence[Report]) -> dict[str, int]:
    """Places in the batch by ids: of several under one id the first that makes sense."""
    first: dict[str, int] = {}
    for place, report in enumerate(reports):
        taken = first.get(report.scan_id)
        if taken is None or _why_senseless(reports[taken]) is not None:
            first[report.scan_id] = place
    return first


def _told(
    place: int, reports: Sequence[Report], places: Mapping[str, int], results: Mapping[str, Result]
) -> Result:
    """Another scan under the id of one in the same batch is no scan; the same one again is known."""
    report = reports[place]
    first, told = places[report.scan_id], results[report.scan_id]
    if place == first:
        return told
    if report != reports[first]:
        return Result(scan_id=report.scan_id, status=Status.REFUSED, why=ScanIdTaken())
    return replace(told, status=Status.KNOWN) if told.status is Status.STORED else told


def _by_point(upload: Upload) -> list[Upload]:
    """A gate that leads elsewhere since has scans of two points; they are told apart by what they were judged by."""
    door, told = upload.door, {one.point for one in upload.reports} - {None, upload.door.point}
    points = list_point_facts(door.event_id) if told else {}
    groups: dict[int, list[Report]] = {}
    facts = {door.point_id: door.facts}
    for report in upload.reports:
        point_id, its_facts = points.get(report.point or door.point, (door.point_id, door.facts))
        facts[point_id] = its_facts
        groups.setdefault(point_id, []).append(report)
    doors = {point_id: replace(door, point_id=point_id, facts=facts[point_id]) for point_id in groups}
    return [replace(upload, door=doors[point_id], reports=groups[point_id]) for point_id in sorted(groups)]


def _take_at_one_point(upload: Upload) -> dict[str, Result]:
    results = dict(_list_senseless(upload.reports))
    sensible = [one for one in upload.reports if one.scan_id not in results]
    tickets = _find_tickets(sensible, upload.door.event_id)
    touched = {ticket for ticket in map(tickets.get, map(_name, sensible)) if ticket is not None}
    lock_presences(touched, upload.door.point_id, now=upload.now)
    known = _find_stored([one.scan_id for one in sensible])
    fresh = [one for one in sensible if one.scan_id not in known]
    results |= {
        one.scan_id: _told_again(one, known, tickets, upload) for one in sensible if one.scan_id in known
    }
    results |= _store([one for one in fresh if one.undoes is None], {}, tickets, upload)
    results |= _take_back([one for one in fresh if one.undoes is not None], tickets, upload)
    fold_again(touched, upload.door.point_id, upload.door.facts)
    return results


def _list_senseless(reports: Iterable[Report]) -> Iterable[tuple[str, Result]]:
    for report in reports:
        why = _why_senseless(report)
        if why is not None:
            yield report.scan_id, Result(scan_id=report.scan_id, status=Status.REFUSED, why=why)


def _why_senseless(report: Report) -> Refusal | None:
    try:
        check_makes_sense(report)
        if report.undoes is not None:
            check_reason(report.reason or "")
    except Refusal as why:
        return why
    return None


def _name(report: Report) -> bytes | None:
    return report.lookup or report.signed


def _find_tickets(reports: Sequence[Report], event_id: int) -> Mapping[bytes | None, int]:
    """Ids of tickets of this event by what the reports call them."""
    lookups = [one.lookup for one in reports if one.lookup]
    signed = [one.signed for one in reports if one.signed]
    listed = select(ManifestEntry.lookup, ManifestEntry.ticket_id).where(
        ManifestEntry.event_id == event_id, ManifestEntry.lookup.in_(lookups)
    )
    own = select(Ticket.secret, Ticket.id).where(Ticket.event_id == event_id, Ticket.secret.in_(signed))
    found: dict[bytes | None, int] = {bytes(name): ticket for name, ticket in connection().execute(listed)}
    found.update((bytes(name), ticket) for name, ticket in connection().execute(own))
    missing = {one for one in lookups if one not in found}
    found.update(_find_unlisted(missing, event_id) if missing else ())
    return found


def _find_unlisted(lookups: Collection[bytes], event_id: int) -> list[tuple[bytes, int]]:
    """Entries that were taken off the list for a moment, because something was erased."""
    salt = db.session.scalar(select(Manifest.salt).where(Manifest.event_id == event_id))
    tickets = connection().execute(select(Ticket.id, Ticket.secret).where(Ticket.event_id == event_id))
    named = ((lookup_of(secret, salt), ticket) for ticket, secret in tickets) if salt else ()
    return [(lookup, ticket) for lookup, ticket in named if lookup in lookups]


def _find_stored(scan_ids: Collection[str]) -> dict[str, Any]:
    query = select(
        Scan.id,
        Scan.scan_id,
        Scan.event_id,
        Scan.verdict,
        Scan.ticket_id,
        Scan.gate_id,
        Scan.point_id,
        Scan.direction,
        Gate.public_id.label("gate"),
    ).outerjoin(Gate, Gate.id == Scan.gate_id)
    return {row.scan_id: row for row in connection().execute(query.where(Scan.scan_id.in_(scan_ids)))}


def _told_again(
    report: Report, known: Mapping[str, Any], tickets: Mapping[bytes | None, int], upload: Upload
) -> Result:
    """Of a code that the server or the phone could not place nobody knows the ticket here: the stored verdict is told,
    and the phone says by another scan what happened at the door."""
    row, ticket = known[report.scan_id], tickets.get(_name(report))
    is_other_ticket = None not in (row.ticket_id, ticket) and row.ticket_id != ticket
    mine = (upload.door.event_id, upload.door.gate_id, report.direction)
    if is_other_ticket or (row.event_id, row.gate_id, row.direction) != mine:
        return Result(scan_id=report.scan_id, status=Status.REFUSED, why=ScanIdTaken())
    return Result(scan_id=report.scan_id, status=Status.KNOWN, verdict=row.verdict)


def _take_back(
    undoings: Sequence[Report], tickets: Mapping[bytes | None, int], upload: Upload
) -> dict[str, Result]:
    undone = _find_stored([one.undoes for one in undoings if one.undoes])
    results = {one.scan_id: _why_not(one, undone, tickets, upload) for one in undoings}
    rest = [one for one in undoings if results[one.scan_id] is None]
    ids = {row.scan_id: row.id for row in undone.values()}
    return {name: result for name, result in results.items() if result} | _store(rest, ids, tickets, upload)


def _why_not(
    undoing: Report, undone: Mapping[str, Any], tickets: Mapping[bytes | None, int], upload: Upload
) -> Result | None:
    """The scan that is taken back comes up before; it is one of this ticket at this very point, and at a gate of the
    phone's own."""
    row = undone.get(undoing.undoes or "")
    if row is None:
        return Result(scan_id=undoing.scan_id, status=Status.WAITING)
    mine = (upload.door.event_id, upload.door.point_id, tickets.get(_name(undoing)))
    is_mine = (row.event_id, row.point_id, row.ticket_id) == mine
    if upload.own_gates is not None and row.gate not in upload.own_gates:
        is_mine = False
    if row.verdict not in MOVING or not is_mine:
        return Result(scan_id=undoing.scan_id, status=Status.REFUSED, why=NothingToUndo())
    return None


def _store(
    reports: Sequence[Report],
    undone: Mapping[str, int],
    tickets: Mapping[bytes | None, int],
    upload: Upload,
) -> dict[str, Result]:
    """One that came up by another way in the same moment is there already, and is told as what it is there."""
    if not reports:
        return {}
    in_order = sorted(reports, key=lambda one: one.scan_id)  # two batches would else wait for each other
    rows = [_row(one, undone, tickets, upload) for one in in_order]
    stored = set(connection().execute(_insert(db.engine.dialect.name), rows).scalars())
    missing = [one.scan_id for one in reports if one.scan_id not in stored]
    there = _find_stored(missing) if missing else {}
    return {
        one.scan_id: _told_again(one, there, tickets, upload)
        if one.scan_id in there
        else Result(
            scan_id=one.scan_id,
            status=Status.STORED if one.scan_id in stored else Status.KNOWN,
            verdict=one.verdict,
        )
        for one in reports
    }


@cache
def _insert(dialect_name: str) -> ReturningInsert[str]:
    new = sqlite.insert(Scan) if dialect_name == "sqlite" else postgresql.insert(Scan)
    return new.on_conflict_do_nothing().returning(Scan.scan_id)


def _row(
    report: Report, undone: Mapping[str, int], tickets: Mapping[bytes | None, int], upload: Upload
) -> dict[str, Any]:
    earliest = upload.door.event_starts_at - LISTED_BEFORE
    time = time_of(report.time, received_at=upload.now, phone_now=upload.phone_now, earliest=earliest)
    return {
        "scan_id": report.scan_id,
        "event_id": upload.door.event_id,
        "gate_id": upload.door.gate_id,
        "point_id": upload.door.point_id,
        "rules_version": report.rules_version,
        "mode": report.mode,
        "ticket_id": tickets.get(_name(report)),
        "direction": report.direction,
        "verdict": report.verdict,
        "source": report.source,
        "scanned_at": time.at,
        "received_at": upload.now,
        "crew_id": upload.crew_id,
        "device_id": upload.device_id,
        "moment": report.moment,
        "first_gate": None,
        "undoes_id": undone.get(report.undoes or ""),
        "reason": report.reason,
        "ticked": list(report.ticked) if report.ticked else None,
        "device_seq": report.seq,
        "device_at": _EPOCH + timedelta(milliseconds=report.time.at),
        "offset_ms": report.time.offset,
        "listed_at": _EPOCH + timedelta(milliseconds=report.time.listed),
        "is_time_trusted": time.is_trusted,
    }


def keep_battery(device_id: int, percent: int) -> None:
    """As the phone told it with its scans."""
    other = or_(Device.battery.is_(None), Device.battery != percent)
    connection().execute(update(Device).where(Device.id == device_id, other).values(battery=percent))
