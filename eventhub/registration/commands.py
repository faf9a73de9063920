"""Registering, confirming, changing and cancelling: the one way to a place, whatever door it is asked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from eventhub import audit
from eventhub.core.ids import public_id, readable_number
from eventhub.core.names import email_key, search_key
from eventhub.core.states import sources
from eventhub.db import db, refuses
from eventhub.events.models import Event, Session
from eventhub.events.places import give_back_places, swap_places, take_places
from eventhub.events.queries import get_event, list_bookable
from eventhub.events.rules import EventFull, SessionFull, check_takes_registrations
from eventhub.privacy.commands import record_consents
from eventhub.registration import letters
from eventhub.registration.models import Attendee, Place, Registration, SessionChoice
from eventhub.registration.queries import find_live, find_submission
from eventhub.registration.rules import (
    HOLD,
    MOVES,
    AlreadyEnded,
    AlreadyRegistered,
    RegistrationState,
    SessionNotOffered,
    Slot,
    check_can_change,
    check_no_clash,
)
from eventhub.tickets.commands import issue_ticket, void_ticket

refuses("uq_registrations_one_live", AlreadyRegistered)


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
    repeated = find_submission(submission.key)
    if repeated is not None:
        return repeated
    event = get_event(slug)
    check_takes_registrations(event.window, now=now)
    there = find_live(event.id, email_key(ask.email))
    if there is not None and not _is_overdue(there, now):
        letters.post_already(there, event, now=now)
        return there
    if there is not None:
        expire_holds(now=now, only=there.id)
    return _hold(ask, submission, event, now=now)


def _hold(ask: Ask, submission: Submission, event: Event, *, now: datetime) -> Registration:
    chosen = _chosen(event, ask.sessions)
    places = _places(event, chosen)
    _take(places, event, chosen, now=now)
    registration = _store(ask, submission, event, now=now)
    _store_choices(registration, chosen, places)
    record_consents(
        submission.consents,
        subject_key=registration.email_key,
        context=f"registration:{registration.public_id}",
        address=submission.address,
        method=submission.method,
        now=now,
    )
    letters.post_confirm(registration, event, now=now)
    _audit("registration.received", registration, by="guest", now=now)
    return registration


def _chosen(event: Event, wanted: Sequence[str]) -> list[Session]:
    """The sessions by their public ids, checked. Raises SessionNotOffered and SessionsClash."""
    if not wanted:
        return []
    chosen = [session for session in list_bookable(event.id) if session.public_id in wanted]
    if len(chosen) != len(set(wanted)):
        raise SessionNotOffered()
    check_no_clash(
        [
            Slot(title=session.title, starts_at=session.starts_at, ends_at=session.ends_at)
            for session in chosen
        ]
    )
    return chosen


def _places(event: Event, chosen: Iterable[Session]) -> dict[int, int]:
    """One place in the event's pool and in that of each chosen session; what has no pool is not counted."""
    pools = [event.pool_id, *(session.pool_id for session in chosen)]
    counted = [pool for pool in pools if pool is not None]
    return {pool: counted.count(pool) for pool in counted}


def _take(places: Mapping[int, int], event: Event, chosen: Iterable[Session], *, now: datetime) -> None:
    """Take from all pools or refuse. A pool that looks full may hold overdue places: those go first."""
    full = take_places(places)
    if full is None:
        return
    untake = {pool: count for pool, count in places.items() if pool < full}
    give_back_places(untake)
    if expire_holds(now=now, pool_id=full):
        full = take_places(places)
    if full is not None:
        raise _full(full, event, chosen)


def _full(pool_id: int, event: Event, chosen: Iterable[Session]) -> EventFull | SessionFull:
    session = next((session for session in chosen if session.pool_id == pool_id), None)
    return EventFull() if session is None or pool_id == event.pool_id else SessionFull(title=session.title)


