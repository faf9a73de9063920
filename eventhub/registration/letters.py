"""What registration says by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.core import moments
from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.core.text import localised
from eventhub.events.models import Event
from eventhub.events.wording import when, where
from eventhub.mail.outbox import Recipient, post
from eventhub.registration.models import Registration
from eventhub.registration.queries import Linked, link_subject
from eventhub.tickets.models import Ticket

CONFIRM = "registration.confirm"
MANAGE = "registration.manage"


def confirm_path(registration: Linked) -> str:
    secret = token_for(CONFIRM, link_subject(registration))
    return f"/registrations/{registration.public_id}/confirm/{secret}"


def manage_path(registration: Linked) -> str:
    secret = token_for(MANAGE, link_subject(registration))
    return f"/registrations/{registration.public_id}/{secret}"


def post_confirm(registration: Registration, event: Event, *, now: datetime) -> None:
    """Please confirm: the place is held until then."""
    held_until = registration.held_until or now
    _post(
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
    pending = registration.confirmed_at is None
    path = confirm_path(registration) if pending else manage_path(registration)
    _post("registration_already", registration, event, now=now, link=absolute(path))


def post_confirmed(registration: Registration, event: Event, *, now: datetime) -> None:
    """The place is yours, with the ticket and the calendar entry attached."""
    tickets = [attendee.ticket for attendee in registration.attendees if attendee.ticket is not None]
    recipes: list[dict[str, Any]] = [{"kind": "ticket_pdf", "ticket": ticket.id} for ticket in tickets]
    recipes.append({"kind": "event_ics", "registration": registration.public_id})
    _post(
        "registration_confirmed",
        registration,
        event,
        now=now,
        attachments=tuple(recipes),
        event_where=where(event, registration.language),
        online_link=event.online_link,
        manage_link=absolute(manage_path(registration)),
        calendar_link=absolute(f"/events/{event.slug}/event.ics"),
    )


def post_changed(registration: Registration, event: Event, *, now: datetime) -> None:
    sessions = sorted((choice.session for choice in registration.choices), key=lambda one: one.starts_at)
    _post(
        "registration_changed",
        registration,
        event,
        now=now,
        full_name=registration.attendees[0].full_name,
        organisation=registration.organisation,
        sessions=[localised(session.title, registration.language) for session in sessions],
        manage_link=absolute(manage_path(registration)),
    )


def post_cancelled(registration: Registration, event: Event, *, now: datetime, reason: str = "") -> None:
    link = absolute(f"/events/{event.slug}")
    _post("registration_cancelled", registration, event, now=now, event_link=link, reason=reason)


def post_reissued(registration: Registration, event: Event, ticket: Ticket, *, now: datetime) -> None:
    """Here is the new ticket; the one before admits nobody."""
    _post(
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
    _post("event_cancelled", registration, event, now=now, reason=reason)


def _post(
    letter: str,
    registration: Registration,
    event: Event,
    *,
    now: datetime,
    attachments: tuple[dict[str, Any], ...] = (),
    **facts: Any,
) -> None:
    language = registration.language
    common = {
        "event_title": localised(event.title, language),
        "event_when": when(event, language),
        "registration_number": registration.number,
        "contact_email": event.contact_email,
    }
    post(
        letter,
        to=Recipient(
            email=registration.email, full_name=registration.attendees[0].full_name, language=language
        ),
        facts={**common, **facts},
        about=("registration", registration.public_id),
        event_id=event.id,
        attachments=attachments,
        now=now,
    )
