"""The ticket types of an event as rules see them, with the pools from which their holders take places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from eventhub.db import db
from eventhub.registration.types.models import NamedPool, TicketType
from eventhub.registration.types.rules import OfferedType, PoolKind, TypeContent


def read_types(event_id: int) -> tuple[OfferedType, ...]:
    """In the event's order, closed ones too. Two statements, or one where there is none."""
    rows = db.session.scalars(_TYPES, {"event": event_id}).all()
    if not rows:
        return ()
    named = {pool.pool_id: pool for pool in db.session.scalars(_POOLS, {"event": event_id})}
    return tuple(_offered(row, named) for row in rows)


_TYPES = (
    select(TicketType)
    .where(TicketType.event_id == bindparam("event"))
    .order_by(TicketType.position, TicketType.id)
    .execution_options(populate_existing=True)
)
_POOLS = (
    select(NamedPool)
    .where(NamedPool.event_id == bindparam("event"))
    .execution_options(populate_existing=True)
)


def _offered(row: TicketType, named: Mapping[int, NamedPool]) -> OfferedType:
    chain = chain_of(row.pool_id, named)
    return OfferedType(
        id=row.id,
        public_id=row.public_id,
        content=content_of(row),
        code_hash=row.code_hash,
        closed_at=row.closed_at,
        chain=chain,
        is_held=bool(chain) and _is_hold(chain[-1], named),
        code_pool=row.code_pool_id,
    )


def content_of(row: TicketType) -> TypeContent:
    values = {name: getattr(row, name) for name in TypeContent.__dataclass_fields__}
    return TypeContent(**{**values, "allowed": tuple(row.allowed)})


def chain_of(pool_id: int | None, named: Mapping[int, NamedPool]) -> tuple[int, ...]:
    """The pool and those above it, from which its places are taken too: up to a hold, whose places are
    taken already."""
    chain: list[int] = []
    while pool_id is not None and pool_id not in chain:
        chain.append(pool_id)
        pool = named.get(pool_id)
        pool_id = None if pool is None or _is_hold(pool_id, named) else pool.parent_id
    return tuple(chain)


def _is_hold(pool_id: int, named: Mapping[int, NamedPool]) -> bool:
    return pool_id in named and named[pool_id].kind is not PoolKind.SHARED


def find_in(types: Sequence[OfferedType], type_id: int | None) -> OfferedType | None:
    return next((one for one in types if one.id == type_id), None)
