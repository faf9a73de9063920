"""What a door reads: itself, the ticket shown, the count, the last scans, people by name.

Whoever asks here works at a door, so of a person there is a name and a type of ticket, and what crew_answers says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import aliased

from eventhub.checkin.crew_answers import says_something
from eventhub.checkin.judging import PointFacts, PointKind
from eventhub.checkin.models import CheckInPoint, Gate, Scan
from eventhub.checkin.point_facts import POINT_FACTS, point_facts, with_point
from eventhub.checkin.points import DoorQuestion, questions_of
from eventhub.checkin.rules import NAMELESS, ScanSource
from eventhub.checkin.showing import IS_OWED, OWN_TYPE, TYPE_FACTS, ScanRecord, to_pay
from eventhub.core.errors import NotFound
from eventhub.core.text import Localised
from eventhub.db import connection, db, read_row
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.types.models import Payment, TicketType
from eventhub.tickets.models import Ticket

MOST_SCANS = 20
_SCAN = (
    Scan.scan_id,
    Scan.event_id,
    Scan.verdict,
    Scan.direction,
    Scan.source,
    Scan.scanned_at,
    Scan.moment,
    Scan.first_gate,
    Scan.gate_id,
    Scan.reason,
)


@dataclass(frozen=True, kw_only=True)
class Door:
    """A gate, what is checked there, and the event behind it. `has_crew_facts`: its form asks something that the crew
    may know; `point` is the public id of what is checked."""

    gate_id: int
    public_id: str
    name: Localised
    event_title: Localised
    event_starts_at: datetime
    event_ends_at: datetime
    point_id: int
    point: str
    point_name: Localised
    facts: PointFacts
    questions: Sequence[DoorQuestion]
    has_crew_facts: bool

    @property
    def event_id(self) -> int:
        return self.facts.event_id

    @property
    def timezone(self) -> str:
        return self.facts.timezone


@dataclass(kw_only=True)
class EventWithGates:
    """An event as a choice; of each gate its public id and its name."""

    event_id: int
    slug: str
    title: Localised
    timezone: str
    starts_at: datetime
    gates: list[tuple[str, Localised]]


def get_door(public_id: str) -> Door:
    """Raises NotFound."""
    row = read_row(_one_door(), {"gate": public_id})
    if row is None:
        raise NotFound()
    return _door(row)


def find_door_of_event(event_id: int, *, among: Collection[str] | None = None) -> Door | None:
    """The oldest gate of the event itself; without one the oldest of all. `among` names gates by their public ids."""
    those = _doors().where(Gate.event_id == event_id)
    if among is not None:
        those = those.where(Gate.public_id.in_(among))
    at_the_entrance_first = those.order_by(None).order_by(CheckInPoint.kind != PointKind.EVENT, Gate.id)
    row = db.session.execute(at_the_entrance_first.limit(1)).one_or_none()
    return _door(row) if row else None


def list_events_with_gates(*, now: datetime) -> list[EventWithGates]:
    """Published events that are not over, soonest first, each with its gates, if it has any."""
    rows = db.session.execute(
        select(Event.id, Event.slug, Event.title, Event.timezone, Event.starts_at, Gate.public_id, Gate.name)
        .outerjoin(Gate, Gate.event_id == Event.id)
        .where(Event.state == EventState.PUBLISHED, Event.ends_at > now)
        .order_by(Event.starts_at, Event.id, Gate.id)
    )
    events: dict[int, EventWithGates] = {}
    for row in rows:
        event = events.setdefault(row.id, _event_without_gates(row))
        if row.public_id is not None:
            event.gates.append((row.public_id, row.name))
    return list(events.values())


def _event_without_gates(row: Row[*tuple[Any, ...]]) -> EventWithGates:
    return EventWithGates(
        event_id=row.id,
        slug=row.slug,
        title=row.title,
        timezone=row.timezone,
        starts_at=row.starts_at,
        gates=[],
    )


@cache
def _one_door() -> Select[*tuple[Any, ...]]:
    """Built once: of a scan's time in the processor, building its statements was a third."""
    return _doors().where(Gate.public_id == bindparam("gate"))


def _doors() -> Select[*tuple[Any, ...]]:
    columns = (
        Gate.id,
        Gate.public_id,
        Gate.name,
        Event.title,
        CheckInPoint.public_id.label("point"),
        CheckInPoint.name.label("point_name"),
        *POINT_FACTS,
        says_something().label("has_crew_facts"),
    )
    doors = with_point(select(*columns).select_from(Gate), Gate.point_id)
    return doors.order_by(Event.starts_at, Gate.id)


