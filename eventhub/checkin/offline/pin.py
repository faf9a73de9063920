"""The PIN of an event's gates: right or wrong, and how often somebody may be wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.core.errors import Refusal, TooMany
from eventhub.core.text import N_
from eventhub.throttle import Limit, count_tries, take_back


class WrongPin(Refusal):
    sentence = N_("This is not the PIN.")
    status = 422
    field = "pin"


class TooManyPins(TooMany):
    sentence = N_("The PIN was wrong too often. Try again in %(minutes)d min.")
    field = "pin"


BY_ONE = Limit(name="gate-pin", tries=5, window=timedelta(minutes=15), refusal=TooManyPins)
# Several phones together guess no faster than a few.
BY_ALL = Limit(name="gate-pin-event", tries=30, window=timedelta(minutes=15), refusal=TooManyPins)


def count_pin(*, event_id: int, who: str, now: datetime) -> None:
    """Before it is looked at, in a transaction of its own. `who` is a phone or a person. Raises TooManyPins."""
    count_tries([(BY_ONE, f"{event_id}/{who}"), (BY_ALL, str(event_id))], now=now)


def pin_was_right(*, event_id: int, who: str, now: datetime) -> None:
    """What was counted was no wrong one."""
    take_back(BY_ONE, f"{event_id}/{who}", now=now)
    take_back(BY_ALL, str(event_id), now=now)
