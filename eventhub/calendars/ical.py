"""How a feed is written as iCalendar (RFC 5545, 5546, 7986); a bad entry never takes the feed with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDatetime, vDDDTypes, vDuration, vInt, vText
from PIL import ImageColor

from eventhub.calendars.entries import AllDay, Entry, Feed, Geo, Status, Timed, Words
from eventhub.calendars.lines import (
    Point,
    Text,
    categories,
    mail_address,
    parameter,
    plain_line,
    plain_text,
    utc,
    web_address,
    write,
)
from eventhub.calendars.zones import vtimezone

_Property: TypeAlias = tuple[str, object]

_PRODUCT = "-//EventHub//EventHub calendar//EN"
_STATUS = {status: vText(status.value.upper()) for status in Status}
_TRANSPARENT, _OPAQUE, _PUBLIC = vText("TRANSPARENT"), vText("OPAQUE"), vText("PUBLIC")
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
    calendar = Calendar()
    for name, value in _header(feed, method, revised_at):
        calendar[name] = value
    for span in _spans(written):
        calendar.add_component(vtimezone(*span))
    *opening, end = write(calendar)
    # Entries are written one by one before, so that only a bad one is lost.
    body = b"".join([*opening, *(one.body for one in written), end])
    return Rendered(body, tuple(quarantined), revised_at)


def _header(feed: Feed | None, method: str, revised_at: datetime | None) -> Iterator[_Property]:
    yield "VERSION", vText("2.0")
    yield "PRODID", vText(_PRODUCT)
    yield "CALSCALE", vText("GREGORIAN")
    yield "METHOD", vText(method)
    if revised_at:
        yield "LAST-MODIFIED", utc(revised_at)
    if feed:
        yield from _naming(feed)


def _naming(feed: Feed) -> Iterator[_Property]:
    # No UID for the calendar: it is legal, but vdirsyncer then keeps one event of the whole feed.
    if feed.refresh <= timedelta():
        raise ValueError("a duration has to be positive")
    yield "URL", web_address(feed.page_url)
    for name in ("NAME", "X-WR-CALNAME"):
        yield name, Text(plain_line(feed.name))
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        yield name, Text(feed.description)
    yield "X-WR-TIMEZONE", vText(ZoneInfo(feed.tzid).key)
    yield "REFRESH-INTERVAL", vDuration(feed.refresh, params={"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", vDuration(feed.refresh)
    if feed.url:
        yield "SOURCE", web_address(feed.url, {"VALUE": "URI"})
    if feed.colour:
        yield "COLOR", _colour_name(feed.colour)
        yield "X-APPLE-CALENDAR-COLOR", _colour_hex(feed.colour)


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
    event = Event()
    for name, value in chain(
        _identity(entry), _time(entry.when, zoned), _state(entry, words), _place(entry, words), _about(entry)
    ):
        event[name] = value
    return _Written(b"".join(write(event)), entry, zoned)


def _check_times(when: Timed) -> None:
    if when.starts_at.utcoffset() is None or when.ends_at.utcoffset() is None:
        raise ValueError("a time without zone")
    if when.ends_at <= when.starts_at:
        raise ValueError("it ends before it starts")
    if when.starts_at.year not in _YEARS or when.ends_at.year not in _YEARS:
        raise ValueError("the year cannot be meant")


def _identity(entry: Entry) -> Iterator[_Property]:
    # DTSTAMP is the time of the last change: with "now" every fetch would look like news.
    revised_at = utc(entry.revised_at)
    yield "UID", vText(str(UUID(str(entry.uid))))
    yield "DTSTAMP", revised_at
    yield "CREATED", utc(min(entry.created_at, entry.revised_at))
    yield "LAST-MODIFIED", revised_at
    yield "SEQUENCE", vInt(max(entry.revision, 0))


def _zoned(when: Timed | AllDay) -> Timed | None:
    """The times when they can be said in their zone, None when UTC says them better.

    The second of two equal hours in autumn has no local name.
    """
    if isinstance(when, AllDay) or when.tzid in _UTC_NAMES:
        return None
    zone = ZoneInfo(when.tzid)
    is_named = all(not moment.astimezone(zone).fold for moment in (when.starts_at, when.ends_at))
    return when if is_named else None


def _time(when: Timed | AllDay, zoned: Timed | None) -> Iterator[_Property]:
    if isinstance(when, AllDay):
        return _days(when)
    if zoned is None:
        return iter((("DTSTART", utc(when.starts_at)), ("DTEND", utc(when.ends_at))))
    return _local_times(zoned)


def _days(when: AllDay) -> Iterator[_Property]:
    if when.last_on < when.first_on:
        raise ValueError("it ends before it starts")
    yield "DTSTART", vDDDTypes(when.first_on)
    yield "DTEND", vDDDTypes(when.last_on + timedelta(days=1))


def _local_times(when: Timed) -> Iterator[_Property]:
    zone = ZoneInfo(when.tzid)
    for name, moment in (("DTSTART", when.starts_at), ("DTEND", when.ends_at)):
        local = vDatetime(moment.astimezone(zone).replace(tzinfo=None))
        # By hand: left to itself icalendar takes Iceland and half of Africa for UTC.
        local.params["TZID"] = when.tzid
        yield name, local


def _state(entry: Entry, words: Words) -> Iterator[_Property]:
    summary = plain_line(entry.summary)
    if not summary:
        raise ValueError("the title is empty")
    is_cancelled = entry.status is Status.CANCELLED
    # Outlook shows a cancelled entry like any other, so the title says it too.
    yield "SUMMARY", Text(f"{plain_line(words.cancelled)}: {summary}" if is_cancelled else summary)
    yield "STATUS", _STATUS[entry.status]
    yield "TRANSP", _TRANSPARENT if is_cancelled or entry.is_transparent else _OPAQUE
    yield "CLASS", _PUBLIC


def _place(entry: Entry, words: Words) -> Iterator[_Property]:
    if location := plain_line(entry.location):
        yield "LOCATION", Text(location)
    if entry.geo:
        yield "GEO", _point(entry.geo)
    if entry.conference_url:
        kinds = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": parameter(words.join)}
        yield "CONFERENCE", web_address(entry.conference_url, kinds)


def _about(entry: Entry) -> Iterator[_Property]:
    if description := plain_text(entry.description):
        yield "DESCRIPTION", Text(description)
    if named := [name for name in map(plain_line, entry.categories) if name]:
        yield "CATEGORIES", categories(named)
    yield "ORGANIZER", mail_address(entry.organiser.mail, name=entry.organiser.name)
    if entry.url:
        yield "URL", web_address(entry.url)
    if entry.image_url:
        yield "IMAGE", web_address(entry.image_url, {"VALUE": "URI"})
    if entry.colour:
        yield "COLOR", _colour_name(entry.colour)
    if entry.part_of:
        yield "RELATED-TO", vText(str(UUID(str(entry.part_of))), params={"RELTYPE": "PARENT"})


def _point(geo: Geo) -> Point:
    if not (-90 <= geo.latitude <= 90 and -180 <= geo.longitude <= 180):
        raise ValueError("the point is not on Earth")
    return Point((geo.latitude, geo.longitude))


def _colour_name(name: str) -> vText:
    """A CSS colour name (RFC 7986 5.9). ValueError for any other notation of a colour."""
    if not name.isalpha():
        raise ValueError("the colour is not a CSS name")
    ImageColor.getrgb(name)
    return vText(name.lower())


def _colour_hex(name: str) -> vText:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return vText(f"#{red:02x}{green:02x}{blue:02x}")


def _spans(written: list[_Written]) -> list[tuple[str, int, int]]:
    """Each zone in use with its first and last year, in a fixed order."""
    years: dict[str, set[int]] = {}
    for one in written:
        if one.zoned:
            moments = one.zoned.starts_at, one.zoned.ends_at
            years.setdefault(one.zoned.tzid, set()).update(moment.astimezone(UTC).year for moment in moments)
    return [(tzid, min(used), max(used)) for tzid, used in sorted(years.items())]
