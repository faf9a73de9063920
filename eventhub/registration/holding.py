"""The places that a registration holds: from all of its pools or from none, and not longer than it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Insert, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event, Session
from eventhub.events.places import first_full, give_back_places, swap_places
from eventhub.events.rules import EventFull
from eventhub.registration.models import Place, Registration, WaitingEntry
from eventhub.registration.needs import NO_POOLS, Claims, Needs, needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.rules import HELD_FOR_A_TIME, RegistrationState, WaitingState
from eventhub.registration.types.queries import find_type, needs_answer
from eventhub.registration.types.rules import DoorHold, OfferedType

_TAKE = insert(Place)


def hold(
    registration: Registration,
    sessions: Sequence[Session],
    *,
    leaving: Sequence[int],
    pools: Claims = NO_POOLS,
    door: DoorHold | None = None,
) -> None:
    """Take a place in the event for everybody, in each session, and what is claimed of the `pools`, while the
    registrations `leaving` give theirs back. With `door` the places are of those that are kept for who comes without
    registering.

    All happens in one pass over the pools in sorted order, so that two who do this at once never wait for
    each other. Raises EventFull, SessionFull, and what `pools` says of one that is full; the caller's transaction
    then undoes the rest.
    """
    event, size = registration.event, registration.size
    ticket_type = find_type(registration.event_id, registration.ticket_type_id)
    others = other_types(registration)
    needed = needs(
        event, sessions, size=size, options=pools, ticket_type=ticket_type, others=others, door=door
    )
    full = swap_places(_drop_places(leaving), needed.counts)
    if full is not None:
        raise needed.refusals[full]
    store_places(registration, needed)


def store_places(registration: Registration, taken: Needs) -> None:
    """Write down whose places these are."""
    rows = [
        {"registration_id": registration.id, "pool_id": pool, "count": count}
        for pool, count in taken.counts.items()
    ]
    if rows:
        connection().execute(_TAKE, rows)


def add_places(registration_id: int, counts: Mapping[int, int]) -> None:
    """Write down that it has so many more of each pool, taken already. Of a pool that several things share it may
    have some for something else."""
    rows = [
        {"registration_id": registration_id, "pool_id": pool, "count": count}
        for pool, count in counts.items()
    ]
    if rows:
        connection().execute(_add(db.engine.dialect.name), rows)


@cache
def _add(dialect_name: str) -> Insert:
    new = sqlite.insert(Place) if dialect_name == "sqlite" else postgresql.insert(Place)
    return new.on_conflict_do_update(
        index_elements=[Place.registration_id, Place.pool_id],
        set_={"count": Place.count + new.excluded.count},
    )


def free_places(registration_id: int, counts: Mapping[int, int]) -> None:
    """So many that it has of each pool are free; what it has there for something else stays."""
    for pool, count in sorted(counts.items()):
        ours = (Place.registration_id == registration_id, Place.pool_id == pool)
        if rows_changed(delete(Place).where(*ours, Place.count == count)) != 1:
            rows_changed(update(Place).where(*ours).values(count=Place.count - count))
    give_back_places(counts)


def check_room(
    event: Event,
    sessions: Sequence[Session],
    pools: Claims = NO_POOLS,
    *,
    size: int = 1,
    tickets: Sequence[OfferedType] = (),
) -> None:
    """Raises EventFull, SessionFull and so on as registering would for somebody new; takes nothing. `tickets` are the
    types of the people, where the event has any."""
    first = tickets[0] if tickets else None
    if needs_answer(event, first):
        return
    others = [one for one in tickets if one is not first]
    needed = needs(event, sessions, size=size, options=pools, ticket_type=first, others=others)
    full = first_full(needed.counts)
    if full is not None and not (isinstance(needed.refusals[full], EventFull) and event.has_waiting_list):
        raise needed.refusals[full]


def let_go(registration_ids: Sequence[int]) -> None:
    """The places of these registrations are free again."""
    give_back_places(_drop_places(registration_ids))


def expire_overdue(*, now: datetime, event_id: int) -> Sequence[int]:
    """End what was not confirmed or accepted in time at this event; their ids. Their places are still to be let go.

    Whoever confirms, cancels or ends one of them right now is waited for: then its places are seen to be free.
    """
    values = {"now": now, "event": event_id}
    connection().execute(_EXPIRE_OFFERS, values)
    return connection().execute(_EXPIRE, values).scalars().all()


_OVERDUE = (
    Registration.event_id == bindparam("event"),
    Registration.state.in_(HELD_FOR_A_TIME),
    Registration.held_until <= bindparam("now"),
)
# The entry in the line first, as everybody does who changes both.
_EXPIRE_OFFERS = (
    update(WaitingEntry)
    .where(
        WaitingEntry.state == WaitingState.OFFERED,
        WaitingEntry.registration_id.in_(select(Registration.id).where(*_OVERDUE)),
    )
    .values(state=WaitingState.EXPIRED, ended_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_EXPIRE = (
    update(Registration)
    .where(
        Registration.id.in_(
            select(Registration.id).where(*_OVERDUE).order_by(Registration.id).with_for_update()
        ),
        Registration.state.in_(HELD_FOR_A_TIME),
    )
    .values(state=RegistrationState.EXPIRED, held_until=None, ended_at=bindparam("now"))
    .returning(Registration.id)
)


def _drop_places(registration_ids: Sequence[int]) -> dict[int, int]:
    """Forget what these registrations took; how many places that frees in each pool."""
    if not registration_ids:
        return {}
    gone = (
        delete(Place).where(Place.registration_id.in_(registration_ids)).returning(Place.pool_id, Place.count)
    )
    freed: dict[int, int] = {}
    for pool_id, count in db.session.execute(gone, execution_options={"synchronize_session": False}):
        freed[pool_id] = freed.get(pool_id, 0) + count
    return freed
