"""What a door says to a ticket: one pure judgement over facts, the same on every path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DOORS_OPEN_BEFORE = timedelta(hours=3)


class Verdict(StrEnum):
    ADMIT = "admit"
    ALREADY_IN = "already_in"
    NOT_YET = "not_yet"
    OVER = "over"
    OTHER_EVENT = "other_event"
    CANCELLED = "cancelled"
    VOID = "void"
    UNKNOWN = "unknown"
    UNDONE = "undone"


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"


class ScanSource(StrEnum):
    CAMERA = "camera"
    WEDGE = "wedge"
    LINK = "link"
    SEARCH = "search"


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What is known of a ticket when it is shown. `inside_since` is None for who is not inside."""

    event_id: int
    is_current: bool
    is_void: bool
    registration_cancelled: bool
    inside_since: datetime | None


@dataclass(frozen=True, kw_only=True)
class DoorFacts:
    """The event at whose door it is shown."""

    event_id: int
    is_cancelled: bool
    starts_at: datetime
    ends_at: datetime


def judge(ticket: TicketFacts | None, door: DoorFacts, *, now: datetime) -> Verdict:
    """The first reason that applies. `ticket` None is a code that we did not sign or do not know."""
    if ticket is None:
        return Verdict.UNKNOWN
    if ticket.event_id != door.event_id:
        return Verdict.OTHER_EVENT
    if door.is_cancelled or ticket.registration_cancelled:
        return Verdict.CANCELLED
    if ticket.is_void or not ticket.is_current:
        return Verdict.VOID
    return _by_time(ticket, door, now=now)


def _by_time(ticket: TicketFacts, door: DoorFacts, *, now: datetime) -> Verdict:
    if now < door.starts_at - DOORS_OPEN_BEFORE:
        return Verdict.NOT_YET
    if now >= door.ends_at:
        return Verdict.OVER
    return Verdict.ADMIT if ticket.inside_since is None else Verdict.ALREADY_IN
