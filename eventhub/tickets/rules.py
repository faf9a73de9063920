"""Decides which code of a ticket counts, and how often a ticket may get a new one."""

from __future__ import annotations

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.tickets.signing import TicketClaim

LAST_GENERATION = 255
LAST_KEY = 255


class ReissuedTooOften(Refusal):
    sentence = N_("This ticket has been re-issued too often. Please issue another one.")


class NoKeysLeft(Refusal):
    sentence = N_("All signing keys have been used up.")


def next_generation(generation: int) -> int:
    """Raises ReissuedTooOften when the byte in the code is full."""
    if generation >= LAST_GENERATION:
        raise ReissuedTooOften()
    return generation + 1


def next_key_id(newest: int | None) -> int:
    """Key ids are never used again, so that an old code can't come to life. Raises NoKeysLeft."""
    if newest == LAST_KEY:
        raise NoKeysLeft()
    return (newest or 0) + 1


def is_current(claim: TicketClaim, *, key_id: int, generation: int) -> bool:
    """Whether the shown code is the ticket's last one; older ones were replaced by a re-issue."""
    return (claim.key_id, claim.generation) == (key_id, generation)
