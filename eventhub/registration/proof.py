"""Whether the counted places are the places that registrations hold: the proof behind the counters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from eventhub.db import db
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.models import Place
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.pools import pools_above
from eventhub.registration.types.rules import PoolKind


@dataclass(frozen=True)
class Miscount:
    """A pool whose counter says `taken` while registrations and holds have `held` of it."""

    pool_id: int
    taken: int
    held: int


def list_miscounts() -> list[Miscount]:
    """Every pool whose counter is wrong, in order; none is the only good answer."""
    held, kept = func.coalesce(func.sum(Place.count), 0), _kept_by_holds()
    rows = db.session.execute(
        select(CapacityPool.id, CapacityPool.taken, held)
        .outerjoin(Place, Place.pool_id == CapacityPool.id)
        .group_by(CapacityPool.id, CapacityPool.taken)
        .having(or_(CapacityPool.taken != held, CapacityPool.id.in_(kept)))
        .order_by(CapacityPool.id)
    )
    counts = (Miscount(row[0], row[1], row[2] + kept[row[0]]) for row in rows)
    return [one for one in counts if one.taken != one.held]


def _kept_by_holds() -> Counter[int]:
    """How many places of each pool are held back in pools of their own: their seats, whoever sits on them."""
    rows = db.session.execute(
        select(NamedPool, Event)
        .join(Event, Event.id == NamedPool.event_id)
        .where(NamedPool.kind != PoolKind.SHARED)
    )
    kept: Counter[int] = Counter()
    for hold, event in rows:
        db.session.refresh(hold.pool)
        assert hold.parent_id is not None
        for pool in pools_above(event, hold.parent_id):
            kept[pool] += hold.pool.seats
    return kept
