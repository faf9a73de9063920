"""Registering, confirming, changing and cancelling: the one way to a place, whatever door it is asked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventhub.core.errors import TooMany
from eventhub.db import refuses, savepoint
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, check_takes_registrations
from eventhub.events.stamps import names_changed
from eventhub.mail.outbox import withdraw
from eventhub.privacy.commands import get_consents, record_consents
from eventhub.privacy.queries import Wording
from eventhub.registration import letters
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.choosing import store_choices
from eventhub.registration.doorway import hold_at_the_door
from eventhub.registration.forms.each import newcomers
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.storing import store_answers
from eventhub.registration.forms.taking import (
    NOTHING_GIVEN,
    Given,
    take_first,
    without_places,
)
from eventhub.registration.holding import check_room, expire_overdue, hold, let_go
from eventhub.registration.invoicing.commands import tell_payer
from eventhub.registration.invoicing.queries import owes_by_invoice
from eventhub.registration.invoicing.rules import PayerWish
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.moving import move
from eventhub.registration.parties.fares import Tickets, store_fares, take_types
from eventhub.registration.parties.people import add_party, record_guardian, store_seats
from eventhub.registration.parties.plans import PartyPlan
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.parties.seating import Seating, seat
from eventhub.registration.queries import find_submission, get_event_to_register
from eventhub.registration.rules import (
    LIVE,
    AlreadyEnded,
    AlreadyRegistered,
    RegistrationState,
    WaitingState,
    check_can_change,
)
from eventhub.registration.session_lines.offering import has_line
from eventhub.registration.storing import store_or_find
from eventhub.registration.types.queries import find_door_hold, needs_answer
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import OfferedType
from eventhub.registration.types.taking import take_type, take_type_at_the_door
from eventhub.registration.waiting import end_in_line, give_on, join_line
from eventhub.throttle import Limit, count_try
from eventhub.tickets.commands import void_ticket

refuses("uq_registrations_one_live", AlreadyRegistered)

# Whoever types another's address again and again must not fill that mailbox.
LETTERS_AGAIN = Limit(name="registration-again", tries=3, window=timedelta(hours=1))


def register(ask: Ask, submission: Submission, *, slug: str, now: datetime) -> Registration:
    """Hold the places, record the consents, and send the letter that asks to confirm the address.

    An address that takes part already gets the link to its registration by mail and nothing else happens:
    the answer on the page is the same, so nobody learns who is registered.
    Raises NotFound, RegistrationClosed and its kin, EventFull, SessionFull, SessionsClash, ConsentMissing, of the
    event's own questions FormChanged, Unfit and OptionFull, of ticket types what choose_type says, TypeFull and
    CodeUsedUp, and of a party what parties/rules says.
    """
    event, has_overdue = get_event_to_register(slug, now=now)
    if not submission.is_at_the_door:
        check_takes_registrations(event.window, now=now)
    seating = seat(event, ask.sessions, ask.party, now=now)
    given = _answers(ask, submission, event, now=now)
    tickets = _types_for(ask, submission, event, given, now=now)
    consents = get_consents(submission.consents)
    expired = expire_overdue(now=now, event_id=event.id) if has_overdue else ()
    registration, is_new = store_or_find(
        ask, submission, event, tickets, companions=given.companions, now=now
    )
    if expired and has_line(event):
        give_on(event, expired, now=now)
        expired = ()
    if not is_new:
        let_go(expired)
        _send_again(registration, submission, seating, given, tickets, now=now)
        return registration
    _record_consents(registration, submission, consents, now=now)
    if ask.party is not None:
        _bring_party(registration, ask.party, submission, consents, tickets, now=now)
    note("registration.received", registration, by="guest", now=now)
    _tell_payer(registration, ask.payer, now=now)
    if submission.is_at_the_door:
        hold_at_the_door(registration, leaving=expired)
    else:
        _hold_or_wait(registration, seating, given, leaving=expired, now=now)
    return registration


def _answers(ask: Ask, submission: Submission, event: Event, *, now: datetime) -> Given:
    if submission.is_at_the_door:
        return NOTHING_GIVEN
    people = () if ask.party is None else ask.party.keys()
    return take_first(event.id, ask.sheet, people=people, now=now)


def _store_answers(registration: Registration, given: Given, *, now: datetime) -> None:
    new = newcomers(one.id for one in registration.attendees[1:])
    store_answers(registration.id, given, new=new, now=now)


def _tell_payer(registration: Registration, payer: PayerWish | None, *, now: datetime) -> None:
    """Kept only where there is something to invoice."""
    if payer is not None and owes_by_invoice(registration):
        tell_payer(payer.billed, registration=registration, language=payer.language, now=now)


def _hold_or_wait(
    registration: Registration, seating: Seating, given: Given, *, leaving: Sequence[int], now: datetime
) -> None:
    """Places until the address is confirmed, with all that was chosen; or a place in the line, without."""
    if _is_held(registration, seating.chosen, given, leaving=leaving):
        store_choices(registration, seating.chosen)
        store_seats(registration.attendees, seating)
        _store_answers(registration, given, now=now)
        letters.post_confirm(registration, registration.event, now=now)
    else:
        kept = without_places(given, registration.event_id)
        registration.companions = kept.companions
        _store_answers(registration, kept, now=now)
        join_line(registration, old=RegistrationState.PENDING, now=now)


def _bring_party(
    registration: Registration,
    party: PartyPlan,
    submission: Submission,
    consents: Sequence[Wording],
    tickets: Tickets,
    *,
    now: datetime,
) -> None:
    add_party(registration, party)
    if party.kind is PartyKind.FAMILY and tickets:
        store_fares(registration.attendees, tickets)
    said = {"address": submission.address, "method": submission.method}
    record_guardian(registration, party, registration.attendees[1:], consents, now=now, **said)


def _types_for(ask: Ask, submission: Submission, event: Event, given: Given, *, now: datetime) -> Tickets:
    """For each person; who stands at the door is not asked which. Empty where the event has no types."""
    if ask.party is not None:
        return take_types(given.types, ask.ticket, ask.party, event=event, email=ask.email, now=now)
    if submission.is_at_the_door:
        one = _type_at_the_door(event)
    else:
        one = take_type(given.types, ask.ticket, event=event, email=ask.email, now=now)
    return () if one is None else (one,)


def _type_at_the_door(event: Event) -> OfferedType | None:
    if not event.has_types:
        return None
    return take_type_at_the_door(hold_form(event.id).types, find_door_hold(event))


def _is_held(
    registration: Registration, chosen: Sequence[Session], given: Given, *, leaving: Sequence[int]
) -> bool:
    """Whether places are held, or need not be yet; False: the event is full, and there is a line to stand in.

    Who waits for an event chooses sessions and limited options once there is a place.
    Raises EventFull, SessionFull, and what the form says of a full option.
    """
    event = registration.event
    if needs_answer(event, find_in(given.types, registration.ticket_type_id)):
        let_go(leaving)
    elif event.has_waiting_list:
        try:
            with savepoint():  # what was taken before the full pool goes back, and with it its locks
                hold(registration, chosen, leaving=leaving, pools=given.pools)
        except EventFull:
            return False
    else:
        hold(registration, chosen, leaving=leaving, pools=given.pools)
    return True


def _send_again(
    there: Registration,
    submission: Submission,
    seating: Seating,
    given: Given,
    tickets: Tickets,
    *,
    now: datetime,
) -> None:
    """The same form again changes nothing; a new form of a known address sends its link again.

    It is refused like a stranger's where there is no room, else the answer would tell who takes part.
    """
    if find_submission(submission.key) is there:
        return
    if submission.is_at_the_door:
        raise AlreadyRegistered()
    event = there.event
    size = seating.size + given.companions
    check_room(event, seating.chosen, given.pools, size=size, tickets=tickets)
    _send_link_again(there, event, now=now)


def _send_link_again(registration: Registration, event: Event, *, now: datetime) -> None:
    try:
        count_try(LETTERS_AGAIN, registration.public_id, now=now)
    except TooMany:
        return  # the page says the same, so that nobody learns anything
    letters.post_already(registration, event, now=now)


def _record_consents(
    registration: Registration, submission: Submission, consents: Sequence[Wording], *, now: datetime
) -> None:
    record_consents(
        consents,
        subject_key=registration.email_key,
        context=f"registration:{registration.public_id}",
        address=submission.address,
        method=submission.method,
        now=now,
    )


def cancel(registration: Registration, *, by: str, now: datetime, reason: str = "") -> None:
    """Give the places back, void the tickets and say so by mail, with the reason. Asked again, it does nothing.

    Raises TooLateToChange once the event is over, and AlreadyEnded when the hold ran out.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    end_in_line(registration, WaitingState.LEFT, now=now)
    lock(registration)
    if registration.state is RegistrationState.CANCELLED:
        return
    if registration.state not in LIVE:
        raise AlreadyEnded()
    move(registration, registration.state, state=RegistrationState.CANCELLED, held_until=None, ended_at=now)
    give_on(registration.event, [registration.id], now=now)
    for attendee in registration.attendees:
        if attendee.ticket is not None:
            void_ticket(attendee.ticket, reason="registration cancelled", by=by, now=now)
    withdraw(about=("registration", registration.public_id))
    if registration.confirmed_at is not None:
        letters.post_cancelled(registration, registration.event, reason=reason, now=now)
    note("registration.cancelled", registration, by=by, now=now, **({"reason": reason} if reason else {}))
    names_changed(registration.event, now=now)