def _store(ask: Ask, submission: Submission, event: Event, *, now: datetime) -> Registration:
    registration = Registration(
        public_id=public_id(),
        number=readable_number(),
        submission_key=submission.key,
        event_id=event.id,
        state=RegistrationState.PENDING,
        email=ask.email,
        email_key=email_key(ask.email),
        organisation=ask.organisation,
        country=ask.country,
        language=ask.language,
        link_generation=1,
        created_at=now,
        held_until=now + HOLD,
    )
    registration.event = event
    registration.attendees = [Attendee(full_name=ask.full_name, search_key=search_key(ask.full_name))]
    db.session.add(registration)
    db.session.flush()
    return registration


def _store_choices(registration: Registration, chosen: Iterable[Session], places: Mapping[int, int]) -> None:
    choices = [{"registration_id": registration.id, "session_id": session.id} for session in chosen]
    if choices:
        db.session.execute(insert(SessionChoice), choices)
    _store_places(registration, places)


def _store_places(registration: Registration, places: Mapping[int, int]) -> None:
    rows = [
        {"registration_id": registration.id, "pool_id": pool, "count": count}
        for pool, count in places.items()
    ]
    if rows:
        db.session.execute(insert(Place), rows)


def confirm(registration: Registration, *, now: datetime) -> None:
    """The address is proven: the held places become the person's, tickets are issued and sent.

    Asked again, it does nothing. A hold that ran out is taken anew if there is still room.
    Raises AlreadyEnded, EventFull, SessionFull, AlreadyRegistered, and RegistrationClosed and its kin.
    """
    if registration.state is RegistrationState.CONFIRMED:
        return
    if registration.state is RegistrationState.CANCELLED:
        raise AlreadyEnded()
    if _is_overdue(registration, now):
        expire_holds(now=now, only=registration.id)
        db.session.refresh(registration)
    if registration.state is RegistrationState.EXPIRED:
        _take_again(registration, now=now)
    if _move(
        registration, RegistrationState.CONFIRMED, now=now, held_until=None, confirmed_at=now, ended_at=None
    ):
        _hand_out_tickets(registration, now=now)
        _audit("registration.confirmed", registration, by="holder", now=now)


def _take_again(registration: Registration, *, now: datetime) -> None:
    event = registration.event
    check_takes_registrations(event.window, now=now)
    chosen = [choice.session for choice in registration.choices]
    places = _places(event, chosen)
    _take(places, event, chosen, now=now)
    _store_places(registration, places)


def _hand_out_tickets(registration: Registration, *, now: datetime) -> None:
    for attendee in registration.attendees:
        attendee.ticket = issue_ticket(event_id=registration.event_id, now=now)
    db.session.flush()
    letters.post_confirmed(registration, registration.event, now=now)


def change(registration: Registration, ask: Ask, *, now: datetime) -> None:
    """Correct the name and the answers, swap sessions in one step; the address stays what was proven.

    Raises TooLateToChange, AlreadyEnded, SessionNotOffered, SessionsClash, SessionFull.
    """
    event = registration.event
    check_can_change(ends_at=event.ends_at, now=now)
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()
    before = _answers(registration)
    _swap_sessions(registration, _chosen_or_kept(registration, event, ask.sessions))
    registration.attendees[0].full_name = ask.full_name
    registration.attendees[0].search_key = search_key(ask.full_name)
    registration.organisation, registration.country = ask.organisation, ask.country
    registration.language = ask.language
    db.session.flush()
    after = _answers(registration)
    if after != before:
        letters.post_changed(registration, event, now=now)
        _audit("registration.changed", registration, by="holder", now=now, old=before, new=after)


def _chosen_or_kept(registration: Registration, event: Event, wanted: Sequence[str]) -> list[Session]:
    """A session that was chosen before may be kept although it is not offered to others any more."""
    kept = [choice.session for choice in registration.choices if choice.session.public_id in wanted]
    fresh = _chosen(event, [one for one in wanted if one not in {session.public_id for session in kept}])
    together = [*kept, *fresh]
    check_no_clash([Slot(title=one.title, starts_at=one.starts_at, ends_at=one.ends_at) for one in together])
    return together


