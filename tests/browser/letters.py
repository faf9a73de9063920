"""Pages about letters with something to look at on each: texts, letters to many in every state, reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from eventhub.events.models import Event
from eventhub.mail.own_text import OwnText
from eventhub.mail.texts import word_letter
from eventhub.mailings.commands import (
    MailingAsk,
    draft_mailing,
    post_mailing,
    withdraw_mailing,
    write_letters,
)
from eventhub.mailings.models import Mailing
from eventhub.mailings.reminders import remind, set_plan
from eventhub.mailings.rules import Plan, ReminderKind
from eventhub.registration.models import Registration
from eventhub.registration.reminder_letters import reconfirm_path
from tests.factories import make_attendee


def letter_pages(event: Event, now: datetime) -> Iterator[str]:
    """Their addresses, the question to a participant among them."""
    people = [make_attendee(event, now=now, full_name=f"Test Guest {number}") for number in range(3)]
    own = OwnText(subject="Soon: {event_title}", text="Dear {full_name},\n\nsee {link}.")
    word_letter(event.id, "reminder", {"en": own}, by="test", now=now)
    set_plan(event, Plan(remind_days=2, reconfirm_days=9, give_back_hours=48), by="test", now=now)
    letters = f"/organiser/events/{event.slug}/letters"
    yield from (f"{letters}/{page}" for page in ("texts", "texts/reminder", "texts/waiting", "reminders"))
    yield from (f"{letters}/mailings", f"{letters}/mailings/new")
    for mailing in _mailings(event, people[0].registration, now):
        yield f"{letters}/mailings/{mailing.public_id}"
    yield f"{letters}/mailings/{_draft(event, now, 'Change me').public_id}/edit"
    yield "/organiser/events/draft/letters/mailings"
    remind(people[0].registration.public_id, ReminderKind.RECONFIRM, now=now)
    yield reconfirm_path(people[0].registration)


def _mailings(event: Event, registration: Registration, now: datetime) -> Iterator[Mailing]:
    """A draft with somebody left out, one that waits, one that was withdrawn."""
    post_one(_draft(event, now, "Room", registration.public_id), event, now)
    yield _draft(event, now, "Room")
    yield post_one(_draft(event, now, "Waiting"), event, now)
    gone = post_one(_draft(event, now, "Gone"), event, now)
    withdraw_mailing(gone, by="test", now=now)
    yield gone


def _draft(event: Event, now: datetime, subject: str, *chosen: str) -> Mailing:
    text = {
        "en": "Dear {full_name},\n\nthe room of {event_title} changed.",
        "ru": "{full_name}, аудитория другая.",
    }
    ask = MailingAsk(
        subject={"en": subject, "ru": "Электромагнитосовместимость сверхпроводниковых турбогенераторов"},
        text=text,
        states=() if chosen else ("confirmed",),
        chosen=chosen,
    )
    return draft_mailing(event, ask, by="test", now=now)


def post_one(mailing: Mailing, event: Event, now: datetime) -> Mailing:
    """Its letters wait from now on."""
    post_mailing(mailing, write_letters(mailing, event, now=now), by="test", now=now)
    return mailing
