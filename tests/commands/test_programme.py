"""What organisers do with the programme, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove
from eventhub.db import db, transaction
from eventhub.events.commands import CapacityBelowTaken
from eventhub.events.desk import list_conflicts
from eventhub.events.models import CapacityPool, Event, Session, Speaker
from eventhub.events.places import take_places
from eventhub.events.plans import SessionPlan, SpeakerPlan, plan_of_session
from eventhub.events.programme import (
    EventIsOver,
    NotOfThisVenue,
    SessionNeverCounted,
    SessionPlacesFixed,
    SessionWasPublic,
    add_session,
    cancel_session,
    remove_session,
    restore_session,
    revise_session,
)
from eventhub.events.rules import EventState, SessionKind, SessionState
from eventhub.events.stamps import find_stamp
from tests.factories import both_languages, make_event, make_room, make_session

BY = "test-organiser"
PEOPLE = (SpeakerPlan(full_name="First Speaker"), SpeakerPlan(full_name="Second Speaker", affiliation="Lab"))


def a_plan(event: Event, **changes: object) -> SessionPlan:
    plan = SessionPlan(
        kind=SessionKind.TALK,
        title=both_languages("Talk"),
        starts_at=event.starts_at,
        ends_at=event.starts_at + timedelta(hours=1),
    )
    return replace(plan, **changes)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_session_comes_with_its_speakers_and_places(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    db.session.commit()

    with transaction():
        plan = a_plan(event, is_bookable=True, capacity=12, speakers=PEOPLE)
        session = add_session(event, plan=plan, by=BY, now=now)

    assert plan_of_session(session) == plan
    assert (session.pool.capacity, session.pool.taken, session.state) == (12, 0, SessionState.SCHEDULED)
    assert (event.revision, find_stamp()[0]) == (1, 1)


def test_a_session_that_is_not_bookable_counts_no_places(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    db.session.commit()

    with transaction():
        session = add_session(event, plan=a_plan(event, capacity=12), by=BY, now=now)

    assert (session.pool, count(CapacityPool)) == (None, 0)


def test_sessions_of_a_draft_raise_no_stamp(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, state=EventState.DRAFT)
    db.session.commit()

    with transaction():
        session = add_session(event, plan=a_plan(event), by=BY, now=now)
        revise_session(session, plan=a_plan(event, title=both_languages("Other")), by=BY, now=now)

    assert (event.revision, session.revision, find_stamp()[0]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "rise"),
    [
        ({}, 0),
        ({"capacity": 20}, 0),
        ({"title": both_languages("Other")}, 1),
        ({"speakers": PEOPLE[:1]}, 1),
        ({"kind": SessionKind.LECTURE, "language": "ru"}, 1),
    ],
)
def test_only_what_the_public_sees_raises_a_sessions_revision(
    app: Flask, both: Flask, now: datetime, changes: dict[str, object], rise: int
) -> None:
    event = make_event(now=now)
    db.session.commit()
    with transaction():
        plan = a_plan(event, is_bookable=True, capacity=12, speakers=PEOPLE)
        session = add_session(event, plan=plan, by=BY, now=now)

    with transaction():
        revise_session(session, plan=replace(plan, **changes), by=BY, now=now)

    assert (session.revision, event.revision) == (rise, 1 + rise)
    assert plan_of_session(session) == replace(plan, **changes)


def test_new_speakers_replace_the_old_ones(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now)
    db.session.commit()
    with transaction():
        session = add_session(event, plan=a_plan(event, speakers=PEOPLE), by=BY, now=now)

    with transaction():
        revise_session(session, plan=a_plan(event, speakers=PEOPLE[1:]), by=BY, now=now)

    assert [one.full_name for one in session.speakers] == ["Second Speaker"]
    assert count(Speaker) == 1


def test_a_sessions_places_never_fall_below_what_is_taken(app: Flask, both: Flask, now: datetime) -> None:
    session = make_session(make_event(now=now), capacity=12)
    take_places({session.pool_id: 5})
    db.session.commit()
    plan = plan_of_session(session)

    with pytest.raises(CapacityBelowTaken), transaction():
        revise_session(session, plan=replace(plan, capacity=4), by=BY, now=now)
    with pytest.raises(SessionPlacesFixed), transaction():
        revise_session(session, plan=replace(plan, capacity=None), by=BY, now=now)
    with pytest.raises(SessionPlacesFixed), transaction():
        revise_session(session, plan=replace(plan, is_bookable=False), by=BY, now=now)
    with transaction():
        revise_session(session, plan=replace(plan, capacity=5), by=BY, now=now)

    assert (session.pool.capacity, session.pool.taken) == (5, 5)


def test_counting_does_not_begin_after_publication(app: Flask, both: Flask, now: datetime) -> None:
    session = make_session(make_event(now=now))
    db.session.commit()

    with pytest.raises(SessionNeverCounted), transaction():
        revise_session(session, plan=replace(plan_of_session(session), capacity=5), by=BY, now=now)

    assert session.pool is None


def test_a_talk_may_become_bookable_with_places(app: Flask, both: Flask, now: datetime) -> None:
    session = make_session(make_event(now=now), is_bookable=False)
    db.session.commit()

    with transaction():
        plan = replace(plan_of_session(session), is_bookable=True, capacity=5)
        revise_session(session, plan=plan, by=BY, now=now)

    assert (session.is_bookable, session.pool.capacity) == (True, 5)


def test_a_cancelled_session_stays_and_may_be_restored(app: Flask, both: Flask, now: datetime) -> None:
    session = make_session(make_event(now=now))
    db.session.commit()

    with transaction():
        cancel_session(session, by=BY, now=now)
    with pytest.raises(IllegalMove), transaction():
        cancel_session(session, by=BY, now=now)
    cancelled = (session.state, session.revision, session.event.revision)
    with transaction():
        restore_session(session, by=BY, now=now)

    assert cancelled == (SessionState.CANCELLED, 1, 1)
    assert (session.state, session.revision, count(Session)) == (SessionState.SCHEDULED, 2, 1)


def test_a_public_session_is_not_removed(app: Flask, both: Flask, now: datetime) -> None:
    session = make_session(make_event(now=now))
    db.session.commit()

    with pytest.raises(SessionWasPublic), transaction():
        remove_session(session, by=BY, now=now)

    assert count(Session) == 1


def test_a_drafts_session_goes_with_its_speakers_and_places(app: Flask, both: Flask, now: datetime) -> None:
    event = make_event(now=now, state=EventState.DRAFT)
    db.session.commit()
    with transaction():
        plan = a_plan(event, is_bookable=True, capacity=12, speakers=PEOPLE)
        session = add_session(event, plan=plan, by=BY, now=now)

    with transaction():
        remove_session(session, by=BY, now=now)

    assert [count(model) for model in (Session, Speaker, CapacityPool)] == [0, 0, 0]
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "session.added",
        "session.removed",
    ]


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.ARCHIVED])
def test_the_programme_of_an_ended_event_is_closed(
    app: Flask, both: Flask, now: datetime, state: EventState
) -> None:
    event = make_event(now=now)
    session = make_session(event)
    event.state, event.cancel_reason = state, {"en": "why"} if state is EventState.CANCELLED else None
    db.session.commit()

    with pytest.raises(EventIsOver), transaction():
        add_session(event, plan=a_plan(event), by=BY, now=now)
    with pytest.raises(EventIsOver), transaction():
        cancel_session(session, by=BY, now=now)


def test_a_room_belongs_to_the_events_venue(app: Flask, both: Flask, now: datetime) -> None:
    ours, other = make_room(), make_room("Elsewhere")
    event = make_event(now=now, venue_id=ours.venue_id)
    db.session.commit()

    with pytest.raises(NotOfThisVenue), transaction():
        add_session(event, plan=a_plan(event, room_id=other.id), by=BY, now=now)
    with transaction():
        session = add_session(event, plan=a_plan(event, room_id=ours.id), by=BY, now=now)

    assert session.room_id == ours.id


def test_a_room_that_another_event_uses_is_warned_about(app: Flask, both: Flask, now: datetime) -> None:
    room = make_room()
    event, other, gone = (make_event(now=now, venue_id=room.venue_id) for _ in range(3))
    ours = make_session(event, room_id=room.id)
    theirs = make_session(other, room_id=room.id)
    make_session(other, room_id=room.id, state=SessionState.CANCELLED)
    make_session(gone, room_id=room.id)
    gone.state, gone.cancel_reason = EventState.CANCELLED, {"en": "why"}
    db.session.commit()

    warnings = list_conflicts(event)

    assert [(one.clash, one.first.session_id, one.second.session_id) for one in warnings] == [
        ("room", ours.id, theirs.id)
    ]
