"""Taking and giving back places: one conditional statement a pool, in one sorted order."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from eventhub.db import rows_changed
from eventhub.events.models import CapacityPool


def take_places(counts: Mapping[int, int]) -> int | None:
    """Take places from all pools; `counts` is pool id to number. The id of the first pool that is too full,
    or None when all were taken. After a refusal the caller rolls back.

    The database decides: the UPDATE matches only while enough is left, so parallel takers can't both win.
    """
    for pool_id, count in sorted(counts.items()):
        fits = CapacityPool.taken + count <= CapacityPool.capacity
        statement = (
            update(CapacityPool)
            .where(CapacityPool.id == pool_id, fits)
            .values(taken=CapacityPool.taken + count)
        )
        if rows_changed(statement) != 1:
            return pool_id
    return None


def give_back_places(counts: Mapping[int, int]) -> None:
    """Give places back to their pools."""
    for pool_id, count in sorted(counts.items()):
        statement = (
            update(CapacityPool).where(CapacityPool.id == pool_id).values(taken=CapacityPool.taken - count)
        )
        rows_changed(statement)


def swap_places(old: Mapping[int, int], new: Mapping[int, int]) -> int | None:
    """Change what is held from `old` to `new` in one sorted order; answers as take_places."""
    for pool_id in sorted({*old, *new}):
        change = new.get(pool_id, 0) - old.get(pool_id, 0)
        if change < 0:
            give_back_places({pool_id: -change})
        if change > 0 and take_places({pool_id: change}) is not None:
            return pool_id
    return None
