"""Reads about ticket types: which one a registration has, what is left of each, and who owes what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, String, cast, false, func, or_, select

from eventhub.db import db
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.queries import get_form
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.rules import LIVE
from eventhub.registration.types.models import NamedPool, Payment, TicketType
from eventhub.registration.types.reading import chain_of, find_in
from eventhub.registration.types.rules import DoorHold, OfferedType, PoolKind


def types_of(event: Event) -> Sequence[OfferedType]:
    """The event's ticket types; where it has none, no statement is asked."""
    return get_form(event.id).types if event.has_types else ()


def find_type(event_id: int, type_id: int | None) -> OfferedType | None:
    """The type with this id; no statement for None, which those have who came before there were types."""
    return None if type_id is None else find_in(get_form(event_id).types, type_id)


def needs_answer(event: Event, ticket_type: OfferedType | None) -> bool:
    """Whether the organiser approves before a place is taken: of everybody, or of those with this type."""
    return event.needs_approval or (ticket_type is not None and ticket_type.content.needs_approval)


def room_in(pool_ids: Iterable[int]) -> dict[int, int]:
    """How many places are left in each of these pools."""
    wanted = set(pool_ids)
    if not wanted:
        return {}
    left = CapacityPool.capacity - CapacityPool.taken
    rows = db.session.execute(select(CapacityPool.id, left).where(CapacityPool.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def pools_of(types: Iterable[OfferedType]) -> set[int]:
    """All pools from which these types take places, those that count codes included."""
    return {pool for one in types for pool in (*one.chain, one.code_pool) if pool is not None}


def get_pools(types: Iterable[OfferedType]) -> Mapping[int, CapacityPool]:
    """The pools themselves, in one statement or none."""
    wanted = pools_of(types)
    if not wanted:
        return {}
    found = db.session.scalars(select(CapacityPool).where(CapacityPool.id.in_(wanted)))
    return {pool.id: pool for pool in found}


def is_of_types(event_id: object) -> ColumnElement[bool]:
    """That a pool belongs to the ticket types or the named pools of this event."""
    pools = (
        select(TicketType.pool_id).where(TicketType.event_id == event_id, TicketType.pool_id.is_not(None)),
        select(TicketType.code_pool_id).where(
            TicketType.event_id == event_id, TicketType.code_pool_id.is_not(None)
        ),
        select(NamedPool.pool_id).where(NamedPool.event_id == event_id),
    )
    return or_(false(), *(CapacityPool.id.in_(one) for one in pools))


def type_seats() -> Select[str]:
    """For the mark of an event's form page, beside Event: the places of its types, as far as the page shows them."""
    left = CapacityPool.capacity - CapacityPool.taken
    each = cast(CapacityPool.id, String) + ":" + cast(left, String)
    shown = or_(left <= 10, left * 10 <= CapacityPool.capacity)
    return select(func.aggregate_strings(each, ",")).where(is_of_types(Event.id), shown)


def find_payment(registration_id: int) -> Payment | None:
    """What a registration owes or owed; None where its place costs nothing."""
    query = select(Payment).where(Payment.registration_id == registration_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def get_type_names(event_id: int) -> Sequence[tuple[str, Mapping[str, str]]]:
    """(public id, name) of all types of an event, in order."""
    query = select(TicketType.public_id, TicketType.name).where(TicketType.event_id == event_id)
    rows = db.session.execute(query.order_by(TicketType.position, TicketType.id))
    return [(row[0], row[1]) for row in rows]


def counted_pools(event_id: int) -> dict[int, CapacityPool]:
    """All pools of the event's ticket types and named pools, by their ids, in one statement."""
    found = db.session.scalars(select(CapacityPool).where(is_of_types(event_id)))
    return {pool.id: pool for pool in found}


def count_by_type(event_id: int) -> dict[int, int]:
    """How many live registrations have each type, by its id; of a family each whose type is another one counts too."""
    rows = db.session.execute(
        select(Registration.ticket_type_id, func.count())
        .where(
            Registration.event_id == event_id,
            Registration.ticket_type_id.is_not(None),
            Registration.state.in_(LIVE),
        )
        .group_by(Registration.ticket_type_id)
    )
    others = db.session.execute(
        select(Fare.ticket_type_id, func.count())
        .join(Attendee, Attendee.id == Fare.attendee_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(
            Registration.event_id == event_id,
            Fare.ticket_type_id != Registration.ticket_type_id,
            Registration.state.in_(LIVE),
        )
        .group_by(Fare.ticket_type_id)
    )
    counts = Counter({row[0]: row[1] for row in rows if row[0] is not None})
    counts.update({row[0]: row[1] for row in others})
    return counts


def list_pools(event_id: int) -> Sequence[NamedPool]:
    """All named pools of the event, the oldest first."""
    query = select(NamedPool).where(NamedPool.event_id == event_id)
    return db.session.scalars(query.order_by(NamedPool.pool_id)).all()


def names_of_pools(event: Event) -> Mapping[int, Mapping[str, str]]:
    """The names of its pools by their ids, in one statement; where the event has none, no statement is asked."""
    return {one.pool_id: one.name for one in list_pools(event.id)} if event.has_types else {}


def pools_above(event: Event, pool_id: int) -> tuple[int, ...]:
    """This pool and those in which its places are taken too, up to the event's own unless a hold is between."""
    named = {one.pool_id: one for one in list_pools(event.id)}
    chain = chain_of(pool_id, named)
    last = named.get(chain[-1])
    is_held = last is not None and last.kind is not PoolKind.SHARED
    if is_held or event.pool_id is None or event.pool_id in chain:
        return chain
    return (*chain, event.pool_id)


def find_door_hold(event: Event) -> DoorHold | None:
    """The places that are kept for those who come without registering, until they go back."""
    theirs = (NamedPool.event_id == event.id, NamedPool.kind == PoolKind.DOOR)
    return _door_hold(event, select(NamedPool).where(*theirs, NamedPool.released_at.is_(None)))


def find_door_of(registration: Registration) -> DoorHold | None:
    """The places kept for the door of which this registration has one."""
    held = [place.pool_id for place in registration.places]
    if not held:
        return None
    query = select(NamedPool).where(NamedPool.pool_id.in_(held), NamedPool.kind == PoolKind.DOOR)
    return _door_hold(registration.event, query)


def _door_hold(event: Event, query: Select[NamedPool]) -> DoorHold | None:
    row = db.session.scalars(query).one_or_none()
    if row is None or row.parent_id is None:
        return None
    return DoorHold(pool=row.pool_id, above=pools_above(event, row.parent_id))
