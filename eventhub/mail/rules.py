"""When a letter is tried again, and when it is parked for a human."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
GIVE_UP_AFTER = timedelta(hours=24)
MOST_BREAKDOWNS = 10
CLAIM_LIVES = timedelta(minutes=5)
BATCH = 20
# After this long no letter of the batch is begun: the slowest one must end while its claim still lives.
BATCH_LASTS = timedelta(minutes=1)
# What left is marked together, this many letters at most, by the first letter that leaves after this long.
MARKED_TOGETHER = 8
MARKED_WITHIN = timedelta(seconds=0.2)


class MessageState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    PARKED = "parked"
    CANCELLED = "cancelled"


MOVES = {
    MessageState.QUEUED: frozenset({MessageState.SENT, MessageState.PARKED, MessageState.CANCELLED}),
    MessageState.PARKED: frozenset({MessageState.QUEUED, MessageState.CANCELLED}),
    MessageState.SENT: frozenset(),
    MessageState.CANCELLED: frozenset(),
}


class TextPlace(StrEnum):
    """Where an organiser's text stands: in place of our sentences, or after them."""

    INSTEAD = "instead"
    ADDED = "added"


class Failure(StrEnum):
    """Whose fault it was: the server's or the way there, this address's, or the letter's own making."""

    LATER = "later"
    REFUSED = "refused"
    BROKEN = "broken"


def next_attempt(
    failure: Failure, *, attempts: int, give_up_at: datetime, now: datetime, jitter: float
) -> datetime | None:
    """When to try again after the n-th attempt, or None to park the letter.

    A refused address is not asked twice; a letter that can't be made is parked at its tenth try; all others
    are tried for a day. `jitter` is in -1..1 and moves the moment by 20 % of the pause.
    """
    hopeless = failure is Failure.REFUSED or (failure is Failure.BROKEN and attempts >= MOST_BREAKDOWNS)
    if hopeless or now >= give_up_at:
        return None
    pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return now + pause * (1 + 0.2 * jitter)


def is_poison(*, attempts: int, give_up_at: datetime, now: datetime) -> bool:
    """A letter whose attempts neither succeed nor fail ends the worker each time: it is not touched again."""
    return attempts > MOST_BREAKDOWNS and now >= give_up_at
