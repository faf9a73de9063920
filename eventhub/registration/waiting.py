"""The waiting list of an event: who waits stands in line, and every place that becomes free is offered at once.

After each commit no place is free that somebody in line could take: whoever frees a place offers it in the same
transaction, and whoever joins the line looks for a free place once more while nobody else can free one. So those who
register meanwhile never pass anybody by.

On PostgreSQL locks are taken in one order, so that nobody waits for each other: one's own entry in the line, one's own
registration, a new one (whoever writes the same address waits for it), all pools of the event, then the entries and
registrations of those who get an offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, or_, select, true, update
from sqlalchemy.orm import joinedload

from eventhub import audit
from eventhub.core.refusals import ReasonMissing
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.events.places import take_places
from eventhub.events.queries import get_event_by_id
from eventhub.events.rules import EventFull, EventState
from eventhub.registration.forms.queries import option_pools
from eventhub.registration.holding import expire_overdue, let_go, store_places
from eventhub.registration.letters import manage_path, offer_path
from eventhub.registration.locking import lock
from eventhub.registration.models import Registration, WaitingEntry
from eventhub.registration.moving import move
from eventhub.registration.needs import Needs, needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.rules import (
    HELD_FOR_A_TIME,
    NotInLine,
    RegistrationState,
    WaitingState,
)
from eventhub.registration.session_lines.offering import events_to_sweep, leave_lines, offer_sessions
from eventhub.registration.types.queries import find_type, is_of_types
from eventhub.registration.types.room import fits_its_type, make_room, room_for
from eventhub.registration.types.rules import OfferedType
from eventhub.registration.waiting_letters import post_offer, post_waiting

MOST_AT_ONCE = 500  # offers in one transaction; the sweep makes the rest


def lock_pools(event: Event) -> None:
    """Nobody else changes a place of this event until the transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name != "sqlite":
        ours = or_(
            CapacityPool.id == event.pool_id,
            CapacityPool.id.in_(select(Session.pool_id).where(Session.event_id == event.id)),
            CapacityPool.id.in_(option_pools(event.id)),
            is_of_types(event.id),
        )
        db.session.execute(
            select(CapacityPool.id).where(ours).order_by(CapacityPool.id).with_for_update()
        ).all()


def join_line(
    registration: Registration, *, old: RegistrationState, now: datetime, by: str = "guest"
) -> None:
    """Stand at the end of the line. Who fits, because a larger group waits in front, is offered a place at once."""
    event = registration.event
    lock_pools(event)
    move(registration, old, state=RegistrationState.WAITLISTED, held_until=None)
    row = {
        "event_id": event.id,
        "registration_id": registration.id,
        "size": registration.size,
        "state": WaitingState.WAITING,
        "created_at": now,
    }
    connection().execute(insert(WaitingEntry), row)
    audit.record("registration.waitlisted", subject=_subject(registration), by=by, now=now)
    offer_places(event, now=now)
    if registration.state is RegistrationState.WAITLISTED:
        tell_standing(registration, event, now=now)


def give_on(event: Event, leaving: Sequence[int], *, now: datetime) -> None:
    """The places of these registrations are free, and the next in line have them."""
    lock_pools(event)
    let_go(leaving)
    leave_lines(leaving, now=now)
    offer_places(event, now=now)


def offer_places(event: Event, *, now: datetime) -> int:
    """Offer what is free to those in line who fit, the first come first: in the sessions, and in the event. How many
    got an offer.

    The caller has locked the pools.
    """
    offered = offer_sessions(event, now=now)
    if not event.has_waiting_list or event.state is not EventState.PUBLISHED or now >= event.ends_at:
        return offered
    while (entry := _next_that_fits(event)) is not None and offered < MOST_AT_ONCE:
        _offer(entry, event, now=now)
        offered += 1
    return offered


