"""How a feed is written as iCalendar (RFC 5545, 5546, 7986); a bad entry never takes the feed with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from PIL import ImageColor

from eventhub.calendars.entries import AllDay, Entry, Feed, Geo, Status, Timed, Words
from eventhub.calendars.lines import (
    day,
    duration,
    fold,
    mail_address,
    parameter,
    plain_line,
    text,
    utc,
    wall,
    web_address,
)
from eventhub.calendars.zones import vtimezone

_PRODUCT = "-//EventHub//EventHub calendar//EN"
_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})
_YEARS = range(1971, 2100)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An entry that was left out, and why."""

    uid: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """`revised_at` is the newest change of the entries inside, None when there is none."""

    body: bytes
    quarantined: tuple[Quarantined, ...]
    revised_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Written:
    body: bytes
    entry: Entry
    zoned: Timed | None


def render(
    feed: Feed | None,
    entries: Iterable[Entry],
    *,
    method: Literal["PUBLISH"] = "PUBLISH",
    words: Words | None = None,
) -> Rendered:
    """Write the entries in their order; the same input gives the same bytes.

    A file with one event for download has no feed: Outlook would open a named calendar as a second one.
    Raises ValueError when the feed itself is wrong; a wrong entry is quarantined.
    """
    written, quarantined = _write_all(entries, words or Words())
    revised_at = max((one.entry.revised_at for one in written), default=None)
    header = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *([f"LAST-MODIFIED:{utc(revised_at)}"] if revised_at else []),
        *(_feed_lines(feed) if feed else []),
    ]
    zones = (vtimezone(*span) for span in _spans(written))
    body = b"".join([*map(fold, header), *zones, *(one.body for one in written), b"END:VCALENDAR\r\n"])
    return Rendered(body, tuple(quarantined), revised_at)


def _feed_lines(feed: Feed) -> Iterator[str]:
    # No UID for the calendar: it is legal, but vdirsyncer then keeps one event of the whole feed.
    yield f"URL:{web_address(feed.page_url)}"
    for name in ("NAME", "X-WR-CALNAME"):
        yield f"{name}:{text(plain_line(feed.name))}"
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        yield f"{name}:{text(feed.description)}"
    yield f"X-WR-TIMEZONE:{ZoneInfo(feed.tzid).key}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{duration(feed.refresh)}"
    yield f"X-PUBLISHED-TTL:{duration(feed.refresh)}"
    if feed.url:
        yield f"SOURCE;VALUE=URI:{web_address(feed.url)}"
    if feed.colour:
        yield f"COLOR:{_colour_name(feed.colour)}"
        yield f"X-APPLE-CALENDAR-COLOR:{_colour_hex(feed.colour)}"


def _write_all(entries: Iterable[Entry], words: Words) -> tuple[list[_Written], list[Quarantined]]:
    written: dict[UUID, _Written] = {}
    quarantined = []
    for entry in entries:
        try:
            if entry.uid in written:
                raise ValueError("the identifier is used twice")
            written[entry.uid] = _write(entry, words)
        # Whatever is wrong with one entry, its subscribers keep all the others.
        except Exception as error:
            quarantined.append(Quarantined(entry.uid, f"{type(error).__name__}: {error}"))
    return list(written.values()), quarantined


def _write(entry: Entry, words: Words) -> _Written:
    if isinstance(entry.when, Timed):
        _check_times(entry.when)
    zoned = _zoned(entry.when)
    lines = [
        "BEGIN:VEVENT",
        *_identity(entry),
        *_time(entry.when, zoned),
        *_state(entry, words),
        *_place(entry, words),
        *_about(entry),
        "END:VEVENT",
    ]
    return _Written(b"".join(map(fold, lines)), entry, zoned)


def _check_times(when: Timed) -> None:
    if when.starts_at.utcoffset() is None or when.ends_at.utcoffset() is None:
        raise ValueError("a time without zone")
    if when.ends_at <= when.starts_at:
        raise ValueError("it ends before it starts")
    if when.starts_at.year not in _YEARS or when.ends_at.year not in _YEARS:
        raise ValueError("the year cannot be meant")


def _identity(entry: Entry) -> Iterator[str]:
    # DTSTAMP is the time of the last change: with "now" every fetch would look like news.
    yield f"UID:{UUID(str(entry.uid))}"
    yield f"DTSTAMP:{utc(entry.revised_at)}"
    yield f"CREATED:{utc(min(entry.created_at, entry.revised_at))}"
    yield f"LAST-MODIFIED:{utc(entry.revised_at)}"
    yield f"SEQUENCE:{max(entry.revision, 0):d}"


