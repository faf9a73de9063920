"""The organiser's answer to a request: a place, the waiting list, or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, savepoint
from eventhub.events.models import Event
from eventhub.events.rules import EventFull
from eventhub.events.stamps import names_changed
from eventhub.registration.approval_letters import post_approved, post_rejected
from eventhub.registration.choosing import taken_sessions
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.delegations.letters import post_member
from eventhub.registration.delegations.queries import find_unanswered
from eventhub.registration.forms.claims import drop_claims
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.shapes import Form
from eventhub.registration.forms.taking import pools_again
from eventhub.registration.holding import hold
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration, SessionChoice
from eventhub.registration.moving import move
from eventhub.registration.needs import needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.rules import NotRequested, RegistrationState, RequestsWait, check_can_change
from eventhub.registration.types.queries import find_type
from eventhub.registration.types.room import make_room
from eventhub.registration.waiting import give_on, join_line, lock_pools

MOST_AT_ONCE = 200


def list_requests(event_id: int, *, limit: int) -> Sequence[Registration]:
    """Who waits for an answer, the first come first, with people and chosen sessions."""
    query = select(Registration).where(
        Registration.event_id == event_id, Registration.state == RegistrationState.REQUESTED
    )
    whole = query.options(
        selectinload(Registration.attendees),
        selectinload(Registration.choices).joinedload(SessionChoice.session),
    )
    return db.session.scalars(whole.order_by(Registration.id).limit(limit)).all()


def list_chosen_requests(event_id: int, public_ids: Sequence[str]) -> list[Registration]:
    """Those of the event who still wait for an answer, the first come first."""
    return [one for one in list_requests(event_id, limit=MOST_AT_ONCE) if one.public_id in public_ids]


def check_may_stop(event: Event) -> None:
    """Raises RequestsWait while somebody waits for an answer: without approval nobody would give one."""
    waiting = (Registration.event_id == event.id, Registration.state == RegistrationState.REQUESTED)
    count = db.session.scalar(select(func.count()).select_from(Registration).where(*waiting)) or 0
    if count:
        raise RequestsWait(count=count)


def _letter_to(registration: Registration) -> Callable[..., None]:
    """Whom a coordinator registered agrees before the ticket comes."""
    member = find_unanswered(registration)
    return post_approved if member is None else partial(post_member, delegation=member.delegation)


def approve(registration: Registration, *, by: str, now: datetime) -> None:
    """Take the places and hand out the ticket; where the event is full, a place in the line instead.

    Raises NotRequested, TooLateToChange, EventFull where there is no line, and SessionFull.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    form = hold_form(registration.event_id)
    lock(registration)
    _check_is_requested(registration)
    if not _is_held(registration, form):
        drop_claims(registration, form)
        join_line(registration, old=RegistrationState.REQUESTED, by=by, now=now)
        return
    move(registration, RegistrationState.REQUESTED, state=RegistrationState.CONFIRMED, confirmed_at=now)
    hand_out_tickets(registration, letter=_letter_to(registration), now=now)
    note("registration.approved", registration, by=by, now=now)
    names_changed(registration.event, now=now)


def approve_beyond(registration: Registration, *, reason: str, by: str, now: datetime) -> None:
    """As approve, for a reason that is kept; each pool that has too little left grows by exactly what is short.

    Raises ReasonMissing, NotRequested, TooLateToChange.
    """
    if not reason:
        raise ReasonMissing()
    form = hold_form(registration.event_id)
    lock(registration)
    _check_is_requested(registration)
    event, sessions = registration.event, taken_sessions(registration)
    lock_pools(event)
    needed = needs(
        event,
        sessions,
        size=registration.size,
        options=pools_again(registration.id, form),
        ticket_type=find_type(event.id, registration.ticket_type_id),
        others=other_types(registration),
    )
    grown = make_room(needed)
    note("registration.let_in", registration, by=by, now=now, reason=reason, pools=grown)
    approve(registration, by=by, now=now)


def _is_held(registration: Registration, form: Form) -> bool:
    try:
        with savepoint():
            again = pools_again(registration.id, form)
            hold(registration, taken_sessions(registration), leaving=[registration.id], pools=again)
    except EventFull:
        if not registration.event.has_waiting_list:
            raise
        return False
    return True


def reject(registration: Registration, *, reason: str, by: str, now: datetime) -> None:
    """Say no, and why: the person reads it. Raises NotRequested, ReasonMissing."""
    if not reason:
        raise ReasonMissing()
    lock(registration)
    _check_is_requested(registration)
    move(registration, RegistrationState.REQUESTED, state=RegistrationState.REJECTED, ended_at=now)
    give_on(registration.event, [registration.id], now=now)
    post_rejected(registration, registration.event, reason=reason, now=now)
    note("registration.rejected", registration, by=by, now=now, reason=reason)


def _check_is_requested(registration: Registration) -> None:
    if registration.state is not RegistrationState.REQUESTED:
        raise NotRequested()
