"""The organiser's answer to a request: a place, the waiting list, or no."""

from __future__ import annotations

from datetime import datetime

from eventhub.db import db
from eventhub.events.rules import EventFull
from eventhub.registration.approval_letters import post_rejected
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.holding import hold
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.moving import move
from eventhub.registration.rules import NotRequested, ReasonMissing, RegistrationState, check_can_change
from eventhub.registration.waiting import join_line


def approve(registration: Registration, *, by: str, now: datetime) -> None:
    """Take the places and hand out the ticket; where the event is full, a place in the line instead.

    Raises NotRequested, TooLateToChange, EventFull where there is no line, and SessionFull.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    lock(registration)
    _check_is_requested(registration)
    if not _is_held(registration):
        join_line(registration, old=RegistrationState.REQUESTED, by=by, now=now)
        return
    move(registration, RegistrationState.REQUESTED, state=RegistrationState.CONFIRMED, confirmed_at=now)
    hand_out_tickets(registration, now=now)
    note("registration.approved", registration, by=by, now=now)


def _is_held(registration: Registration) -> bool:
    try:
        with db.session.begin_nested():
            hold(registration, [choice.session for choice in registration.choices], leaving=())
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
    post_rejected(registration, registration.event, reason=reason, now=now)
    note("registration.rejected", registration, by=by, now=now, reason=reason)


def _check_is_requested(registration: Registration) -> None:
    if registration.state is not RegistrationState.REQUESTED:
        raise NotRequested()
