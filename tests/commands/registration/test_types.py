"""Ticket types: who gets one, from which pools, at what price; how they are edited; and races for the last one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.commands import CapacityBelowTaken
from eventhub.events.models import CapacityPool, Event
from eventhub.events.rules import EventFull
from eventhub.registration.approving import approve, approve_beyond
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.forms.unfit import FormChanged
from eventhub.registration.limits import TooManyUnconfirmed, note_hold
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, RegistrationState
from eventhub.registration.types.editing import (
    Counting,
    PlacesAreFixed,
    TypeTaken,
    close_type,
    get_type,
    list_types,
    move_type,
    open_type,
    remove_type,
    revise_type,
)
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.reading import content_of
from eventhub.registration.types.rules import (
    Access,
    BirthMissing,
    CodeUsedUp,
    OnlyBetweenFree,
    Paying,
    TypeForOthers,
    TypeFull,
    TypeMissing,
    TypeNotOffered,
    TypeWish,
    WrongAge,
)
from eventhub.registration.waiting import expire_holds, offer_by_hand
from tests.commands.registration.asking import (
    Known,
    cancel,
    change,
    confirm,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.types import make_type
from tests.factories import both_languages, make_event
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

CODE = "welcome-2027"


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="fair", capacity=4)


def pool_of(wish: TypeWish) -> int | None:
    look_again()
    return db.session.scalar(select(TicketType.pool_id).where(TicketType.public_id == wish.public_id))


def outcome(deed) -> str:
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_a_place_is_taken_from_the_type_and_from_the_event(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=2)
    guest = make_type(event, "Guest", now=now)

    first = register("fair", "a@example.org", now=now, ticket=student)
    register("fair", "b@example.org", now=now, ticket=student)
    register("fair", "c@example.org", now=now, ticket=guest)
    with pytest.raises(TypeFull):
        register("fair", "d@example.org", now=now, ticket=student)

    assert (taken(event.pool_id), taken(pool_of(student))) == (3, 2)
    cancel(first, now=now)
    assert (taken(event.pool_id), taken(pool_of(student))) == (2, 1)


def test_the_event_is_full_although_the_type_is_not(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=9)
    for number in range(4):
        register("fair", f"{number}@example.org", now=now, ticket=student)

    with pytest.raises(EventFull) as refused:
        register("fair", "e@example.org", now=now, ticket=student)

    assert type(refused.value) is EventFull
    assert taken(pool_of(student)) == 4


def test_who_names_no_type_takes_the_only_one_and_else_has_to_choose(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=2)
    make_type(event, "VIP", now=now, access=Access.CODE, code=CODE)

    register("fair", "a@example.org", now=now)
    assert taken(pool_of(student)) == 1
    make_type(event, "Guest", now=now)

    with pytest.raises(TypeMissing):
        register("fair", "b@example.org", now=now)


def test_who_came_before_there_were_types_confirms_and_changes_as_before(event: Event, now: datetime) -> None:
    early = register("fair", "a@example.org", now=now)
    make_type(event, now=now, places=0)

    confirm(early, now=now)
    change(early, now=now, full_name="Other Name")

    assert state_of(early) is RegistrationState.CONFIRMED


def test_a_type_with_a_code_is_not_there_without_it(event: Event, now: datetime) -> None:
    vip = make_type(event, "VIP", now=now, access=Access.CODE, code=CODE, uses=1)
    make_type(event, "Guest", now=now)

    for code in ("", "wrong-code"):
        with pytest.raises(TypeNotOffered):
            register("fair", "a@example.org", now=now, ticket=replace(vip, code=code))
    first = register("fair", "a@example.org", now=now, ticket=replace(vip, code=" Welcome-2027 "))
    with pytest.raises(CodeUsedUp):
        register("fair", "b@example.org", now=now, ticket=vip)

    cancel(first, now=now)
    register("fair", "b@example.org", now=now, ticket=vip)
    stored = db.session.scalars(select(TicketType.code_hash).where(TicketType.code_hash.is_not(None))).one()
    assert len(stored) == 64
    assert "welcome" not in stored


def test_a_type_of_partners_is_for_the_addresses_of_its_list(event: Event, now: datetime) -> None:
    partner = make_type(event, now=now, access=Access.PARTNER, allowed=("partner.example", "one@example.org"))

    for email in ("a@partner.example", "b@mail.Partner.example", "One@example.org"):
        register("fair", email, now=now, ticket=partner)
    for email in ("two@example.org", "a@other-partner.example", "a@example"):
        with pytest.raises(TypeForOthers):
            register("fair", email, now=now, ticket=partner)


def test_a_type_is_offered_in_its_window_and_until_it_is_closed(event: Event, now: datetime) -> None:
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    early = make_type(event, now=now, opens_at=opens, closes_at=closes)

    assert outcome(lambda: register("fair", now=now, ticket=early)) == "TypeNotYet"
    assert outcome(lambda: register("fair", now=closes, ticket=early)) == "TypeNotOffered"
    with transaction():
        close_type(event, early.public_id, by="test", now=now)
    assert outcome(lambda: register("fair", now=opens, ticket=early)) == "TypeNotOffered"
    with transaction():
        open_type(event, early.public_id, by="test", now=now)
    assert outcome(lambda: register("fair", now=opens, ticket=early)) == "done"


def test_ages_are_those_of_the_first_day_and_no_date_of_birth_is_kept(event: Event, now: datetime) -> None:
    young = make_type(event, now=now, youngest=14, oldest=17)
    first = event.starts_at.date()

    with pytest.raises(BirthMissing):
        register("fair", now=now, ticket=young)
    for born in (first.replace(year=first.year - 14) + timedelta(days=1), date(first.year - 18, 1, 1)):
        with pytest.raises(WrongAge):
            register("fair", now=now, ticket=replace(young, born_on=born))
    register("fair", now=now, ticket=replace(young, born_on=first.replace(year=first.year - 14)))


def test_who_registered_keeps_the_price_that_was_shown(event: Event, now: datetime) -> None:
    paid = make_type(event, now=now, price=50_000, paying=Paying.ON_SPOT)
    registration = register("fair", "a@example.org", now=now, ticket=paid)
    mark = get_form(event.id).mark
    with transaction():
        content = replace(content_of(get_type(event, paid.public_id)), price=90_000)
        revise_type(event, paid.public_id, content, Counting(), by="test", now=now)

    payment = find_payment(registration.id)
    assert payment is not None
    assert (payment.amount, payment.currency) == (50_000, "RUB")
    with pytest.raises(FormChanged):
        register("fair", "b@example.org", now=now, ticket=paid, sheet=Sheet(mark=mark))


def test_types_change_by_link_only_between_free_ones_and_their_places_with_them(
    event: Event, now: datetime
) -> None:
    one, two = make_type(event, "One", now=now, places=1), make_type(event, "Two", now=now, places=1)
    paid = make_type(event, "Paid", now=now, price=100, paying=Paying.INVOICE)
    first = registered("fair", "a@example.org", now=now, ticket=one)
    second = registered("fair", "b@example.org", now=now, ticket=two)

    with pytest.raises(TypeFull):
        change(first, now=now, ticket=two)
    with pytest.raises(OnlyBetweenFree):
        change(first, now=now, ticket=paid)
    cancel(second, now=now)
    change(first, now=now, ticket=two)

    assert (taken(pool_of(one)), taken(pool_of(two)), taken(event.pool_id)) == (0, 1, 1)


def test_the_organiser_answers_those_of_one_type_alone(event: Event, now: datetime) -> None:
    asked = make_type(event, "Author", now=now, places=1, needs_approval=True)
    make_type(event, "Guest", now=now)
    made = [registered("fair", f"{name}@example.org", now=now, ticket=asked) for name in "ab"]

    assert ([state_of(one) for one in made], taken(pool_of(asked))) == ([RegistrationState.REQUESTED] * 2, 0)
    for one in made:
        with transaction():
            outcome(lambda one=one: approve(get_registration(one.public_id), by="test", now=now))

    assert [state_of(one) for one in made] == [RegistrationState.CONFIRMED, RegistrationState.REQUESTED]
    with transaction():
        approve_beyond(get_registration(made[1].public_id), reason="A speaker", by="test", now=now)
    assert (state_of(made[1]), taken(pool_of(asked))) == (RegistrationState.CONFIRMED, 2)
    pool = db.session.get_one(CapacityPool, pool_of(asked))
    assert (pool.capacity, pool.seats, pool.extra) == (2, 1, 1)


def test_a_hold_that_ran_out_is_taken_anew_from_the_type_too(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=1)
    late = register("fair", "a@example.org", now=now, ticket=student)
    with transaction():
        expire_holds(now=now + HOLD)
    assert taken(pool_of(student)) == 0

    confirm(late, now=now + HOLD)

    assert (state_of(late), taken(pool_of(student))) == (RegistrationState.CONFIRMED, 1)


def test_in_line_everybody_waits_until_event_and_type_have_room(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="fair", capacity=4, has_waiting_list=True)
    one, two = make_type(event, "One", now=now, places=1), make_type(event, "Two", now=now, places=2)
    first = registered("fair", "a@example.org", now=now, ticket=one)
    second = registered("fair", "b@example.org", now=now, ticket=two)
    waits_one = register("fair", "c@example.org", now=now, ticket=one)
    registered("fair", "d@example.org", now=now, ticket=two)
    waits_two = register("fair", "e@example.org", now=now, ticket=two)
    assert [state_of(one) for one in (waits_one, waits_two)] == [RegistrationState.WAITLISTED] * 2

    cancel(second, now=now)
    assert [state_of(one) for one in (waits_one, waits_two)] == [
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
    ]
    with transaction():
        offer_by_hand(get_registration(waits_one.public_id), reason="A speaker", by="test", now=now)
    assert (state_of(waits_one), taken(pool_of(one)), taken(pool_of(two))) == (
        RegistrationState.OFFERED,
        2,
        2,
    )
    cancel(first, now=now)
    assert taken(pool_of(one)) == 1


def test_half_of_a_types_places_is_for_one_network(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=2)
    register("fair", "a@example.org", now=now, ticket=student)

    def ask(moment: datetime) -> None:
        with transaction():
            note_hold("192.0.2.0", slug="fair", sessions=(), ticket_types=(student.public_id,), now=moment)

    ask(now)
    with pytest.raises(TooManyUnconfirmed):
        ask(now + timedelta(seconds=1))


def test_types_are_ordered_and_removed_until_somebody_has_one(event: Event, now: datetime) -> None:
    first, second = make_type(event, "First", now=now, places=1), make_type(event, "Second", now=now)
    with transaction():
        move_type(event, second.public_id, steps=-1, by="test", now=now)
    assert [one.public_id for one in list_types(event)] == [second.public_id, first.public_id]
    register("fair", now=now, ticket=first)

    with pytest.raises(TypeTaken), transaction():
        remove_type(event, first.public_id, by="test", now=now)
    with transaction():
        remove_type(event, second.public_id, by="test", now=now)

    assert [one.public_id for one in list_types(event)] == [first.public_id]


def test_places_of_a_type_that_is_taken_are_resized_but_not_moved(event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=2)
    for name in "ab":
        register("fair", f"{name}@example.org", now=now, ticket=student)

    def revise(places: int | None) -> None:
        with transaction():
            row = get_type(event, student.public_id)
            counting = Counting(places=places)
            revise_type(event, student.public_id, content_of(row), counting, by="test", now=now)

    revise(3)
    with pytest.raises(CapacityBelowTaken):
        revise(1)
    with pytest.raises(PlacesAreFixed):
        revise(None)
    assert db.session.get_one(CapacityPool, pool_of(student)).capacity == 3


def test_twenty_takers_of_three_places_of_a_type_are_three(both: Flask, event: Event, now: datetime) -> None:
    student = make_type(event, now=now, places=3)

    results = at_once(
        both,
        lambda n: outcome(lambda: register("fair", f"g{n}@example.org", now=now, ticket=student)),
        times=20,
    )

    assert Counter(results) == {"done": 3, "TypeFull": 17}
    assert taken(event.pool_id) == 3


def test_a_code_for_two_uses_is_used_twice_by_twenty_at_once(
    both: Flask, event: Event, now: datetime
) -> None:
    vip = make_type(event, now=now, access=Access.CODE, code=CODE, uses=2)

    results = at_once(
        both,
        lambda n: outcome(lambda: register("fair", f"g{n}@example.org", now=now, ticket=vip)),
        times=20,
    )

    assert Counter(results) == {"done": 2, "CodeUsedUp": 18}


def test_two_who_swap_types_with_each_other_never_wait_for_ever(
    both: Flask, event: Event, now: datetime
) -> None:
    wishes = [make_type(event, name, now=now, places=4) for name in ("One", "Two")]
    made = [
        Known(registered("fair", f"g{n}@example.org", now=now, ticket=wishes[n % 2]).public_id)
        for n in range(4)
    ]

    def swap(number: int) -> str:
        return outcome(lambda: change(made[number], now=now, ticket=wishes[(number + 1) % 2]))

    assert at_once(both, swap, times=4) == ["done"] * 4
    assert [taken(pool_of(one)) for one in wishes] == [2, 2]


def test_a_type_is_moved_to_other_places_only_while_nobody_takes_it(
    both: Flask, event: Event, now: datetime
) -> None:
    """Whoever registers and whoever edits hold the form against each other."""
    student = make_type(event, now=now, places=9)

    def take_or_edit(number: int) -> str:
        if number % 4:
            return outcome(lambda: register("fair", f"g{number}@example.org", now=now, ticket=student))

        def edit() -> None:
            with transaction():
                mine = db.session.scalars(select(Event)).one()
                row = get_type(mine, student.public_id)
                counting = Counting(places=None if row.pool_id else 9)
                revise_type(mine, student.public_id, content_of(row), counting, by="test", now=now)

        return outcome(edit)

    results = at_once(both, take_or_edit, times=8)

    assert set(results) <= {"done", "PlacesAreFixed", "EventFull"}
    everybody = len(db.session.scalars(select(Registration.id)).all())
    assert taken(pool_of(student)) in (everybody, None)


def test_names_per_language_are_kept(event: Event, now: datetime) -> None:
    student = make_type(event, now=now)

    assert get_type(event, student.public_id).name == both_languages("Student")


def test_the_pages_of_an_event_say_what_its_open_tickets_cost(event: Event, now: datetime) -> None:
    def shown() -> tuple[bool, str]:
        look_again()
        return event.is_free, event.price_note.get("en", "") if not event.is_free else ""

    student = make_type(event, "Student", now=now)
    free = shown()
    guest = make_type(event, "Guest", now=now, paying=Paying.ON_SPOT, price=50_000)
    both = shown()
    with transaction():
        close_type(event, student.public_id, by="test", now=now)
    dear = shown()
    make_type(event, "Partner", now=now, paying=Paying.ON_SPOT, price=1_050, currency="EUR")
    abroad = shown()
    make_type(event, "VIP", now=now, access=Access.CODE, code=CODE)
    with transaction():
        remove_type(event, guest.public_id, by="test", now=now)

    assert (free, both, dear) == ((True, ""), (False, "0 RUB – 500 RUB"), (False, "500 RUB"))
    assert (abroad, shown()) == (
        (False, "10.50 EUR; 500 RUB"),
        (False, "10.50 EUR"),
    )
