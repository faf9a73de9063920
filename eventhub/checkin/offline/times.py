"""When a scan was made, from what its phone knew: phones' clocks are wrong, are set, and are never just believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

# No later than it was received and no earlier than its list was made, with some room for what was measured badly.
LATEST = timedelta(minutes=2)
EARLIEST = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PhoneTime:
    """What a phone says of the moment of a scan, in milliseconds.

    `at`: its clock then. `offset`: the server's clock less its own, as last measured before. `age`: how long ago, by a
    clock that nobody can set. `listed`: when the list was made by which it judged, on the server's clock.
    """

    at: int
    listed: int
    offset: int | None = None
    age: int | None = None


class ScanTime(NamedTuple):
    """`is_trusted` is false where the phone's clock was no good; the scan then counts at the moment of its list."""

    at: datetime
    is_trusted: bool


def time_of(phone: PhoneTime, *, received_at: datetime, phone_now: int) -> ScanTime:
    """By its age, else by what its clock was off, else by what it is off now (`phone_now`)."""
    listed = min(_moment(phone.listed), received_at)
    if phone.age is not None:
        at = _shifted(received_at, -phone.age)
    elif phone.offset is not None:
        at = _moment(phone.at + phone.offset)
    else:
        at = _shifted(received_at, phone.at - phone_now)
    is_trusted = listed - EARLIEST <= at <= received_at + LATEST
    return ScanTime(at if is_trusted else listed, is_trusted)


def _moment(milliseconds: int) -> datetime:
    return _shifted(_EPOCH, milliseconds)


def _shifted(moment: datetime, milliseconds: int) -> datetime:
    """Beyond what a calendar can say it is the end of it."""
    try:
        return moment + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if milliseconds > 0 else _EPOCH
