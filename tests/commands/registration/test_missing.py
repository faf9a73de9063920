"""The letter to those who have questions to complete."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import Stage
from eventhub.registration.missing import remind_to_complete
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import NothingMissing
from tests.commands.registration.asking import look_again, registered
from tests.commands.registration.questions import a_section, ask, typed
from tests.factories import make_event


def test_it_names_what_is_missing_and_goes_to_nobody_else(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="heat")
    due = now + timedelta(days=3)
    name = ask(event, a_section(event, now=now), now=now, label="Passport?", stage=Stage.LATER, due_at=due)
    ada = registered("heat", now=now)

    with transaction():
        remind_to_complete(get_registration(ada.public_id), by="test", now=now)
    with transaction():
        complete(get_registration(ada.public_id), typed(name, "No"), now=now)
    with pytest.raises(NothingMissing), transaction():
        remind_to_complete(get_registration(ada.public_id), by="test", now=now)

    look_again()
    text = db.session.scalars(select(Message.text).where(Message.letter == "complete_your_data")).one()
    assert ("Passport?" in text, "4 March" in text, f"{ada.public_id}/" in text) == (True, True, True)


def test_after_the_day_nobody_is_reminded(app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="heat")
    due = now + timedelta(days=3)
    ask(event, a_section(event, now=now), now=now, label="Passport?", stage=Stage.LATER, due_at=due)
    ada = registered("heat", now=now)

    with pytest.raises(NothingMissing), transaction():
        remind_to_complete(get_registration(ada.public_id), by="test", now=due)
