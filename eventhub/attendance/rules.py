"""Who attended what and for how long: stays folded from scans, hours of days and sessions, and who meets the rule.

It knows no database and no clock; all times are moments, and days are cut by the event's own clocks beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eventhub.core.errors import Refusal
from eventhub.core.refusals import ReasonMissing
from eventhub.core.text import N_

NO_TIME = timedelta(0)
ONE_DAY = timedelta(days=1)
LONGEST_REASON = 300
MOST_MINUTES = 24 * 60
MOST_SESSIONS = 500
MOST_HOURS = 500


class Step(StrEnum):
    """What a scan says of a person at a point; SHOWN is an entry of somebody who was seen to come in before."""

    IN = "in"
    OUT = "out"
    SHOWN = "shown"


class Mark(NamedTuple):
    """A scan that counts. In their own order marks lie by time, and at the same time by the scan's id."""

    at: datetime
    scan_id: str
    step: Step


class Span(NamedTuple):
    """A time from `begins` to `ends`, which is not earlier."""

    begins: datetime
    ends: datetime


class Window(NamedTuple):
    """A time in which presence counts. Who is not seen to leave is taken to leave when it `closes`."""

    begins: datetime
    closes: datetime
    ends: datetime


class Day(NamedTuple):
    """A day of the event by its clocks, cut to the event."""

    on: date
    window: Window


class Word(StrEnum):
    """What an organiser says of one person and one session; AS_SCANNED takes back what was said before."""

    ATTENDED = "attended"
    MISSED = "missed"
    AS_SCANNED = "as_scanned"


class Point(NamedTuple):
    """A check-in point at which people are present: in a session (its id), else at the event, in hours of its own."""

    session: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What attendance is counted against: days, sessions by id, and check-in points by id."""

    days: Sequence[Day]
    sessions: Mapping[int, Span]
    points: Mapping[int, Point]

    @property
    def counted(self) -> frozenset[int]:
        """The sessions that have a point of their own; of others nothing is claimed."""
        return frozenset(one.session for one in self.points.values() if one.session is not None)

    def length_of(self, session: int) -> timedelta:
        span = self.sessions[session]
        return span.ends - span.begins

    @cached_property
    def windows(self) -> dict[int, list[Window]]:
        """When presence counts at each point; of a point of a session that is not held never."""
        return {number: self._windows_of(point) for number, point in self.points.items()}

    def _windows_of(self, point: Point) -> list[Window]:
        if point.session is None:
            days = (_narrowed(day.window, point) for day in self.days)
            return [window for window in days if window.begins < window.ends]
        session = self.sessions.get(point.session)
        return [Window(session.begins, session.ends, session.ends)] if session else []

    @cached_property
    def asked_days(self) -> frozenset[date]:
        """Of which days a share may be asked: those with a session, or all of an event without sessions."""
        busy = {day.on for day in self.days for one in self.sessions.values() if _cut(one, day.window)}
        return frozenset(busy or (day.on for day in self.days))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a session counts as attended, and how much of the event is enough; None asks for nothing.

    A session counts by `session_minutes` and `session_percent` of its length; without either by any entry.
    """

    session_minutes: int | None = None
    session_percent: int | None = None
    least_sessions: int | None = None
    least_hours: int | None = None
    least_days_percent: int | None = None

    @property
    def asks(self) -> bool:
        """Whether there is anything to meet."""
        return any((self.least_sessions, self.least_hours, self.least_days_percent))


NO_RULE = Rule()


class Seat(NamedTuple):
    """One person at one session: for how long, whether it counts, and whether an organiser said so."""

    spent: timedelta
    is_attended: bool
    word: Word | None = None


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One person at the event: sessions by id, hours by day, and whether any scan or correction speaks of them."""

    seats: Mapping[int, Seat] = field(default_factory=dict)
    days: Mapping[date, timedelta] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return bool(self.seats or self.days)

    @property
    def sessions(self) -> int:
        return sum(one.is_attended for one in self.seats.values())

    @property
    def spent(self) -> timedelta:
        return sum(self.days.values(), NO_TIME)


NOBODY_SCANNED = Attendance()


class Standing(StrEnum):
    """How somebody stands to the rule; where it asks nothing, whoever was seen is SHORT."""

    MET = "met"
    SHORT = "short"
    UNSEEN = "unseen"


def days_of(event: Span, zone: str, sessions: Iterable[Span]) -> list[Day]:
    """The event's days. One that ends at midnight closes with its last session, without sessions at the hour at
    which the event ends."""
    local, ends = ZoneInfo(zone), list(sessions)
    last_hour = event.ends.astimezone(local).time()
    found, on = [], event.begins.astimezone(local).date()
    while (midnight := _midnight(on, local)) < event.ends:
        begins, end = max(midnight, event.begins), min(_midnight(on + ONE_DAY, local), event.ends)
        of_day = [one.ends for one in ends if begins < one.ends <= end]
        closes = max(of_day, default=_at(on, last_hour, local)) if end < event.ends else end
        found.append(Day(on, Window(begins, closes if begins < closes < end else end, end)))
        on += ONE_DAY
    return found


def _narrowed(window: Window, point: Point) -> Window:
    """The window in the point's own hours."""
    begins = max(window.begins, point.opens_at or window.begins)
    ends = min(window.ends, point.closes_at or window.ends)
    return Window(begins, min(window.closes, ends) if begins < window.closes else ends, ends)


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return _at(on, time(), zone)


