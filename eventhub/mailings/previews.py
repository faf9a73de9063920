"""Letters as real people of the event would read them, without their secret links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from eventhub.core import moments, money
from eventhub.core.links import absolute
from eventhub.core.text import LANGUAGES, N_, localised
from eventhub.core.translation import translator
from eventhub.events.models import Event
from eventhub.events.wording import when, where
from eventhub.mail.kinds import KINDS
from eventhub.mail.letters import render
from eventhub.mail.outbox import Recipient
from eventhub.mail.own_text import OwnText, worded
from eventhub.mail.placeholders import Unresolved
from eventhub.registration.letters import by_when
from eventhub.registration.models import Registration
from eventhub.registration.types.rules import Paying, PaymentState
from eventhub.registration.types.saying import said_to_pay

MOST_PEOPLE = 3
SESSION = N_("Name of the session")
TICKET, EXAMPLE_AMOUNT = N_("Name of the ticket"), 50_000
EXAMPLE_NUMBER = "K7QX-M2DP-4RTW"
MISSING, REASON = N_("Date of arrival"), N_("Here stands the reason that you write.")
# Letters hold the secrets of their readers; what the organiser sees leads nowhere.
EXAMPLE_LINK = "/registrations/example"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whom a preview shows it to: somebody of the event, or an example."""

    full_name: str
    number: str
    organisation: str
    is_example: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter to one reader in one language."""

    reader: Reader
    language: str
    subject: str
    text: str
    html: str


def readers_of(people: Sequence[Registration]) -> list[Reader]:
    """Three real ones, filled up with an example when there are none."""
    real = [
        Reader(full_name=one.attendees[0].full_name, number=one.number, organisation=one.organisation)
        for one in people[:MOST_PEOPLE]
        if one.attendees
    ]
    example = Reader(
        full_name="Ада Примерова / Ada Example", number=EXAMPLE_NUMBER, organisation="", is_example=True
    )
    return real if len(real) == MOST_PEOPLE else [*real, example]


def preview(
    letter: str, own_texts: Mapping[str, OwnText], event: Event, readers: Sequence[Reader]
) -> list[Preview]:
    """The letter to each reader in each language, with the organiser's words where there are any.

    Nothing when they name what is not known any more: such a letter is not sent either.
    """
    try:
        return [
            _preview(letter, own_texts.get(language), event, reader, language)
            for language in LANGUAGES
            for reader in readers
        ]
    except Unresolved:
        return []


def _preview(letter: str, own: OwnText | None, event: Event, reader: Reader, language: str) -> Preview:
    facts = example_facts(event, reader, language)
    words = worded(own, letter=letter, facts=facts) if own and (own.subject or own.text) else None
    to = Recipient(email="", full_name=reader.full_name, language=language)
    made = render(letter, language=language, facts={**facts, "recipient": to}, own=words)
    return Preview(reader=reader, language=language, subject=made.subject, text=made.text, html=made.html)


def example_facts(event: Event, reader: Reader, language: str) -> dict[str, Any]:
    """Everything that any letter of an event may say."""
    say, link = translator(language), absolute(EXAMPLE_LINK)
    facts = {fact: link for kind in KINDS.values() for fact in kind.placeholders.values() if "link" in fact}
    return {
        **facts,
        "full_name": reader.full_name,
        "organisation": reader.organisation,
        "registration_number": reader.number,
        "event_title": localised(event.title, language),
        "event_when": when(event, language),
        "event_where": where(event, language),
        "contact_email": event.contact_email,
        "online_link": event.online_link,
        "decline_link": link,
        "calendar_link": absolute(f"/events/{event.slug}/event.ics"),
        "event_link": absolute(f"/events/{event.slug}"),
        "held_until": moments.clock(event.starts_at, event.timezone),
        "zone": moments.zone_city(event.timezone, language),
        "until": by_when(event.starts_at - timedelta(days=1), event, language),
        "session_title": say(SESSION),
        "session_when": by_when(event.starts_at, event, language),
        "position": 3,
        "places": 2,
        "missing": say(MISSING),
        "colleague": reader.full_name,
        "reason": say(REASON),
        "ticket_name": say(TICKET),
        "to_pay": said_to_pay(EXAMPLE_AMOUNT, "RUB", Paying.INVOICE, PaymentState.DUE, language),
        "invoice_number": "2027-0002",
        "cancelled_number": "2027-0001",
        "amount": money.said(EXAMPLE_AMOUNT, "RUB", language),
        "sessions": [],
        "has_ticket": True,
    }
