"""The shared places of an event for its copy: the same pools in the same order, and the sessions that lie in them."""

from __future__ import annotations

from datetime import datetime

from eventhub.events.cloning import list_copied
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.queries import list_pools
from eventhub.registration.types.sharing import count_in, find_shared


def copy_shared_places(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """Copied sessions lie in pools of their own event as those of the source do. Pools that no session needs stay
    behind with the types of ticket."""
    if not source.has_types:
        return
    made = _Made(source, copy, by, now)
    for old, new in list_copied(source, copy):
        shared = find_shared(old)
        if shared is None:
            continue
        own = None if old.shares_pool or old.pool is None else old.pool.seats
        if own is not None and new.pool is not None:
            resize_pool(new.pool, own)  # the copy had the least of its chain
        count_in(copy, new, made.copy_of(shared), places=own, by=by, now=now)


class _Made:
    """The pools of the copy, made as they are needed."""

    def __init__(self, source: Event, copy: Event, by: str, now: datetime) -> None:
        self.copy, self.by, self.now = copy, by, now
        self.old = {one.pool_id: one for one in list_pools(source.id)}
        self.new: dict[int, str] = {}

    def copy_of(self, pool: NamedPool) -> str:
        """The public id of what this pool is in the copy; those that it lies in come first."""
        if pool.pool_id not in self.new:
            above = self.old.get(pool.parent_id) if pool.parent_id is not None else None
            parent = self.copy_of(above) if above is not None else ""
            row = add_pool(
                self.copy,
                name=pool.name,
                kind=pool.kind,
                places=pool.pool.seats,
                parent=parent,
                by=self.by,
                now=self.now,
            )
            self.new[pool.pool_id] = row.public_id
        return self.new[pool.pool_id]
