"""What an event needs before it is published."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.events.checklist import WORDS, Readiness, Task, open_tasks
from eventhub.events.rules import Format, Kind

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BOTH = {"en": "text", "ru": "текст"}
READY = Readiness(
    kind=Kind.CONFERENCE, title=BOTH, summary=BOTH, description=BOTH, host={"en": "Office"},
    contact_email="office@example.org", format=Format.HYBRID, has_venue=True, has_online_link=True,
    ends_at=NOW + timedelta(days=1), closes_at=None, sessions=1,
)  # fmt: skip


def test_a_whole_event_has_no_open_task() -> None:
    assert open_tasks(READY, now=NOW) == []


@pytest.mark.parametrize(
    ("changes", "task"),
    [
        ({"title": {"en": "text"}}, Task.TITLE),
        ({"title": {"en": "text", "ru": ""}}, Task.TITLE),
        ({"summary": {"ru": "текст"}}, Task.SUMMARY),
        ({"description": {}}, Task.DESCRIPTION),
        ({"ends_at": NOW}, Task.DATES),
        ({"closes_at": NOW}, Task.DATES),
        ({"has_venue": False}, Task.PLACE),
        ({"has_online_link": False}, Task.PLACE),
        ({"format": Format.ON_SITE, "has_venue": False}, Task.PLACE),
        ({"format": Format.ONLINE, "has_online_link": False}, Task.PLACE),
        ({"host": {}}, Task.CONTACT),
        ({"contact_email": ""}, Task.CONTACT),
        ({"sessions": 0}, Task.PROGRAMME),
    ],
)
def test_each_gap_is_one_open_task(changes: dict[str, object], task: Task) -> None:
    assert open_tasks(replace(READY, **changes), now=NOW) == [task]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.SEMINAR, "sessions": 0},
        {"format": Format.ON_SITE, "has_online_link": False},
        {"format": Format.ONLINE, "has_venue": False},
        {"closes_at": NOW + timedelta(seconds=1)},
    ],
)
def test_what_is_not_needed_is_not_asked_for(changes: dict[str, object]) -> None:
    assert open_tasks(replace(READY, **changes), now=NOW) == []


def test_every_task_has_words() -> None:
    assert list(WORDS) == list(Task)
