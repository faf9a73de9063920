"""Organisers say what phones do without network, and set, change and remove the PIN for names."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.accounts.passwords import is_right
from eventhub.audit import AuditEntry
from eventhub.checkin.offline.settings import OfflineSettings, offline_settings
from eventhub.db import db
from eventhub.events.models import Event
from tests.web.organiser.desk import error_beside, send

PAGE = "/organiser/events/own/door/offline"
pytestmark = pytest.mark.usefixtures("both")


def after(client: FlaskClient, event: Event, **typed: str) -> OfflineSettings:
    answer = send(client, PAGE, {"unlisted": "admit", **typed})
    db.session.rollback()
    assert answer.status_code == 302
    return offline_settings(event.id)


def test_organisers_set_change_and_remove_the_pin(organiser: FlaskClient, own: Event) -> None:
    first = after(organiser, own, pin="123456", unlisted="refuse")
    kept = after(organiser, own, unlisted="refuse")
    second = after(organiser, own, pin="654321987")
    page = organiser.get(PAGE).text
    removed = after(organiser, own, removes_pin="y")

    assert (first.admits_unlisted, is_right("123456", first.pin_hash), kept) == (False, True, first)
    assert (second.admits_unlisted, is_right("654321987", second.pin_hash)) == (True, True)
    assert ("A PIN is set" in page, "654321987" in page) == (True, False)
    assert removed == OfflineSettings()
    told = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "offline.changed").order_by(AuditEntry.id)
    ).all()
    assert [one.get("has_pin") for one in told] == [[False, True], [True, True], [True, False]]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pin": "12345"}, "Enter 6 to 12 digits."),
        ({"pin": "1234567890123"}, "Enter 6 to 12 digits."),
        ({"pin": "\u0661" * 6}, "Enter 6 to 12 digits."),
        ({"pin": "123456", "removes_pin": "y"}, "Enter a new PIN or remove it, not both."),
    ],
)
def test_what_is_no_pin_is_told_beside_it(
    organiser: FlaskClient, own: Event, typed: dict[str, str], sentence: str
) -> None:
    answer = send(organiser, PAGE, {"unlisted": "admit", **typed})

    assert (answer.status_code, error_beside(answer.text, "pin")) == (422, sentence)
    assert offline_settings(own.id) == OfflineSettings()
