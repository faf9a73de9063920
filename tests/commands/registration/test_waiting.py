"""The waiting list: in line, offered, taken, declined, timed out; nobody is passed by and no place stays idle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event
from eventhub.events.rules import EventFull, SessionFull
from eventhub.registration.answering_offers import accept_offer, decline_offer
from eventhub.registration.desk import write_again
from eventhub.registration.models import Attendee, Registration, WaitingEntry
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import (
    HOLD,
    NotInLine,
    NotOffered,
    OfferOver,
    RegistrationState,
    WaitingState,
)
from eventhub.registration.waiting import Standing, expire_holds, offer_by_hand, standing_of, sweep_event
from eventhub.registration.warning import list_to_warn, warn
from tests.commands.registration.asking import (
    Known,
    cancel,
    check_the_books,
    confirm,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.factories import make_event, make_session
from tests.people import at_once

A_DAY = timedelta(hours=24)
WAITING, OFFERED = RegistrationState.WAITLISTED, RegistrationState.OFFERED


@pytest.fixture(autouse=True)
def books(app: Flask):
    yield
    check_the_books()
    check_nobody_waits_for_what_is_free()


def check_nobody_waits_for_what_is_free() -> None:
    for event in db.session.scalars(select(Event).where(Event.has_waiting_list, Event.pool_id.is_not(None))):
        left = event.pool.capacity - event.pool.taken
        line = select(WaitingEntry.size).where(
            WaitingEntry.event_id == event.id, WaitingEntry.state == WaitingState.WAITING
        )
        assert [size for size in db.session.scalars(line) if size <= left] == []


def an_event(now: datetime, *, capacity: int, **changes: Any) -> Event:
    with transaction():
        return make_event(now=now, slug="rush", capacity=capacity, has_waiting_list=True, **changes)


def accept(one: Registration | Known, *, now: datetime) -> None:
    with transaction():
        accept_offer(get_registration(one.public_id), now=now)


def decline(one: Registration | Known, *, now: datetime) -> None:
    with transaction():
        decline_offer(get_registration(one.public_id), now=now)


def join(*names: str, now: datetime) -> list[Registration]:
    return [register("rush", f"{name}@example.org", now=now) for name in names]


def states(*people: Registration) -> list[RegistrationState]:
    return [state_of(one) for one in people]


def test_who_comes_to_a_full_event_stands_in_line_with_a_position(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    registered("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)

    assert states(ada, bob) == [WAITING, WAITING]
    assert [standing_of(get_registration(one.public_id)) for one in (ada, bob)] == [
        Standing(position=1, length=2, size=1, left=0),
        Standing(position=2, length=2, size=1, left=0),
    ]
    assert (letters(ada), taken(event.pool_id)) == (["waiting"], 1)


def test_without_a_list_a_full_event_refuses_as_before(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="rush", capacity=1)
    register("rush", "first@example.org", now=now)

    with pytest.raises(EventFull):
        register("rush", "ada@example.org", now=now)


def test_a_full_session_is_refused_and_nobody_is_put_in_line_for_it(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=5)
    with transaction():
        session = make_session(event, capacity=1).public_id
    register("rush", "first@example.org", now=now, sessions=(session,))

    with pytest.raises(SessionFull):
        register("rush", "ada@example.org", now=now, sessions=(session,))
    assert taken(event.pool_id) == 1


def test_who_waits_has_chosen_no_sessions_and_holds_no_place(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1)
    with transaction():
        session = make_session(event, capacity=5)
    register("rush", "first@example.org", now=now)
    ada = register("rush", "ada@example.org", now=now, sessions=(session.public_id,))

    assert state_of(ada) is WAITING
    assert (get_registration(ada.public_id).choices, taken(session.pool_id)) == ([], 0)


def test_a_cancelled_place_is_offered_to_the_first_in_line_at_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    first = registered("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)

    cancel(first, now=now)

    assert states(ada, bob) == [OFFERED, WAITING]
    assert get_registration(ada.public_id).held_until == now + A_DAY
    assert (letters(ada), taken(event.pool_id)) == (["waiting", "offer"], 1)


def test_who_takes_the_offer_has_a_ticket_and_who_asks_twice_has_one(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)
    cancel(first, now=now)

    accept(ada, now=now)
    accept(ada, now=now)

    assert state_of(ada) is RegistrationState.CONFIRMED
    assert (len(tickets(event)), taken(event.pool_id)) == (1, 1)
    assert letters(ada) == ["waiting", "offer", "registration_confirmed"]


def test_a_declined_place_goes_on_and_may_not_be_taken_any_more(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)
    cancel(first, now=now)

    decline(ada, now=now)
    decline(ada, now=now)

    assert states(ada, bob) == [RegistrationState.DECLINED, OFFERED]
    with pytest.raises(NotOffered):
        accept(ada, now=now)


def test_silence_passes_the_place_on(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1, offer_hours=2)
    first = register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)
    cancel(first, now=now)
    later = now + timedelta(hours=2)

    with pytest.raises(OfferOver):
        accept(ada, now=later)
    with transaction():
        expire_holds(now=later)

    assert states(ada, bob) == [RegistrationState.EXPIRED, OFFERED]
    with pytest.raises(OfferOver):
        accept(ada, now=later)
    assert taken(event.pool_id) == 1


def test_an_overdue_hold_goes_to_the_first_in_line_and_not_to_who_asks_now(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now, capacity=1)
    register("rush", "slow@example.org", now=now)
    (ada,) = join("ada", now=now)

    bob = register("rush", "bob@example.org", now=now + HOLD)

    assert states(ada, bob) == [OFFERED, WAITING]


def test_who_leaves_the_line_is_passed_over_and_may_come_back_to_its_end(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)

    cancel(ada, now=now)
    (again,) = join("ada", now=now)
    cancel(first, now=now)

    assert states(ada, bob, again) == [RegistrationState.CANCELLED, OFFERED, WAITING]


def test_who_gives_back_an_offered_place_by_cancelling_passes_it_on(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)
    cancel(first, now=now)

    cancel(ada, now=now)

    assert states(ada, bob) == [RegistrationState.CANCELLED, OFFERED]
    assert taken(event.pool_id) == 1


def test_more_places_are_offered_when_the_event_is_swept(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1)
    register("rush", "first@example.org", now=now)
    people = join("ada", "bob", "eve", now=now)

    with transaction():
        event = db.session.get_one(Event, event.id)
        resize_pool(event.pool, 3)
        sweep_event(event, now=now)

    assert states(*people) == [OFFERED, OFFERED, WAITING]


def test_a_larger_group_is_passed_over_while_it_does_not_fit_and_is_first_when_it_does(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now, capacity=2)
    first, second = (registered("rush", f"{name}@example.org", now=now) for name in ("first", "second"))
    group, single = join("group", "single", now=now)
    with transaction():
        entry = db.session.scalars(select(WaitingEntry).where(WaitingEntry.registration_id == group.id)).one()
        entry.size = 2
        db.session.add(
            Attendee(registration_id=group.id, full_name="Second Example", search_key="second example")
        )

    cancel(first, now=now)
    assert states(group, single) == [WAITING, OFFERED]

    cancel(second, now=now)
    decline(single, now=now)
    assert states(group, single) == [OFFERED, RegistrationState.DECLINED]


def test_nothing_is_offered_once_the_event_is_over(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1)
    register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)

    with transaction():
        sweep_event(db.session.get_one(Event, event.id), now=event.ends_at)

    assert state_of(ada) is WAITING
    with transaction():  # so that the books' last look finds no place that is free for her
        resize_pool(db.session.get_one(Event, event.id).pool, 1)
        ours = select(WaitingEntry).where(WaitingEntry.registration_id == ada.id)
        db.session.scalars(ours).one().state = WaitingState.LEFT


def test_an_offer_ends_with_the_event_at_the_latest(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=3))
    first = register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)

    cancel(first, now=now)

    look_again()
    assert get_registration(ada.public_id).held_until == event.ends_at


def test_an_organiser_offers_a_place_out_of_turn_with_a_reason_that_is_kept(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)

    with transaction():
        offer_by_hand(get_registration(bob.public_id), reason="Keynote speaker", by="chief", now=now)

    assert states(ada, bob) == [WAITING, OFFERED]
    assert taken(event.pool_id) == 2
    entry = select(AuditEntry.detail).where(AuditEntry.action == "registration.offered_by_hand")
    assert db.session.scalars(entry).all() == [{"reason": "Keynote speaker"}]
    with pytest.raises(NotInLine), transaction():
        offer_by_hand(get_registration(bob.public_id), reason="Again", by="chief", now=now)


def test_staff_sends_the_letter_of_each_state_again(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    ada, bob = join("ada", "bob", now=now)
    cancel(first, now=now)

    for one in (ada, bob):
        with transaction():
            write_again(get_registration(one.public_id), by="chief", now=now)

    assert (letters(ada), letters(bob)) == (["waiting", "offer", "offer"], ["waiting", "waiting"])


def test_a_line_of_a_cancelled_event_is_offered_nothing(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)
    with transaction():
        stored = db.session.get_one(Event, event.id)
        stored.state, stored.cancel_reason, stored.cancelled_at = "cancelled", {"en": "Storm"}, now
        stored.has_waiting_list = False

    cancel(first, now=now)

    assert state_of(ada) is WAITING


def outcome(deed: Any) -> str:
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_fifty_cancellations_against_fifty_joins_promote_everybody_once_and_in_order(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=50)
    there = [Known(registered("rush", f"old{n}@example.org", now=now).public_id) for n in range(50)]
    line = [Known(one.public_id) for one in join(*(f"line{n}" for n in range(25)), now=now)]

    def cancel_or_join(number: int) -> str:
        if number % 2:
            return outcome(lambda: cancel(there[number // 2], now=now))
        return outcome(lambda: register("rush", f"new{number}@example.org", now=now))

    results = at_once(both, cancel_or_join, times=100)

    assert set(results) == {"done"}
    look_again()
    held = select(Registration.id).where(Registration.state.in_([OFFERED, RegistrationState.PENDING]))
    assert len(db.session.scalars(held).all()) == 50
    assert taken(event.pool_id) == 50
    assert {state_of(one) for one in line} == {OFFERED}
    entries = db.session.execute(select(WaitingEntry.id, WaitingEntry.state).order_by(WaitingEntry.id)).all()
    offered = [entry.id for entry in entries if entry.state is WaitingState.OFFERED]
    assert offered == [entry.id for entry in entries][: len(offered)]


def test_accepting_declining_and_cancelling_one_offer_at_once_has_one_outcome(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now, capacity=1)
    first = register("rush", "first@example.org", now=now)
    ada, bob = (Known(one.public_id) for one in join("ada", "bob", now=now))
    cancel(first, now=now)
    deeds = (accept, decline, cancel)

    at_once(both, lambda number: outcome(lambda: deeds[number % 3](ada, now=now)), times=12)

    assert taken(event.pool_id) == 1
    over = state_of(ada) is not RegistrationState.CONFIRMED
    assert state_of(bob) is (OFFERED if over else WAITING)


def test_the_address_of_who_waits_is_registered_once(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now, capacity=1)
    register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)

    again = register("rush", "ada@example.org", now=now)

    assert again.public_id == ada.public_id
    assert state_of(ada) is WAITING
    confirm(ada, now=now)
    assert state_of(ada) is WAITING


def test_who_is_about_to_lose_an_offer_hears_of_it_once(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now, capacity=1, offer_hours=8)
    first = register("rush", "first@example.org", now=now)
    (ada,) = join("ada", now=now)
    cancel(first, now=now)
    due = now + timedelta(hours=6)

    early = list_to_warn(now=due - timedelta(seconds=1))
    at_the_time = list_to_warn(now=due)
    warned = []
    for _ in range(2):
        with transaction():
            warned.append(warn(ada.public_id, now=due))

    assert (early, at_the_time, warned, list_to_warn(now=due)) == ([], [ada.public_id], [True, False], [])
    assert letters(ada) == ["waiting", "offer", "offer_expiring"]


def test_who_answered_or_was_too_late_is_not_warned(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now, capacity=2, offer_hours=8)
    two = [registered("rush", f"{name}@example.org", now=now) for name in ("first", "second")]
    ada, bob = join("ada", "bob", now=now)
    for one in two:
        cancel(one, now=now)
    accept(ada, now=now)
    due, over = now + timedelta(hours=7), now + timedelta(hours=8)

    with transaction():
        warned = [warn(ada.public_id, now=due), warn(bob.public_id, now=over)]

    assert (list_to_warn(now=due), list_to_warn(now=over), warned) == ([bob.public_id], [], [False, False])
