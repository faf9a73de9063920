"""Wall clocks: what a local time means in a zone, and how it moves to another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone that this machine knows."""
    return frozenset(available_timezones())


def wall_clock(moment: datetime, zone: str) -> datetime:
    """What the clocks in the zone show at this moment, naive."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def readings(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """The moments at which clocks in the zone show this naive time, earliest first.

    None when clocks jump over it in spring, two when they show it twice in autumn.
    """
    moments = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(moment for moment in moments if wall_clock(moment, zone) == wall))


def moved(moment: datetime, *, days: int, zone: str) -> datetime:
    """The same time by the clocks of the zone, so many days later.

    A time that is skipped that night becomes the one an hour later; of two, the earlier is taken.
    """
    wall = wall_clock(moment, zone) + timedelta(days=days)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
