"""The one table: what each kind of later work does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from eventhub import throttle
from eventhub.accounts.models import SignInRequest
from eventhub.calendars.catalogue import entry_of, reader_of
from eventhub.calendars.ical import render
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.mail.envelope import Attachment, Sender
from eventhub.mail.sending import PostOffice, Recipe, send_due_letters
from eventhub.registration import commands as registration
from eventhub.registration.printing import ticket_document
from eventhub.registration.proof import list_miscounts
from eventhub.registration.queries import get_registration
from eventhub.web.proxies import settings_of

log = logging.getLogger(__name__)
REQUESTS_STAY = timedelta(days=1)


def send_letters(_now: datetime) -> None:
    """What is due in the outbox leaves. Letters take time, so the clock is read again for each batch."""
    settings = settings_of()
    sender = Sender(address=settings.mail_from, host=settings.host.partition(":")[0])
    send_due_letters(PostOffice(mail_url=settings.mail_url, sender=sender, recipes=RECIPES))


def expire_holds(now: datetime) -> None:
    """Places that nobody confirmed are free again."""
    with transaction():
        registration.expire_holds(now=now)


def prove_capacity(_now: datetime) -> None:
    """Counters and places agree, or somebody hears of it."""
    with transaction():
        for miscount in list_miscounts():
            log.error("pool miscounted", extra=asdict(miscount))


def forget(now: datetime) -> None:
    """What served its purpose goes: tries of more than a day ago, sign-in links long expired."""
    with transaction():
        throttle.forget_old_tries(now=now)
        db.session.execute(delete(SignInRequest).where(SignInRequest.expires_at < now - REQUESTS_STAY))


HANDLERS: dict[str, Callable[[datetime], None]] = {
    "send_letters": send_letters,
    "expire_holds": expire_holds,
    "prove_capacity": prove_capacity,
    "forget": forget,
}


def ticket_pdf(recipe: dict[str, Any]) -> Attachment:
    """{"kind": "ticket_pdf", "ticket": id}: the ticket to print."""
    content = ticket_document(recipe["ticket"], now=clock.now())
    return Attachment(name="ticket.pdf", media_type="application/pdf", content=content)


def event_ics(recipe: dict[str, Any]) -> Attachment:
    """{"kind": "event_ics", "registration": public_id}: the entry for the calendar, with the way to join."""
    registration = get_registration(recipe["registration"])
    reader = reader_of(registration.language)
    entry = replace(entry_of(registration.event, reader), conference_url=registration.event.online_link)
    body = render(None, [entry], words=reader.words).body
    return Attachment(name="event.ics", media_type="text/calendar", content=body)


RECIPES: dict[str, Recipe] = {"ticket_pdf": ticket_pdf, "event_ics": event_ics}
