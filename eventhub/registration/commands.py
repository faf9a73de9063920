"""Registering, confirming, changing and cancelling: the one way to a place, whatever door it is asked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from eventhub import audit
from eventhub.core.errors import TooMany
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.db import as_stored, connection, db, refuses, rows_changed
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventCancelled, EventState, check_takes_registrations
from eventhub.events.stamps import names_changed
from eventhub.mail.outbox import withdraw
from eventhub.privacy.commands import get_consents, record_consents
from eventhub.privacy.queries import Wording
from eventhub.registration import letters
from eventhub.registration.choosing import get_chosen, get_chosen_or_kept, store_choices, swap_sessions
from eventhub.registration.holding import check_room, expire_overdue, hold, let_go
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.queries import find_live, find_submission, get_event_to_register
from eventhub.registration.rules import (
    HOLD,
    LIVE,
    AlreadyEnded,
    AlreadyRegistered,
    NotConfirmedYet,
    RegistrationState,
    check_can_change,
)
from eventhub.throttle import Limit, count_try
from eventhub.tickets.commands import issue_ticket, void_ticket

refuses("uq_registrations_one_live", AlreadyRegistered)

# Whoever types another's address again and again must not fill that mailbox.
LETTERS_AGAIN = Limit(name="registration-again", tries=3, window=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a person asks for. `sessions` are public ids; `consents` are ids of the documents agreed to."""

    full_name: str
    email: str
    organisation: str
    country: str
    language: str
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """How it was asked: the form's own key (the same form twice makes one), the ticks, and from where."""

    key: str
    consents: tuple[int, ...]
    address: str
    method: str = "form"


def register(ask: Ask, submission: Submission, *, slug: str, now: datetime) -> Registration:
    """Hold the places, record the consents, and send the letter that asks to confirm the address.

    An address that takes part already gets the link to its registration by mail and nothing else happens:
    the answer on the page is the same, so nobody learns who is registered.
    Raises NotFound, RegistrationClosed and its kin, EventFull, SessionFull, SessionsClash, ConsentMissing.
    """
    event, has_overdue = get_event_to_register(slug, now=now)
    check_takes_registrations(event.window, now=now)
    chosen = get_chosen(event, ask.sessions)
    consents = get_consents(submission.consents)
    expired = expire_overdue(now=now, event_id=event.id) if has_overdue else ()
    registration = _store(ask, submission.key, event, now=now)
    if registration is None:
        let_go(expired)
        return _already_there(ask, submission, event, chosen, now=now)
    hold(registration, chosen, leaving=expired)
    store_choices(registration, chosen)
    _record_consents(registration, submission, consents, now=now)
    letters.post_confirm(registration, event, now=now)
    _audit("registration.received", registration, by="guest", now=now)
    return registration


