"""How many people of a ticket type still fit: into the event and into all pools of their type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Update, and_, bindparam, exists, false, or_, select, update
from sqlalchemy.orm import joinedload

from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import first_full
from eventhub.registration.models import Attendee, Registration, WaitingEntry
from eventhub.registration.needs import Needs, needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.parties.models import Fare
from eventhub.registration.rules import WaitingState
from eventhub.registration.types.queries import find_type, room_in, types_of
from eventhub.registration.types.rules import OfferedType


def room_for(event: Event, ticket_type: OfferedType | None) -> int | None:
    """How many people of the type fit at once; None when nobody counts."""
    one = needs(event, (), size=1, ticket_type=ticket_type).counts
    return _room(event, ticket_type, room_in(one))


def room_for_any(event: Event, types: Sequence[OfferedType]) -> int | None:
    """How many people fit at once with the type that has the most room, in one statement; as room_for."""
    every = [needs(event, (), size=1, ticket_type=one).counts for one in types]
    left = room_in(pool for counts in every for pool in counts)
    rooms = [_room(event, one, left) for one in types]
    return None if None in rooms else max((room for room in rooms if room is not None), default=0)


def _room(event: Event, ticket_type: OfferedType | None, left: Mapping[int, int]) -> int | None:
    one, two = (needs(event, (), size=size, ticket_type=ticket_type).counts for size in (1, 2))
    grows = {pool for pool in one if two[pool] > one[pool]}
    if any(left[pool] < 1 for pool in one):
        return 0
    return min((left[pool] for pool in grows), default=None)


def fits_its_type(event: Event) -> ColumnElement[bool]:
    """That somebody in the line fits into the event and into the pools of their type, as the pools are now."""
    alike = or_(false(), *(_fits(event, one) for one in (None, *types_of(event))))
    if not event.takes_families:
        return alike
    mixed = {entry.id: entry for entry in db.session.scalars(_MIXED, {"event": event.id})}
    fitting = [number for number, entry in mixed.items() if _fits_mixed(event, entry)]
    return or_(and_(alike, WaitingEntry.id.not_in(mixed)), WaitingEntry.id.in_(fitting))


# Families of which somebody has another type: they are few.
_MIXED = (
    select(WaitingEntry)
    .join(Registration, Registration.id == WaitingEntry.registration_id)
    .where(
        WaitingEntry.event_id == bindparam("event"),
        WaitingEntry.state == WaitingState.WAITING,
        exists().where(
            Attendee.registration_id == Registration.id,
            Fare.attendee_id == Attendee.id,
            Fare.ticket_type_id != Registration.ticket_type_id,
        ),
    )
    .options(joinedload(WaitingEntry.registration).selectinload(Registration.attendees))
)


def _fits_mixed(event: Event, entry: WaitingEntry) -> bool:
    registration = entry.registration
    main = find_type(event.id, registration.ticket_type_id)
    needed = needs(event, (), size=entry.size, ticket_type=main, others=other_types(registration))
    return first_full(needed.counts) is None


def _fits(event: Event, ticket_type: OfferedType | None) -> ColumnElement[bool]:
    """The ticket types of one event are few."""
    of_type = Registration.ticket_type_id == (ticket_type.id if ticket_type else None)
    mine = WaitingEntry.registration_id.in_(
        select(Registration.id).where(Registration.event_id == event.id, of_type)
    )
    room = room_for(event, ticket_type)
    return mine if room is None else and_(mine, WaitingEntry.size <= room)


def make_room(needed: Needs) -> list[int]:
    """Where a pool has too little left, it gets as much more as is short, beyond its seats. The pools that grew.

    For those whom an organiser lets in out of turn.
    """
    return [pool for pool, count in sorted(needed.counts.items()) if rows_changed(_grow(pool, count))]


def _grow(pool_id: int, count: int) -> Update:
    short = CapacityPool.taken + count - CapacityPool.capacity
    return (
        update(CapacityPool)
        .where(CapacityPool.id == pool_id, short > 0)
        .values(capacity=CapacityPool.taken + count, extra=CapacityPool.extra + short)
    )
