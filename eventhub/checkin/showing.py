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

from eventhub.checkin.judging import PointFacts, TicketFacts, judge
from eventhub.checkin.models import Gate, Presence
from eventhub.checkin.point_facts import POINT_FACTS, has_booked, point_facts, with_point
from eventhub.checkin.rules import MOVING, NAMELESS, REPEATED, Direction, ScanSource, Verdict, is_reason
from eventhub.core.text import Localised
from eventhub.db import connection
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
    """One showing of a ticket at a door. `scan_id` is the scanner's own: sent twice, it is one scan.

    `ticked` are the questions of the door (ids) that the crew has ticked, None while it was not asked. Either a person
    of the crew or a paired phone scans. `reason` is why somebody found by name comes in without the ticket.
    """

    scan_id: str
    gate_id: int
    event_id: int
    shown: Shown
    direction: Direction
    source: ScanSource
    crew_id: int | None
    device_id: int | None = None
    ticked: tuple[str, ...] | None = None
    reason: str | None = None

    @property
    def lacks_reason(self) -> bool:
        """Whether it admits nobody: who was found by name comes in for a reason."""
        is_by_name = self.source is ScanSource.SEARCH and self.direction is Direction.ENTRY
        return is_by_name and not is_reason(self.reason or "")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the database says when a ticket is shown at a door. `ticket_id` None: there is no such ticket."""

    point_id: int
    point: PointFacts
    ticket_id: int | None
    ticket: TicketFacts | None
    full_name: str | None
    entered_by: Localised | None
    ticket_type: Localised | None = None
    to_pay: tuple[int, str] | None = None


@dataclass(frozen=True, kw_only=True)
class ScanRecord:
    """A stored scan as the crew may see it: verdict, when, where; of the person the name and what
    stands on the ticket. `moment` is what the verdict speaks of."""

    scan_id: str
    event_id: int
    verdict: Verdict
    direction: Direction
    source: ScanSource
    scanned_at: datetime
    full_name: str | None
    moment: datetime | None
    first_gate: Localised | None
    is_undone: bool
    ticket_type: Localised | None = None
    to_pay: tuple[int, str] | None = None
    gate_id: int | None = None
    reason: str | None = None

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
    verdict, moment = judge(
        known.ticket, known.point, direction=showing.direction, now=now, ticked=showing.ticked
    )
    is_named = verdict not in NAMELESS
    record = ScanRecord(
        scan_id=showing.scan_id,
        event_id=showing.event_id,
        verdict=verdict,
        direction=showing.direction,
        source=showing.source,
        scanned_at=now,
        full_name=known.full_name if is_named else None,
        moment=moment,
        first_gate=known.entered_by if verdict in REPEATED else None,
        is_undone=False,
        ticket_type=known.ticket_type if is_named else None,
        to_pay=known.to_pay if is_named else None,
        gate_id=showing.gate_id,
        reason=showing.reason,
    )
    return known, record


def know(shown: Shown, *, gate_id: int) -> Known:
    """Everything that judging needs, in one query."""
    named = {"number": shown.number, **(_claimed(shown.claim) if shown.claim else _NOTHING_CLAIMED)}
    row = connection().execute(_knowing(), {"gate": gate_id, **named}).one()
    return Known(
        point_id=row.point_id,
        point=point_facts(row),
        ticket_id=row.ticket_id,
        ticket=_ticket_facts(row, shown) if row.ticket_id else None,
        full_name=row.full_name,
        entered_by=row.entered_by,
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
    facts = select(
        *POINT_FACTS,
        Ticket.id.label("ticket_id"),
        Ticket.event_id.label("ticket_event_id"),
        Ticket.key_id,
        Ticket.generation,
        Ticket.state.label("ticket_state"),
        Attendee.full_name,
        Registration.state.label("registration_state"),
        Presence.is_inside,
        Presence.entered_at,
        entry_gate.name.label("entered_by"),
        TicketType.public_id.label("ticket_type_id"),
        has_booked().label("has_booked"),
        *TYPE_FACTS,
    ).select_from(Gate)
    return (
        with_point(facts, Gate.point_id)
        .outerjoin(Ticket, or_(by_code, Ticket.number == bindparam("number", type_=String)))
        .outerjoin(Attendee, Attendee.ticket_id == Ticket.id)
        .outerjoin(Registration, Registration.id == Attendee.registration_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .outerjoin(Payment, IS_OWED)
        .outerjoin(Presence, and_(Presence.ticket_id == Ticket.id, Presence.point_id == Gate.point_id))
        .outerjoin(entry_gate, entry_gate.id == Presence.entry_gate_id)
        .where(Gate.id == bindparam("gate", type_=Integer))
    )


def _ticket_facts(row: Row[*tuple[Any, ...]], shown: Shown) -> TicketFacts:
    return TicketFacts(
        event_id=row.ticket_event_id,
        is_current=shown.claim is None
        or is_current(shown.claim, key_id=row.key_id, generation=row.generation),
        is_void=row.ticket_state is TicketState.VOID,
        registration_cancelled=row.registration_state is not RegistrationState.CONFIRMED,
        ticket_type=row.ticket_type_id,
        has_booked=bool(row.has_booked),
        owes=bool(row.amount),
        is_inside=bool(row.is_inside),
        entered_at=row.entered_at,
    )
