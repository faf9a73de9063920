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
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.shapes import Form
from eventhub.registration.forms.taking import pools_again
from eventhub.registration.holding import expire_overdue, hold
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.moving import move
from eventhub.registration.rules import PROVEN, AlreadyEnded, RegistrationState
from eventhub.registration.session_lines.offering import has_line
from eventhub.registration.types.queries import find_type, needs_answer
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
    step = _request_from if _is_for_approval(registration) else _confirm_from
    if not step(RegistrationState.PENDING, registration, now=now):
        form = hold_form(event.id)
        lock(registration)
        if registration.state in PROVEN:
            return
        if registration.state not in (RegistrationState.EXPIRED, RegistrationState.PENDING):
            raise AlreadyEnded()
        _take_again(registration, form, now=now)
    if registration.state is RegistrationState.CONFIRMED:
        hand_out_tickets(registration, now=now)
        note("registration.confirmed", registration, by="holder", now=now)
        names_changed(event, now=now)
    else:
        post_requested(registration, event, now=now)
        note("registration.requested", registration, by="holder", now=now)


def _is_for_approval(registration: Registration) -> bool:
    return needs_answer(registration.event, find_type(registration.event_id, registration.ticket_type_id))


def _confirm_from(state: RegistrationState, registration: Registration, *, now: datetime) -> bool:
    return move(
        registration,
        state,
        state=RegistrationState.CONFIRMED,
        held_until=None,
        confirmed_at=now,
        ended_at=None,
        holding=_is_counted(registration),
    )


def _is_counted(registration: Registration) -> bool:
    ticket_type = find_type(registration.event_id, registration.ticket_type_id)
    return registration.event.pool_id is not None or (ticket_type is not None and bool(ticket_type.chain))


def _request_from(state: RegistrationState, registration: Registration, *, now: datetime) -> bool:
    """A request holds no places, even if it was made while nobody had to approve."""
    if not move(registration, state, state=RegistrationState.REQUESTED, held_until=None, ended_at=None):
        return False
    give_on(registration.event, [registration.id], now=now)
    return True


def _take_again(registration: Registration, form: Form, *, now: datetime) -> None:
    """For a hold that ran out, and for one that was not needed while the organiser approved."""
    event, state = registration.event, registration.state
    check_takes_registrations(event.window, now=now)
    if _is_for_approval(registration):
        _request_from(state, registration, now=now)
        return
    expired = expire_overdue(now=now, event_id=event.id)
    if expired and has_line(event):
        give_on(event, expired, now=now)
        expired = ()
    hold(
        registration,
        taken_sessions(registration),
        leaving=[*expired, registration.id],
        pools=pools_again(registration.id, form),
    )
    _confirm_from(state, registration, now=now)


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
