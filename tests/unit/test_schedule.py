"""When a scheduled job was due last."""

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.jobs.schedule import Rhythm

NIGHTLY = Rhythm(timedelta(days=1), after=timedelta(hours=1, minutes=17))


@pytest.mark.parametrize(
    ("rhythm", "now", "due"),
    [
        (Rhythm(timedelta(minutes=1)), "2027-03-01T09:00:00", "2027-03-01T09:00:00"),
        (Rhythm(timedelta(minutes=1)), "2027-03-01T09:00:59", "2027-03-01T09:00:00"),
        (NIGHTLY, "2027-03-01T01:16:59", "2027-02-28T01:17:00"),
        (NIGHTLY, "2027-03-01T01:17:00", "2027-03-01T01:17:00"),
        (NIGHTLY, "2027-03-01T23:59:59", "2027-03-01T01:17:00"),
    ],
)
def test_the_latest_moment_is_not_in_the_future(rhythm: Rhythm, now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert rhythm.latest(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)
