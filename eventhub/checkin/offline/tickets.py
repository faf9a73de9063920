"""What phones have to know of each ticket of an event, as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, select

from eventhub.checkin.crew_answers import count_companions
from eventhub.checkin.models import CheckInPoint
from eventhub.checkin.offline.sealing import in_text, lookup_of
from eventhub.checkin.point_facts import has_booked
from eventhub.checkin.showing import IS_OWED, OWN_TYPE
from eventhub.db import connection
from eventhub.events.models import Event
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Child, Fare, Party
from eventhub.registration.parties.rules import ALONE_FROM, PartyKind, age_on
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.models import Payment, TicketType
from eventhub.tickets.models import Ticket, TicketState

VOID, CANCELLED, OWES = 1, 2, 4
DIGEST_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A ticket with what its code says, what judging asks, and what its card shows (`display`, see ADR 0027)."""

    id: int
    number: str
    event_id: int
    secret: bytes
    key_id: int
    generation: int
    flags: int
    ticket_type: str | None
    lookup: bytes
    booked: list[int] = field(default_factory=list)
    display: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> bytes:
        """Changes with everything that a phone is told."""
        told = (self.key_id, self.generation, self.flags, self.ticket_type, self.booked, self.display)
        return sha256(repr(told).encode()).digest()[:DIGEST_BYTES]


def list_tickets(event_id: int, salt: bytes) -> list[Listed]:
    """Every ticket in the order of their coming, also one that nobody has any more; three statements for any number."""
    rows = connection().execute(_tickets(), {"event": event_id}).all()
    companions, booked = count_companions(event_id), _list_booked(event_id)
    parties = _list_parties(rows, salt)
    return [
        Listed(
            id=row.id,
            number=row.number,
            event_id=event_id,
            secret=row.secret,
            key_id=row.key_id,
            generation=row.generation,
            flags=_flags(row),
            ticket_type=row.ticket_type,
            lookup=lookup_of(row.secret, salt),
            booked=booked.get(row.id, []),
            display=_display(row, companions.get(row.id), parties.get(row.attendee_id)),
        )
        for row in rows
    ]


@cache
def _tickets() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.secret,
            Ticket.key_id,
            Ticket.generation,
            Ticket.state,
            Attendee.id.label("attendee_id"),
            Attendee.full_name,
            Attendee.registration_id,
            Registration.state.label("registration_state"),
            TicketType.public_id.label("ticket_type"),
            Payment.amount,
            Payment.currency,
            Party.kind.label("party"),
            Child.born_on,
            Child.may_leave_alone,
            Event.starts_at,
            Event.timezone,
        )
        .join(Event, Event.id == Ticket.event_id)
        .outerjoin(Attendee, Attendee.ticket_id == Ticket.id)
        .outerjoin(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .outerjoin(Payment, IS_OWED)
        .outerjoin(Party, Party.registration_id == Registration.id)
        .outerjoin(Child, Child.attendee_id == Attendee.id)
        .where(Ticket.event_id == bindparam("event"))
        .order_by(Attendee.id, Ticket.id)
    )


def _flags(row: Any) -> int:
    is_cancelled = row.registration_state is not RegistrationState.CONFIRMED
    facts = ((row.state is TicketState.VOID, VOID), (is_cancelled, CANCELLED), (bool(row.amount), OWES))
    return sum(flag for holds, flag in facts if holds)


def _display(row: Any, companions: int | None, party: list[list[Any]] | None) -> dict[str, Any]:
    owed = [row.amount, row.currency] if row.amount else None
    group = 1 if party and row.party is PartyKind.SCHOOL_GROUP else None
    shown = {"n": row.full_name, "o": owed, "w": companions, "p": party, "g": group}
    return {name: value for name, value in shown.items() if value is not None}


def _list_parties(rows: Sequence[Any], salt: bytes) -> dict[int, list[list[Any]]]:
    """By the attendee whose code stands for all: each one's ticket, name, whether an adult must come along, and of a
    child whether it may leave alone."""
    parties: dict[int, list[Any]] = {}
    for row in rows:
        if row.party is not None:
            parties.setdefault(row.registration_id, []).append(row)
    return {people[0].attendee_id: [_member(one, salt) for one in people] for people in parties.values()}


def _member(row: Any, salt: bytes) -> list[Any]:
    day: date = row.starts_at.astimezone(ZoneInfo(row.timezone)).date()
    is_young = row.born_on is not None and age_on(row.born_on, day) < ALONE_FROM
    alone = None if row.may_leave_alone is None else int(row.may_leave_alone)
    return [in_text(lookup_of(row.secret, salt)), row.full_name, int(is_young), alone]


def _list_booked(event_id: int) -> Mapping[int, list[int]]:
    """By ticket the points (ids) that ask for a booked session and whose session the person takes part in."""
    booked: dict[int, list[int]] = {}
    for ticket, point in connection().execute(_booked(), {"event": event_id}):
        booked.setdefault(ticket, []).append(point)
    return booked


@cache
def _booked() -> Select[*tuple[Any, ...]]:
    of_event = and_(CheckInPoint.event_id == Registration.event_id, CheckInPoint.booked_only)
    return (
        select(Attendee.ticket_id, CheckInPoint.id)
        .select_from(Registration)
        .join(CheckInPoint, of_event)
        .join(Attendee, Attendee.registration_id == Registration.id)
        .where(Registration.event_id == bindparam("event"), Attendee.ticket_id.is_not(None), has_booked())
        .order_by(Attendee.ticket_id, CheckInPoint.id)
    )


def moment_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
