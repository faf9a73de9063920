"""The control of bench.race: EventHub's own server, but places are counted as a careless program counts them.

It reads how many are taken before it waits for the writer's turn, and writes back one more: what the conditional
UPDATE of the product prevents. The product itself knows nothing of this.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from eventhub.cli import main
from eventhub.db import db
from eventhub.events import places
from eventhub.events.models import CapacityPool
from eventhub.web.forms import PageForm

SWITCH = "EVENTHUB_BENCH_WITHOUT_GUARD"
_seen = threading.local()
_carry_out = PageForm.carry_out


def carry_out(self: PageForm, deed: Any) -> bool:
    """Look at the counters first, as a page does that asks "is there room?" before it writes."""
    _seen.taken = dict(db.session.execute(select(CapacityPool.id, CapacityPool.taken)).all())
    return _carry_out(self, deed)


def take_places(counts: Mapping[int, int]) -> int | None:
    """As eventhub.events.places.take_places, by what was seen instead of what is."""
    for pool_id, count in sorted(counts.items()):
        taken = _seen.taken[pool_id] + count
        pool = db.session.get_one(CapacityPool, pool_id)
        if taken > pool.capacity:
            return pool_id
        db.session.execute(update(CapacityPool).where(CapacityPool.id == pool_id).values(taken=taken))
    return None


if __name__ == "__main__":
    if os.environ.get(SWITCH) == "1":
        PageForm.carry_out = carry_out  # type: ignore[method-assign]  # the control is this replacement
        places.take_places = take_places
    main()
