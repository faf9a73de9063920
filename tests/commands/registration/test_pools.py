"""Named pools: shared, nested, held back and given back; overbooking; and races for what goes back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.cloning import clone_event
from eventhub.events.commands import CapacityBelowTaken
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import swap_places
from eventhub.events.queries import get_event
from eventhub.events.rules import SessionFull
from eventhub.handlers import expire_holds
from eventhub.registration.models import Registration
from eventhub.registration.needs import needs
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.commands import decline_seat, wish_for
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.pools import (
    DayOnlyForHolds,
    NothingToHold,
    PoolInUse,
    TooFewToHold,
    add_pool,
    overbook,
    release_hold,
    remove_pool,
    resize_named_pool,
)
from eventhub.registration.types.queries import find_door_hold
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.types.sharing import SessionTaken, count_in
from tests.commands.registration.asking import (
    cancel,
    here,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.types import make_type
from tests.factories import both_languages, make_event, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="fair", capacity=6)


def make_named(event: Event, places: int, kind: PoolKind = PoolKind.SHARED, *, now: datetime, **more) -> str:
    with transaction():
        name = both_languages("Places")
        return add_pool(event, name=name, kind=kind, places=places, by="test", now=now, **more).public_id


def pool_id(public: str) -> int:
    look_again()
    return db.session.scalars(select(NamedPool.pool_id).where(NamedPool.public_id == public)).one()


def figures(pool: int | None) -> tuple[int, int, int]:
    """Taken, places, seats."""
    look_again()
    row = db.session.get_one(CapacityPool, pool)
    return row.taken, row.capacity, row.seats


def outcome(deed) -> str:
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_two_types_share_a_pool_and_pools_lie_in_pools(event: Event, now: datetime) -> None:
    hall = make_named(event, 3, now=now)
    balcony = make_named(event, 2, now=now, parent=hall)
    one = make_type(event, "One", now=now, pool=balcony)
    two = make_type(event, "Two", now=now, pool=hall)

    for number, wish in enumerate((one, two, one)):
        register("fair", f"{number}@example.org", now=now, ticket=wish)

    assert (taken(pool_id(balcony)), taken(pool_id(hall)), taken(event.pool_id)) == (2, 3, 3)
    assert outcome(lambda: register("fair", "x@example.org", now=now, ticket=two)) == "TypeFull"
    with pytest.raises(PoolInUse), transaction():
        remove_pool(event, hall, by="test", now=now)


def test_what_is_held_back_is_for_its_type_alone_until_it_goes_back(event: Event, now: datetime) -> None:
    hold = make_named(event, 4, PoolKind.HOLD, now=now, releases_at=now + timedelta(minutes=20))
    partner, guest = make_type(event, "Partner", now=now, pool=hold), make_type(event, "Guest", now=now)
    assert taken(event.pool_id) == 4
    registered("fair", "p@example.org", now=now, ticket=partner)
    for name in "ab":
        register("fair", f"{name}@example.org", now=now, ticket=guest)
    assert outcome(lambda: register("fair", "c@example.org", now=now, ticket=guest)) == "EventFull"

    expire_holds(now + timedelta(minutes=20))

    assert (figures(pool_id(hold)), taken(event.pool_id)) == ((1, 1, 1), 3)
    register("fair", "c@example.org", now=now, ticket=guest)
    assert outcome(lambda: register("fair", "q@example.org", now=now, ticket=partner)) == "TypeFull"
    with transaction():
        assert release_hold(event, hold, by="test", now=now) == 0


def test_who_leaves_a_hold_that_went_back_leaves_its_place_to_the_type(event: Event, now: datetime) -> None:
    hold = make_named(event, 2, PoolKind.HOLD, now=now)
    partner = make_type(event, "Partner", now=now, pool=hold)
    came = registered("fair", now=now, ticket=partner)
    with transaction():
        assert release_hold(event, hold, by="test", now=now) == 1

    cancel(came, now=now)

    assert (figures(pool_id(hold)), taken(event.pool_id)) == ((0, 1, 1), 1)


def test_what_goes_back_is_offered_to_those_in_line(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="fair", capacity=2, has_waiting_list=True)
    hold = make_named(event, 1, PoolKind.HOLD, now=now)
    registered("fair", "a@example.org", now=now)
    waits = register("fair", "b@example.org", now=now)
    assert state_of(waits) is RegistrationState.WAITLISTED

    with transaction():
        release_hold(event, hold, by="test", now=now)

    assert (state_of(waits), taken(event.pool_id)) == (RegistrationState.OFFERED, 2)


def test_a_hold_grows_and_shrinks_with_the_event(event: Event, now: datetime) -> None:
    hold = make_named(event, 2, PoolKind.HOLD, now=now)
    registered("fair", now=now, ticket=make_type(event, now=now, pool=hold))

    def resize(places: int) -> None:
        with transaction():
            resize_named_pool(event, hold, places=places, by="test", now=now)

    resize(6)
    assert taken(event.pool_id) == 6
    with pytest.raises(TooFewToHold):
        resize(7)
    with pytest.raises(CapacityBelowTaken):
        resize(0)
    resize(1)
    assert (figures(pool_id(hold)), taken(event.pool_id)) == ((1, 1, 1), 1)


def test_a_hold_that_does_not_fit_or_has_nothing_to_hold_is_refused(event: Event, now: datetime) -> None:
    with transaction():
        open_air = make_event(now=now)

    assert outcome(lambda: make_named(event, 7, PoolKind.HOLD, now=now)) == TooFewToHold.__name__
    assert outcome(lambda: make_named(open_air, 1, PoolKind.HOLD, now=now)) == NothingToHold.__name__
    assert outcome(lambda: make_named(event, 1, now=now, releases_at=now)) == DayOnlyForHolds.__name__
    hold = make_named(event, 6, PoolKind.HOLD, now=now)
    with transaction():
        remove_pool(event, hold, by="test", now=now)
    assert taken(event.pool_id) == 0


def test_who_walks_in_takes_from_the_places_of_the_door(event: Event, now: datetime) -> None:
    make_named(event, 1, PoolKind.DOOR, now=now)

    with transaction():
        door = find_door_hold(event)
        walk_in = needs(event, (), size=1, door=door)
        assert walk_in.counts == {door.pool: 1}
        assert [swap_places({}, walk_in.counts) for _ in range(2)] == [None, door.pool]
        swap_places(walk_in.counts, {})


def test_places_kept_for_the_door_inside_a_types_pool_are_counted_there_once(
    event: Event, now: datetime
) -> None:
    shared = make_named(event, 3, now=now)
    make_type(event, "Student", now=now, pool=shared)
    door = make_named(event, 2, PoolKind.DOOR, now=now, parent=shared)
    pools = [event.pool_id, pool_id(shared), pool_id(door)]

    here("fair", now=now)
    register("fair", now=now)
    assert [taken(pool) for pool in pools] == [3, 3, 1]
    here("fair", now=now)  # the pool of the type is full, and one place is kept

    assert [taken(pool) for pool in pools] == [3, 3, 2]
    with transaction():
        release_hold(get_event("fair"), door, by="test", now=now)
    assert [taken(pool) for pool in pools] == [3, 3, 0]


def test_sessions_share_a_pool_and_each_place_is_counted_for_what_it_is(event: Event, now: datetime) -> None:
    desks = make_named(event, 2, now=now)
    begin = event.starts_at
    with transaction():
        hours = [begin + timedelta(minutes=40 * number) for number in range(3)]
        sessions = [
            make_session(
                event, capacity=9, starts_at=hour, ends_at=hour + timedelta(minutes=30), has_waiting_list=True
            )
            for hour in hours
        ]
        names = [session.public_id for session in sessions]
    for session in sessions:
        with transaction():
            count_in(get_event("fair"), db.session.merge(session), desks, by="test", now=now)
    ada = registered("fair", "ada@example.org", now=now, sessions=(names[0],))
    bob = registered("fair", "bob@example.org", now=now, sessions=(names[0],))
    with pytest.raises(SessionFull):
        register("fair", "eve@example.org", now=now, sessions=(names[1],))
    with pytest.raises(SessionTaken), transaction():
        count_in(get_event("fair"), db.session.merge(sessions[0]), "", by="test", now=now)

    with transaction():
        wish_for(get_registration(ada.public_id), [names[1]], now=now)
    cancel(bob, now=now)
    assert (places_of(ada), taken(pool_id(desks))) == ({event.pool_id: 1, pool_id(desks): 2}, 2)
    with transaction():
        decline_seat(get_registration(ada.public_id), names[1], now=now)
    assert (places_of(ada), taken(pool_id(desks))) == ({event.pool_id: 1, pool_id(desks): 1}, 1)
    with pytest.raises(PoolInUse), transaction():
        remove_pool(get_event("fair"), desks, by="test", now=now)


def places_of(one: Registration) -> dict[int, int]:
    look_again()
    return {place.pool_id: place.count for place in get_registration(one.public_id).places}


def test_an_overbooked_event_gives_out_more_places_and_shows_its_seats(event: Event, now: datetime) -> None:
    with transaction():
        overbook(event, percent=20, by="test", now=now)
    assert figures(event.pool_id) == (0, 7, 6)
    for number in range(7):
        register("fair", f"{number}@example.org", now=now)

    assert outcome(lambda: register("fair", "x@example.org", now=now)) == "EventFull"
    with pytest.raises(CapacityBelowTaken), transaction():
        overbook(event, percent=0, by="test", now=now)


@pytest.mark.parametrize("times", [12])
def test_giving_back_and_taking_at_once_leaves_the_books_right(
    both: Flask, event: Event, now: datetime, times: int
) -> None:
    hold = make_named(event, 5, PoolKind.HOLD, now=now)
    partner, guest = make_type(event, "Partner", now=now, pool=hold), make_type(event, "Guest", now=now)

    def take_or_release(number: int) -> str:
        def release() -> None:
            with transaction():
                release_hold(db.session.scalars(select(Event)).one(), hold, by="test", now=now)

        wish = partner if number % 2 else guest
        take = lambda: register("fair", f"{number}@example.org", now=now, ticket=wish)  # noqa: E731
        return outcome(release if number % 6 == 0 else take)

    results = Counter(at_once(both, take_or_release, times=times))

    assert set(results) <= {"done", "TypeFull", "EventFull"}
    held, capacity, _seats = figures(pool_id(hold))
    assert held == capacity
    assert taken(event.pool_id) <= 6


def test_a_copy_of_an_event_counts_the_places_that_its_session_shared(event: Event, now: datetime) -> None:
    with transaction():
        session = make_session(db.session.get_one(Event, event.id), is_bookable=True)
    hall = make_named(event, 3, now=now)
    with transaction():
        count_in(db.session.get_one(Event, event.id), session, hall, by="test", now=now)
        copy = clone_event(event, starts_on=(now + timedelta(days=400)).date(), by="test", now=now)

    (copied,) = copy.sessions
    assert (copied.shares_pool, copied.pool and copied.pool.capacity) == (False, 3)
