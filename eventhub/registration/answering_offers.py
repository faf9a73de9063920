"""The person's answer to an offered place."""

from __future__ import annotations

from datetime import datetime

from eventhub.events.rules import EventCancelled, EventState
from eventhub.events.stamps import names_changed
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.delegations.queries import find_unanswered
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.moving import move
from eventhub.registration.rules import AgreeFirst, NotOffered, OfferOver, RegistrationState, WaitingState
from eventhub.registration.waiting import end_in_line, give_on


def accept_offer(registration: Registration, *, now: datetime) -> None:
    """The place is the person's, with a ticket. Asked again, it does nothing.

    Raises NotOffered, EventCancelled, and OfferOver when the time ran out: the place then is on its way to the next.
    """
    if registration.event.state is EventState.CANCELLED:
        raise EventCancelled()
    end_in_line(registration, WaitingState.ACCEPTED, now=now)
    lock(registration)
    if registration.state is RegistrationState.CONFIRMED:
        return
    _check_is_offered(registration, now=now)
    if find_unanswered(registration) is not None:
        raise AgreeFirst()
    if registration.handed_from_id is not None:
        raise NotOffered()  # a colleague agrees first, see handing_over
    move(
        registration,
        RegistrationState.OFFERED,
        state=RegistrationState.CONFIRMED,
        held_until=None,
        confirmed_at=now,
    )
    hand_out_tickets(registration, now=now)
    note("registration.confirmed", registration, by="holder", now=now)
    names_changed(registration.event, now=now)


def decline_offer(registration: Registration, *, now: datetime) -> None:
    """The next in line has the place. Asked again, it does nothing. Raises NotOffered."""
    end_in_line(registration, WaitingState.DECLINED, now=now)
    lock(registration)
    if registration.state is RegistrationState.DECLINED:
        return
    _check_is_offered(registration, now=now)
    move(
        registration,
        RegistrationState.OFFERED,
        state=RegistrationState.DECLINED,
        held_until=None,
        ended_at=now,
    )
    give_on(registration.event, [registration.id], now=now)
    note("registration.declined", registration, by="holder", now=now)


def _check_is_offered(registration: Registration, *, now: datetime) -> None:
    if registration.state is RegistrationState.EXPIRED:
        raise OfferOver()
    if registration.state is not RegistrationState.OFFERED:
        raise NotOffered()
    if registration.held_until is None or registration.held_until <= now:
        raise OfferOver()
