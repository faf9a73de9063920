"""What a check-in point says to a ticket: one pure judgement over facts, the same on every path.

`tests/vectors/verdicts.json` holds every implementation of it to the same answers: this one and the one in
frontend/src/gate/judge.js, by which a scanner decides where no answer comes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eventhub.checkin.rules import Direction, Verdict
from eventhub.core.text import N_


class PointKind(StrEnum):
    """What is checked in to. An event has one point of the kind EVENT: who is inside there is inside the event."""

    EVENT = "event"
    DAY = "day"
    SESSION = "session"
    SLOT = "slot"
    STAND = "stand"
    MEAL = "meal"
    HAND_OUT = "hand_out"


# What somebody takes and nobody is inside of.
WITHOUT_EXIT = frozenset({PointKind.MEAL, PointKind.HAND_OUT})


class Mode(StrEnum):
    """How often one ticket is admitted."""

    ONCE = "once"
    DAILY = "daily"
    REENTRY = "reentry"
    UNLIMITED = "unlimited"


KIND_WORDS = {
    PointKind.EVENT: N_("The whole event"),
    PointKind.DAY: N_("A day"),
    PointKind.SESSION: N_("A session"),
    PointKind.SLOT: N_("A workshop"),
    PointKind.STAND: N_("A stand"),
    PointKind.MEAL: N_("A meal"),
    PointKind.HAND_OUT: N_("A hand-out"),
}
MODE_WORDS = {
    Mode.ONCE: N_("Once"),
    Mode.DAILY: N_("Once a day"),
    Mode.REENTRY: N_("Again after leaving"),
    Mode.UNLIMITED: N_("Any number of times"),
}


class Window(NamedTuple):
    """From when and until when; None where the point's own hours say it."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PointFacts:
    """A check-in point with its rules in one `version`.

    `types` None admits every ticket, else those of these types (public ids), each in its own window. `booked_only`
    admits who has booked the point's session. Where it `asks`, nobody is admitted before the crew was asked; `required`
    are the questions (ids) that must be ticked then.
    """

    event_id: int
    version: int
    is_cancelled: bool
    kind: PointKind
    mode: Mode
    timezone: str
    opens_at: datetime
    closes_at: datetime
    types: Mapping[str, Window] | None = None
    booked_only: bool = False
    paid_only: bool = False
    asks: bool = False
    required: frozenset[str] = frozenset()

    @property
    def has_exit(self) -> bool:
        return self.kind not in WITHOUT_EXIT

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def window_of(self, ticket_type: str | None) -> Window:
        own = (self.types or {}).get(ticket_type or "", Window())
        return Window(own.opens_at or self.opens_at, own.closes_at or self.closes_at)


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What is known of a ticket when it is shown at a point.

    `is_current` is false for a code that a later one has replaced. `entered_at` is the last admission here that was not
    undone, `is_inside` whether the person has not left since.
    """

    event_id: int
    is_current: bool
    is_void: bool
    registration_cancelled: bool
    ticket_type: str | None = None
    has_booked: bool = False
    owes: bool = False
    is_inside: bool = False
    entered_at: datetime | None = None


class Judgement(NamedTuple):
    """`moment` is what the verdict speaks of: since when inside, when used, when it opens or closed."""

    verdict: Verdict
    moment: datetime | None = None


def judge(
    ticket: TicketFacts | None,
    point: PointFacts,
    *,
    direction: Direction,
    now: datetime,
    ticked: Collection[str] | None = None,
) -> Judgement:
    """The first reason that applies. `ticket` None is a code that we did not sign or do not know.

    Who is inside may always leave, whatever became of the ticket. What is asked at the door is asked last, of who is
    let in otherwise; `ticked` None: the crew was not asked yet.
    """
    if ticket is None:
        return Judgement(Verdict.UNKNOWN)
    if ticket.event_id != point.event_id:
        return Judgement(Verdict.OTHER_EVENT)
    if direction is Direction.EXIT:
        return Judgement(Verdict.LEFT if ticket.is_inside and point.has_exit else Verdict.NOT_INSIDE)
    return (
        _by_state(ticket, point)
        or _by_right(ticket, point)
        or _by_time(ticket, point, now)
        or by_use(point, entered_at=ticket.entered_at, is_inside=ticket.is_inside, now=now)
        or _by_door(ticket, point, ticked)
        or Judgement(Verdict.ADMIT)
    )


def _by_state(ticket: TicketFacts, point: PointFacts) -> Judgement | None:
    if point.is_cancelled or ticket.registration_cancelled:
        return Judgement(Verdict.CANCELLED)
    return Judgement(Verdict.VOID) if ticket.is_void or not ticket.is_current else None


def _by_right(ticket: TicketFacts, point: PointFacts) -> Judgement | None:
    if point.types is not None and ticket.ticket_type not in point.types:
        return Judgement(Verdict.WRONG_TYPE)
    return Judgement(Verdict.NOT_BOOKED) if point.booked_only and not ticket.has_booked else None


def _by_time(ticket: TicketFacts, point: PointFacts, now: datetime) -> Judgement | None:
    opens_at, closes_at = point.window_of(ticket.ticket_type)
    if opens_at is not None and now < opens_at:
        return Judgement(Verdict.NOT_YET, opens_at)
    return Judgement(Verdict.OVER, closes_at) if closes_at is not None and now >= closes_at else None


def by_use(
    point: PointFacts, *, entered_at: datetime | None, is_inside: bool, now: datetime
) -> Judgement | None:
    """Why a ticket that was admitted before is not admitted again; None when it may be."""
    if entered_at is None or point.mode is Mode.UNLIMITED:
        return None
    if point.mode is Mode.REENTRY:
        return Judgement(Verdict.ALREADY_IN, entered_at) if is_inside else None
    if point.mode is Mode.DAILY and entered_at < day_start(now, point.timezone):
        return None
    return Judgement(Verdict.USED, entered_at)


def _by_door(ticket: TicketFacts, point: PointFacts, ticked: Collection[str] | None) -> Judgement | None:
    if point.paid_only and ticket.owes:
        return Judgement(Verdict.UNPAID)
    if not point.asks:
        return None
    return None if ticked is not None and point.required <= set(ticked) else Judgement(Verdict.ASK)


def day_start(now: datetime, zone: str) -> datetime:
    """Midnight there, before `now`."""
    local = ZoneInfo(zone)
    return datetime.combine(now.astimezone(local).date(), time(), local)
