"""When a letter is tried again, and when it is parked for a human."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
GIVE_UP_AFTER = timedelta(hours=24)
CLAIM_LIVES = timedelta(minutes=5)


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


def next_attempt(*, attempts: int, created_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """When to try again after the n-th failure, or None to give up. `jitter` is in -1..1 and moves it by 20 %."""
    if now - created_at >= GIVE_UP_AFTER:
        return None
    pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return now + pause * (1 + 0.2 * jitter)
