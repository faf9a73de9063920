"""Whether the counted places are the places that registrations hold: the proof behind the counters."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from eventhub.db import db
from eventhub.events.models import CapacityPool
from eventhub.registration.models import Place


@dataclass(frozen=True)
class Miscount:
    """A pool whose counter says `taken` while registrations hold `held`."""

    pool_id: int
    taken: int
    held: int


def list_miscounts() -> list[Miscount]:
    """Every pool whose counter is wrong, in order; none is the only good answer."""
    held = func.coalesce(func.sum(Place.count), 0)
    rows = db.session.execute(
        select(CapacityPool.id, CapacityPool.taken, held)
        .outerjoin(Place, Place.pool_id == CapacityPool.id)
        .group_by(CapacityPool.id, CapacityPool.taken)
        .having(CapacityPool.taken != held)
        .order_by(CapacityPool.id)
    )
    return [Miscount(*row) for row in rows]
