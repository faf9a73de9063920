"""The places that a registration holds: from all of its pools or from none, and not longer than it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from eventhub.core.errors import Refusal
from eventhub.db import connection, db
from eventhub.events.models import Event, Session
from eventhub.events.places import first_full, give_back_places, swap_places
from eventhub.events.rules import EventFull
from eventhub.registration.models import Place, Registration, WaitingEntry
from eventhub.registration.needs import NO_POOLS, Needs, needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.rules import HELD_FOR_A_TIME, RegistrationState, WaitingState
from eventhub.registration.types.queries import find_type, needs_answer
from eventhub.registration.types.rules import OfferedType

_TAKE = insert(Place)


def hold(
    registration: Registration,
    sessions: Sequence[Session],
    *,
    leaving: Sequence[int],
    pools: Mapping[int, Refusal] = NO_POOLS,
    door: int | None = None,
) -> None:
    """Take a place in the event, in each session and in each of the `pools`, while the registrations `leaving` give
    theirs back. With `door` the place is one of that pool's, which are kept for those who come without registering.

    All happens in one pass over the pools in sorted order, so that two who do this at once never wait for
    each other. Raises EventFull, SessionFull, and what `pools` says of one that is full; the caller's transaction
    then undoes the rest.
    """
    event, size = registration.event, len(registration.attendees)
    ticket_type = find_type(registration.event_id, registration.ticket_type_id)
    others = other_types(registration)
    needed = needs(
        event, sessions, size=size, options=pools, ticket_type=ticket_type, others=others, hold=door
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


def check_room(
    event: Event,
    sessions: Sequence[Session],
    pools: Mapping[int, Refusal] = NO_POOLS,
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
