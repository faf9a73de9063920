"""What organisers do with an event, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove
from eventhub.db import db, transaction
from eventhub.events.cloning import clone_event
from eventhub.events.commands import (
    CapacityBelowTaken,
    CountingIsFixed,
    CountingNeverBegan,
    NotOverYet,
    NotReady,
    ReasonMissing,
    archive_event,
    cancel_event,
    create_event,
    publish,
    revise_event,
)
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import take_places
from eventhub.events.plans import EndsBeforeItStarts, EventPlan, SessionPlan, SpeakerPlan, plan_of_event
from eventhub.events.programme import add_session, cancel_session
from eventhub.events.rules import EventState, Kind, SessionKind
from eventhub.events.sections import add_section
from eventhub.events.stamps import find_stamp
from tests.factories import both_languages, make_event, make_room, make_session

BY = "test-organiser"


def a_plan(now: datetime, **changes: object) -> EventPlan:
    return replace(
        EventPlan(
            title=both_languages("Seminar on tides"),
            starts_at=now + timedelta(days=10),
            ends_at=now + timedelta(days=10, hours=2),
        ),
        **changes,
    )


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_event_is_a_draft_at_an_address_of_its_title(app: Flask, both: Flask, now: datetime) -> None:
    with transaction():
        event = create_event(kind=Kind.SEMINAR, plan=a_plan(now, capacity=30), by=BY, now=now)

    assert (event.state, event.slug, event.revision) == (EventState.DRAFT, "seminar-on-tides", 0)
    assert (event.pool.capacity, event.pool.taken) == (30, 0)
    assert deeds() == ["event.created"]


def test_two_events_of_one_title_have_two_addresses(app: Flask, both: Flask, now: datetime) -> None:
    with transaction():
        first = create_event(kind=Kind.SEMINAR, plan=a_plan(now), by=BY, now=now)
        second = create_event(kind=Kind.SEMINAR, plan=a_plan(now), by=BY, now=now)

    assert first.slug == "seminar-on-tides"
    assert second.slug.startswith("seminar-on-tides-")


def test_an_event_that_ends_before_it_starts_is_refused(app: Flask, both: Flask, now: datetime) -> None:
    plan = a_plan(now, ends_at=now)

    with pytest.raises(EndsBeforeItStarts), transaction():
        create_event(kind=Kind.SEMINAR, plan=plan, by=BY, now=now)

    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


@pytest.mark.parametrize(
    ("changes", "rise"),
    [
        ({}, 0),
        ({"online_link": "https://meet.example.org/1"}, 0),
        ({"capacity": 60}, 0),
        ({"title": {"en": "Seminar on waves", "ru": "Семинар о волнах"}}, 1),
        ({"timezone": "Asia/Tokyo"}, 1),
        ({"accent": "red", "contact_email": "other@example.org", "capacity": 70}, 1),
    ],
)
def test_only_what_the_public_sees_raises_the_revision(
    app: Flask, both: Flask, now: datetime, changes: dict[str, object], rise: int
) -> None:
    event = make_event(now=now, capacity=50)
    db.session.commit()
    stamp, later = find_stamp()[0], now + timedelta(hours=1)

    with transaction():
        revise_event(event, plan=replace(plan_of_event(event), **changes), by=BY, now=later)

    assert event.revision == rise
    assert event.revised_at == (later if rise else now)
    assert find_stamp()[0] == stamp + rise


def test_a_change_of_a_draft_stays_unseen(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, state=EventState.DRAFT)
    db.session.commit()

    with transaction():
        revise_event(event, plan=replace(plan_of_event(event), accent="red"), by=BY, now=now)

    assert (event.accent, event.revision, find_stamp()[0]) == ("red", 0, 0)


def test_the_audit_keeps_old_and_new_values(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, capacity=50)
    db.session.commit()

    with transaction():
        revise_event(event, plan=replace(plan_of_event(event), accent="red", capacity=60), by=BY, now=now)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor) == ("event.revised", BY)
    assert entry.detail == {"changes": {"accent": ["teal", "red"], "capacity": [50, 60]}}


def test_a_new_zone_changes_the_calendar_entries_of_the_programme_too(
    app: Flask, both: Flask, now: datetime
) -> None:
    event = make_event(now=now)
    session = make_session(event)
    db.session.commit()

    with transaction():
        revise_event(event, plan=replace(plan_of_event(event), timezone="Asia/Tokyo"), by=BY, now=now)

    db.session.refresh(session)
    assert session.revision == 1


def test_capacity_goes_down_to_what_is_taken_and_no_further(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, capacity=50)
    take_places({event.pool_id: 20})
    db.session.commit()

    with transaction():
        revise_event(event, plan=replace(plan_of_event(event), capacity=20), by=BY, now=now)
    with pytest.raises(CapacityBelowTaken) as refused, transaction():
        revise_event(event, plan=replace(plan_of_event(event), capacity=19), by=BY, now=now)

    assert refused.value.facts == {"taken": 20}
    assert db.session.get(CapacityPool, event.pool_id).capacity == 20


def test_counting_begins_and_ends_only_in_a_draft(app: Flask, both: Flask, now: datetime) -> None:
    draft = make_event(now=now, state=EventState.DRAFT)
    counted, uncounted = make_event(now=now, capacity=5), make_event(now=now)
    db.session.commit()

    with transaction():
        revise_event(draft, plan=replace(plan_of_event(draft), capacity=7), by=BY, now=now)
    with pytest.raises(CountingIsFixed), transaction():
        revise_event(counted, plan=replace(plan_of_event(counted), capacity=None), by=BY, now=now)
    with pytest.raises(CountingNeverBegan), transaction():
        revise_event(uncounted, plan=replace(plan_of_event(uncounted), capacity=5), by=BY, now=now)

    assert draft.pool.capacity == 7


def test_an_unready_event_is_not_published(app: Flask, both: Flask, now: datetime) -> None:
    with transaction():
        event = create_event(kind=Kind.CONFERENCE, plan=a_plan(now), by=BY, now=now)

    with pytest.raises(NotReady) as refused, transaction():
        publish(event, by=BY, now=now)

    assert refused.value.facts == {"missing": "summary, description, place, contact, programme"}
    assert event.state is EventState.DRAFT


def test_a_ready_event_is_published_once(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, state=EventState.DRAFT, published_at=None, venue_id=make_room().venue_id)
    db.session.commit()

    with transaction():
        publish(event, by=BY, now=now)
    with pytest.raises(IllegalMove), transaction():
        publish(event, by=BY, now=now)

    assert (event.state, event.published_at, event.revision) == (EventState.PUBLISHED, now, 1)
    assert find_stamp()[0] == 1


def test_a_cancelled_event_says_why_and_its_programme_knows(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    session, called_off = make_session(event), make_session(event)
    db.session.commit()
    with transaction():
        cancel_session(called_off, by=BY, now=now)

    with transaction():
        cancel_event(event, reason={"en": "Too few came.", "ru": ""}, by=BY, now=now)

    db.session.refresh(session)
    assert (event.state, event.cancel_reason, event.cancelled_at) == (
        EventState.CANCELLED,
        {"en": "Too few came."},
        now,
    )
    assert (event.revision, session.revision, called_off.revision) == (2, 1, 1)


def test_a_cancellation_without_a_reason_is_refused(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    db.session.commit()

    with pytest.raises(ReasonMissing), transaction():
        cancel_event(event, reason={"en": "", "ru": ""}, by=BY, now=now)

    assert event.state is EventState.PUBLISHED


def test_an_event_is_archived_when_it_is_over(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    db.session.commit()

    with pytest.raises(NotOverYet), transaction():
        archive_event(event, by=BY, now=now)
    with transaction():
        archive_event(event, by=BY, now=event.ends_at)

    assert event.state is EventState.ARCHIVED


def test_a_clone_has_everything_but_people(app: Flask, both: Flask, now: datetime) -> None:
    room = make_room()
    db.session.commit()
    zone = "Europe/Berlin"
    starts_at = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, in winter time
    with transaction():
        plan = a_plan(now, timezone=zone, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8),
                      opens_at=now, capacity=40, venue_id=room.venue_id,
                      online_link="https://meet.example.org/1")  # fmt: skip
        event = create_event(kind=Kind.CONFERENCE, plan=plan, by=BY, now=now)
        parent = add_section(event, title=both_languages("Institute"), by=BY, now=now)
        child = add_section(event, title=both_languages("Section"), by=BY, now=now, parent=parent)
        talk = SessionPlan(kind=SessionKind.WORKSHOP, title=both_languages("Workshop"), starts_at=starts_at,
                           ends_at=starts_at + timedelta(hours=1), room_id=room.id, section_id=child.id,
                           is_bookable=True, capacity=12,
                           speakers=(SpeakerPlan(full_name="Test Speaker"),))  # fmt: skip
        session = add_session(event, plan=talk, by=BY, now=now)
        gone = add_session(event, plan=replace(talk, title=both_languages("Gone")), by=BY, now=now)
        take_places({event.pool_id: 3, session.pool_id: 2})
    with transaction():
        cancel_session(gone, by=BY, now=now)

    with transaction():
        copy = clone_event(event, starts_on=date(2027, 4, 3), by=BY, now=now)

    cloned = copy.sessions[0]
    # Summer time has begun, and 10:00 is an hour earlier in UTC.
    assert copy.starts_at == cloned.starts_at == datetime(2027, 4, 3, 8, 0, tzinfo=UTC)
    assert (copy.state, copy.online_link, copy.pool.capacity, copy.pool.taken) == (
        EventState.DRAFT,
        None,
        40,
        0,
    )
    assert [one.title["en"] for one in copy.sessions] == ["Workshop"]
    assert (cloned.room_id, cloned.pool.capacity, cloned.pool.taken, cloned.speakers) == (room.id, 12, 0, [])
    assert [section.title["en"] for section in copy.sections] == ["Institute", "Section"]
    assert copy.sections[1].parent_id == copy.sections[0].id
    assert cloned.section_id == copy.sections[1].id
    assert (event.state, len(event.sessions), session.speakers[0].full_name) == (
        EventState.DRAFT,
        2,
        "Test Speaker",
    )
