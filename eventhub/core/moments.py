"""Moments in words: in the event's zone, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=8)
def _cities(language: str) -> dict[str, str]:
    """The cities of zones in a language; the locale data (CLDR) keeps some zones under names of old."""
    zones = _locale(language).time_zones.items()
    return {_newest_name(zone): facts["city"] for zone, facts in zones if "city" in facts}


def _newest_name(zone: str) -> str:
    return str(get_global("zone_aliases").get(zone, zone))


def zone_city(zone: str, language: str) -> str:
    """The city by which people know a zone: Moscow, Москва."""
    return _cities(language).get(_newest_name(zone)) or zone.rpartition("/")[2].replace("_", " ")


def day(moment: datetime, zone: str, language: str) -> str:
    """12 July 2027."""
    return whole_day(moment.astimezone(ZoneInfo(zone)).date(), language)


def whole_day(which: date, language: str) -> str:
    """12 July 2027, of a day that is the same in every zone."""
    return str(format_date(which, "d MMMM y", locale=_locale(language)))


def clock(moment: datetime, zone: str) -> str:
    """14:00."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def hours(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """14:00–16:00, which no page breaks after the dash (U+2060 joins)."""
    return f"{clock(starts_at, zone)}–\u2060{clock(ends_at, zone)}"


def day_and_clock(moment: datetime, zone: str, language: str) -> str:
    """Mon 12 July 2027, 14:00; in Russian a comma follows the weekday."""
    pattern = "EEE, d MMMM y, HH:mm" if language == "ru" else "EEE d MMMM y, HH:mm"
    return str(format_datetime(moment.astimezone(ZoneInfo(zone)), pattern, locale=_locale(language)))


def span(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """From when to when, the zone named by its city; one day is named once, several days without clocks."""
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    city = zone_city(zone, language)
    if first.date() == last.date():
        return f"{day_and_clock(starts_at, zone, language)}–{clock(ends_at, zone)} ({city})"
    return f"{days(starts_at, ends_at, zone, language)} ({city})"


def days(starts_at: datetime, ends_at: datetime, zone: str, language: str) -> str:
    """12–16 July 2027, without clocks; one day is named once."""
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    if first.date() == last.date():
        return day(ends_at, zone, language)
    return f"{_short_first(first, last, language)}{day(ends_at, zone, language)}"


def _short_first(first: datetime, last: datetime, language: str) -> str:
    """The first day as far as it differs: 5–16 July, 28 June – 2 July, 30 December 2027 – 5 January 2028."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{format_date(first, pattern, locale=_locale(language))} – "
