"""Which places a registration needs, and what is said when one of them is gone: the one answer for every path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventhub.core.errors import Refusal
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, SessionFull
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
    door: DoorHold | None = None,
) -> Needs:
    """A place in the event and in the pools of the ticket type for each of `size` people, one use of its code, one
    place in each session as often as it is named, and what is claimed of the pools of `options`; what has no pool is
    not counted.

    The places of a hold are taken in the event already, so a type that has one takes from the hold alone; who comes
    in by the `door` takes one that is kept there, and none of the pools above, of the type or not.
    """
    counts = Counter({pool: claim.count for pool, claim in options.items()})
    refusals = {pool: claim.refusal for pool, claim in options.items()}
    for session in sessions:
        if session.pool_id is not None:
            counts[session.pool_id] += 1
            refusals[session.pool_id] = SessionFull(title=session.title)
    is_held = ticket_type is not None and ticket_type.is_held
    if door is not None and not is_held:
        counts[door.pool] += size
        refusals[door.pool] = EventFull()
    elif event.pool_id is not None and not is_held:
        counts[event.pool_id] += size
        refusals[event.pool_id] = EventFull()
    if ticket_type is not None:
        chain = [one for one in ticket_type.chain if door is None or is_held or one not in door.above]
        full = TypeFull(name=ticket_type.content.name)
        counts.update(dict.fromkeys(chain, size))
        refusals.update(dict.fromkeys(chain, full))
        if ticket_type.code_pool is not None:
            counts[ticket_type.code_pool] += 1
            refusals[ticket_type.code_pool] = CodeUsedUp()
    return Needs(counts, refusals)
