"""When a scan was made, from what its phone knew: phones' clocks are wrong, are set, and are never just believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

# No later than it was received and no earlier than its list was made, with some room for what was measured badly.
LATEST = timedelta(minutes=2)
EARLIEST = timedelta(minutes=5)
# An age is as much too long as its batch took to come up; a clock that was set is further off than that.
SLOWEST_UPLOAD = timedelta(seconds=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PhoneTime:
    """What a phone says of the moment of a scan, in milliseconds; `seq` is its counter.

    `at`: its clock then. `offset`: the server's clock less its own, as last measured before. `age`: how long ago, by a
    clock that nobody can set. `listed`: when the list was made by which it judged, on the server's clock.
    """

    at: int
    listed: int
    seq: int
    offset: int | None = None
    age: int | None = None


class ScanTime(NamedTuple):
    """`is_trusted` is false where the phone's clock was no good; the scan then counts at the moment of its list, and
    those of one phone in their order."""

    at: datetime
    is_trusted: bool


def time_of(
    phone: PhoneTime, *, received_at: datetime, phone_now: int, earliest: datetime = _EPOCH
) -> ScanTime:
    """`phone_now` is the phone's clock when the scan was received; no list is older than `earliest`."""
    told = _moment(phone.listed)
    listed = min(max(told, earliest), received_at)
    at = _told(phone, received_at, phone_now)
    is_listed = earliest <= told <= received_at + LATEST
    is_trusted = is_listed and listed - EARLIEST <= at <= received_at + LATEST
    return ScanTime(at if is_trusted else _shifted(listed, phone.seq), is_trusted)


def _told(phone: PhoneTime, received_at: datetime, phone_now: int) -> datetime:
    by_clock = None if phone.offset is None else _moment(phone.at + phone.offset)
    if phone.age is None:
        return by_clock or _shifted(received_at, phone.at - phone_now)
    by_age = _shifted(received_at, -phone.age)
    return by_clock if by_clock and abs(by_clock - by_age) <= SLOWEST_UPLOAD else by_age


def _moment(milliseconds: int) -> datetime:
    return _shifted(_EPOCH, milliseconds)


def _shifted(moment: datetime, milliseconds: int) -> datetime:
    """Beyond what a calendar can say it is the end of it."""
    try:
        return moment + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if milliseconds > 0 else _EPOCH
