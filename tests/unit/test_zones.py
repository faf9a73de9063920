"""Wall clocks on the nights when they change."""

from datetime import UTC, datetime

import pytest

from eventhub.core.zones import moved, readings, wall_clock

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("wall", "zone", "hours"),
    [
        (datetime(2027, 7, 12, 10, 0), BERLIN, [8]),
        (datetime(2027, 12, 12, 10, 0), BERLIN, [9]),
        (datetime(2027, 3, 28, 2, 30), BERLIN, []),
        (datetime(2027, 10, 31, 2, 30), BERLIN, [0, 1]),
        (datetime(2027, 3, 28, 2, 30), "Europe/Moscow", [23]),
    ],
)
def test_a_wall_clock_is_read_as_often_as_clocks_show_it(wall: datetime, zone: str, hours: list[int]) -> None:
    assert [moment.hour for moment in readings(wall, zone)] == hours


@pytest.mark.parametrize("days", [1, 13, 14, 200, 364, -30])
def test_ten_oclock_stays_ten_oclock(days: int) -> None:
    winter = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)

    assert (
        wall_clock(moved(winter, days=days, zone=BERLIN), BERLIN).time() == wall_clock(winter, BERLIN).time()
    )


def test_a_skipped_time_becomes_the_one_an_hour_later() -> None:
    before = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # 02:30 in Berlin

    assert wall_clock(moved(before, days=1, zone=BERLIN), BERLIN) == datetime(2027, 3, 28, 3, 30)


def test_of_a_repeated_time_the_earlier_is_taken() -> None:
    before = datetime(2027, 10, 30, 0, 30, tzinfo=UTC)  # 02:30 in Berlin

    assert moved(before, days=1, zone=BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
