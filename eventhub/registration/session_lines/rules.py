"""How a wish for a full session moves, which sessions exclude each other, and what is refused."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

MOST_WISHES = 20


class WishState(StrEnum):
    """A place in the line of a session."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LEFT = "left"


_S = WishState
WISH_MOVES = {
    _S.WAITING: frozenset({_S.OFFERED, _S.LEFT}),
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.EXPIRED, _S.LEFT}),
    _S.ACCEPTED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.LEFT: frozenset(),
}
IN_LINE = (_S.WAITING, _S.OFFERED)


class NoSuchLine(Refusal):
    sentence = N_("Nobody can stand in line for one of these sessions any more. Look at the list again.")


class TooManyWishes(Refusal):
    sentence = N_("Choose at most %(most)s sessions.")
    status = 422


class NobodyWaits(Refusal):
    sentence = N_("Choose who waits for “%(title)s”, of those who are not in it yet.")
    status = 422


class TooSmallForAll(Refusal):
    sentence = N_("“%(title)s” has fewer places than you need.")
    status = 422


class SeatOver(Refusal):
    sentence = N_("The time to take this place is over. It goes to the next person.")


class SeatNotOffered(Refusal):
    sentence = N_("No place in this session is offered to you now.")


class SessionCancelled(Refusal):
    sentence = N_("This session is cancelled.")


class Timed(Protocol):
    """A session as far as the clash goes."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


def exclude_each_other(one: Timed, other: Timed) -> bool:
    """Whether nobody can be in both; meeting end to start is no overlap."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