def _swap_sessions(registration: Registration, chosen: Sequence[Session]) -> None:
    old = {place.pool_id: place.count for place in registration.places}
    new = _places(registration.event, chosen)
    full = swap_places(old, new)
    if full is not None:
        raise _full(full, registration.event, chosen)
    for table in (SessionChoice, Place):
        db.session.execute(delete(table).where(table.registration_id == registration.id))
    db.session.expire(registration, ["choices", "places"])
    _store_choices(registration, chosen, new)


def _answers(registration: Registration) -> dict[str, object]:
    return {
        "full_name": registration.attendees[0].full_name,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        "sessions": sorted(choice.session.public_id for choice in registration.choices),
    }


def cancel(registration: Registration, *, by: str, now: datetime) -> None:
    """Give the places back, void the tickets and say so by mail. Asked again, it does nothing.

    Raises TooLateToChange once the event is over.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    was_confirmed = registration.state is RegistrationState.CONFIRMED
    if not _move(registration, RegistrationState.CANCELLED, now=now, held_until=None, ended_at=now):
        return
    _give_back([registration.id])
    for attendee in registration.attendees:
        if attendee.ticket is not None:
            void_ticket(attendee.ticket, reason="registration cancelled", by=by, now=now)
    if was_confirmed:
        letters.post_cancelled(registration, registration.event, now=now)
    _audit("registration.cancelled", registration, by=by, now=now)


def expire_holds(*, now: datetime, pool_id: int | None = None, only: int | None = None) -> int:
    """Let go of what was never confirmed: all, those in one pool, or one registration. How many there were."""
    overdue = select(Registration.id).where(
        Registration.state == RegistrationState.PENDING, Registration.held_until <= now
    )
    if pool_id is not None:
        overdue = overdue.join(Place).where(Place.pool_id == pool_id)
    if only is not None:
        overdue = overdue.where(Registration.id == only)
    # Whoever is confirming or cancelling one of these right now decides about it; we do not wait for them.
    free = overdue.order_by(Registration.id).with_for_update(skip_locked=True, of=Registration)
    expired = [one for one in db.session.scalars(free).all() if _expire(one, now)]
    _give_back(expired)
    return len(expired)


def _expire(registration_id: int, now: datetime) -> bool:
    """Only one of two sweepers wins the row."""
    statement = (
        update(Registration)
        .where(
            Registration.id == registration_id,
            Registration.state == RegistrationState.PENDING,
            Registration.held_until <= now,
        )
        .values(state=RegistrationState.EXPIRED, held_until=None, ended_at=now)
    )
    return db.session.execute(statement).rowcount == 1


def _give_back(registration_ids: Sequence[int]) -> None:
    """The places of these registrations return to their pools, in sorted order; their rows go."""
    if not registration_ids:
        return
    gone = (
        delete(Place).where(Place.registration_id.in_(registration_ids)).returning(Place.pool_id, Place.count)
    )
    counts: dict[int, int] = {}
    for pool_id, count in db.session.execute(gone, execution_options={"synchronize_session": False}):
        counts[pool_id] = counts.get(pool_id, 0) + count
    give_back_places(counts)


def _move(registration: Registration, new: RegistrationState, *, now: datetime, **values: object) -> bool:
    """The state moves only from where it may: of two at once one wins, the other changes nothing."""
    old = sources(MOVES, new)
    statement = (
        update(Registration)
        .where(Registration.id == registration.id, Registration.state.in_(old))
        .values(state=new, **values)
    )
    moved = db.session.execute(statement, execution_options={"synchronize_session": False}).rowcount == 1
    db.session.refresh(registration)
    return moved


def _is_overdue(registration: Registration, now: datetime) -> bool:
    return registration.held_until is not None and registration.held_until <= now


def _audit(action: str, registration: Registration, *, by: str, now: datetime, **detail: object) -> None:
    audit.record(action, subject=("registration", registration.public_id), by=by, now=now, **detail)
