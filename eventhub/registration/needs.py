"""Which places a registration needs, and what is said when one of them is gone: the one answer for every path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventhub.core.errors import Refusal
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, SessionFull, SharedPlacesFull
from eventhub.registration.types.rules import CodeUsedUp, DoorHold, OfferedType, TypeFull


@dataclass(frozen=True)
class Claim:
    """So many places of a pool, and what is said when they are not there."""

    count: int
    refusal: Refusal


Claims = Mapping[int, Claim]
NO_POOLS: Claims = {}


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
    options: Claims = NO_POOLS,
    ticket_type: OfferedType | None = None,
    others: Sequence[OfferedType] = (),
    door: DoorHold | None = None,
) -> Needs:
    """A place in the event and in the pools of the ticket type for each of `size` people, one use of its code, one
    place in all pools of each session as often as it is named, and what is claimed of the pools of `options`; what has
    no pool is not counted. `others` are the types of those of the `size` people who have another one than
    `ticket_type`.

    The places of a hold are taken in the event already, so a type that has one takes from the hold alone; who comes
    in by the `door` takes one that is kept there, and none of the pools above, of the type or not.
    """
    counts = Counter({pool: claim.count for pool, claim in options.items()})
    refusals = {pool: claim.refusal for pool, claim in options.items()}
    for session in sessions:
        for place in session.chain:
            counts[place] += 1
            full = SessionFull if place == session.pool_id else SharedPlacesFull
            refusals.setdefault(place, full(title=session.title))
    above = door.above if door is not None else ()
    in_event = size - len(others)
    if ticket_type is not None:
        _count_type(ticket_type, in_event, above, counts, refusals)
        in_event = 0 if ticket_type.is_held else in_event
    for one in others:
        _count_type(one, 1, above, counts, refusals)
        in_event += not one.is_held
    pool = event.pool_id if door is None else door.pool
    if pool is not None and in_event:
        counts[pool] += in_event
        refusals[pool] = EventFull()
    return Needs(counts, refusals)


def _count_type(
    one: OfferedType,
    size: int,
    above: Iterable[int],
    counts: Counter[int],
    refusals: dict[int, Refusal],
) -> None:
    """A code is used once, for however many people; pools `above` those that the door keeps are counted already."""
    for pool in one.chain if one.is_held else [each for each in one.chain if each not in above]:
        counts[pool] += size
        refusals[pool] = TypeFull(name=one.content.name)
    if one.code_pool is not None:
        counts[one.code_pool] = 1
        refusals[one.code_pool] = CodeUsedUp()
