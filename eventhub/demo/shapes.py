"""How demo data are written down: texts in two languages, and days counted from the day of filling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventhub.events.rules import Format, Kind, SessionKind

ZONE = "Europe/Moscow"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
Text = dict[str, str]
Day = Callable[[date], date]


def both(en: str, ru: str) -> Text:
    """The same said in English and in Russian."""
    return {"en": en, "ru": ru}


def in_days(days: int) -> Day:
    """So many days from today; negative: before it."""
    return lambda today: today + timedelta(days=days)


def in_weeks(weeks: int, weekday: int) -> Day:
    """This weekday, at least so many weeks from today."""

    def find(today: date) -> date:
        earliest = today + timedelta(weeks=weeks)
        return earliest + timedelta(days=(weekday - earliest.weekday()) % 7)

    return find


def next_after(month: int, day: int, weekday: int) -> Day:
    """This weekday on or after the date of the year, four weeks from today or later."""

    def find(today: date) -> date:
        earliest = today + timedelta(weeks=4)
        for year in (today.year, today.year + 1, today.year + 2):
            first = date(year, month, day)
            found = first + timedelta(days=(weekday - first.weekday()) % 7)
            if found >= earliest:
                return found
        raise AssertionError("every year has every season")

    return find


def moment(day: date, clock: str) -> datetime:
    """This time of the clocks of the campus, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(ZONE)).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Person:
    """`home` is a country and an organisation of it."""

    full_name: str
    country: str
    organisation: str
    language: str

    @property
    def as_speaker(self) -> tuple[str, str]:
        return (self.full_name, self.organisation)


@dataclass(frozen=True, kw_only=True)
class DemoRoom:
    name: Text
    seats: int | None = None


@dataclass(frozen=True, kw_only=True)
class DemoVenue:
    name: Text
    address: Text
    rooms: tuple[DemoRoom, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a programme: on which day from 0, from when to when; `until` counts further days.

    `places` makes it bookable. `room` and `section` are their English names.
    """

    title: Text
    day: int = 0
    starts: str
    ends: str
    until: int = 0
    kind: SessionKind = SessionKind.TALK
    summary: Text | None = None
    language: str = "en"
    room: str | None = None
    section: str | None = None
    places: int | None = None
    speakers: tuple[tuple[str, str], ...] = ()
    age_min: int | None = None
    adult_required: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of an event, maybe with sections of its own."""

    title: Text
    parts: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoEvent:
    """An event, and how many of the demo's people register for it. `opens`: days from today."""

    slug: str
    kind: Kind
    title: Text
    summary: Text
    description: Text
    host: Text
    day: Day
    days: int = 1
    starts: str
    ends: str
    topics: tuple[str, ...]
    accent: str
    languages: tuple[str, ...] = ("en", "ru")
    format: Format = Format.ON_SITE
    venue: str | None = None
    places: int | None = None
    price: Text | None = None
    opens: int | None = None
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()
    gates: tuple[Text, ...] = ()
    meals: tuple[Text, ...] = ()
    checks_sessions: bool = False
    guests: int = 0
    series: bool = False
    is_draft: bool = False
    takes_parties: bool = False
    cancelled: Text | None = None
