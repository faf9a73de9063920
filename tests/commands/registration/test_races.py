"""Many at once: the last places, the same address, the same form, the same link. And a control that does oversell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events import places
from eventhub.events.models import CapacityPool
from eventhub.events.rules import EventFull
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, LIVE, RegistrationState
from eventhub.registration.waiting import expire_holds
from eventhub.tickets.models import TicketState
from tests.commands.registration.asking import (
    GUEST,
    Known,
    cancel,
    change,
    confirm,
    count,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.factories import both_languages, make_event, make_pool, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

LATER = HOLD + timedelta(seconds=1)


def outcome(deed: Callable[[], object]) -> str:
    """`done`, or the name of the refusal; anything else is an error of ours."""
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def live() -> int:
    look_again()
    return len(db.session.scalars(select(Registration.id).where(Registration.state.in_(LIVE))).all())


def test_thirty_takers_of_five_places_are_five(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=5)

    results = at_once(
        both,
        lambda number: outcome(lambda: register("rush", f"guest{number}@example.org", now=now)),
        times=30,
    )

    assert Counter(results) == {"done": 5, "EventFull": 25}
    assert (live(), taken(event.pool_id)) == (5, 5)


def test_takers_of_sessions_in_any_order_fill_them_exactly_and_never_block_each_other(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=30)
        sessions = [
            make_session(
                event,
                capacity=4,
                starts_at=event.starts_at + timedelta(minutes=10 * number),
                ends_at=event.starts_at + timedelta(minutes=10 * number + 10),
            )
            for number in range(3)
        ]
        ids = [session.public_id for session in sessions]

    def choose(number: int) -> str:
        wanted = (ids[number % 3], ids[(number + 1) % 3])
        return outcome(lambda: register("rush", f"guest{number}@example.org", now=now, sessions=wanted))

    results = at_once(both, choose, times=18)

    assert set(results) == {"done", "SessionFull"}
    assert taken(event.pool_id) == results.count("done")


def test_overdue_holds_are_given_on_exactly_once(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=3)
    for number in range(3):
        register("rush", f"slow{number}@example.org", now=now)

    def ask_or_sweep(number: int) -> str:
        if number % 5 == 0:
            with transaction():
                expire_holds(now=now + LATER)
            return "swept"
        return outcome(lambda: register("rush", f"quick{number}@example.org", now=now + LATER))

    results = Counter(at_once(both, ask_or_sweep, times=15))

    assert results == {"swept": 3, "done": 3, "EventFull": 9}
    assert taken(event.pool_id) == 3


def test_one_address_twenty_times_at_once_is_one_registration(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=50)

    results = at_once(both, lambda _: outcome(lambda: register("rush", now=now)), times=20)

    assert Counter(results) == {"done": 20}
    assert (count(Registration), taken(event.pool_id)) == (1, 1)
    assert Counter(letters()) == {"registration_confirm": 1, "registration_already": 3}


def test_one_form_twenty_times_at_once_is_one_registration_and_one_letter(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=50)

    made = at_once(both, lambda _: register("rush", now=now, key="one-and-the-same-form").public_id, times=20)

    assert (len(set(made)), count(Registration), taken(event.pool_id)) == (1, 1, 1)
    assert letters() == ["registration_confirm"]


@pytest.mark.parametrize("is_expired", [False, True])
def test_one_link_confirmed_twenty_times_at_once_is_one_ticket_and_one_letter(
    both: Flask, app: Flask, now: datetime, is_expired: bool
) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=1)
    registration = Known(register("rush", now=now).public_id)
    if is_expired:
        with transaction():
            expire_holds(now=now + LATER)

    results = at_once(both, lambda _: outcome(lambda: confirm(registration, now=now + LATER)), times=20)

    assert Counter(results) == {"done": 20}
    assert (tickets(event), taken(event.pool_id)) == ([TicketState.VALID], 1)
    assert letters() == ["registration_confirm", "registration_confirmed"]


def test_confirming_and_cancelling_at_once_leaves_no_valid_ticket_without_a_place(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=20)
    made = [Known(register("rush", f"guest{number}@example.org", now=now).public_id) for number in range(6)]

    def confirm_or_cancel(number: int) -> str:
        deed = confirm if number % 2 else cancel
        return outcome(lambda: deed(made[number // 2], now=now))

    results = at_once(both, confirm_or_cancel, times=12)

    assert set(results) <= {"done", "AlreadyEnded"}
    assert [state_of(one) for one in made] == [RegistrationState.CANCELLED] * 6
    assert (tickets(event).count(TicketState.VALID), taken(event.pool_id)) == (0, 0)


def test_swaps_and_cancellations_of_one_registration_at_once_keep_the_count(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="rush", capacity=5)
        ids = [
            make_session(
                event,
                capacity=5,
                starts_at=event.starts_at + timedelta(minutes=10 * number),
                ends_at=event.starts_at + timedelta(minutes=10 * number + 10),
            ).public_id
            for number in range(3)
        ]
    registration = Known(registered("rush", now=now, sessions=(ids[0],)).public_id)

    def swap(number: int) -> str:
        if number == 7:
            return outcome(lambda: cancel(registration, now=now))
        return outcome(lambda: change(registration, now=now, sessions=(ids[number % 3],)))

    results = at_once(both, swap, times=12)

    assert set(results) <= {"done", "AlreadyEnded"}
    assert (state_of(registration), taken(event.pool_id)) == (RegistrationState.CANCELLED, 0)


def test_two_who_swap_with_each_other_never_wait_for_ever(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="rush")
        ids = [make_session(event, capacity=12, title=both_languages(name)).public_id for name in "ab"]
    there = [
        Known(
            registered("rush", f"guest{number}@example.org", now=now, sessions=(ids[number % 2],)).public_id
        )
        for number in range(10)
    ]

    def swap(number: int) -> str:
        registration = there[number]
        return outcome(lambda: change(registration, now=now, sessions=(ids[(number + 1) % 2],)))

    assert at_once(both, swap, times=10) == ["done"] * 10
    chosen = [get_registration(one.public_id).choices[0].session.public_id for one in there]
    assert chosen == [ids[(number + 1) % 2] for number in range(10)]


def guarded_take(pool_id: int) -> bool:
    return places.take_places({pool_id: 1}) is None


def unguarded_take(pool_id: int) -> bool:
    """What everybody writes first: read, think, write."""
    pool = db.session.get_one(CapacityPool, pool_id)
    if pool.taken >= pool.capacity:
        return False
    sleep(0.02)
    db.session.execute(update(CapacityPool).where(CapacityPool.id == pool_id).values(taken=pool.taken + 1))
    return True


@pytest.mark.parametrize(("take", "is_exact"), [(guarded_take, True), (unguarded_take, False)])
def test_the_guard_is_what_stops_overselling(
    postgresql_app: Flask, app: Flask, now: datetime, take: Callable[[int], bool], is_exact: bool
) -> None:
    """The control reads and then writes: were it as good, the races above would prove nothing."""
    with postgresql_app.app_context():
        with transaction():
            pool_id = make_pool(5).id

        def one(_number: int) -> bool:
            with transaction():
                return take(pool_id)

        won = at_once(postgresql_app, one, times=15).count(True)

        assert (won == 5) is is_exact
        with transaction():
            db.session.execute(update(CapacityPool).values(taken=0))


def test_on_one_writer_even_the_unguarded_control_is_exact_because_writers_queue(
    app: Flask, now: datetime
) -> None:
    with transaction():
        pool_id = make_pool(5).id

    def one(_number: int) -> bool:
        with transaction():
            return unguarded_take(pool_id)

    assert at_once(app, one, times=15).count(True) == 5
    with transaction():
        db.session.execute(update(CapacityPool).values(taken=0))


def test_the_refusal_of_the_last_place_is_the_event_being_full(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        make_event(now=now, slug="none", capacity=0)

    with pytest.raises(EventFull):
        register("none", email=GUEST, now=now)
