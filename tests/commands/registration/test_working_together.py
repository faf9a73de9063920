"""Families, walk-ins, delegations, ticket types and places kept for the door, each with the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.ids import public_id
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.answering_offers import accept_offer
from eventhub.registration.approving import approve
from eventhub.registration.delegations.commands import Start, start
from eventhub.registration.delegations.members import replace as replace_member
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.desk import write_again
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import Stage
from eventhub.registration.handing_over import Colleague, hand_over
from eventhub.registration.models import Registration
from eventhub.registration.parties.changing import change_party
from eventhub.registration.parties.rules import AgesNotTold, TicketNotForAge, TicketNotForGroup
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import AgreeFirst, CoordinatorDecides, RegistrationState
from eventhub.registration.types.editing import Counting, close_type, get_type, revise_type
from eventhub.registration.types.models import NamedPool, TicketType
from eventhub.registration.types.paying import mark_paid
from eventhub.registration.types.pools import add_pool, release_hold
from eventhub.registration.types.queries import find_payment, find_type
from eventhub.registration.types.reading import content_of
from eventhub.registration.types.rules import (
    Access,
    GroupTooLarge,
    PaidFor,
    Paying,
    PaymentState,
    PoolKind,
    TypeMissing,
    TypeNotForColleague,
)
from eventhub.registration.walking_in import WalkIn, walk_in
from tests.commands.delegations.leading import (
    COORDINATOR,
    add,
    again,
    agree,
    an_entry,
    lead,
    member_of,
    registration_of,
)
from tests.commands.registration.asking import (
    Known,
    an_ask,
    cancel,
    change,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
)
from tests.commands.registration.parties import NINE, SIX, THIRTEEN, a_child, a_family, a_group
from tests.commands.registration.questions import a_section, ask, typed
from tests.commands.registration.types import make_type
from tests.factories import both_languages, make_event
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")


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


def type_id(name: str) -> int:
    return db.session.scalars(select(TicketType.id).where(TicketType.public_id == name)).one()


def bring(registration: Registration | Known, *children: str, now: datetime) -> None:
    """The family comes with these children."""
    family = a_family(*(a_child(name) for name in children))
    with transaction():
        change_party(get_registration(registration.public_id), an_ask(party=family), now=now)


def test_each_of_a_family_has_the_ticket_for_its_age_and_they_owe_the_sum(fair: Event, now: datetime) -> None:
    adult = make_type(fair, "Adult", price=500, paying=Paying.ON_SPOT, most=4, now=now)
    child = make_type(
        fair, "Child", price=200, paying=Paying.ON_SPOT, most=3, oldest=10, places=2, now=now
    ).public_id
    small, tall = a_child("Vera", NINE, ticket_type=child), a_child("Leo", THIRTEEN, ticket_type=child)

    with pytest.raises(TicketNotForAge) as refused:
        register("fair", now=now, party=a_family(small, tall), ticket=adult)
    family = registered("fair", now=now, party=a_family(small, a_child("Leo", THIRTEEN)), ticket=adult)
    for_three = debt_of(family)
    pool = find_type(fair.id, type_id(child)).chain[0]
    with transaction():
        there = [one.ticket.number for one in get_registration(family.public_id).attendees[1:]]
        kept = (replace(small, ticket=there[0]), a_child("Zoya", SIX, ticket_type=child))
        change_party(get_registration(family.public_id), an_ask(party=a_family(*kept)), now=now)

    assert refused.value.field == "children-1-ticket_type"
    assert (for_three, debt_of(family), taken(fair.pool_id), taken(pool)) == (1200, 900, 3, 2)


def test_a_family_with_several_tickets_waits_until_each_of_them_has_room(fair: Event, now: datetime) -> None:
    adult = make_type(fair, "Adult", most=4, now=now)
    child = make_type(fair, "Child", most=3, oldest=10, places=1, now=now).public_id
    families = [
        register(
            "fair", f"guest{number}@example.org", now=now, ticket=adult,
            party=a_family(a_child("Vera", NINE, ticket_type=child)),
        )
        for number in range(2)
    ]  # fmt: skip
    before = state_of(families[1])
    cancel(registered("fair", "alone@example.org", now=now, ticket=adult), now=now)
    between = state_of(families[1])
    cancel(families[0], now=now)

    assert (before, between, state_of(families[1])) == (
        RegistrationState.WAITLISTED,
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
    )


def test_a_school_group_has_the_ticket_that_its_leader_chooses_by_the_ages_told(
    now: datetime, both: Flask
) -> None:
    with transaction():
        make_event(now=now, slug="school", takes_school_groups=True)
        event = db.session.scalars(select(Event).where(Event.slug == "school")).one()
    wish = make_type(event, "Pupil", price=100, paying=Paying.INVOICE, most=30, oldest=12, now=now)

    with pytest.raises(AgesNotTold):
        register("school", now=now, party=a_group(2), ticket=wish)
    with pytest.raises(TicketNotForGroup):
        register("school", now=now, party=a_group(2, youngest=11, oldest=13), ticket=wish)
    group = registered("school", now=now, party=a_group(2, youngest=11, oldest=12), ticket=wish)

    assert debt_of(group) == 300


def test_people_of_a_delegation_have_the_ticket_that_was_chosen_for_all(fair: Event, now: datetime) -> None:
    make_type(fair, "Free", now=now)
    make_type(fair, "Child", oldest=10, now=now)
    wish = make_type(fair, "Gala", price=500, paying=Paying.INVOICE, now=now)
    with transaction(), pytest.raises(TypeMissing):
        start(Start(coordinator=an_entry(COORDINATOR), key=public_id()), slug="fair", now=now)
    delegation = lead(fair, now=now, ticket=wish)

    add(delegation, now=now)

    assert debt_of(registration_of(delegation)) == 500


def test_who_comes_in_place_of_somebody_who_paid_owes_nothing(fair: Event, now: datetime) -> None:
    wish = make_type(fair, "Gala", price=500, paying=Paying.INVOICE, now=now)
    delegation = lead(fair, now=now, ticket=wish)
    add(delegation, now=now)
    first = registration_of(delegation)
    with transaction():
        mark_paid(get_registration(first.public_id), method="transfer", reference="7", by="test", now=now)
        event = db.session.get_one(Event, fair.id)
        close_type(event, wish.public_id, by="test", now=now)

    for old, new in (("one", "two"), ("two", "two")):  # another address, and another name at the same one
        with transaction():
            member = member_of(delegation, f"{old}@example.org")
            entry = an_entry(f"{new}@example.org", full_name=f"Second {old}")
            replace_member(again(delegation), member, entry, now=now)
    look_again()
    now_there = registration_of(delegation, "two@example.org")
    payment = find_payment(now_there.id)

    assert payment is not None
    assert (payment.state, payment.reference) == (PaymentState.PAID, "7")
    assert (now_there.ticket_type_id, debt_of(first)) == (first.ticket_type_id, None)


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

    with pytest.raises(TypeNotForColleague), transaction():
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


def test_a_child_that_turns_out_older_needs_another_ticket(fair: Event, now: datetime) -> None:
    adult = make_type(fair, "Adult", price=500, paying=Paying.ON_SPOT, most=5, now=now)
    small = make_type(fair, "Child", oldest=10, most=5, now=now).public_id
    family = registered(
        "fair", now=now, ticket=adult, party=a_family(a_child(born_on=NINE, ticket_type=small))
    )
    look_again()
    ticket = get_registration(family.public_id).attendees[1].ticket
    assert ticket is not None
    older = a_family(a_child(born_on=THIRTEEN, ticket=ticket.number))

    with pytest.raises(TicketNotForAge), transaction():
        change_party(get_registration(family.public_id), an_ask(party=older), now=now)
