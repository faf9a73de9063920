"""What an organiser changes of an event for which people have registered: its places move with it.

The pools are locked first, and places that become free go to those who stand in line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from eventhub.events import commands, programme
from eventhub.events.models import Event, Session
from eventhub.events.plans import EventPlan, SessionPlan
from eventhub.events.rules import EventState
from eventhub.registration.approving import check_may_stop
from eventhub.registration.types.pools import check_nothing_is_held
from eventhub.registration.types.pricing import show_price
from eventhub.registration.types.sharing import count_in
from eventhub.registration.waiting import lock_pools, offer_places

DEEDS: dict[str, Callable[..., object]] = {
    "cancel": programme.cancel_session,
    "restore": programme.restore_session,
    "remove": programme.remove_session,
}


def revise_event(event: Event, *, plan: EventPlan, by: str, now: datetime) -> None:
    """As events.commands.revise_event; raises what check_may_stop and check_nothing_is_held say too."""
    if event.needs_approval and not plan.needs_approval:
        check_may_stop(event)
    if plan.capacity is None:
        check_nothing_is_held(event)
    lock_pools(event)
    commands.revise_event(event, plan=plan, by=by, now=now)
    show_price(event, now=now)  # of tickets, which are none of the plan's
    offer_places(event, now=now)


def add_session(event: Event, *, plan: SessionPlan, pool: str, by: str, now: datetime) -> Session:
    """A session that counts its places in the named pool with this public id, if one is given, with its own number of
    places inside that, if it has one. As count_in."""
    session = programme.add_session(event, plan=plan, by=by, now=now)
    _count(event, session, plan=plan, pool=pool, by=by, now=now)
    return session


def revise_session(
    event: Event, session: Session, *, plan: SessionPlan, pool: str, by: str, now: datetime
) -> None:
    """As add_session, of one that is there."""
    _count(event, session, plan=plan, pool=pool, by=by, now=now)
    lock_pools(event)
    programme.revise_session(session, plan=plan, by=by, now=now)
    offer_places(event, now=now)


def _count(event: Event, session: Session, *, plan: SessionPlan, pool: str, by: str, now: datetime) -> None:
    """A session that nobody may choose is in no shared places, unless somebody has chosen it before."""
    if plan.is_bookable:
        count_in(event, session, pool, places=plan.capacity, by=by, now=now)
    elif event.state is EventState.DRAFT:
        count_in(event, session, "", by=by, now=now)


def change_session(event: Event, session: Session, deed: str, *, by: str, now: datetime) -> None:
    """Cancel, restore or remove it."""
    lock_pools(event)
    DEEDS[deed](session, by=by, now=now)
    offer_places(event, now=now)
