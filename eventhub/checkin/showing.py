"""A ticket held up at a door: what is known of it, in one query, and what the door says to it.

Of a person only the name is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from eventhub.checkin.models import Gate, Presence
from eventhub.checkin.rules import (
    MOVING,
    NAMELESS,
    Direction,
    DoorFacts,
    ScanSource,
    TicketFacts,
    Verdict,
    judge,
)
from eventhub.core.text import Localised
from eventhub.db import connection
from eventhub.events.models import Event
from eventhub.events.rules import EventState
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.models import Payment, TicketType
from eventhub.registration.types.rules import PaymentState
from eventhub.tickets.models import Ticket, TicketKey, TicketState
from eventhub.tickets.queries import public_keys
from eventhub.tickets.rules import is_current
from eventhub.tickets.signing import BadCode, MalformedCode, TicketClaim, verify

_keys: dict[int, Ed25519PublicKey] = {}
EVENT_FACTS = (Event.state, Event.starts_at, Event.ends_at)

TYPE_FACTS = (TicketType.name.label("ticket_type"), Payment.amount, Payment.currency)
OWN_TYPE = func.coalesce(Fare.ticket_type_id, Registration.ticket_type_id)
IS_OWED = and_(Payment.registration_id == Registration.id, Payment.state == PaymentState.DUE)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A ticket as it was named: by its signed code or by its number; neither is a foreign code."""

    claim: TicketClaim | None = None
    number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Showing:
    """One showing of a ticket at a door. `scan_id` is the scanner's own: sent twice, it is one scan."""

    scan_id: str
    gate_id: int
    event_id: int
    shown: Shown
    direction: Direction
    source: ScanSource
    crew_id: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the database says when a ticket is shown at a door. `ticket_id` None: there is no such ticket."""

    door: DoorFacts
    ticket_id: int | None
    ticket: TicketFacts | None
    full_name: str | None
    inside_since: datetime | None
    inside_by: Localised | None
    ticket_type: Localised | None = None
    to_pay: tuple[int, str] | None = None


@dataclass(frozen=True, kw_only=True)
class ScanRecord:
    """A stored scan as the crew may see it: verdict, when, where; of the person the name and what
    stands on the ticket."""

    scan_id: str
    event_id: int
    verdict: Verdict
    direction: Direction
    source: ScanSource
    scanned_at: datetime
    full_name: str | None
    first_at: datetime | None
    first_gate: Localised | None
    is_undone: bool
    ticket_type: Localised | None = None
    to_pay: tuple[int, str] | None = None

    @property
    def can_be_undone(self) -> bool:
        return self.verdict in MOVING and not self.is_undone


def to_pay(row: Row[*tuple[Any, ...]]) -> tuple[int, str] | None:
    """Amount in minor units and currency of what is still owed."""
    return (row.amount, row.currency) if row.amount else None


def shown_by_code(text: str) -> Shown:
    """The signature is asked before the database: a foreign code costs no query and is kept nowhere.

    Keys never change under their id, so those seen once are kept; whether one is revoked `know` asks each time.
    """
    try:
        return Shown(claim=verify(text, _keys))
    except MalformedCode:
        return Shown()
    except BadCode:
        _keys.update(public_keys())
    try:
        return Shown(claim=verify(text, _keys))
    except BadCode:
        return Shown()


def judged(showing: Showing, *, now: datetime) -> tuple[Known, ScanRecord]:
    """What the door says to this ticket now, with what it knows; nothing is stored."""
    known = know(showing.shown, gate_id=showing.gate_id)
    verdict = judge(known.ticket, known.door, direction=showing.direction, now=now)
    is_repeat = verdict is Verdict.ALREADY_IN
    record = ScanRecord(
        scan_id=showing.scan_id,
        event_id=showing.event_id,
        verdict=verdict,
        direction=showing.direction,
        source=showing.source,
        scanned_at=now,
        full_name=None if verdict in NAMELESS else known.full_name,
        first_at=known.inside_since if is_repeat else None,
        first_gate=known.inside_by if is_repeat else None,
        is_undone=False,
        ticket_type=None if verdict in NAMELESS else known.ticket_type,
        to_pay=None if verdict in NAMELESS else known.to_pay,
    )
    return known, record


def know(shown: Shown, *, gate_id: int) -> Known:
    """Everything that judging needs, in one query."""
    named = {"number": shown.number, **(_claimed(shown.claim) if shown.claim else _NOTHING_CLAIMED)}
    row = connection().execute(_knowing(), {"gate": gate_id, **named}).one()
    return Known(
        door=door_facts(row),
        ticket_id=row.ticket_id,
        ticket=_ticket_facts(row, shown) if row.ticket_id else None,
        full_name=row.full_name,
        inside_since=row.since,
        inside_by=row.inside_by,
        ticket_type=row.ticket_type,
        to_pay=to_pay(row),
    )


def _claimed(claim: TicketClaim) -> dict[str, Any]:
    return {"secret": claim.ticket_id, "event": claim.event_number, "key": claim.key_id}


_NOTHING_CLAIMED = {"secret": None, "event": None, "key": None}


@cache
def _knowing() -> Select[*tuple[Any, ...]]:
    """Built once, because building it costs more than running it. What was not named is NULL, equal to nothing."""
    entry_gate = aliased(Gate)
    revoked = select(TicketKey.id).where(
        TicketKey.id == bindparam("key", type_=Integer), TicketKey.revoked_at.is_not(None)
    )
    by_code = and_(
        Ticket.secret == bindparam("secret", type_=LargeBinary),
        Ticket.event_id == bindparam("event", type_=BigInteger),
        ~revoked.exists(),
    )
    return (
        select(
            Gate.event_id,
            *EVENT_FACTS,
            Ticket.id.label("ticket_id"),
            Ticket.event_id.label("ticket_event_id"),
            Ticket.key_id,
            Ticket.generation,
            Ticket.state.label("ticket_state"),
            Attendee.full_name,
            Registration.state.label("registration_state"),
            Presence.since,
            entry_gate.name.label("inside_by"),
            *TYPE_FACTS,
        )
        .join(Event, Event.id == Gate.event_id)
        .outerjoin(Ticket, or_(by_code, Ticket.number == bindparam("number", type_=String)))
        .outerjoin(Attendee, Attendee.ticket_id == Ticket.id)
        .outerjoin(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .outerjoin(Payment, IS_OWED)
        .outerjoin(Presence, and_(Presence.ticket_id == Ticket.id, Presence.is_inside))
        .outerjoin(entry_gate, entry_gate.id == Presence.gate_id)
        .where(Gate.id == bindparam("gate", type_=Integer))
    )


def _ticket_facts(row: Row[*tuple[Any, ...]], shown: Shown) -> TicketFacts:
    return TicketFacts(
        event_id=row.ticket_event_id,
        is_current=shown.claim is None
        or is_current(shown.claim, key_id=row.key_id, generation=row.generation),
        is_void=row.ticket_state is TicketState.VOID,
        registration_cancelled=row.registration_state is not RegistrationState.CONFIRMED,
        inside_since=row.since,
    )


def door_facts(row: Row[*tuple[Any, ...]]) -> DoorFacts:
    return DoorFacts(
        event_id=row.event_id,
        is_cancelled=row.state is EventState.CANCELLED,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
