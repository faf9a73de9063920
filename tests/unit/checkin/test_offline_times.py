"""When a scan was made, from phones whose clocks are wrong or were set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.checkin.offline.times import PhoneTime, time_of

NOON = datetime(2027, 7, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
THIRD = timedelta(milliseconds=3)  # of what cannot be timed the order is kept


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def of(
    *, ago: timedelta, ahead: timedelta = timedelta(), listed: datetime = NOON - 5 * HOUR, **known: object
):
    """A scan made `ago` on a phone whose clock is `ahead`; synced at noon."""
    skew = round(ahead / timedelta(milliseconds=1))
    phone = replace(PhoneTime(at=ms(NOON - ago) + skew, listed=ms(listed), seq=3), **known)
    return time_of(phone, received_at=NOON, phone_now=ms(NOON) + skew)


SKEWS = [timedelta(hours=-26), timedelta(minutes=-10), timedelta(minutes=10), timedelta(days=3 * 365)]


@pytest.mark.parametrize("ahead", SKEWS)
def test_a_clock_that_was_always_wrong_by_as_much_is_corrected_when_it_syncs(ahead: timedelta) -> None:
    assert of(ago=2 * HOUR, ahead=ahead) == (NOON - 2 * HOUR, True)


@pytest.mark.parametrize("ahead", SKEWS)
def test_what_was_measured_before_the_scan_corrects_it_though_the_clock_was_set_since(
    ahead: timedelta,
) -> None:
    offset = -round(ahead / timedelta(milliseconds=1))
    phone = PhoneTime(at=ms(NOON - HOUR) - offset, listed=ms(NOON - 5 * HOUR), seq=3, offset=offset)

    assert time_of(phone, received_at=NOON, phone_now=ms(NOON) + 7_000_000) == (NOON - HOUR, True)


def test_a_slow_upload_makes_no_scan_later_where_the_clock_was_measured() -> None:
    phone = PhoneTime(
        at=ms(NOON - HOUR), listed=ms(NOON - 5 * HOUR), seq=3, offset=0, age=ms(NOON) - ms(NOON - HOUR)
    )
    late = NOON + timedelta(seconds=20)

    assert time_of(phone, received_at=late, phone_now=ms(NOON)) == (NOON - HOUR, True)


def test_an_age_that_nobody_can_set_is_believed_before_every_clock() -> None:
    assert of(ago=HOUR, ahead=timedelta(days=900), age=90_000, offset=5) == (
        NOON - timedelta(seconds=90),
        True,
    )


def test_a_day_on_which_clocks_are_changed_is_as_long_as_any_other() -> None:
    """Moments are counted in UTC, so the hour that Berlin has twice is two hours."""
    end_of_summer = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    phone = PhoneTime(at=ms(end_of_summer), listed=ms(end_of_summer - HOUR), seq=3, offset=0)

    assert time_of(phone, received_at=end_of_summer + HOUR, phone_now=0) == (end_of_summer, True)


def test_the_far_future_is_no_time() -> None:
    assert of(ago=timedelta(minutes=-3), offset=0) == (NOON - 5 * HOUR + THIRD, False)
    assert of(ago=timedelta(minutes=-1), offset=0) == (NOON + timedelta(minutes=1), True)
    assert of(ago=HOUR, offset=250_000_000_000_000) == (NOON - 5 * HOUR + THIRD, False)


def test_nobody_has_scanned_before_the_list_was_made() -> None:
    listed = NOON - HOUR
    assert of(ago=HOUR + timedelta(minutes=6), offset=0, listed=listed) == (listed + THIRD, False)
    assert of(ago=HOUR + timedelta(minutes=4), offset=0, listed=listed).is_trusted is True


def test_a_list_that_claims_to_come_from_the_future_counts_as_of_now() -> None:
    assert of(ago=HOUR, offset=0, listed=NOON + HOUR) == (NOON + THIRD, False)