def _at(on: date, clock: time, zone: ZoneInfo) -> datetime:
    """In the fixed zone of moments, in which durations are true when clocks change."""
    return datetime.combine(on, clock, zone).astimezone(UTC)


def stays_of(marks: Iterable[Mark], windows: Sequence[Window]) -> list[Span]:
    """What somebody was seen to stay at one point, cut to its windows, in order and without overlaps.

    An exit without an entry says nothing; nor does an entry of who is inside already, until the window of the first
    entry has closed: then it is another stay.
    """
    stays, since = [], None
    for mark in sorted(marks):
        if mark.step is Step.OUT:
            if since is not None:
                stays.append(Span(since, mark.at))
            since = None
        elif since is None:
            since = mark.at if mark.step is Step.IN else None
        elif (until := _closing(since, windows)) <= mark.at:
            stays.append(Span(since, until))
            since = mark.at
    if since is not None:
        stays.append(Span(since, _closing(since, windows)))
    return [cut for stay in stays for window in windows if (cut := _cut(stay, window)) is not None]


def _closing(since: datetime, windows: Sequence[Window]) -> datetime:
    """When somebody who came in then is taken to leave; at once where everything was over."""
    closes = next((one.closes for one in windows if since < one.ends), since)
    return max(since, closes)


def _cut(stay: Span, window: Window) -> Span | None:
    """What of the stay lies in the window; an entry at which nobody stayed lies there too."""
    if stay.begins >= window.ends or stay.ends < window.begins:
        return None
    if stay.begins >= window.begins and stay.ends <= window.ends:
        return stay
    begins, ends = max(stay.begins, window.begins), min(stay.ends, window.ends)
    return Span(begins, ends) if begins < ends else None


def attendance_of(
    marks: Mapping[int, Sequence[Mark]], words: Mapping[int, Word], programme: Programme, rule: Rule
) -> Attendance:
    """One person, from marks by point and an organiser's words by session; the words win."""
    stays: list[Span] = []
    of_session: dict[int, list[Span]] = {}
    for point, seen in marks.items():
        session = programme.points[point].session
        found = stays_of(seen, programme.windows[point])
        if session is None:
            stays += found
        elif found:
            of_session.setdefault(session, []).extend(found)
    seats = _seats(of_session, words, programme, rule)
    for session, seat in seats.items():
        if seat.word is Word.ATTENDED:
            stays.append(programme.sessions[session])
        elif seat.word is None:
            stays += of_session[session]
    return Attendance(seats=seats, days=_by_day(stays, programme.days))


def _seats(
    stays: Mapping[int, list[Span]], words: Mapping[int, Word], programme: Programme, rule: Rule
) -> dict[int, Seat]:
    seats = {}
    for session, spans in stays.items():
        spent = _union(spans)
        is_attended = is_enough(spent, programme.length_of(session), rule)
        seats[session] = Seat(spent, is_attended)
    for session, word in words.items():
        if session in programme.sessions and word is not Word.AS_SCANNED:
            is_attended = word is Word.ATTENDED
            seats[session] = Seat(programme.length_of(session) if is_attended else NO_TIME, is_attended, word)
    return seats


def is_enough(spent: timedelta, length: timedelta, rule: Rule) -> bool:
    """Whether somebody who was there for a while attended a session."""
    if rule.session_minutes and spent < min(timedelta(minutes=rule.session_minutes), length):
        return False
    return not rule.session_percent or spent * 100 >= length * rule.session_percent


def is_met(attendance: Attendance, rule: Rule, *, days: Collection[date]) -> bool:
    """Whether somebody did all that the rule asks, with a share of these days; never where it asks nothing."""
    come = sum(day in attendance.days for day in days)
    return (
        rule.asks
        and attendance.sessions >= (rule.least_sessions or 0)
        and attendance.spent >= timedelta(hours=rule.least_hours or 0)
        and come * 100 >= len(days) * (rule.least_days_percent or 0)
    )


def standing_of(attendance: Attendance, rule: Rule, programme: Programme) -> Standing:
    if not attendance.is_known:
        return Standing.UNSEEN
    return Standing.MET if is_met(attendance, rule, days=programme.asked_days) else Standing.SHORT


def _by_day(stays: Iterable[Span], days: Sequence[Day]) -> dict[date, timedelta]:
    ordered = sorted(stays)
    found = {}
    for day in days:
        cut = [span for stay in ordered if (span := _cut(stay, day.window)) is not None]
        if cut:
            found[day.on] = _union(cut)
    return found


def _union(spans: Iterable[Span]) -> timedelta:
    """How long at least one of them lasts."""
    total, reached = NO_TIME, None
    for begins, ends in sorted(spans):
        if reached is None or begins >= reached:
            total, reached = total + (ends - begins), ends
        elif ends > reached:
            total, reached = total + (ends - reached), ends
    return total


class SaysSoAlready(Refusal):
    sentence = N_("This is what counts already.")
    status = 422
    field = "word"


class CorrectedMeanwhile(Refusal):
    sentence = N_("Somebody else has corrected this meanwhile. Look at it again.")


def check_reason(reason: str) -> None:
    """Raises ReasonMissing for an empty or an endless one."""
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing()
