"""Tickets and places on organisers' pages, and what somebody owes."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.types.editing import list_types
from eventhub.registration.types.queries import find_payment, list_pools, types_of
from eventhub.registration.types.rules import Paying, PaymentState
from eventhub.registration.types.taking import owe
from tests.commands.registration.types import make_type
from tests.factories import make_attendee, make_session
from tests.people import csrf, statements
from tests.web.organiser.test_hostile_text import TYPE
from tests.web.reading import error_of, fields, texts

OWN = "/organiser/events/own"
HALL = {"name_en": "Partners", "kind": "hold", "capacity": "5", "parent": ""}


def post(client: FlaskClient, path: str, **typed: str):
    return client.post(f"{OWN}/{path}", data=typed, headers=csrf(client))


def again(own: Event) -> Event:
    db.session.rollback()
    db.session.expire_all()
    return own


def test_a_ticket_is_added_changed_moved_closed_and_removed(organiser: FlaskClient, own: Event) -> None:
    for name in ("First", "Second"):
        typed = {**TYPE, "name_en": name, "places_from": "own", "capacity": "5"}
        assert post(organiser, "tickets/new", **typed).status_code == 302
    first, second = list_types(again(own))
    assert post(organiser, f"tickets/{second.public_id}/up").status_code == 302
    assert texts(organiser.get(f"{OWN}/tickets"), "//tbody//th") == ["Second", "First"]
    more = {"paying": "on_spot", "price": "12,50", "name_en": "Paid", "places_from": "own", "capacity": "7"}
    assert post(organiser, f"tickets/{first.public_id}", **{**TYPE, **more}).status_code == 302
    assert "12.50" in organiser.get(f"{OWN}/tickets").text
    post(organiser, f"tickets/{second.public_id}/close")
    assert texts(organiser.get(f"{OWN}/tickets"), "//tbody//th") == ["Second Closed", "Paid"]
    post(organiser, f"tickets/{second.public_id}/remove")

    (left,) = list_types(again(own))
    assert (left.price, db.session.get_one(CapacityPool, left.pool_id).capacity) == (1250, 7)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"paying": "on_spot"}, "price"),
        ({"price": "abc"}, "price"),
        ({"access": "code"}, "code"),
        ({"access": "partner"}, "allowed"),
        ({"places_from": "own"}, "capacity"),
        ({"least": "3", "most": "2"}, "most"),
        ({"youngest": "18", "oldest": "17"}, "oldest"),
        ({"opens_at": "2027-03-02T10:00", "closes_at": "2027-03-01T10:00"}, "closes_at"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    organiser: FlaskClient, own: Event, typed: dict[str, str], field: str
) -> None:
    answer = post(organiser, "tickets/new", **{**TYPE, **typed})

    assert (answer.status_code, error_of(answer, field) != "") == (422, True)


def test_places_are_held_back_resized_given_back_and_removed(organiser: FlaskClient, own: Event) -> None:
    assert post(organiser, "places/new", **HALL).status_code == 302
    (hold,) = list_pools(again(own).id)
    assert own.pool is not None
    assert own.pool.taken == 5
    assert post(organiser, f"places/{hold.public_id}", name_en="Partners", capacity="3").status_code == 302
    answer = post(organiser, f"places/{hold.public_id}", name_en="Partners", capacity="51")
    assert (answer.status_code, error_of(answer, "capacity") != "") == (
        409,
        True,
    ) or answer.status_code == 422
    post(organiser, f"places/{hold.public_id}/release")
    assert again(own).pool.taken == 0
    post(organiser, f"places/{hold.public_id}/remove")
    assert list(list_pools(again(own).id)) == []


def test_two_sessions_count_their_places_in_one_named_pool_one_with_a_number_of_its_own(
    organiser: FlaskClient, own: Event
) -> None:
    with transaction():
        one, two = make_session(own, capacity=5), make_session(own, capacity=5)
        names = [one.public_id, two.public_id]
    assert 'name="pool"' not in organiser.get(f"{OWN}/programme/{names[0]}").text
    post(organiser, "places/new", **{**HALL, "kind": "shared", "name_en": "Desks", "capacity": "7"})
    (desks,) = list_pools(again(own).id)

    for name, own_number in zip(names, ("", "5"), strict=True):
        there = fields(organiser.get(f"{OWN}/programme/{name}"))
        typed = {**there, "pool": desks.public_id, "capacity": own_number}
        assert post(organiser, f"programme/{name}", **typed).status_code == 302

    counted = texts(organiser.get(f"{OWN}/programme"), "//td[@class='number']/span")
    assert [one for one in counted if "Desks" in one] == ["Desks: 0 of 7", "0 of 5Desks: 0 of 7"]
    there = fields(organiser.get(f"{OWN}/programme/{names[1]}"))
    assert (there["pool"], there["capacity"]) == (desks.public_id, "5")
    post(organiser, f"programme/{names[1]}", **{**there, "capacity": "4"})
    assert "0 of 4 · Desks: 0 of 7" in organiser.get(f"{OWN}/programme/{names[1]}/line").text
    post(organiser, f"places/{desks.public_id}/remove")
    assert [one.public_id for one in list_pools(again(own).id)] == [desks.public_id]


def test_an_event_is_overbooked(organiser: FlaskClient, own: Event) -> None:
    assert post(organiser, "places", percent="10").status_code == 302

    assert (again(own).pool.capacity, own.pool.seats) == (55, 50)
    assert "0 of 50 seats" in organiser.get(f"{OWN}/places").text


def test_a_payment_is_marked_waived_and_due_again(organiser: FlaskClient, own: Event, now: datetime) -> None:
    make_type(own, now=now, price=100, paying=Paying.ON_SPOT)
    registration = make_attendee(own, now=now, ticket_type_id=types_of(own)[0].id).registration
    owe(registration.id, types_of(own))
    db.session.commit()
    page = f"people/{registration.public_id}/payment"

    def state() -> PaymentState:
        again(own)
        found = find_payment(registration.id)
        assert found is not None
        return found.state

    assert post(organiser, page, method="cash", reference="17").status_code == 302
    assert state() is PaymentState.PAID
    post(organiser, f"{page}/due")
    assert state() is PaymentState.DUE
    assert post(organiser, f"{page}/waive", reason="").status_code == 422
    post(organiser, f"{page}/waive", reason="A speaker")
    assert state() is PaymentState.WAIVED
    assert "A speaker" in organiser.get(f"{OWN}/{page}").text
    shown = organiser.get(f"{OWN}/people/{registration.public_id}").text
    assert "need not be paid" in shown


def test_people_are_listed_with_their_ticket(organiser: FlaskClient, own: Event, now: datetime) -> None:
    wish = make_type(own, "Student", now=now)
    make_attendee(own, now=now, full_name="Ada Example", ticket_type_id=types_of(own)[0].id)
    make_attendee(own, now=now, full_name="Bob Example")
    db.session.commit()

    page = organiser.get(f"{OWN}/people?type={wish.public_id}&column=type")

    assert "Ada Example" in page.text
    assert "Bob Example" not in page.text
    assert "Student" in organiser.get(f"{OWN}/people.csv?column=type").text


def test_one_and_thirty_tickets_cost_the_same(organiser: FlaskClient, own: Event, now: datetime) -> None:
    costs = []
    for _ in range(2):
        while len(list_types(own)) < (30 if costs else 1):
            make_type(own, now=now, places=2)
        organiser.get(f"{OWN}/tickets")
        with statements() as said:
            assert organiser.get(f"{OWN}/tickets").status_code == 200
        costs.append(len(said))

    assert costs[0] == costs[1]
