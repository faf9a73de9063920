"""Places for those who come without registering: of those that are kept for the door, then of the event's."""

from __future__ import annotations

from collections.abc import Sequence

from eventhub.db import savepoint
from eventhub.events.rules import EventFull
from eventhub.registration.holding import hold
from eventhub.registration.models import Registration
from eventhub.registration.types.queries import find_door_hold
from eventhub.registration.types.rules import DoorHold


def hold_at_the_door(registration: Registration, *, leaving: Sequence[int]) -> None:
    """Take a place, while the registrations `leaving` give theirs back. Raises EventFull."""
    door = find_door_hold(registration.event)
    if door is not None and _is_kept(registration, door, leaving=leaving):
        return
    hold(registration, (), leaving=leaving)


def _is_kept(registration: Registration, door: DoorHold, *, leaving: Sequence[int]) -> bool:
    try:
        with savepoint():
            hold(registration, (), leaving=leaving, door=door)
    except EventFull:
        return False
    return True
