"""The page behind "Are you still coming?": two buttons, and a link that alone does nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.mailings.reminders import remind
from eventhub.mailings.rules import ReminderKind
from eventhub.registration.models import Registration
from eventhub.registration.reminder_letters import reconfirm_path
from eventhub.registration.rules import RegistrationState
from tests.factories import make_attendee
from tests.web.reading import fields, texts


@pytest.fixture
def page(event: Event, now: datetime) -> str:
    """The address in the letter."""
    with transaction():
        registration = make_attendee(event, now=now, full_name="Ada").registration
        remind(registration.public_id, ReminderKind.RECONFIRM, now=now)
    text = db.session.scalars(select(Message.text).where(Message.letter == "reconfirm")).one()
    found = re.search(r"https?://[^/]+(/registrations/\S+)", text)
    assert found is not None
    return found[1]


def press(client: FlaskClient, page: str, answer: str) -> object:
    return client.post(page, data={**fields(client.get(page)), "answer": answer})


def state() -> RegistrationState:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Registration.state)).one()


def test_opening_the_link_changes_nothing(client: FlaskClient, page: str) -> None:
    answers = [client.get(page), client.head(page)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert texts(answers[0], "//main//form//button") == ["I come", "I give my place back"]
    assert state() is RegistrationState.CONFIRMED


def test_i_come(client: FlaskClient, page: str) -> None:
    answer = press(client, page, "come")

    assert answer.status_code == 302
    assert "we expect you" in client.get(answer.location).text
    assert "You said that you come." in client.get(page).text
    assert state() is RegistrationState.CONFIRMED


def test_i_give_my_place_back(client: FlaskClient, page: str) -> None:
    press(client, page, "come")

    answer = press(client, page, "give-back")

    assert answer.status_code == 302
    shown = client.get(page)
    assert "your place is free" in shown.text
    assert "You have no place at this event any more." in shown.text
    assert texts(shown, "//main//form//button") == []
    assert state() is RegistrationState.CANCELLED


def test_a_late_yes_is_told_that_the_place_is_gone(client: FlaskClient, page: str) -> None:
    held = fields(client.get(page))
    press(client, page, "give-back")

    answer = client.post(page, data={**held, "answer": "come"})

    assert answer.status_code == 409
    assert "This registration has ended." in answer.text


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_another_answer_is_none(client: FlaskClient, page: str, answer: str) -> None:
    assert press(client, page, answer).status_code == 400
    assert state() is RegistrationState.CONFIRMED


def test_after_the_event_nothing_is_asked(client: FlaskClient, page: str, now: datetime) -> None:
    with time_machine.travel(now + timedelta(days=30), tick=False):
        shown = client.get(page)

    assert "The event is over." in shown.text
    assert texts(shown, "//main//form//button") == []


def test_whoever_was_not_asked_has_no_such_page(client: FlaskClient, event: Event, now: datetime) -> None:
    with transaction():
        path = reconfirm_path(make_attendee(event, now=now).registration)

    assert [client.get(path).status_code, client.get(path + "x").status_code] == [404, 404]
    assert client.get(path.replace("/reconfirm/", "/confirm/")).status_code == 404
