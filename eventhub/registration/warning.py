"""The last letter about an offered place, in the event or in a session: once, when a quarter of the time to answer is
left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from eventhub.db import db, rows_changed
from eventhub.registration.letters import offer_path
from eventhub.registration.models import Registration, WaitingEntry
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState, WaitingState, warn_of_offer_at
from eventhub.registration.session_lines.letters import post_session_offer_expiring
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.waiting import lock_pools
from eventhub.registration.waiting_letters import post_offer_expiring

_NOT_WARNED = (WaitingEntry.state == WaitingState.OFFERED, WaitingEntry.warned_at.is_(None))


def list_to_warn(*, now: datetime) -> Sequence[str]:
    """Registrations, by public id, whose offered place is about to go and who have not heard of it."""
    query = (
        select(Registration.public_id, Registration.held_until, WaitingEntry.offered_at)
        .join(WaitingEntry, WaitingEntry.registration_id == Registration.id)
        .where(Registration.state == RegistrationState.OFFERED, Registration.held_until > now, *_NOT_WARNED)
    )
    rows = db.session.execute(query.order_by(Registration.id))
    return [row.public_id for row in rows if warn_of_offer_at(row.offered_at, row.held_until) <= now]


def warn(public_id: str, *, now: datetime) -> bool:
    """Post the letter, unless somebody did or the offer was answered meanwhile. Whether it was posted."""
    registration = get_registration(public_id)
    entry = update(WaitingEntry).where(WaitingEntry.registration_id == registration.id, *_NOT_WARNED)
    until = registration.held_until
    if until is None or until <= now or rows_changed(entry.values(warned_at=now)) != 1:
        return False
    path = offer_path(registration)
    links = {"accept_link": path, "decline_link": f"{path}?answer=no"}
    post_offer_expiring(registration, registration.event, **links, until=until, now=now)
    return True


def list_seats_to_warn(*, now: datetime) -> Sequence[int]:
    """Wishes, by id, whose place in a session is about to go and whose people have not heard of it."""
    query = select(SessionWish.id, SessionWish.offered_at, SessionWish.offered_until).where(
        SessionWish.state == WishState.OFFERED,
        SessionWish.offered_until > now,
        SessionWish.warned_at.is_(None),
    )
    rows = db.session.execute(query.order_by(SessionWish.id))
    return [row.id for row in rows if warn_of_offer_at(row.offered_at, row.offered_until) <= now]


def warn_of_seat(wish_id: int, *, now: datetime) -> bool:
    """As warn, of a place in a session."""
    wish = db.session.get_one(SessionWish, wish_id)
    event = wish.session.event
    lock_pools(event)
    db.session.refresh(wish)
    is_open = wish.state is WishState.OFFERED and wish.warned_at is None
    if not is_open or wish.offered_until is None or wish.offered_until <= now:
        return False
    wish.warned_at = now
    db.session.flush()
    post_session_offer_expiring(wish, event, now=now)
    return True
