"""Taking and giving back places: one conditional statement a pool, in one sorted order."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, false, func, or_, select, update
from sqlalchemy.orm import aliased

from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, PoolAbove, Session

_NUMBER = bindparam("number", type_=Integer)
_FITS = CapacityPool.taken + _NUMBER <= CapacityPool.capacity
_POOL = update(CapacityPool).where(CapacityPool.id == bindparam("pool"))
# Built once: building a statement takes longer than executing it.
_TAKE = _POOL.where(_FITS).values(taken=CapacityPool.taken + _NUMBER)
_GIVE_BACK = _POOL.values(taken=CapacityPool.taken - _NUMBER)


def open_pool(capacity: int, *, taken: int = 0) -> int:
    """The id of a new pool of so many places."""
    pool = CapacityPool(capacity=capacity, taken=taken)
    db.session.add(pool)
    db.session.flush()
    return pool.id


def take_places(counts: Mapping[int, int]) -> int | None:
    """Take places from all pools; `counts` is pool id to number. The id of the first pool that is too full,
    or None when all were taken. After a refusal the caller rolls back.

    The database decides: the UPDATE matches only while enough is left, so parallel takers can't both win.
    """
    for pool_id, count in sorted(counts.items()):
        if rows_changed(_TAKE, pool=pool_id, number=count) != 1:
            return pool_id
    return None


def first_full(counts: Mapping[int, int]) -> int | None:
    """The id of the first pool that has less than this left; takes nothing."""
    full = [
        and_(CapacityPool.id == pool, CapacityPool.taken + count > CapacityPool.capacity)
        for pool, count in counts.items()
    ]
    query = select(CapacityPool.id).where(or_(false(), *full))
    return db.session.scalar(query.order_by(CapacityPool.id).limit(1))


def room_in_session() -> ColumnElement[int]:
    """How many places the tightest pool of a session's chain has left, beside Session; null when nobody counts."""
    pool = aliased(CapacityPool)
    left = pool.capacity - pool.taken
    own = select(left).where(pool.id == Session.pool_id).correlate(Session).scalar_subquery()
    chain = select(func.min(left)).join(PoolAbove, PoolAbove.pool_id == pool.id)
    above = chain.where(PoolAbove.session_id == Session.id).correlate(Session).scalar_subquery()
    return case((above < own, above), else_=own)


def give_back_places(counts: Mapping[int, int]) -> None:
    """Give places back to their pools."""
    for pool_id, count in sorted(counts.items()):
        rows_changed(_GIVE_BACK, pool=pool_id, number=count)


def swap_places(old: Mapping[int, int], new: Mapping[int, int]) -> int | None:
    """Change what is held from `old` to `new` in one sorted order; answers as take_places."""
    for pool_id in sorted({*old, *new}):
        change = new.get(pool_id, 0) - old.get(pool_id, 0)
        if change < 0:
            give_back_places({pool_id: -change})
        if change > 0 and take_places({pool_id: change}) is not None:
            return pool_id
    return None
