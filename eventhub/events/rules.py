"""What an event is, how its state moves, and when its registration is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_


class Kind(StrEnum):
    """The values are the addresses of the kinds' pages."""

    SEMINAR = "seminars"
    CONFERENCE = "conferences"
    WEEK_OF_SCIENCE = "week-of-science"
    FABLAB_PICNIK = "fablab-picnik"
    SUMMER_SCHOOL = "summer-schools"
    WINTER_SCHOOL = "winter-schools"


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


MOVES = {
    EventState.DRAFT: frozenset({EventState.PUBLISHED, EventState.ARCHIVED}),
    EventState.PUBLISHED: frozenset({EventState.CANCELLED, EventState.ARCHIVED}),
    EventState.CANCELLED: frozenset({EventState.ARCHIVED}),
    EventState.ARCHIVED: frozenset(),
}
PUBLIC_STATES = (EventState.PUBLISHED, EventState.CANCELLED, EventState.ARCHIVED)


class Format(StrEnum):
    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class SessionKind(StrEnum):
    PLENARY = "plenary"
    TALK = "talk"
    LECTURE = "lecture"
    WORKSHOP = "workshop"
    MODULE = "module"
    STAND = "stand"
    SECTION = "section"
    SOCIAL = "social"


# Stands stand side by side, and modules fill a day with many rooms: their place is an area, not a room of their own.
SHARES_ITS_ROOM = frozenset({SessionKind.STAND, SessionKind.MODULE})


class SessionState(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


SESSION_MOVES = {
    SessionState.SCHEDULED: frozenset({SessionState.CANCELLED}),
    SessionState.CANCELLED: frozenset({SessionState.SCHEDULED}),
}

ACCENTS = ("indigo", "violet", "magenta", "red", "orange", "olive", "green", "teal", "sky")


class VenueShared(Refusal):
    sentence = N_("Other events use this venue too. Ask the office to change its rooms.")


class EventFull(Refusal):
    sentence = N_("All places are taken.")


class SessionFull(Refusal):
    sentence = N_("All places of “%(title)s” are taken. Choose another session.")
    field = "sessions"


class SharedPlacesFull(SessionFull):
    sentence = N_(
        "“%(title)s” shares its places with others, and all of those are taken. Choose another session."
    )


class RegistrationClosed(Refusal):
    sentence = N_("Registration for this event is closed.")


class RegistrationNotOpenYet(Refusal):
    sentence = N_("Registration for this event has not opened yet.")


class EventCancelled(Refusal):
    sentence = N_("This event is cancelled.")


class Registering(StrEnum):
    """What a visitor may do now; derived, never stored."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    FULL = "full"
    CANCELLED = "cancelled"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, kw_only=True)
class Window:
    """Registration opens and closes at these moments; None leaves the side open until the event ends."""

    state: EventState
    opens_at: datetime | None
    closes_at: datetime | None
    ends_at: datetime


def registering(window: Window, *, places_left: int | None, now: datetime) -> Registering:
    """`places_left` None means that places are not counted."""
    if window.state is EventState.CANCELLED:
        return Registering.CANCELLED
    if window.state is not EventState.PUBLISHED or now >= (window.closes_at or window.ends_at):
        return Registering.CLOSED
    if window.opens_at is not None and now < window.opens_at:
        return Registering.NOT_YET
    return Registering.FULL if places_left is not None and places_left <= 0 else Registering.OPEN


REFUSALS: dict[Registering, type[Refusal]] = {
    Registering.CANCELLED: EventCancelled,
    Registering.CLOSED: RegistrationClosed,
    Registering.NOT_YET: RegistrationNotOpenYet,
}


def check_takes_registrations(window: Window, *, now: datetime) -> None:
    """Raises the Refusal that says why not. Whether a place is left only the database can say."""
    refusal = REFUSALS.get(registering(window, places_left=None, now=now))
    if refusal is not None:
        raise refusal()


@dataclass(frozen=True)
class Places:
    """How many there are for whoever needs one of each of several pools, and how many of them are taken."""

    capacity: int
    taken: int


def few_left(capacity: int, taken: int) -> int | None:
    """How many places are left when that is worth saying: ten or fewer, or a tenth."""
    left = capacity - taken
    return left if left <= max(10, capacity // 10) else None
