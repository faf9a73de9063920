"""The calendar entry that goes with a letter: one event, in the reader's language, with the way to join."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from icalendar import Calendar

from eventhub.db import db, transaction
from eventhub.handlers import RECIPES
from tests.factories import make_attendee, make_event


def test_the_attached_entry_speaks_the_language_of_the_letter_and_leads_to_the_meeting(
    app: Flask, now: datetime
) -> None:
    with app.app_context():
        with transaction():
            titles = {"en": "Seminar on shells", "ru": "Семинар по оболочкам"}
            event = make_event(now=now, title=titles, online_link="https://meet.example/shells")
            registration = make_attendee(event, now=now).registration
            registration.language = "ru"
            db.session.flush()
            public_id, uid = registration.public_id, event.uid

        attachment = RECIPES["event_ics"]({"kind": "event_ics", "registration": public_id})

    calendar = Calendar.from_ical(attachment.content)
    [entry] = calendar.events
    assert (attachment.name, calendar["METHOD"]) == ("event.ics", "PUBLISH")
    assert (entry["UID"], entry["SUMMARY"], entry["CONFERENCE"]) == (
        str(uid),
        "Семинар по оболочкам",
        "https://meet.example/shells",
    )
