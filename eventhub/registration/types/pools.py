"""Named pools of an event: shared by types, or holding places back until a day.

A hold is a pool whose whole capacity is taken in its parent. So who takes from it takes from it alone, the counters
stay true, and what is left of it goes back by one statement a pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eventhub import audit
from eventhub.core.errors import Refusal
from eventhub.core.ids import public_id
from eventhub.core.text import N_, Localised
from eventhub.db import db, rows_changed
from eventhub.events.commands import CapacityBelowTaken, resize_pool, subject_of
from eventhub.events.models import CapacityPool, Event, PoolAbove, Session
from eventhub.events.places import give_back_places, open_pool, take_places
from eventhub.registration.forms.marks import open_form, renew_mark
from eventhub.registration.holding import add_places
from eventhub.registration.models import Place
from eventhub.registration.types.editing import TypeNameMissing, get_named_pool
from eventhub.registration.types.models import NamedPool, TicketType
from eventhub.registration.types.queries import find_door_hold, list_pools, pools_above
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.waiting import lock_pools, offer_places

MOST_PERCENT = 100


class NothingToHold(Refusal):
    sentence = N_("The places of this event are not counted, so none can be held back.")
    status = 422
    field = "kind"


class TooFewToHold(Refusal):
    sentence = N_("So many places are not free any more.")
    field = "capacity"


class PoolInUse(Refusal):
    sentence = N_("A ticket, a session or another pool takes its places here, so it can't be removed.")


class PoolReleased(Refusal):
    sentence = N_("The places of this hold went back already.")


class StillHeld(Refusal):
    sentence = N_("Some of these places are counted apart. Remove that first, under “Places”.")
    status = 422
    field = "capacity"


class DayOnlyForHolds(Refusal):
    sentence = N_("Only places that are held back go back on a day.")
    status = 422
    field = "releases_at"


class NothingToOverbook(Refusal):
    sentence = N_("The places of this event are not counted.")
    field = "percent"


class WrongPercent(Refusal):
    sentence = N_("Enter a number from 0 to 100.")
    status = 422
    field = "percent"


class SecondDoor(Refusal):
    sentence = N_("Places are held for the door already.")
    field = "kind"


def add_pool(
    event: Event,
    *,
    name: Localised,
    kind: PoolKind,
    places: int,
    parent: str = "",
    releases_at: datetime | None = None,
    by: str,
    now: datetime,
) -> NamedPool:
    """A pool of so many places, inside the pool `parent` (a public id) or the event itself. A hold takes its places at
    once.

    Raises NothingToHold, TooFewToHold, DayOnlyForHolds, SecondDoor, TypeNameMissing, and NotFound.
    """
    _check_name(name)
    if kind is PoolKind.SHARED and releases_at is not None:
        raise DayOnlyForHolds()
    open_form(event.id)
    lock_pools(event)
    parent_id = get_named_pool(event, parent).pool_id if parent else None
    if kind is not PoolKind.SHARED:
        parent_id = _hold_back(event, parent_id, places)
    if kind is PoolKind.DOOR and find_door_hold(event) is not None:
        raise SecondDoor()
    row = NamedPool(
        pool_id=open_pool(places),
        public_id=public_id(),
        event_id=event.id,
        name=dict(name),
        kind=kind,
        parent_id=parent_id,
        releases_at=releases_at,
    )
    db.session.add(row)
    event.has_types = True
    renew_mark(event.id)
    _record("added", event, row, by=by, now=now, kind=kind, places=places)
    return row


def _hold_back(event: Event, parent_id: int | None, places: int) -> int:
    """Take the places of a hold; the pool that keeps them."""
    keeper = parent_id or event.pool_id
    if keeper is None:
        raise NothingToHold()
    if take_places(dict.fromkeys(pools_above(event, keeper), places)) is not None:
        raise TooFewToHold()
    return keeper


def rename_pool(
    event: Event, public: str, *, name: Localised, releases_at: datetime | None, by: str, now: datetime
) -> None:
    """Raises TypeNameMissing, DayOnlyForHolds and NotFound."""
    _check_name(name)
    open_form(event.id)
    row = get_named_pool(event, public)
    if row.kind is PoolKind.SHARED and releases_at is not None:
        raise DayOnlyForHolds()
    row.name, row.releases_at = dict(name), releases_at
    renew_mark(event.id)
    _record("renamed", event, row, by=by, now=now, name=name)


def resize_named_pool(event: Event, public: str, *, places: int, by: str, now: datetime) -> None:
    """Raises CapacityBelowTaken, TooFewToHold where a hold is to grow, and PoolReleased."""
    lock_pools(event)
    row = get_named_pool(event, public)
    pool = row.pool
    db.session.refresh(pool)
    if row.released_at is not None:
        raise PoolReleased()
    more = places - pool.seats
    if not more:
        return
    if places < pool.taken:
        raise CapacityBelowTaken(taken=pool.taken)
    if row.kind is not PoolKind.SHARED and row.parent_id is not None:
        above = dict.fromkeys(pools_above(event, row.parent_id), abs(more))
        if more > 0 and take_places(above) is not None:
            raise TooFewToHold()
        if more < 0:
            give_back_places(above)
    resize_pool(pool, places)
    offer_places(event, now=now)
    _record("resized", event, row, by=by, now=now, places=places)


def release_hold(event: Event, public: str, *, by: str, now: datetime) -> int:
    """What the hold did not use goes back to where it came from; how many places. Those in line are offered them.

    Done again, it does nothing.
    """
    lock_pools(event)
    row = get_named_pool(event, public)
    claimed = (
        update(NamedPool)
        .where(
            NamedPool.pool_id == row.pool_id,
            NamedPool.kind != PoolKind.SHARED,
            NamedPool.released_at.is_(None),
        )
        .values(released_at=now)
    )
    if rows_changed(claimed) != 1:
        return 0
    freed = _give_up(event, row)
    _record("released", event, row, by=by, now=now, places=freed)
    offer_places(event, now=now)
    return freed


def _give_up(event: Event, row: NamedPool) -> int:
    """The hold keeps what is taken, but that of the door, whose people then have places of the event's. The pools are
    locked, so that nobody takes of it meanwhile."""
    pool = row.pool
    if row.kind is PoolKind.DOOR and row.parent_id is not None:
        freed = pool.seats - _move_places(pool.id, pools_above(event, row.parent_id))
        rows_changed(update(CapacityPool).where(CapacityPool.id == pool.id).values(taken=0))
        db.session.refresh(pool)
        _shrink(event, row, freed)
        return freed
    db.session.refresh(pool)
    freed = max(pool.seats - pool.taken, 0)
    _shrink(event, row, freed)
    return freed


def _move_places(door: int, above: Sequence[int]) -> int:
    """Whoever came in by the door has a place there no more, but in the pools `above`. How many."""
    gone = delete(Place).where(Place.pool_id == door).returning(Place.registration_id, Place.count)
    rows = db.session.execute(gone, execution_options={"synchronize_session": False}).all()
    for registration, count in rows:
        add_places(registration, dict.fromkeys(above, count))
    return sum(count for _registration, count in rows)


def _shrink(event: Event, row: NamedPool, freed: int) -> None:
    pool = row.pool
    rows_changed(
        update(CapacityPool)
        .where(CapacityPool.id == pool.id)
        .values(capacity=CapacityPool.taken, extra=max(pool.taken - pool.seats, 0))
    )
    if freed and row.parent_id is not None:
        give_back_places(dict.fromkeys(pools_above(event, row.parent_id), freed))
    db.session.expire(pool)
    db.session.expire(row)


def release_due_holds(*, now: datetime, events: Sequence[Event]) -> int:
    """The sweep: what is due of these events goes back. How many places."""
    due = [(event, row.public_id) for event in events for row in list_pools(event.id) if _is_due(row, now)]
    return sum(release_hold(event, public, by="system", now=now) for event, public in due)


def _is_due(row: NamedPool, now: datetime) -> bool:
    return row.released_at is None and row.releases_at is not None and row.releases_at <= now


def list_events_to_release(*, now: datetime) -> Sequence[int]:
    """Ids of events with a hold whose day has come."""
    due = (NamedPool.released_at.is_(None), NamedPool.releases_at <= now)
    return db.session.scalars(
        select(NamedPool.event_id).where(*due).distinct().order_by(NamedPool.event_id)
    ).all()


def overbook(event: Event, *, percent: int, by: str, now: datetime) -> None:
    """Give out so many percent more places than there are seats, because some never come.

    Raises NothingToHold, WrongPercent, and CapacityBelowTaken where more are taken than would be left.
    """
    if not 0 <= percent <= MOST_PERCENT:
        raise WrongPercent()
    if event.pool is None:
        raise NothingToOverbook()
    lock_pools(event)
    db.session.refresh(event.pool)
    old, event.pool.overbooking = event.pool.overbooking, percent
    db.session.flush()
    resize_pool(event.pool, event.pool.seats)
    offer_places(event, now=now)
    facts = {"percent": [old, percent], "seats": event.pool.seats, "capacity": event.pool.capacity}
    audit.record("event.overbooked", subject=subject_of(event), by=by, now=now, **facts)


def remove_pool(event: Event, public: str, *, by: str, now: datetime) -> None:
    """A hold's places go back first. Raises PoolInUse."""
    open_form(event.id)
    lock_pools(event)
    row = get_named_pool(event, public)
    pool = row.pool
    db.session.refresh(pool)
    types = select(TicketType.id).where(TicketType.pool_id == row.pool_id)
    sessions = select(Session.id).where(Session.pool_id == row.pool_id)
    inside = select(NamedPool.pool_id).where(NamedPool.parent_id == row.pool_id)
    below = select(PoolAbove.pool_id).where(PoolAbove.pool_id == row.pool_id)
    if pool.taken or any(db.session.scalar(one.limit(1)) for one in (types, sessions, inside, below)):
        raise PoolInUse()
    if row.kind is not PoolKind.SHARED and row.released_at is None:
        _give_up(event, row)
    _record("removed", event, row, by=by, now=now)
    db.session.delete(row)
    db.session.flush()
    db.session.delete(pool)
    renew_mark(event.id)
    offer_places(event, now=now)


def _check_name(name: Localised) -> None:
    if not any(name.values()):
        raise TypeNameMissing()


def _record(deed: str, event: Event, row: NamedPool, *, by: str, now: datetime, **detail: Any) -> None:
    facts = {"pool": row.public_id, **detail}
    audit.record(f"pool.{deed}", subject=subject_of(event), by=by, now=now, **facts)


def check_nothing_is_held(event: Event) -> None:
    """Raises StillHeld while places of the event's pool are counted apart."""
    if event.pool_id is not None and any(one.parent_id == event.pool_id for one in list_pools(event.id)):
        raise StillHeld()
