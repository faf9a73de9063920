"""The organisers' tests run at one moment, with somebody signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventhub.accounts.rules import Role
from eventhub.db import db
from eventhub.events.models import Event
from tests.factories import grant, make_event, make_user
from tests.people import sign_in


@pytest.fixture(autouse=True)
def at_this_moment(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def office(app: Flask, now: datetime) -> FlaskClient:
    """A browser of the international office."""
    user = make_user("office@example.org", now=now, full_name="Test Manager")
    grant(user, Role.OFFICE_MANAGER, now=now)
    db.session.commit()
    browser = app.test_client()
    sign_in(browser, user, now=now)
    return browser


@pytest.fixture
def own(app: Flask, now: datetime) -> Event:
    """The event of the organiser."""
    event = make_event(now=now, slug="own", capacity=50)
    db.session.commit()
    return event


@pytest.fixture
def organiser(app: Flask, own: Event, now: datetime) -> FlaskClient:
    """The browser of somebody who runs one event, `own`."""
    user = make_user(now=now)
    grant(user, Role.EVENT_ORGANISER, now=now, event=own)
    db.session.commit()
    browser = app.test_client()
    sign_in(browser, user, now=now)
    return browser
