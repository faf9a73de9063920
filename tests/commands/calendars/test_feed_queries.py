"""What a feed asks of the database, the same on both."""

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.calendars.queries import Scope, get_mark, list_events, list_sessions
from eventhub.core.errors import NotFound
from eventhub.db import db, transaction
from eventhub.events.models import Event, Series
from eventhub.events.rules import EventState, Kind
from eventhub.events.stamps import revise
from tests.factories import both_languages, make_event, make_session

pytestmark = pytest.mark.usefixtures("both", "app")


def test_the_mark_changes_with_every_visible_change_and_with_the_month(now):
    with transaction():
        event = make_event(now=now)
    before = get_mark(Scope(), now=now)
    with transaction():
        revise(db.session.get_one(Event, event.id), now=now + timedelta(minutes=1))
    after = get_mark(Scope(), now=now + timedelta(minutes=2))
    next_month = get_mark(Scope(), now=datetime(2027, 4, 1, tzinfo=UTC))

    assert (before.number, before.changed_at) == (0, datetime(2027, 3, 1, tzinfo=UTC))
    assert (after.number, after.changed_at) == (1, now + timedelta(minutes=1))
    assert get_mark(Scope(), now=now + timedelta(days=20)) == after
    assert (next_month.number, next_month.changed_at) == (1, datetime(2027, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize("scope", [Scope(series="none"), Scope(event="none"), Scope(event="draft")])
def test_what_the_public_does_not_know_has_no_mark(now, scope):
    make_event(now=now, slug="draft", state=EventState.DRAFT, published_at=None)

    with pytest.raises(NotFound):
        get_mark(scope, now=now)


def test_events_are_picked_by_scope_and_come_in_order(now):
    series = Series(slug="shells", title=both_languages("Shells"), summary={})
    db.session.add(series)
    db.session.flush()
    late = make_event(
        now=now, slug="late", starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=10)
    )
    early = make_event(now=now, slug="early", series_id=series.id)
    school = make_event(now=now, slug="school", kind=Kind.SUMMER_SCHOOL)
    make_event(now=now, slug="draft", state=EventState.DRAFT, published_at=None)
    since = datetime(2026, 3, 1, tzinfo=UTC)

    found = [
        list_events(scope, since=since)
        for scope in (Scope(), Scope(kind=Kind.SEMINAR), Scope(series="shells"), Scope(event="late"))
    ]

    assert found == [[early, school, late], [early, late], [early], [late]]


def test_an_old_event_is_told_only_to_who_asks_for_it(now):
    old = make_event(
        now=now, slug="old", starts_at=now - timedelta(days=800), ends_at=now - timedelta(days=799)
    )
    since = datetime(2026, 3, 1, tzinfo=UTC)

    assert list_events(Scope(), since=since) == []
    assert list_events(Scope(event="old"), since=since) == [old]


def test_a_programme_comes_in_order_and_from_its_event_alone(now):
    event, other = make_event(now=now, slug="mine"), make_event(now=now)
    second = make_session(event, starts_at=event.starts_at + timedelta(minutes=5))
    first = make_session(event)
    make_session(other)

    assert list_sessions("mine") == [first, second]
