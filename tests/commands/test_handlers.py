"""Later work as a whole: what a registration causes arrives in the guest's mailbox."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from uuid import uuid4

import pypdfium2
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool
from eventhub.handlers import HANDLERS
from eventhub.mail.postmen import Memory
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.commands import register
from eventhub.registration.confirming import confirm
from tests.factories import make_event

GUEST = Ask(
    full_name="Тест Гостев", email="guest@example.org", organisation="Test", country="RU", language="en"
)


@pytest.fixture
def mailbox() -> list[EmailMessage]:
    Memory.delivered.clear()
    return Memory.delivered


def test_the_confirmed_guest_gets_ticket_and_calendar_entry(
    both: Flask, app: Flask, mailbox: list[EmailMessage]
) -> None:
    now = clock.now()
    with transaction():
        event = make_event(now=now, capacity=3, online_link="https://meet.example/room")
        submission = Submission(key=str(uuid4()), consents=(), address="127.0.0.1")
        registration = register(GUEST, submission, slug=event.slug, now=now)
    uid = str(event.uid)
    with transaction():
        confirm(registration, now=now)

    HANDLERS["send_letters"](now)

    asked, confirmed = mailbox
    assert asked["Subject"] == "Please confirm: Seminar on testing"
    assert confirmed["Subject"] == "Your ticket: Seminar on testing"
    ticket, entry = confirmed.iter_attachments()
    assert (ticket.get_filename(), entry.get_filename()) == ("ticket.pdf", "event.ics")
    assert len(pypdfium2.PdfDocument(ticket.get_content())) == 1
    calendar = Calendar.from_ical(entry.get_payload(decode=True))
    assert [str(one["UID"]) for one in calendar.walk("VEVENT")] == [uid]
    assert str(calendar.walk("VEVENT")[0]["CONFERENCE"]) == "https://meet.example/room"


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_every_job_runs_on_empty_tables(both: Flask, app: Flask, now: datetime, kind: str) -> None:
    HANDLERS[kind](now)


def test_the_nightly_proof_tells_of_a_pool_that_counts_wrong(
    both: Flask, app: Flask, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction():
        event = make_event(now=now, capacity=3)
    HANDLERS["prove_capacity"](now)
    assert caplog.messages == []

    with transaction():
        db.session.execute(update(CapacityPool).values(taken=2))
    HANDLERS["prove_capacity"](now)

    told = [(one.msg, vars(one)["pool_id"], vars(one)["taken"], vars(one)["held"]) for one in caplog.records]
    assert told == [("pool miscounted", event.pool_id, 2, 0)]
