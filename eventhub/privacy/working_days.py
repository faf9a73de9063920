"""Working days in Russia: Monday to Friday without public holidays, by which the law counts its deadlines.

Public holidays are those of article 112 of the Labour Code; one that falls on a weekend moves to the next working day,
those of January as the year's decree says. A day that the table does not know counts as working, so an answer is then
due sooner and never later.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Europe/Moscow")
SATURDAY = 5


def _days(year: int, *months_and_days: tuple[int, int]) -> frozenset[date]:
    return frozenset(date(year, month, day) for month, day in months_and_days)


_NEW_YEAR = tuple((1, day) for day in range(1, 9))
HOLIDAYS = {
    # Government decree No 1466 of 24 September 2025: 3 January moves to the 9th, 4 January to 31 December.
    2026: _days(2026, *_NEW_YEAR, (1, 9), (2, 23), (3, 9), (5, 1), (5, 11), (6, 12), (11, 4), (12, 31)),
    # Labour Code, article 112, alone: the decree for 2027 was not at hand on 25 November 2026.
    2027: _days(2027, *_NEW_YEAR, (2, 23), (3, 8), (5, 3), (5, 10), (6, 14), (11, 4)),
}


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in HOLIDAYS.get(day.year, frozenset())


def add_working_days(day: date, count: int) -> date:
    """The last of `count` working days after this day, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def office_day(moment: datetime) -> date:
    """The day on the calendar of the office."""
    return moment.astimezone(OFFICE_ZONE).date()
