"""What a supervisor watches: how many are inside, how fast they come, what each gate does, and who was refused why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, case, extract, func, select
from sqlalchemy.orm import aliased

from eventhub.checkin.devices.models import Device
from eventhub.checkin.judging import PointKind
from eventhub.checkin.models import CheckInPoint, Gate, Presence, Scan
from eventhub.checkin.rules import MOVING, NAMELESS, Direction, Verdict
from eventhub.core.text import Localised
from eventhub.db import db
from eventhub.registration.models import Attendee, Registration
from eventhub.tickets.models import Ticket

STEP = timedelta(minutes=5)
STEPS = 24
MOST_REFUSED = 20
LOW_BATTERY = 20


@dataclass(frozen=True, kw_only=True)
class PointNow:
    """A point with how many are inside and how many have ever come; `most_inside` None: no limit is known."""

    name: Localised
    kind: PointKind
    inside: int
    admitted: int
    most_inside: int | None

    @property
    def is_crowded(self) -> bool:
        """At nine tenths of what the site allows."""
        return self.most_inside is not None and self.inside * 10 >= self.most_inside * 9


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A gate: its last scan, and how many there were within STEP."""

    public_id: str
    name: Localised
    point: Localised
    last_at: datetime | None
    recent: int


@dataclass(frozen=True, kw_only=True)
class PhoneNow:
    """A paired phone: when it was heard of, the gate at which it scanned last, its battery in percent if it told."""

    name: str
    seen_at: datetime | None
    gate_id: str | None
    gate: Localised | None
    battery: int | None

    @property
    def is_low(self) -> bool:
        return self.battery is not None and self.battery < LOW_BATTERY


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Somebody who was not let in; `full_name` None for a ticket that is not of this event."""

    at: datetime
    verdict: Verdict
    full_name: str | None
    gate: Localised | None


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Somebody who is inside the event now; without a name who was taken out of a family since."""

    ticket: str
    full_name: str
    organisation: str
    since: datetime
    gate: Localised | None


def list_points_now(event_id: int) -> Sequence[PointNow]:
    """The event itself first."""
    inside = func.coalesce(func.sum(case((Presence.is_inside, 1), else_=0)), 0)
    rows = db.session.execute(
        select(
            CheckInPoint.name,
            CheckInPoint.kind,
            CheckInPoint.most_inside,
            inside,
            func.count(Presence.ticket_id),
        )
        .outerjoin(Presence, Presence.point_id == CheckInPoint.id)
        .where(CheckInPoint.event_id == event_id)
        .group_by(CheckInPoint.id)
        .order_by(CheckInPoint.kind != PointKind.EVENT, CheckInPoint.id)
    )
    return [
        PointNow(name=name, kind=kind, most_inside=most, inside=now, admitted=came)
        for name, kind, most, now, came in rows
    ]


def count_arrivals(event_id: int, *, now: datetime) -> Sequence[tuple[datetime, int]]:
    """Admissions to the event itself in the last STEPS times STEP, those taken back left out; each step's beginning."""
    width = int(STEP.total_seconds())
    last = int(now.timestamp()) // width * width
    first = last - (STEPS - 1) * width
    undoing = aliased(Scan)
    epoch = extract("epoch", Scan.scanned_at)
    step = (epoch - epoch % width).label("step")
    rows = db.session.execute(
        select(step, func.count())
        .join(CheckInPoint, and_(CheckInPoint.id == Scan.point_id, CheckInPoint.kind == PointKind.EVENT))
        .outerjoin(undoing, undoing.undoes_id == Scan.id)
        .where(Scan.event_id == event_id, Scan.verdict == Verdict.ADMIT, undoing.id.is_(None))
        .where(Scan.received_at >= datetime.fromtimestamp(first, UTC))
        .group_by(step)
    )
    counted: Mapping[int, int] = {int(when): number for when, number in rows}
    steps = range(first, last + width, width)
    return [(datetime.fromtimestamp(each, UTC), counted.get(each, 0)) for each in steps]


