"""What a new event of each kind begins with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventhub.core.zones import wall_clock
from eventhub.events.cloning import shifted_event, shifted_session
from eventhub.events.conflicts import Booking, find_conflicts
from eventhub.events.plans import SessionPlan, SpeakerPlan, check_event, check_session
from eventhub.events.rules import Kind, SessionKind
from eventhub.events.templates import TEMPLATES, first_plan, first_programme

NOW = datetime(2027, 3, 1, 9, 30, 15, tzinfo=UTC)
TITLE = {"en": "Test"}


def test_every_kind_has_a_template() -> None:
    assert list(TEMPLATES) == list(Kind)


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
@pytest.mark.parametrize("kind", Kind)
def test_a_template_makes_a_plan_that_is_in_order(kind: Kind, zone: str) -> None:
    plan = first_plan(kind, title=TITLE, zone=zone, now=NOW)
    template = TEMPLATES[kind]
    starts = wall_clock(plan.starts_at, zone)

    check_event(plan)
    assert plan.starts_at >= NOW + timedelta(days=template.lead - 1)
    assert (starts.time(), wall_clock(plan.ends_at, zone).time()) == (template.starts, template.ends)
    assert (wall_clock(plan.ends_at, zone).date() - starts.date()).days == template.days - 1
    assert starts.weekday() == (5 if kind is Kind.FABLAB_PICNIK else 0)
    assert (plan.accent, plan.format, plan.capacity) == (template.accent, template.format, template.capacity)


@pytest.mark.parametrize("kind", Kind)
def test_a_template_makes_a_programme_without_conflicts(kind: Kind) -> None:
    plan = first_plan(kind, title=TITLE, zone="Europe/Moscow", now=NOW)

    sessions = first_programme(kind, starts_at=plan.starts_at, zone=plan.timezone)

    for session in sessions:
        check_session(session)
    bookings = [
        Booking(
            session_id=number,
            title=one.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            room_id=None,
            speakers=frozenset(),
        )
        for number, one in enumerate(sessions)
    ]
    assert sessions
    assert find_conflicts(bookings, starts_at=plan.starts_at, ends_at=plan.ends_at) == []
    assert [set(session.title) for session in sessions] == [{"en", "ru"}] * len(sessions)


def test_a_copy_keeps_its_length_where_clocks_jump_over_its_end() -> None:
    # 02:30 to 03:15 in Berlin; a day later clocks jump from 02:00 to 03:00, and 02:30 becomes 03:30.
    night = SessionPlan(
        kind=SessionKind.SOCIAL, title=TITLE, starts_at=datetime(2027, 3, 27, 1, 30, tzinfo=UTC),
        ends_at=datetime(2027, 3, 27, 2, 15, tzinfo=UTC), speakers=(SpeakerPlan(full_name="Test Speaker"),),
    )  # fmt: skip

    copy = shifted_session(night, days=1, zone="Europe/Berlin")

    assert copy.ends_at - copy.starts_at == timedelta(minutes=45)
    assert copy.speakers == ()


def test_the_registration_window_moves_with_the_event() -> None:
    plan = first_plan(Kind.CONFERENCE, title=TITLE, zone="Europe/Berlin", now=NOW)

    copy = shifted_event(replace(plan, online_link="https://meet.example.org/1"), days=365)

    for name in ("starts_at", "ends_at", "opens_at", "closes_at"):
        old, new = (wall_clock(getattr(one, name), "Europe/Berlin") for one in (plan, copy))
        assert new - old == timedelta(days=365)
    assert copy.online_link is None
