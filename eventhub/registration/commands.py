"""Registering, confirming, changing and cancelling: the one way to a place, whatever door it is asked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.core.errors import TooMany
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.db import as_stored, connection, db, refuses, savepoint
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventFull, check_takes_registrations
from eventhub.events.stamps import names_changed
from eventhub.mail.outbox import withdraw
from eventhub.privacy.commands import get_consents, record_consents
from eventhub.privacy.queries import Wording
from eventhub.registration import letters
from eventhub.registration.choosing import store_choices
from eventhub.registration.doorway import hold_at_the_door
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.taking import (
    NOTHING_GIVEN,
    Given,
    Sheet,
    store_answers,
    take_first,
    without_places,
)
from eventhub.registration.holding import check_room, expire_overdue, hold, let_go
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.moving import move
from eventhub.registration.parties.fares import Tickets, store_fares, take_types
from eventhub.registration.parties.people import add_party, record_guardian, store_seats
from eventhub.registration.parties.plans import PartyPlan
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.parties.seating import Seating, seat
from eventhub.registration.queries import find_live, find_submission, get_event_to_register
from eventhub.registration.rules import (
    HOLD,
    LIVE,
    AlreadyEnded,
    AlreadyRegistered,
    RegistrationState,
    WaitingState,
    check_can_change,
)
from eventhub.registration.session_lines.offering import has_line
from eventhub.registration.types.queries import needs_answer
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import OfferedType, TypeWish
from eventhub.registration.types.taking import owe, take_type, take_type_at_the_door
from eventhub.registration.waiting import end_in_line, give_on, join_line
from eventhub.throttle import Limit, count_try
from eventhub.tickets.commands import void_ticket

refuses("uq_registrations_one_live", AlreadyRegistered)

# Registered by the crew at the door: no window of time, and no address has to be proven.
WALK_IN = "walk_in"
# Whoever types another's address again and again must not fill that mailbox.
LETTERS_AGAIN = Limit(name="registration-again", tries=3, window=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a person asks for. `sessions` are public ids; `sheet` answers the event's own questions; `ticket` is the
    type of ticket, where the event has several; `party` are those who come along."""

    full_name: str
    email: str
    organisation: str
    country: str
    language: str
    sessions: tuple[str, ...] = ()
    sheet: Sheet = Sheet()
    ticket: TypeWish = TypeWish()
    party: PartyPlan | None = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """How it was asked: the form's own key (the same form twice makes one), the ticks, and from where."""

    key: str
    consents: tuple[int, ...]
    address: str
    method: str = "form"

    @property
    def is_at_the_door(self) -> bool:
        return self.method == WALK_IN


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
    chosen = seating.chosen
    given = NOTHING_GIVEN if submission.is_at_the_door else take_first(event.id, ask.sheet, now=now)
    tickets = _types_for(ask, submission, event, given, now=now)
    consents = get_consents(submission.consents)
    expired = expire_overdue(now=now, event_id=event.id) if has_overdue else ()
    if expired and has_line(event):
        give_on(event, expired, now=now)
        expired = ()
    registration = _store(ask, submission.key, event, tickets, now=now)
    if registration is None:
        let_go(expired)
        return _already_there(ask, submission, event, seating, given, tickets, now=now)
    _record_consents(registration, submission, consents, now=now)
    if ask.party is not None:
        _bring_party(registration, ask.party, submission, consents, tickets, now=now)
    note("registration.received", registration, by="guest", now=now)
    if submission.is_at_the_door:
        hold_at_the_door(registration, leaving=expired)
    elif _is_held(registration, chosen, given, leaving=expired):
        store_choices(registration, chosen)
        store_seats(registration.attendees, seating)
        store_answers(registration.id, given, now=now)
        letters.post_confirm(registration, event, now=now)
    else:
        store_answers(registration.id, without_places(given, event.id), now=now)
        join_line(registration, old=RegistrationState.PENDING, now=now)
    return registration


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
        one = take_type_at_the_door(hold_form(event.id).types if event.has_types else ())
    else:
        one = take_type(given.types, ask.ticket, event=event, email=ask.email, now=now)
    return () if one is None else (one,)


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


def _store(ask: Ask, key: str, event: Event, tickets: Tickets, *, now: datetime) -> Registration | None:
    """The registration and its first person, who answers for all `tickets`; None when this form or this address made
    one before.

    The database says so, also of two at the same moment: the second waits here for the first.
    """
    row = {
        "public_id": public_id(),
        "number": readable_number(),
        "submission_key": key,
        "event_id": event.id,
        "state": RegistrationState.PENDING,
        "email": ask.email,
        "email_key": email_key(ask.email),
        "organisation": ask.organisation,
        "country": ask.country,
        "language": ask.language,
        "link_generation": 1,
        "created_at": now,
        "held_until": now + HOLD,
        "confirmed_at": None,
        "ended_at": None,
        "removed_at": None,
        "handed_from_id": None,
        "review_since": None,
        "ticket_type_id": tickets[0].id if tickets else None,
    }
    new_id = connection().execute(_insert(db.engine.dialect.name), row).scalar_one_or_none()
    if new_id is None:
        return None
    registration = as_stored(Registration(**row, id=new_id))
    set_committed_value(registration, "event", event)
    set_committed_value(registration, "attendees", [_store_person(registration, ask.full_name)])
    owe(new_id, tickets)
    return registration


def store(
    ask: Ask, *, key: str, event: Event, ticket_type: OfferedType | None, now: datetime
) -> Registration | None:
    """For those who vouch for others: pending and without places yet; None when the address takes part already."""
    return _store(ask, key, event, (ticket_type,) if ticket_type else (), now=now)


def _store_person(registration: Registration, full_name: str) -> Attendee:
    row = {
        "registration_id": registration.id,
        "ticket_id": None,
        "full_name": full_name,
        "search_key": search_key(full_name),
    }
    return as_stored(Attendee(**row, id=connection().execute(_INSERT_PERSON, row).scalar_one()))


_INSERT_PERSON = insert(Attendee).returning(Attendee.id)


@cache
def _insert(dialect_name: str) -> ReturningInsert[int]:
    new = sqlite.insert(Registration) if dialect_name == "sqlite" else postgresql.insert(Registration)
    return new.on_conflict_do_nothing().returning(Registration.id)


def _already_there(
    ask: Ask,
    submission: Submission,
    event: Event,
    seating: Seating,
    given: Given,
    tickets: Tickets,
    *,
    now: datetime,
) -> Registration:
    """The same form again changes nothing; a new form of a known address sends its link again.

    It is refused like a stranger's where there is no room, else the answer would tell who takes part.
    Else the form was used again for something new: for a corrected address, or after the first one ended.
    """
    there = find_live(event.id, email_key(ask.email))
    if there is None:
        return register(ask, replace(submission, key=public_id()), slug=event.slug, now=now)
    if find_submission(submission.key) is not there:
        if submission.is_at_the_door:
            raise AlreadyRegistered()
        check_room(event, seating.chosen, given.pools, size=seating.size, tickets=tickets)
        _send_link_again(there, event, now=now)
    return there


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
