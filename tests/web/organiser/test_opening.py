"""A sealed answer on the pages: closed for staff until they say why, never shown again by a link."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from eventhub.db import db
from eventhub.events.models import Event
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Attendee
from tests.commands.registration.questions import a_section, seal_an_answer
from tests.factories import make_attendee
from tests.web.organiser.desk import error_beside, send
from tests.web.reading import texts, value_of

NUMBER = "4509 123456"


@pytest.fixture
def guest(own: Event, now: datetime) -> Attendee:
    attendee = make_attendee(own, now=now, full_name="Test Guest")
    db.session.commit()
    return attendee


@pytest.fixture
def name(own: Event, guest: Attendee, now: datetime) -> str:
    section = a_section(own, now=now)
    name = seal_an_answer(own, section, guest.registration.id, now=now)
    db.session.commit()
    return name


@pytest.fixture
def page(guest: Attendee) -> str:
    return f"/organiser/events/own/people/{guest.registration.public_id}"


def test_an_answer_is_opened_with_a_reason_that_its_owner_reads(
    organiser: FlaskClient, client: FlaskClient, guest: Attendee, name: str, page: str
) -> None:
    closed = organiser.get(page).text
    without = send(organiser, f"{page}/answers/{name}/open", {"why": " "})
    opened = send(organiser, f"{page}/answers/{name}/open", {"why": "For the invitation"})
    told = client.get(f"{manage_path(guest.registration)}/privacy")

    assert (NUMBER in closed, f"/answers/{name}/open" in closed) == (False, True)
    assert (without.status_code, error_beside(without.text, "why")) == (422, "Say in a few words why.")
    assert (opened.status_code, NUMBER in opened.text) == (200, True)
    assert texts(
        told,
        "//section[@aria-labelledby='openings']//tbody//th | //section[@aria-labelledby='openings']//tbody//td[last()]",
    ) == [
        "Passport",
        "For the invitation",
    ]


def test_only_what_lies_sealed_is_opened(organiser: FlaskClient, name: str, page: str) -> None:
    assert organiser.get(f"{page}/answers/unknown/open").status_code == 404


def test_by_the_link_it_is_not_shown_and_stays_when_the_field_is_empty(
    client: FlaskClient, guest: Attendee, name: str
) -> None:
    path = manage_path(guest.registration)
    shown, form = client.get(path).text, client.get(f"{path}/change")

    assert (NUMBER in shown, NUMBER in form.text) == (False, False)
    assert ("Stored and sealed" in shown, value_of(form, f"q_{name}")) == (True, "")