def _next_that_fits(event: Event) -> WaitingEntry | None:
    """Somebody who is leaving the line at this moment is passed over."""
    left = select(CapacityPool.capacity - CapacityPool.taken).where(CapacityPool.id == event.pool_id)
    fits = true() if event.pool_id is None else WaitingEntry.size <= left.scalar_subquery()
    if event.has_types:
        fits = fits_its_type(event)
    query = (
        select(WaitingEntry)
        .where(WaitingEntry.event_id == event.id, WaitingEntry.state == WaitingState.WAITING, fits)
        .order_by(WaitingEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=WaitingEntry)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def _offer(entry: WaitingEntry, event: Event, *, now: datetime, by: str = "system") -> None:
    registration = _registration_of(entry)
    _take(registration, event, entry.size)
    until = min(now + timedelta(hours=event.offer_hours), event.ends_at)
    _end(registration, WaitingState.WAITING, WaitingState.OFFERED, offered_at=now, reason=entry.reason)
    move(registration, RegistrationState.WAITLISTED, state=RegistrationState.OFFERED, held_until=until)
    tell_offer(registration, event, now=now)
    audit.record(
        "registration.offered", subject=_subject(registration), by=by, now=now, until=until.isoformat()
    )


def tell_standing(registration: Registration, event: Event, *, now: datetime) -> None:
    """The letter to who waits."""
    position = standing_of(registration).position
    post_waiting(registration, event, position=position, link=manage_path(registration), now=now)


def tell_offer(registration: Registration, event: Event, *, now: datetime) -> None:
    """The letter with the place that is held until then."""
    path, until = offer_path(registration), registration.held_until or now
    post_offer(registration, event, accept_link=path, decline_link=f"{path}?answer=no", until=until, now=now)


def _registration_of(entry: WaitingEntry) -> Registration:
    query = select(Registration).where(Registration.id == entry.registration_id)
    whole = query.options(joinedload(Registration.event), joinedload(Registration.attendees))
    return db.session.scalars(whole).unique().one()


def _take(registration: Registration, event: Event, size: int) -> None:
    """Raises EventFull."""
    needed = _needs(registration, size)
    if take_places(needed.counts) is not None:
        raise EventFull()
    store_places(registration, needed)


def offer_by_hand(registration: Registration, *, reason: str, by: str, now: datetime) -> None:
    """Out of turn, for a reason that is kept; where nothing is free the event gets that many places more.

    Raises ReasonMissing, NotInLine.
    """
    if not reason:
        raise ReasonMissing()
    event = registration.event
    entry = hold_entry(registration)
    lock(registration)
    if entry is None or entry.state is not WaitingState.WAITING:
        raise NotInLine()
    lock_pools(event)
    entry.reason = reason
    make_room(_needs(registration, entry.size))
    _offer(entry, event, now=now, by=by)
    audit.record(
        "registration.offered_by_hand", subject=_subject(registration), by=by, now=now, reason=reason
    )


def _needs(registration: Registration, size: int) -> Needs:
    others = other_types(registration)
    return needs(registration.event, (), size=size, ticket_type=_type_of(registration), others=others)


def _type_of(registration: Registration) -> OfferedType | None:
    return find_type(registration.event_id, registration.ticket_type_id)


def hold_entry(registration: Registration) -> WaitingEntry | None:
    """Its place in the line, if it has one; nobody else ends or offers it until the transaction ends."""
    ours = (
        WaitingEntry.registration_id == registration.id,
        WaitingEntry.state.in_((WaitingState.WAITING, WaitingState.OFFERED)),
    )
    query = select(WaitingEntry).where(*ours).with_for_update(of=WaitingEntry)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def end_in_line(registration: Registration, new: WaitingState, *, now: datetime) -> None:
    """Whatever stood in line for this registration stands there no more."""
    for old in (WaitingState.WAITING, WaitingState.OFFERED):
        _end(registration, old, new, ended_at=now)


def _end(registration: Registration, old: WaitingState, new: WaitingState, **values: object) -> None:
    ours = (WaitingEntry.registration_id == registration.id, WaitingEntry.state == old)
    rows_changed(update(WaitingEntry).where(*ours).values(state=new, **values))


def sweep_event(event: Event, *, now: datetime) -> None:
    """End what was not confirmed or accepted in time, and offer everything that is free."""
    give_on(event, expire_overdue(now=now, event_id=event.id), now=now)


def expire_holds(*, now: datetime) -> int:
    """The sweep of all events in one transaction. How many events there were."""
    events = list_events_to_sweep(now=now)
    for event_id in events:
        sweep_event(get_event_by_id(event_id), now=now)
    return len(events)


def list_events_to_sweep(*, now: datetime) -> Sequence[int]:
    """Ids of events where something is overdue, or free while somebody who fits stands in line."""
    overdue = select(Registration.event_id).where(
        Registration.state.in_(HELD_FOR_A_TIME), Registration.held_until <= now
    )
    free: ColumnElement[bool] = or_(
        Event.pool_id.is_(None),
        Event.has_types,
        CapacityPool.taken + WaitingEntry.size <= CapacityPool.capacity,
    )
    waiting = (
        select(WaitingEntry.event_id)
        .join(Event, Event.id == WaitingEntry.event_id)
        .outerjoin(CapacityPool, CapacityPool.id == Event.pool_id)
        .where(WaitingEntry.state == WaitingState.WAITING, Event.ends_at > now, free)
    )
    lines = overdue.union(waiting, *events_to_sweep(now=now))
    return db.session.scalars(lines.order_by("event_id")).all()


@dataclass(frozen=True)
class Standing:
    """Where a registration stands: `position` 1 is the next of `length`; `left` places are free, it needs `size`."""

    position: int
    length: int
    size: int
    left: int


def standing_of(registration: Registration) -> Standing:
    """In one statement; position 0 when it does not stand in line."""
    mine = select(WaitingEntry.id, WaitingEntry.size).where(
        WaitingEntry.registration_id == registration.id, WaitingEntry.state == WaitingState.WAITING
    )
    me = mine.subquery()
    everybody = (WaitingEntry.event_id == registration.event_id, WaitingEntry.state == WaitingState.WAITING)
    left = select(CapacityPool.capacity - CapacityPool.taken).where(
        CapacityPool.id == registration.event.pool_id
    )
    row = db.session.execute(
        select(
            func.count().filter(WaitingEntry.id <= select(me.c.id).scalar_subquery()),
            func.count(),
            select(me.c.size).scalar_subquery(),
            left.scalar_subquery(),
        ).where(*everybody)
    ).one()
    room = room_for(registration.event, _type_of(registration)) if registration.ticket_type_id else row[3]
    return Standing(position=row[0], length=row[1], size=row[2] or 1, left=room or 0)


def _subject(registration: Registration) -> tuple[str, str]:
    return ("registration", registration.public_id)
