"""What registration says by mail: please confirm, your place, what was changed, and that it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.core import moments
from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.core.text import localised
from eventhub.core.tombstones import is_placeholder
from eventhub.events.models import Event
from eventhub.events.wording import when, where
from eventhub.mail.outbox import Recipient, post
from eventhub.registration.models import Registration
from eventhub.registration.parties.queries import find_party
from eventhub.registration.queries import Linked, link_subject
from eventhub.registration.rules import RegistrationState
from eventhub.registration.types.saying import ticket_facts
from eventhub.tickets.models import Ticket

CONFIRM = "registration.confirm"
MANAGE = "registration.manage"
OFFER = "registration.offer"


def confirm_path(registration: Linked) -> str:
    secret = token_for(CONFIRM, link_subject(registration))
    return f"/registrations/{registration.public_id}/confirm/{secret}"


def manage_path(registration: Linked) -> str:
    secret = token_for(MANAGE, link_subject(registration))
    return f"/registrations/{registration.public_id}/{secret}"


def offer_path(registration: Linked) -> str:
    """Where an offered place is taken or declined."""
    secret = token_for(OFFER, link_subject(registration))
    return f"/registrations/{registration.public_id}/offer/{secret}"


def post_confirm(registration: Registration, event: Event, *, now: datetime) -> None:
    """Please confirm: the place is held until then."""
    held_until = registration.held_until or now
    post_letter(
        "registration_confirm",
        registration,
        event,
        now=now,
        link=absolute(confirm_path(registration)),
        held_until=moments.clock(held_until, event.timezone),
        zone=moments.zone_city(event.timezone, registration.language),
    )


def post_already(registration: Registration, event: Event, *, now: datetime) -> None:
    """This address takes part already: here is the link."""
    is_pending = registration.state is RegistrationState.PENDING
    path = confirm_path(registration) if is_pending else manage_path(registration)
    post_letter("registration_already", registration, event, now=now, link=absolute(path))


def post_confirmed(registration: Registration, event: Event, *, now: datetime) -> None:
    """The place is yours, with the ticket and the calendar entry attached."""
    post_letter(
        "registration_confirmed",
        registration,
        event,
        now=now,
        attachments=papers_of(registration),
        event_where=where(event, registration.language),
        online_link=event.online_link,
        manage_link=absolute(manage_path(registration)),
        calendar_link=absolute(f"/events/{event.slug}/event.ics"),
    )


def papers_of(registration: Registration) -> tuple[dict[str, Any], ...]:
    """What comes with a confirmed place: each ticket, of a party the one that stands for all, and the entry for a
    calendar."""
    holders = registration.attendees[:1] if find_party(registration) else registration.attendees
    tickets = [attendee.ticket for attendee in holders if attendee.ticket is not None]
    recipes: list[dict[str, Any]] = [{"kind": "ticket_pdf", "ticket": ticket.id} for ticket in tickets]
    return (*recipes, {"kind": "event_ics", "registration": registration.public_id})


def post_changed(registration: Registration, event: Event, *, now: datetime) -> None:
    sessions = sorted((choice.session for choice in registration.choices), key=lambda one: one.starts_at)
    post_letter(
        "registration_changed",
        registration,
        event,
        now=now,
        organisation=registration.organisation,
        sessions=[localised(session.title, registration.language) for session in sessions],
        manage_link=absolute(manage_path(registration)),
    )


def post_cancelled(registration: Registration, event: Event, *, now: datetime, reason: str = "") -> None:
    link = absolute(f"/events/{event.slug}")
    post_letter("registration_cancelled", registration, event, now=now, event_link=link, reason=reason)


def post_reissued(registration: Registration, event: Event, ticket: Ticket, *, now: datetime) -> None:
    """Here is the new ticket; the one before admits nobody."""
    post_letter(
        "ticket_reissued",
        registration,
        event,
        now=now,
        attachments=({"kind": "ticket_pdf", "ticket": ticket.id},),
        event_where=where(event, registration.language),
        manage_link=absolute(manage_path(registration)),
    )


def post_event_cancelled(registration: Registration, event: Event, *, now: datetime) -> None:
    reason = localised(event.cancel_reason, registration.language)
    post_letter("event_cancelled", registration, event, now=now, reason=reason)


def recipient_of(registration: Registration) -> Recipient:
    """The person who registered."""
    name = registration.attendees[0].full_name
    return Recipient(email=registration.email, full_name=name, language=registration.language)


def facts_of(registration: Registration, event: Event, language: str) -> dict[str, Any]:
    """What every letter about a registration may say."""
    return {
        "full_name": registration.attendees[0].full_name,
        "event_title": localised(event.title, language),
        "event_when": when(event, language),
        "registration_number": registration.number,
        "contact_email": event.contact_email,
        **ticket_facts(registration, language),
    }


def by_when(moment: datetime, event: Event, language: str) -> str:
    """12 July 2027, 14:00 (Moscow), in the event's zone."""
    zone = event.timezone
    day, clock = moments.day(moment, zone, language), moments.clock(moment, zone)
    return f"{day}, {clock} ({moments.zone_city(zone, language)})"


def post_letter(
    letter: str,
    registration: Registration,
    event: Event,
    *,
    now: datetime,
    attachments: tuple[dict[str, Any], ...] = (),
    **facts: Any,
) -> None:
    """Post a letter about this registration, in its language; who gave no address gets none."""
    if is_placeholder(registration.email):
        return
    post(
        letter,
        to=recipient_of(registration),
        facts={**facts_of(registration, event, registration.language), **facts},
        about=("registration", registration.public_id),
        event_id=event.id,
        attachments=attachments,
        now=now,
    )
