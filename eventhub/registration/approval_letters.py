"""What registration says by mail where an organiser decides: received, approved, not approved, details missing."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.links import absolute
from eventhub.events.models import Event
from eventhub.events.wording import where
from eventhub.mail.letters import Rendered, render
from eventhub.registration.letters import (
    by_when,
    facts_of,
    manage_path,
    papers_of,
    post_letter,
    recipient_of,
)
from eventhub.registration.models import Registration


def post_requested(registration: Registration, event: Event, *, now: datetime) -> None:
    """The request is here and waits for the organisers."""
    link = absolute(manage_path(registration))
    post_letter("registration_requested", registration, event, now=now, manage_link=link)


def post_approved(registration: Registration, event: Event, *, now: datetime) -> None:
    """The organisers say yes; with tickets and calendar entry when the tickets are issued already."""
    has_ticket = any(attendee.ticket is not None for attendee in registration.attendees)
    post_letter(
        "registration_approved",
        registration,
        event,
        now=now,
        attachments=papers_of(registration) if has_ticket else (),
        has_ticket=has_ticket,
        event_where=where(event, registration.language),
        manage_link=absolute(manage_path(registration)),
    )


def render_approved(registration: Registration, event: Event) -> Rendered:
    """The letter as post_approved will send it, for whoever is about to approve."""
    language = registration.language
    facts = {
        **facts_of(registration, event, language),
        "recipient": recipient_of(registration),
        "has_ticket": True,
        "event_where": where(event, language),
        "manage_link": absolute(manage_path(registration)),
    }
    return render("registration_approved", language=language, facts=facts)


def render_rejected(registration: Registration, event: Event, *, reason: str) -> Rendered:
    """The letter as post_rejected will send it, for whoever is about to say no."""
    language = registration.language
    facts = {
        **facts_of(registration, event, language),
        "recipient": recipient_of(registration),
        "reason": reason,
    }
    return render("registration_rejected", language=language, facts=facts)


def post_rejected(registration: Registration, event: Event, *, reason: str = "", now: datetime) -> None:
    """The organisers say no, and why; an empty reason is left out."""
    post_letter("registration_rejected", registration, event, now=now, reason=reason)


def post_complete(
    registration: Registration, event: Event, *, missing: str, link: str, until: datetime, now: datetime
) -> None:
    """Details are missing: `missing` names them in the person's language, `link` is a path of ours."""
    said = by_when(until, event, registration.language)
    post_letter(
        "complete_your_data", registration, event, now=now, missing=missing, link=absolute(link), until=said
    )