def _store(ask: Ask, key: str, event: Event, *, now: datetime) -> Registration | None:
    """The registration and its person; None when this form or this address made one before.

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
    }
    new_id = connection().execute(_insert(db.engine.dialect.name), row).scalar_one_or_none()
    if new_id is None:
        return None
    registration = as_stored(Registration(**row, id=new_id))
    set_committed_value(registration, "event", event)
    set_committed_value(registration, "attendees", [_store_person(registration, ask.full_name)])
    return registration


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
    ask: Ask, submission: Submission, event: Event, chosen: Sequence[Session], *, now: datetime
) -> Registration:
    """The same form again changes nothing; a new form of a known address sends its link again.

    It is refused like a stranger's where there is no room, else the answer would tell who takes part.
    Else the form was used again for something new: for a corrected address, or after the first one ended.
    """
    there = find_live(event.id, email_key(ask.email))
    if there is None:
        return register(ask, replace(submission, key=public_id()), slug=event.slug, now=now)
    if find_submission(submission.key) is not there:
        check_room(event, chosen)
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


def confirm(registration: Registration, *, now: datetime) -> None:
    """The address is proven: the held places become the person's, tickets are issued and sent.

    Asked again, it does nothing. A hold that ran out is taken anew if there is still room.
    Raises AlreadyEnded, EventFull, SessionFull, AlreadyRegistered, and RegistrationClosed and its kin.
    """
    if registration.event.state is EventState.CANCELLED:
        raise EventCancelled()
    if not _confirm_from(RegistrationState.PENDING, registration, now=now):
        _lock(registration)
        if registration.state is RegistrationState.CONFIRMED:
            return
        if registration.state is RegistrationState.CANCELLED:
            raise AlreadyEnded()
        _take_again(registration, now=now)
    _hand_out_tickets(registration, now=now)
    _audit("registration.confirmed", registration, by="holder", now=now)
    names_changed(registration.event, now=now)


def _confirm_from(state: RegistrationState, registration: Registration, *, now: datetime) -> bool:
    return _move(
        registration,
        state,
        state=RegistrationState.CONFIRMED,
        held_until=None,
        confirmed_at=now,
        ended_at=None,
    )


def _take_again(registration: Registration, *, now: datetime) -> None:
    event = registration.event
    check_takes_registrations(event.window, now=now)
    expired = expire_overdue(now=now, event_id=event.id)
    _confirm_from(RegistrationState.EXPIRED, registration, now=now)
    hold(registration, [choice.session for choice in registration.choices], leaving=expired)


def _hand_out_tickets(registration: Registration, *, now: datetime) -> None:
    for attendee in registration.attendees:
        ticket = issue_ticket(event_id=registration.event_id, now=now)
        connection().execute(_GIVE, {"attendee": attendee.id, "ticket": ticket.id})
        set_committed_value(attendee, "ticket_id", ticket.id)
        set_committed_value(attendee, "ticket", ticket)
    letters.post_confirmed(registration, registration.event, now=now)


_GIVE = update(Attendee).where(Attendee.id == bindparam("attendee")).values(ticket_id=bindparam("ticket"))


def change(registration: Registration, ask: Ask, *, now: datetime) -> None:
    """Correct the name and the answers, swap sessions in one step; the address stays what was proven.

    Raises TooLateToChange, AlreadyEnded, SessionNotOffered, SessionsClash, SessionFull.
    """
    event = registration.event
    check_can_change(ends_at=event.ends_at, now=now)
    _lock(registration)
    _check_confirmed(registration)
    before = _answers(registration)
    swap_sessions(registration, get_chosen_or_kept(registration, event, ask.sessions), now=now)
    registration.attendees[0].full_name = ask.full_name
    registration.attendees[0].search_key = search_key(ask.full_name)
    registration.organisation, registration.country = ask.organisation, ask.country
    registration.language = ask.language
    db.session.flush()
    after = _answers(registration)
    if after != before:
        letters.post_changed(registration, event, now=now)
        _audit("registration.changed", registration, by="holder", now=now, old=before, new=after)
        names_changed(event, now=now)


def _check_confirmed(registration: Registration) -> None:
    if registration.state is RegistrationState.PENDING:
        raise NotConfirmedYet()
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()


def _answers(registration: Registration) -> dict[str, object]:
    return {
        "full_name": registration.attendees[0].full_name,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "sessions": sorted(choice.session.public_id for choice in registration.choices),
    }


def cancel(registration: Registration, *, by: str, now: datetime, reason: str = "") -> None:
    """Give the places back, void the tickets and say so by mail, with the reason. Asked again, it does nothing.

    Raises TooLateToChange once the event is over, and AlreadyEnded when the hold ran out.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    _lock(registration)
    if registration.state is RegistrationState.CANCELLED:
        return
    if registration.state not in LIVE:
        raise AlreadyEnded()
    _move(registration, registration.state, state=RegistrationState.CANCELLED, held_until=None, ended_at=now)
    let_go([registration.id])
    for attendee in registration.attendees:
        if attendee.ticket is not None:
            void_ticket(attendee.ticket, reason="registration cancelled", by=by, now=now)
    withdraw(about=("registration", registration.public_id))
    if registration.confirmed_at is not None:
        letters.post_cancelled(registration, registration.event, reason=reason, now=now)
    _audit("registration.cancelled", registration, by=by, now=now, **({"reason": reason} if reason else {}))
    names_changed(registration.event, now=now)


def _move(registration: Registration, old: RegistrationState, **values: object) -> bool:
    """Only from this state: of two at once one wins, the other changes nothing."""
    new = {f"new_{name}": value for name, value in values.items()}
    if rows_changed(_mover(*values), registration=registration.id, old=old, **new) != 1:
        return False
    for name, value in values.items():
        set_committed_value(registration, name, value)
    return True


@cache
def _mover(*columns: str) -> Update:
    only = (Registration.id == bindparam("registration"), Registration.state == bindparam("old"))
    return update(Registration).where(*only).values({name: bindparam(f"new_{name}") for name in columns})


def _lock(registration: Registration) -> None:
    """From here on nobody else changes it."""
    db.session.refresh(registration, with_for_update={"of": Registration})
    _read_anew(registration)


def _read_anew(registration: Registration) -> None:
    """What hangs on it was perhaps read before somebody else's change: a ticket issued just now, for instance."""
    for attendee in registration.attendees:
        db.session.expire(attendee)
    db.session.expire(registration, ["choices", "places"])


def _audit(action: str, registration: Registration, *, by: str, now: datetime, **detail: object) -> None:
    audit.record(action, subject=("registration", registration.public_id), by=by, now=now, **detail)
