"""Which places a registration needs, and what is said when one of them is gone: the one answer for every path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventhub.core.errors import Refusal
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, SessionFull
from eventhub.registration.types.rules import CodeUsedUp, OfferedType, TypeFull

NO_POOLS: Mapping[int, Refusal] = {}


@dataclass(frozen=True)
class Needs:
    """So many places of each pool, by the pool's id, and the refusal for each pool that is too full."""

    counts: Mapping[int, int]
    refusals: Mapping[int, Refusal]


def needs(
    event: Event,
    sessions: Iterable[Session],
    *,
    size: int,
    options: Mapping[int, Refusal] = NO_POOLS,
    ticket_type: OfferedType | None = None,
    others: Sequence[OfferedType] = (),
    hold: int | None = None,
) -> Needs:
    """A place in the event and in the pools of the ticket type for each of `size` people, one use of its code, one
    place in each session as often as it is named, and one in each pool of `options`; what has no pool is not counted.
    `others` are the types of those of the `size` people who have another one than `ticket_type`.

    The places of a hold are taken in the event already, so a type that has one, or who is let into `hold` (the pool
    of a named pool, for instance that of the door), takes from the hold alone.
    """
    counts = Counter(dict.fromkeys(options, 1))
    refusals = dict(options)
    for session in sessions:
        if session.pool_id is not None:
            counts[session.pool_id] += 1
            refusals[session.pool_id] = SessionFull(title=session.title)
    in_event = size - len(others)
    if ticket_type is not None:
        _count_type(ticket_type, in_event, counts, refusals)
        in_event = 0 if ticket_type.is_held else in_event
    for one in others:
        _count_type(one, 1, counts, refusals)
        in_event += not one.is_held
    pool = event.pool_id if hold is None else hold
    if pool is not None and in_event:
        counts[pool] += in_event
        refusals[pool] = EventFull()
    return Needs(counts, refusals)


def _count_type(one: OfferedType, size: int, counts: Counter[int], refusals: dict[int, Refusal]) -> None:
    """A code is used once, for however many people."""
    for pool in one.chain:
        counts[pool] += size
        refusals[pool] = TypeFull(name=one.content.name)
    if one.code_pool is not None:
        counts[one.code_pool] = 1
        refusals[one.code_pool] = CodeUsedUp()