def _zoned(when: Timed | AllDay) -> Timed | None:
    """The times when they can be said in their zone, None when UTC says them better.

    The second of two equal hours in autumn has no local name.
    """
    if isinstance(when, AllDay) or when.tzid in _UTC_NAMES:
        return None
    zone = ZoneInfo(when.tzid)
    is_named = all(not moment.astimezone(zone).fold for moment in (when.starts_at, when.ends_at))
    return when if is_named else None


def _time(when: Timed | AllDay, zoned: Timed | None) -> Iterator[str]:
    if isinstance(when, AllDay):
        return _days(when)
    if zoned is None:
        return iter((f"DTSTART:{utc(when.starts_at)}", f"DTEND:{utc(when.ends_at)}"))
    return _local_times(zoned)


def _days(when: AllDay) -> Iterator[str]:
    if when.last_on < when.first_on:
        raise ValueError("it ends before it starts")
    yield f"DTSTART;VALUE=DATE:{day(when.first_on)}"
    yield f"DTEND;VALUE=DATE:{day(when.last_on + timedelta(days=1))}"


def _local_times(when: Timed) -> Iterator[str]:
    zone = ZoneInfo(when.tzid)
    for name, moment in (("DTSTART", when.starts_at), ("DTEND", when.ends_at)):
        yield f"{name};TZID={when.tzid}:{wall(moment.astimezone(zone))}"


def _state(entry: Entry, words: Words) -> Iterator[str]:
    summary = plain_line(entry.summary)
    if not summary:
        raise ValueError("the title is empty")
    is_cancelled = entry.status is Status.CANCELLED
    # Outlook shows a cancelled entry like any other, so the title says it too.
    yield f"SUMMARY:{text(f'{words.cancelled}: {summary}' if is_cancelled else summary)}"
    yield f"STATUS:{entry.status.value.upper()}"
    yield f"TRANSP:{'TRANSPARENT' if is_cancelled or entry.is_transparent else 'OPAQUE'}"
    yield "CLASS:PUBLIC"


def _place(entry: Entry, words: Words) -> Iterator[str]:
    if location := plain_line(entry.location):
        yield f"LOCATION:{text(location)}"
    if entry.geo:
        yield f"GEO:{_point(entry.geo)}"
    if entry.conference_url:
        label = parameter(words.join)
        yield f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL={label}:{web_address(entry.conference_url)}"


def _about(entry: Entry) -> Iterator[str]:
    if description := text(entry.description):
        yield f"DESCRIPTION:{description}"
    if categories := [text(plain_line(category)) for category in entry.categories if plain_line(category)]:
        yield f"CATEGORIES:{','.join(categories)}"
    organiser = entry.organiser
    yield f"ORGANIZER;CN={parameter(organiser.name)}:{mail_address(organiser.mail)}"
    if entry.url:
        yield f"URL:{web_address(entry.url)}"
    if entry.image_url:
        yield f"IMAGE;VALUE=URI:{web_address(entry.image_url)}"
    if entry.colour:
        yield f"COLOR:{_colour_name(entry.colour)}"
    if entry.part_of:
        yield f"RELATED-TO;RELTYPE=PARENT:{UUID(str(entry.part_of))}"


def _point(geo: Geo) -> str:
    if not (-90 <= geo.latitude <= 90 and -180 <= geo.longitude <= 180):
        raise ValueError("the point is not on Earth")
    return f"{geo.latitude:.6f};{geo.longitude:.6f}"


def _colour_name(name: str) -> str:
    """A CSS colour name (RFC 7986 5.9). ValueError for any other notation of a colour."""
    if not name.isalpha():
        raise ValueError("the colour is not a CSS name")
    ImageColor.getrgb(name)
    return name.lower()


def _colour_hex(name: str) -> str:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _spans(written: list[_Written]) -> list[tuple[str, int, int]]:
    """Each zone in use with its first and last year, in a fixed order."""
    years: dict[str, set[int]] = {}
    for one in written:
        if one.zoned:
            moments = one.zoned.starts_at, one.zoned.ends_at
            years.setdefault(one.zoned.tzid, set()).update(moment.astimezone(UTC).year for moment in moments)
    return [(tzid, min(used), max(used)) for tzid, used in sorted(years.items())]
