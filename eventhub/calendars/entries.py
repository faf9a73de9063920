"""What a calendar shows, said without iCalendar: entries and the feed that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Status(StrEnum):
    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """From one aware instant to another, told to people in the zone `tzid` (an IANA name)."""

    starts_at: datetime
    ends_at: datetime
    tzid: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AllDay:
    """Whole days; `last_on` is the last day itself, not the day after."""

    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Organiser:
    name: str
    mail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Geo:
    """A point in degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of somebody's calendar, in one language and as plain text.

    `revision` and `revised_at` rise by a visible change and never go back. `colour` is a CSS name.
    `conference_url` is given only when everybody who reads the feed may join.
    """

    uid: UUID
    summary: str
    when: Timed | AllDay
    organiser: Organiser
    revision: int
    created_at: datetime
    revised_at: datetime
    status: Status = Status.CONFIRMED
    description: str = ""
    location: str = ""
    geo: Geo | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    colour: str | None = None
    image_url: str | None = None
    conference_url: str | None = None
    part_of: UUID | None = None
    is_transparent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What subscribers see of the calendar itself.

    `url` is the feed's own address and stays None where it holds a secret; `page_url` is for people.
    """

    name: str
    description: str
    tzid: str
    refresh: timedelta
    page_url: str
    url: str | None = None
    colour: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words that a calendar adds by itself, in the language of its entries."""

    cancelled: str = "Cancelled"
    join: str = "Join online"
    online: str = "Online"
