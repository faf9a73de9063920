"""The pages about people's data: one moment, two consents, somebody who is registered, and an officer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventhub.accounts.rules import Role
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.privacy.requests import Asker, ask
from eventhub.privacy.rules import RequestKind
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from tests.commands.privacy.people import EMAIL, NAME, an_event, open_consent, takes_part
from tests.factories import grant, make_user
from tests.people import sign_in


@pytest.fixture(autouse=True)
def at_this_moment(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def documents(app: Flask, now: datetime) -> tuple[int, int]:
    """Processing, which is required, and publication."""
    required = open_consent("processing", now=now, is_required=True)
    return required.id, open_consent("publication", now=now).id


@pytest.fixture
def event(app: Flask, now: datetime) -> Event:
    return an_event(now, slug="heat")


@pytest.fixture
def registration(event: Event, documents: tuple[int, int], now: datetime) -> Registration:
    return takes_part(event, now=now, consents=documents)


@pytest.fixture
def own(registration: Registration) -> str:
    """The address of the page about the data of the registration."""
    return f"{manage_path(registration)}/privacy"


@pytest.fixture
def person(app: Flask, now: datetime) -> FlaskClient:
    """The browser of somebody who signed in with the same address."""
    with transaction():
        user = make_user(EMAIL, now=now, full_name=NAME)
    browser = app.test_client()
    sign_in(browser, user, now=now)
    return browser


@pytest.fixture
def officer(app: Flask, now: datetime) -> FlaskClient:
    """The data-protection officer's browser."""
    return an_officer(app, now)


def an_officer(app: Flask, now: datetime, email: str = "officer@example.org") -> FlaskClient:
    """A browser that signs in at this moment."""
    with transaction():
        user = make_user(email, now=now, full_name="Test Officer")
        grant(user, Role.DATA_PROTECTION_OFFICER, now=now)
    browser = app.test_client()
    sign_in(browser, user, now=now)
    return browser


def a_request(
    *, now: datetime, kind: RequestKind = RequestKind.ACCESS, text: str = "What?", **changes: str
) -> str:
    """The address of its page."""
    asker = {"email": EMAIL, "full_name": NAME, "language": "en", **changes}
    with transaction():
        row = ask(Asker(**asker), kind=kind, text=text, by="holder", now=now)
    return f"/organiser/privacy/{row.public_id}"
