"""An address is proven: the place is the person's, or the request is the organiser's to answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from eventhub.db import connection
from eventhub.events.rules import EventCancelled, EventState, check_takes_registrations
from eventhub.events.stamps import names_changed
from eventhub.registration import letters
from eventhub.registration.approval_letters import post_requested
from eventhub.registration.choosing import taken_sessions
from eventhub.registration.forms.taking import pools_again
from eventhub.registration.holding import expire_overdue, hold
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.moving import move
from eventhub.registration.rules import PROVEN, AlreadyEnded, RegistrationState
from eventhub.registration.waiting import give_on
from eventhub.tickets.commands import issue_ticket


def confirm(registration: Registration, *, now: datetime) -> None:
    """The address is proven: the held places become the person's, tickets are issued and sent; where the organiser
    approves, the request is made.

    Asked again, it does nothing. A hold that ran out is taken anew if there is still room.
    Raises AlreadyEnded, EventFull, SessionFull, AlreadyRegistered, and RegistrationClosed and its kin.
    """
    event = registration.event
    if event.state is EventState.CANCELLED:
        raise EventCancelled()
    step = _request_from if event.needs_approval else _confirm_from
    if not step(RegistrationState.PENDING, registration, now=now):
        lock(registration)
        if registration.state in PROVEN:
            return
        if registration.state is not RegistrationState.EXPIRED:
            raise AlreadyEnded()
        _take_again(registration, now=now)
    if registration.state is RegistrationState.CONFIRMED:
        hand_out_tickets(registration, now=now)
        note("registration.confirmed", registration, by="holder", now=now)
        names_changed(event, now=now)
    else:
        post_requested(registration, event, now=now)
        note("registration.requested", registration, by="holder", now=now)


def _confirm_from(state: RegistrationState, registration: Registration, *, now: datetime) -> bool:
    return move(
        registration,
        state,
        state=RegistrationState.CONFIRMED,
        held_until=None,
        confirmed_at=now,
        ended_at=None,
    )


def _request_from(state: RegistrationState, registration: Registration, *, now: datetime) -> bool:
    return move(registration, state, state=RegistrationState.REQUESTED, held_until=None, ended_at=None)


def _take_again(registration: Registration, *, now: datetime) -> None:
    event = registration.event
    check_takes_registrations(event.window, now=now)
    if event.needs_approval:
        _request_from(RegistrationState.EXPIRED, registration, now=now)
        return
    expired = expire_overdue(now=now, event_id=event.id)
    if expired and event.has_waiting_list:
        give_on(event, expired, now=now)
        expired = ()
    _confirm_from(RegistrationState.EXPIRED, registration, now=now)
    hold(
        registration,
        taken_sessions(registration),
        leaving=expired,
        pools=pools_again(registration.id, event.id),
    )


def hand_out_tickets(
    registration: Registration, *, letter: Callable[..., None] = letters.post_confirmed, now: datetime
) -> None:
    """A ticket for each attendee, and the letter that brings them."""
    for attendee in registration.attendees:
        ticket = issue_ticket(event_id=registration.event_id, now=now)
        connection().execute(_GIVE, {"attendee": attendee.id, "ticket": ticket.id})
        set_committed_value(attendee, "ticket_id", ticket.id)
        set_committed_value(attendee, "ticket", ticket)
    letter(registration, registration.event, now=now)


_GIVE = update(Attendee).where(Attendee.id == bindparam("attendee")).values(ticket_id=bindparam("ticket"))
