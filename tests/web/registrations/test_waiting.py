"""Standing in line over HTTP: the form of a full event, the page that says where one stands, the offer's buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration import asking, commands
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from tests.factories import make_attendee, make_event
from tests.web.reading import fields, parsed, texts
from tests.web.registrations.guest import link_in, send

LINE = "//div[contains(@class, 'notice')]"


@pytest.fixture
def event(app: Flask, now) -> Event:
    """Full, with a line to stand in."""
    with transaction():
        full = make_event(now=now, slug="shells", capacity=1, has_waiting_list=True, offer_hours=3)
        commands.register(
            asking.Ask(full_name="First", email="first@example.org", organisation="X", country="DE", language="en"),
            asking.Submission(key="the-very-first-form", consents=(), address="192.0.2.1"),
            slug="shells",
            now=now - timedelta(seconds=1),
        )  # fmt: skip
    return full


def first() -> Registration:
    db.session.rollback()
    return db.session.scalars(select(Registration).order_by(Registration.id)).first()


def state_of(email: str) -> RegistrationState:
    db.session.rollback()
    return db.session.scalars(select(Registration.state).where(Registration.email == email)).one()


def free_the_place(now) -> None:
    public_id = first().public_id
    with transaction():
        commands.cancel(get_registration(public_id), by="holder", now=now)


def test_the_page_of_a_full_event_leads_to_the_line(client: FlaskClient, event: Event) -> None:
    page = client.get("/events/shells")

    assert texts(page, "//a[@href='/events/shells/register']") == ["Join the waiting list"]


def test_the_form_says_that_one_joins_a_line(client: FlaskClient, event: Event) -> None:
    notice = texts(client.get("/events/shells/register"), LINE)

    assert notice == [
        "All places are taken. Register to stand in the waiting list: as soon as a place is free, we write to you."
    ]


def test_the_letter_leads_to_a_page_that_says_where_one_stands_and_why(
    client: FlaskClient, event: Event, consent: int
) -> None:
    for name in ("ada", "bob"):
        assert send(client, consents=[consent], email=f"{name}@example.org").status_code == 302

    page = client.get(link_in("waiting"))

    assert texts(page, LINE) == [
        "You are on the waiting list, number 2 of 2. No place is free at the moment."
    ]
    assert "has 3 hours to answer" in page.text
    assert texts(page, "//a[contains(@href, '/cancel')]") == ["Leave the waiting list"]


def test_an_offer_is_taken_by_a_button_and_shows_the_ticket(
    client: FlaskClient, event: Event, consent: int, now
) -> None:
    send(client, consents=[consent], email="ada@example.org")
    free_the_place(now)
    path = link_in("offer")

    page = client.get(path)
    assert texts(page, "//form[@method='post']//button[@name='answer']") == ["Take the place", "I can't come"]
    assert state_of("ada@example.org") is RegistrationState.OFFERED  # opening the page answers nothing

    answer = client.post(path, data={**fields(page), "answer": "yes"})
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"])
    assert texts(shown, "//h1") == ["Your place is confirmed"]
    assert client.get(path).headers["Location"] == answer.headers["Location"]


def test_the_letters_second_link_begins_with_no(client: FlaskClient, event: Event, consent: int, now) -> None:
    for name in ("ada", "bob"):
        send(client, consents=[consent], email=f"{name}@example.org")
    free_the_place(now)
    path = link_in("offer")

    page = client.get(f"{path}?answer=no")
    assert texts(page, "//button[@name='answer']")[0] == "I can't come"
    client.post(path, data={**fields(page), "answer": "no"})

    assert state_of("ada@example.org") is RegistrationState.DECLINED
    assert state_of("bob@example.org") is RegistrationState.OFFERED


def test_an_offer_that_ran_out_says_so_and_is_not_taken(
    client: FlaskClient, event: Event, consent: int, now, today
) -> None:
    send(client, consents=[consent], email="ada@example.org")
    free_the_place(now)
    path = link_in("offer")
    typed = {**fields(client.get(path)), "answer": "yes"}
    today.move_to(now + timedelta(hours=3))

    late = client.post(path, data=typed)

    assert late.status_code == 409
    assert "The time to take this place is over." in late.text
    assert texts(client.get(path), "//button[@name='answer']") == []


def test_an_answer_that_is_neither_yes_nor_no_changes_nothing(
    client: FlaskClient, event: Event, consent: int, now
) -> None:
    send(client, consents=[consent], email="ada@example.org")
    free_the_place(now)
    path = link_in("offer")

    answer = client.post(path, data={**fields(client.get(path)), "answer": "perhaps"})

    assert answer.status_code == 422
    assert state_of("ada@example.org") is RegistrationState.OFFERED


def test_a_foreign_secret_opens_no_offer(client: FlaskClient, event: Event) -> None:
    assert client.get(f"/registrations/{first().public_id}/offer/{'x' * 32}").status_code == 404


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("requested", "Your request is with the organisers. They answer by mail."),
        ("rejected", "The organisers did not approve this registration. You may register again."),
        ("declined", "You declined the place that was free. You may register again."),
        ("expired", "The time to confirm this place is over. You may register again."),
    ],
)
def test_each_state_has_its_words(client: FlaskClient, app: Flask, now, state: str, said: str) -> None:
    with transaction():
        attendee = make_attendee(make_event(now=now), now=now, state=state)
        path = manage_path(attendee.registration)

    page = client.get(path)

    assert texts(page, LINE) == [said]
    assert parsed(page).xpath("//section[contains(@class, 'ticket-card')]") == []


def test_where_the_organiser_approves_the_form_says_so(client: FlaskClient, app: Flask, now) -> None:
    with transaction():
        make_event(now=now, slug="shells", needs_approval=True)

    assert "Then the organisers decide, and answer by mail." in client.get("/events/shells/register").text
