"""What staff does for somebody who is registered: cancel with a reason, write again, replace or void a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.core.refusals import ReasonMissing
from eventhub.core.tombstones import is_placeholder
from eventhub.registration import letters
from eventhub.registration.approval_letters import post_requested
from eventhub.registration.commands import cancel
from eventhub.registration.delegations.letters import post_member
from eventhub.registration.delegations.queries import find_unanswered
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import LIVE, AddressMissing, AlreadyEnded, RegistrationState
from eventhub.registration.waiting import tell_offer, tell_standing
from eventhub.throttle import Limit, count_try
from eventhub.tickets.commands import reissue_ticket, void_ticket
from eventhub.tickets.models import Ticket

WRITE_AGAIN = {
    RegistrationState.PENDING: letters.post_confirm,
    RegistrationState.REQUESTED: post_requested,
    RegistrationState.WAITLISTED: tell_standing,
    RegistrationState.OFFERED: tell_offer,
    RegistrationState.CONFIRMED: letters.post_confirmed,
}
# A button that is pressed in anger must not fill a mailbox.
LETTERS_BY_STAFF = Limit(name="letters-by-staff", tries=5, window=timedelta(hours=1))


def get_of_event(event_id: int, public_id: str) -> Registration:
    """A registration of this event. Raises NotFound, for those of other events too."""
    registration = get_registration(public_id)
    if registration.event_id != event_id:
        raise NotFound()
    return registration


def get_ticket(registration: Registration, number: str) -> Ticket:
    """A ticket of this registration. Raises NotFound."""
    tickets = (attendee.ticket for attendee in registration.attendees)
    found = next((ticket for ticket in tickets if ticket is not None and ticket.number == number), None)
    if found is None:
        raise NotFound()
    return found


def cancel_for(registration: Registration, *, reason: str, by: str, now: datetime) -> None:
    """Cancel it; the person reads the reason. Raises ReasonMissing, AlreadyEnded, TooLateToChange."""
    if not reason:
        raise ReasonMissing()
    if registration.state not in LIVE:
        raise AlreadyEnded()
    cancel(registration, reason=reason, by=by, now=now)


def write_again(registration: Registration, *, by: str, now: datetime) -> None:
    """Send the letter of its state once more. Raises AlreadyEnded, AddressMissing, TooMany."""
    post = WRITE_AGAIN.get(registration.state)
    if post is None or registration.removed_at is not None:
        raise AlreadyEnded()
    if is_placeholder(registration.email):
        raise AddressMissing()
    count_try(LETTERS_BY_STAFF, registration.public_id, now=now)
    member = find_unanswered(registration)
    if member is not None:  # no ticket before the person agreed
        post = partial(post_member, delegation=member.delegation, again=True)
    post(registration, registration.event, now=now)
    audit.record("registration.written_again", subject=_subject(registration), by=by, now=now)


def replace_ticket(registration: Registration, ticket: Ticket, *, by: str, now: datetime) -> None:
    """A new code in place of one that was lost or shown around, sent by mail. Raises IllegalMove when it is void."""
    reissue_ticket(ticket, by=by, now=now)
    letters.post_reissued(registration, registration.event, ticket, now=now)


def take_ticket_back(ticket: Ticket, *, reason: str, by: str, now: datetime) -> None:
    """Its holder is not admitted any more, for ever; the registration stays. Raises ReasonMissing."""
    if not reason:
        raise ReasonMissing()
    void_ticket(ticket, reason=reason, by=by, now=now)


def _subject(registration: Registration) -> tuple[str, str]:
    return ("registration", registration.public_id)
