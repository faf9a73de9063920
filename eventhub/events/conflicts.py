"""Where a programme collides: one room or one speaker twice at a time, or a session outside its event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventhub.core.names import folded
from eventhub.core.text import N_, Localised


class Clash(StrEnum):
    ROOM = "room"
    SPEAKER = "speaker"
    OUTSIDE = "outside"


WORDS = {
    Clash.ROOM: N_("“%(first)s” and “%(second)s” are in the same room at the same time."),
    Clash.SPEAKER: N_("“%(first)s” and “%(second)s” have the same speaker at the same time."),
    Clash.OUTSIDE: N_("“%(first)s” lies outside the dates of the event."),
}


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A session as this rule sees it: when, where, and who speaks. `is_ours` tells it from other events'."""

    session_id: int
    title: Localised
    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    speakers: frozenset[str]
    is_ours: bool = True


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A warning, never a refusal: the organiser may know better."""

    clash: Clash
    first: Booking
    second: Booking | None = None


def speaker_keys(names: Iterable[str]) -> frozenset[str]:
    """Names in the form in which they are compared."""
    return frozenset(" ".join(folded(name).split()) for name in names if name.strip())


def find_conflicts(bookings: Sequence[Booking], *, starts_at: datetime, ends_at: datetime) -> list[Conflict]:
    """All warnings about an event between these moments, in the order of the programme.

    Meeting end to start is no overlap. Sessions of other events count for rooms alone.
    """
    found = [
        Conflict(clash=Clash.OUTSIDE, first=one)
        for one in bookings
        if one.is_ours and (one.starts_at < starts_at or one.ends_at > ends_at)
    ]
    for first, second in _overlaps(bookings):
        found += [Conflict(clash=clash, first=first, second=second) for clash in _clashes(first, second)]
    return sorted(found, key=lambda conflict: (conflict.first.starts_at, conflict.first.session_id))


def _overlaps(bookings: Sequence[Booking]) -> Iterator[tuple[Booking, Booking]]:
    running: list[Booking] = []
    for one in sorted(bookings, key=lambda booking: (booking.starts_at, booking.session_id)):
        running = [earlier for earlier in running if earlier.ends_at > one.starts_at]
        yield from ((earlier, one) for earlier in running if earlier.is_ours or one.is_ours)
        running.append(one)


def _clashes(first: Booking, second: Booking) -> list[Clash]:
    clashes = []
    if first.room_id is not None and first.room_id == second.room_id:
        clashes.append(Clash.ROOM)
    if first.is_ours and second.is_ours and first.speakers & second.speakers:
        clashes.append(Clash.SPEAKER)
    return clashes