def _door(row: Row[*tuple[Any, ...]]) -> Door:
    return Door(
        gate_id=row.id,
        public_id=row.public_id,
        name=row.name,
        event_title=row.title,
        event_starts_at=row.event_starts_at,
        event_ends_at=row.event_ends_at,
        point_id=row.point_id,
        point=row.point,
        point_name=row.point_name,
        facts=point_facts(row),
        questions=questions_of(row.questions),
        has_crew_facts=row.has_crew_facts,
    )


def list_admitted_types(door: Door) -> Sequence[Localised]:
    """The names of the ticket types that the door admits, in the organisers' order."""
    its_types = TicketType.event_id == door.event_id, TicketType.public_id.in_(door.facts.types or ())
    names = select(TicketType.name).where(*its_types).order_by(TicketType.position, TicketType.id)
    return db.session.scalars(names).all()


def find_scan(scan_id: str) -> ScanRecord | None:
    row = connection().execute(_one_scan(), {"scan": scan_id}).one_or_none()
    return _record(row) if row else None


def get_scan(scan_id: str, *, event_id: int) -> ScanRecord:
    """Raises NotFound, also for a scan of another event."""
    record = find_scan(scan_id)
    if record is None or record.event_id != event_id:
        raise NotFound()
    return record


def find_gate_of_scan(scan_id: str, *, event_id: int) -> str | None:
    """The public id of the gate at which it was made."""
    query = select(Gate.public_id).join(Scan, Scan.gate_id == Gate.id)
    return db.session.scalar(query.where(Scan.scan_id == scan_id, Scan.event_id == event_id))


def get_ticket_of(scan_id: str, *, event_id: int, source: ScanSource | None = None) -> Ticket:
    """The ticket of this event that was scanned, in this way if one is given. Raises NotFound."""
    query = select(Ticket).join(Scan, Scan.ticket_id == Ticket.id)
    query = query.where(Scan.scan_id == scan_id, Scan.event_id == event_id, Ticket.event_id == event_id)
    if source is not None:
        query = query.where(Scan.source == source)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_scans(scan_ids: Sequence[str], *, event_id: int) -> dict[str, ScanRecord]:
    """Those of these scans that are stored at this event, by their ids."""
    rows = db.session.execute(_scans().where(Scan.event_id == event_id, Scan.scan_id.in_(scan_ids)))
    return {row.scan_id: _record(row) for row in rows}


def list_last_scans(door: Door) -> list[ScanRecord]:
    """The newest first, each with whether it was undone."""
    rows = db.session.execute(
        _scans()
        .where(Scan.event_id == door.event_id, Scan.gate_id == door.gate_id, Scan.undoes_id.is_(None))
        .order_by(Scan.received_at.desc(), Scan.id.desc())
        .limit(MOST_SCANS)
    )
    return [_record(row) for row in rows]


@cache
def _one_scan() -> Select[*tuple[Any, ...]]:
    return _scans().where(Scan.scan_id == bindparam("scan"))


def _scans() -> Select[*tuple[Any, ...]]:
    undoing = aliased(Scan)
    return (
        select(*_SCAN, Attendee.full_name, undoing.id.label("undone_by"), *TYPE_FACTS)
        .select_from(Scan)
        .outerjoin(Attendee, Attendee.ticket_id == Scan.ticket_id)
        .outerjoin(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .outerjoin(Payment, IS_OWED)
        .outerjoin(undoing, undoing.undoes_id == Scan.id)
    )


def _record(row: Row[*tuple[Any, ...]]) -> ScanRecord:
    return ScanRecord(
        scan_id=row.scan_id,
        event_id=row.event_id,
        verdict=row.verdict,
        direction=row.direction,
        source=row.source,
        scanned_at=row.scanned_at,
        full_name=None if row.verdict in NAMELESS else row.full_name,
        moment=row.moment,
        first_gate=row.first_gate,
        is_undone=row.undone_by is not None,
        ticket_type=None if row.verdict in NAMELESS else row.ticket_type,
        to_pay=None if row.verdict in NAMELESS else to_pay(row),
        gate_id=row.gate_id,
        reason=row.reason,
    )