def list_lanes(event_id: int, *, now: datetime) -> Sequence[Lane]:
    """Every gate, in the order of its point."""
    recent = func.coalesce(func.sum(case((Scan.received_at > now - STEP, 1), else_=0)), 0)
    rows = db.session.execute(
        select(Gate.public_id, Gate.name, CheckInPoint.name, func.max(Scan.received_at), recent)
        .join(CheckInPoint, CheckInPoint.id == Gate.point_id)
        .outerjoin(Scan, and_(Scan.gate_id == Gate.id, Scan.event_id == Gate.event_id))
        .where(Gate.event_id == event_id)
        .group_by(Gate.id, CheckInPoint.id)
        .order_by(CheckInPoint.kind != PointKind.EVENT, CheckInPoint.id, Gate.id)
    )
    return [
        Lane(public_id=public_id, name=name, point=point, last_at=last, recent=number)
        for public_id, name, point, last, number in rows
    ]


def list_phones_now(event_id: int, *, now: datetime) -> Sequence[PhoneNow]:
    """The phones that are paired now, those longest unheard of first."""
    of_phones = (Scan.event_id == event_id, Scan.device_id.is_not(None))
    newest = select(func.max(Scan.id).label("id")).where(*of_phones).group_by(Scan.device_id).subquery()
    last = aliased(Scan, select(Scan).join(newest, newest.c.id == Scan.id).subquery())
    rows = db.session.execute(
        select(Device.name, Device.seen_at, Gate.public_id, Gate.name, Device.battery)
        .outerjoin(last, last.device_id == Device.id)
        .outerjoin(Gate, Gate.id == last.gate_id)
        .where(Device.event_id == event_id, Device.token_hash.is_not(None), Device.expires_at > now)
        .order_by(Device.seen_at, Device.id)
    )
    return [
        PhoneNow(name=name, seen_at=seen, gate_id=gate_id, gate=gate, battery=battery)
        for name, seen, gate_id, gate, battery in rows
    ]


def list_refused(event_id: int) -> Sequence[Refused]:
    """The last of them, the newest first."""
    allowed = (*MOVING, Verdict.UNDONE)
    rows = db.session.execute(
        select(Scan.scanned_at, Scan.verdict, Attendee.full_name, Gate.name)
        .outerjoin(Gate, Gate.id == Scan.gate_id)
        .outerjoin(Attendee, Attendee.ticket_id == Scan.ticket_id)
        .where(Scan.event_id == event_id, Scan.direction == Direction.ENTRY, Scan.verdict.not_in(allowed))
        .order_by(Scan.received_at.desc(), Scan.id.desc())
        .limit(MOST_REFUSED)
    )
    return [
        Refused(at=at, verdict=verdict, full_name=None if verdict in NAMELESS else name, gate=gate)
        for at, verdict, name, gate in rows
    ]


def list_inside(event_id: int) -> Sequence[Inside]:
    """By name: whom to look for when the house is left at once."""
    rows = db.session.execute(
        select(Ticket.number, Attendee.full_name, Registration.organisation, Presence.since, Gate.name)
        .join(CheckInPoint, and_(CheckInPoint.id == Presence.point_id, CheckInPoint.kind == PointKind.EVENT))
        .join(Ticket, Ticket.id == Presence.ticket_id)
        .outerjoin(Attendee, Attendee.ticket_id == Ticket.id)
        .outerjoin(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Gate, Gate.id == Presence.gate_id)
        .where(CheckInPoint.event_id == event_id, Presence.is_inside)
        .order_by(Attendee.search_key.is_(None), Attendee.search_key, Ticket.id)
    )
    return [
        Inside(ticket=number, full_name=name or "", organisation=where or "", since=since, gate=gate)
        for number, name, where, since, gate in rows
    ]
