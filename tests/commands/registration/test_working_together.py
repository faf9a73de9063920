"""Families, walk-ins, delegations, ticket types and places kept for the door, each with the others."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.ids import public_id
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.answering_offers import accept_offer
from eventhub.registration.approving import approve
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.desk import write_again
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import Stage
from eventhub.registration.handing_over import Colleague, hand_over
from eventhub.registration.models import Registration
from eventhub.registration.parties.changing import change_party
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import AgreeFirst, CoordinatorDecides, RegistrationState
from eventhub.registration.types.editing import Counting, get_type, revise_type
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.paying import mark_paid
from eventhub.registration.types.pools import add_pool, release_hold
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.reading import content_of
from eventhub.registration.types.rules import (
    Access,
    GroupTooLarge,
    PaidFor,
    Paying,
    PoolKind,
    TypeForOthers,
    TypeNotOffered,
)
from eventhub.registration.walking_in import WalkIn, walk_in
from tests.commands.delegations.leading import add, agree, lead, registration_of
from tests.commands.registration.asking import (
    Known,
    an_ask,
    cancel,
    change,
    check_the_books,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.parties import a_child, a_family
from tests.commands.registration.questions import a_section, ask, typed
from tests.commands.registration.types import make_type
from tests.factories import both_languages, make_event
from tests.people import at_once


@pytest.fixture(autouse=True)
def books(app: Flask):
    yield
    check_the_books()


@pytest.fixture
def fair(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="fair", capacity=6, takes_families=True, has_waiting_list=True)


def debt_of(registration: Registration | Known) -> int | None:
    look_again()
    payment = find_payment(get_registration(registration.public_id).id)
    return None if payment is None else payment.amount


def come_in(event: Event, *, now: datetime) -> Registration:
    asked = WalkIn(
        key=public_id(),
        full_name="Walk Example",
        email="",
        organisation="Example Club",
        language="en",
        consents=(),
        said="aloud",
        address="192.0.2.1",
    )
    with transaction():
        return walk_in(asked, event=db.session.get_one(Event, event.id), by="crew", now=now)


def keep_for_the_door(event: Event, places: int, *, now: datetime) -> NamedPool:
    with transaction():
        name = both_languages("Door")
        return add_pool(event, name=name, kind=PoolKind.DOOR, places=places, by="test", now=now)


def bring(registration: Registration | Known, *children: str, now: datetime) -> None:
    """The family comes with these children."""
    family = a_family(*(a_child(name) for name in children))
    with transaction():
        change_party(get_registration(registration.public_id), an_ask(party=family), now=now)


def test_whoever_is_not_asked_takes_the_first_free_ticket_that_has_room(fair: Event, now: datetime) -> None:
    make_type(fair, "Gala", price=500, paying=Paying.ON_SPOT, most=4, now=now)
    make_type(fair, "Few", places=1, most=4, now=now)
    make_type(fair, "Free", most=4, now=now)

    family = registered("fair", now=now, party=a_family())

    look_again()
    chosen = get_registration(family.public_id).ticket_type
    assert chosen is not None
    assert (chosen.name["en"], debt_of(family)) == ("Free", None)


def test_where_every_ticket_has_its_price_nobody_is_given_one_unasked(fair: Event, now: datetime) -> None:
    make_type(fair, "Gala", price=500, paying=Paying.ON_SPOT, most=4, now=now)

    with pytest.raises(TypeNotOffered):
        register("fair", now=now, party=a_family())


def test_a_family_that_grows_owes_for_each_until_it_has_paid(fair: Event, now: datetime) -> None:
    wish = make_type(fair, "Gala", price=500, paying=Paying.ON_SPOT, most=3, now=now)
    family = registered("fair", now=now, party=a_family(a_child("Vera")), ticket=wish)

    for_two = debt_of(family)
    bring(family, "Vera", "Leo", now=now)
    with pytest.raises(GroupTooLarge):
        bring(family, "Vera", "Leo", "Zoya", now=now)
    for_three = debt_of(family)
    with transaction():
        mark_paid(get_registration(family.public_id), method="cash", reference="", by="test", now=now)
    with pytest.raises(PaidFor):
        bring(family, "Vera", now=now)

    assert (for_two, for_three, taken(fair.pool_id)) == (1000, 1500, 3)


def test_a_family_that_changes_while_it_completes_its_data_holds_a_place_for_each(
    app: Flask, fair: Event, now: datetime
) -> None:
    question = ask(fair, a_section(fair, now=now), now=now, label="Why?", stage=Stage.CONFIRMED)
    family = Known(registered("fair", now=now, party=a_family(a_child("Vera"))).public_id)

    def deed(turn: int) -> None:
        if turn:
            bring(family, "Vera", "Leo", now=now)
        else:
            with transaction():
                complete(get_registration(family.public_id), typed(question, "because"), now=now)

    at_once(app, deed, times=2)

    look_again()
    assert len(get_registration(family.public_id).attendees) == taken(fair.pool_id) == 3


def test_more_places_of_a_ticket_are_for_those_in_line(fair: Event, now: datetime) -> None:
    wish = make_type(fair, "Small", places=1, now=now)
    registered("fair", now=now, ticket=wish)
    waiting = register("fair", "second@example.org", now=now, ticket=wish)
    assert state_of(waiting) is RegistrationState.WAITLISTED

    with transaction():
        event = db.session.get_one(Event, fair.id)
        row = get_type(event, wish.public_id)
        revise_type(event, wish.public_id, content_of(row), Counting(places=2), by="test", now=now)

    assert state_of(waiting) is RegistrationState.OFFERED


def test_places_of_the_door_come_back_to_the_event_once_they_are_released(fair: Event, now: datetime) -> None:
    door = keep_for_the_door(fair, 2, now=now)
    inside = come_in(fair, now=now)
    full = [registered("fair", f"guest{number}@example.org", now=now) for number in range(4)]

    change(inside, now=now, full_name="Renamed Example")
    before = taken(fair.pool_id)
    with transaction():
        event = db.session.get_one(Event, fair.id)
        release_hold(event, door.public_id, by="test", now=now)
    released = taken(fair.pool_id)
    cancel(inside, now=now)

    assert (len(full), before, released, taken(fair.pool_id)) == (4, 6, 5, 4)


def test_a_ticket_for_partners_goes_to_partners_alone(fair: Event, now: datetime) -> None:
    wish = make_type(fair, "Partner", access=Access.PARTNER, allowed=("example.org",), now=now)
    registration = registered("fair", now=now, ticket=wish)

    with pytest.raises(TypeForOthers), transaction():
        colleague = Colleague(full_name="Bob Example", email="bob@example.com")
        hand_over(get_registration(registration.public_id), colleague, now=now)


def test_whom_a_coordinator_registered_the_coordinator_replaces(fair: Event, now: datetime) -> None:
    add(lead(fair, now=now), now=now)
    look_again()
    number = db.session.scalars(select(DelegationMember.registration_id)).one()
    member = get_registration(db.session.get_one(Registration, number).public_id)

    with pytest.raises(CoordinatorDecides), transaction():
        hand_over(member, Colleague(full_name="Bob Example", email="bob@example.org"), now=now)


def test_nobody_has_a_ticket_before_they_agreed_to_what_a_coordinator_did(fair: Event, now: datetime) -> None:
    led = lead(fair, now=now)
    there = [registered("fair", f"{number}@example.org", now=now) for number in range(6)]
    add(led, "waits@example.org", now=now)
    cancel(there[0], now=now)
    waits = Known(registration_of(led, "waits@example.org").public_id)
    assert state_of(waits) is RegistrationState.OFFERED

    with pytest.raises(AgreeFirst), transaction():
        accept_offer(get_registration(waits.public_id), now=now)
    agree(get_registration(waits.public_id), now=now)
    with transaction():
        accept_offer(get_registration(waits.public_id), now=now)

    assert state_of(waits) is RegistrationState.CONFIRMED


def test_staff_who_approves_or_writes_again_sends_no_ticket_before_the_person_agreed(
    fair: Event, now: datetime
) -> None:
    with transaction():
        db.session.get_one(Event, fair.id).needs_approval = True
    led = lead(fair, now=now)
    add(led, now=now)
    member = get_registration(registration_of(led).public_id)

    with transaction():
        approve(get_registration(member.public_id), by="chief", now=now)
    with transaction():
        write_again(get_registration(member.public_id), by="chief", now=now)

    assert letters(member) == ["delegation_member"] * 3


def test_a_decisive_answer_is_looked_at_again_where_only_the_ticket_is_approved(
    fair: Event, now: datetime
) -> None:
    topic = ask(fair, a_section(fair, now=now), now=now, label="Topic?", is_decisive=True, is_required=False)
    speaker = make_type(fair, "Speaker", now=now, needs_approval=True)
    one = registered("fair", now=now, ticket=speaker, sheet=typed(topic, "Pumps"))
    with transaction():
        approve(get_registration(one.public_id), by="chief", now=now)

    change(one, now=now, sheet=typed(topic, "Valves"))

    look_again()
    assert get_registration(one.public_id).review_since == now
