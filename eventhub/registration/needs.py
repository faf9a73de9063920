"""Which places a registration needs, and what is said when one of them is gone: the one answer for every path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventhub.core.errors import Refusal
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, SessionFull

NO_POOLS: Mapping[int, Refusal] = {}


@dataclass(frozen=True)
class Needs:
    """So many places of each pool, by the pool's id, and the refusal for each pool that is too full."""

    counts: Mapping[int, int]
    refusals: Mapping[int, Refusal]


def needs(
    event: Event, sessions: Iterable[Session], *, size: int, options: Mapping[int, Refusal] = NO_POOLS
) -> Needs:
    """A place in the event for each of `size` people, one in each session as often as it is named, and one in each pool
    of `options`; what has no pool is not counted."""
    counts = Counter(dict.fromkeys(options, 1))
    refusals = dict(options)
    for session in sessions:
        if session.pool_id is not None:
            counts[session.pool_id] += 1
            refusals[session.pool_id] = SessionFull(title=session.title)
    if event.pool_id is not None:
        counts[event.pool_id] += size
        refusals[event.pool_id] = EventFull()
    return Needs(counts, refusals)
