"""A VTIMEZONE that says what the IANA database says, for the years of a feed and on (RFC 5545 3.6.5).

The components are icalendar's, the rules ours: its Timezone.from_tzid puts Berlin's change in spring at 03:00
instead of 02:00, and lists years where a rule would do.

Onsets are local times in the offset that they end. A change that comes back every year is one open-ended
RRULE, never RDATE, which Microsoft's programs dislike; a change without rule is listed one by one.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDatetime, vRecur, vText, vUTCOffset

# Weekdays and dates meet again after 28 years: a rule that held so long has shown all its dates.
_CYCLE = 28
_YEARS_LISTED_AFTER = 2
# Shorter than the shortest time between two changes, a month of fasting in Morocco.
_STEP = timedelta(days=14)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def habit(self) -> tuple[timedelta, timedelta, str, int, int, time]:
        return self.before, self.after, self.name, self.onset.month, self.onset.weekday(), self.onset.time()


@lru_cache(maxsize=256)
def vtimezone(tzid: str, first_year: int, last_year: int) -> Timezone:
    """The component, right from `first_year` on. Raises what ZoneInfo raises for an unknown zone."""
    zone = ZoneInfo(tzid)
    component = Timezone({"TZID": vText(tzid)})
    changes = list(_changes(zone, datetime(first_year - 1, 1, 1, tzinfo=UTC), last_year + _CYCLE))
    if not changes or changes[0].onset.year >= first_year:
        component.add_component(_observance(_standing(datetime(first_year - 1, 1, 1, tzinfo=zone)), None))
    for change, rule in _observances(changes, last_year):
        component.add_component(_observance(change, rule))
    return component


def _changes(zone: ZoneInfo, since: datetime, last_year: int) -> Iterator[_Change]:
    steps = (last_year + 1 - since.year) * 27
    moments = (since + step * _STEP for step in range(steps))
    for early, late in pairwise(moments):
        if _offset(zone, early) != _offset(zone, late):
            change = _change_between(zone, early, late)
            if change.onset.year <= last_year:
                yield change


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> _Change:
    before = early.astimezone(zone)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (middle, late) if _offset(zone, middle) == before.utcoffset() else (early, middle)
    after = late.astimezone(zone)
    offset = _offset(zone, early)
    return _Change(
        onset=late.replace(tzinfo=None) + offset,
        before=offset,
        after=_offset(zone, late),
        name=after.tzname() or "",
        is_daylight=(after.dst() or timedelta()) > (before.dst() or timedelta()),
    )


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _standing(local: datetime) -> _Change:
    """What holds already when the years of the feed begin."""
    offset = local.utcoffset() or timedelta()
    return _Change(local.replace(tzinfo=None), offset, offset, local.tzname() or "", bool(local.dst()))


def _observances(changes: list[_Change], last_year: int) -> list[tuple[_Change, vRecur | None]]:
    habits: dict[object, list[_Change]] = defaultdict(list)
    for change in changes:
        habits[change.habit].append(change)
    found: list[tuple[_Change, vRecur | None]] = []
    for alike in habits.values():
        ruled = _ruled(alike, last_year + _CYCLE)
        single = alike[: len(alike) - len(ruled)]
        found += [(change, None) for change in single if change.onset.year <= last_year + _YEARS_LISTED_AFTER]
        if ruled:
            found.append((ruled[0], _rule([change.onset for change in ruled])))
    return sorted(found, key=lambda pair: pair[0].onset)


def _ruled(alike: list[_Change], final_year: int) -> list[_Change]:
    """The latest of these changes that come once a year within the same seven days of the month."""
    first, last = 31, 1
    ruled: list[_Change] = []
    for years_back, change in enumerate(reversed(alike)):
        first, last = min(first, change.onset.day), max(last, change.onset.day)
        if change.onset.year != final_year - years_back or last - first > 6:
            break
        ruled.insert(0, change)
    return ruled if len(ruled) >= _CYCLE else []


def _rule(onsets: list[datetime]) -> vRecur:
    first = min(onset.day for onset in onsets)
    month, weekday = onsets[0].month, _WEEKDAYS[onsets[0].weekday()]
    if first + 6 == monthrange(onsets[0].year, month)[1]:
        return vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY=f"-1{weekday}")
    if first % 7 == 1:
        return vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY=f"{first // 7 + 1}{weekday}")
    days = [first + further for further in range(7)]
    return vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY=weekday, BYMONTHDAY=days)


def _observance(change: _Change, rule: vRecur | None) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    observance["DTSTART"] = vDatetime(change.onset)
    observance["TZOFFSETFROM"] = vUTCOffset(change.before)
    observance["TZOFFSETTO"] = vUTCOffset(change.after)
    observance["TZNAME"] = vText(change.name)
    if rule:
        observance["RRULE"] = rule
    return observance
