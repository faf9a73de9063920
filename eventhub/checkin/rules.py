"""What a door says to a ticket: one pure judgement over facts, the same on every path.

`tests/vectors/verdicts.json` holds every implementation of it to the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.refusals import ReasonMissing
from eventhub.core.text import N_

DOORS_OPEN_BEFORE = timedelta(hours=3)
SHORTEST_SEARCH = 2
LONGEST_REASON = 200
# One type today; the word for it is the page's.
TICKET_TYPE = "participant"


class Verdict(StrEnum):
    ADMIT = "admit"
    LEFT = "left"
    ALREADY_IN = "already_in"
    NOT_INSIDE = "not_inside"
    NOT_YET = "not_yet"
    OVER = "over"
    OTHER_EVENT = "other_event"
    CANCELLED = "cancelled"
    VOID = "void"
    UNKNOWN = "unknown"
    UNDONE = "undone"


# What moves a person through the door; only these can be undone.
MOVING = (Verdict.ADMIT, Verdict.LEFT)
# The door says nothing of a person whose ticket is not for it.
NAMELESS = (Verdict.OTHER_EVENT, Verdict.UNKNOWN)


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"


class ScanSource(StrEnum):
    CAMERA = "camera"
    WEDGE = "wedge"
    LINK = "link"
    SEARCH = "search"
    WALK_IN = "walk_in"


class NothingToUndo(Refusal):
    sentence = N_("Only an admission or an exit can be undone.")


class AlreadyUndone(Refusal):
    sentence = N_("This scan is undone already.")


class LaterScanCounts(Refusal):
    sentence = N_("A later scan of this ticket counts now. Undo that one first.")


class NobodyChosen(Refusal):
    sentence = N_("Tick who goes through.")
    status = 422


class AdultMustCome(Refusal):
    sentence = N_("Children under 14 come in with an adult: tick the adult too.")
    status = 422


class ScanIdTaken(Refusal):
    """A scan id names one scan for ever; another one under it is a mistake of whoever scans."""

    sentence = N_("This scan’s number belongs to another scan. Nothing was stored; please scan again.")


class ScanInProgress(Refusal):
    """The same scan is being stored by another request at this moment; asked again, it has its answer."""

    sentence = N_("This scan is being stored right now. Send it again.")
    status = 503


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What is known of a ticket when it is shown. `inside_since` is None for who is not inside.

    `is_current` is false for a code that a later one has replaced.
    """

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

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - DOORS_OPEN_BEFORE

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.ends_at


def judge(ticket: TicketFacts | None, door: DoorFacts, *, direction: Direction, now: datetime) -> Verdict:
    """The first reason that applies. `ticket` None is a code that we did not sign or do not know.

    Who is inside may always leave, whatever became of the ticket.
    """
    if ticket is None:
        return Verdict.UNKNOWN
    if ticket.event_id != door.event_id:
        return Verdict.OTHER_EVENT
    if direction is Direction.EXIT:
        return Verdict.NOT_INSIDE if ticket.inside_since is None else Verdict.LEFT
    return _refused_by_state(ticket, door) or _by_time(ticket, door, now=now)


def _refused_by_state(ticket: TicketFacts, door: DoorFacts) -> Verdict | None:
    if door.is_cancelled or ticket.registration_cancelled:
        return Verdict.CANCELLED
    return Verdict.VOID if ticket.is_void or not ticket.is_current else None


def _by_time(ticket: TicketFacts, door: DoorFacts, *, now: datetime) -> Verdict:
    if door.is_open(now):
        return Verdict.ADMIT if ticket.inside_since is None else Verdict.ALREADY_IN
    return Verdict.NOT_YET if now < door.opens_at else Verdict.OVER


def check_reason(reason: str) -> None:
    """Raises ReasonMissing for an empty or an endless one."""
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing()
