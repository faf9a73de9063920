"""Which events a visitor runs: the one place where organisers' pages load an event."""

from __future__ import annotations

from flask_login import current_user

from eventhub.accounts.rules import RUNS_AN_EVENT, RUNS_EVERY_EVENT, Role
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.events.desk import get_desk_event, is_venue_shared
from eventhub.events.models import Event
from eventhub.events.rules import VenueShared


def me() -> str:
    """The visitor as the audit log names them."""
    return str(current_user.public_id)


def the_event(slug: str) -> Event:
    """The event with its programme. Raises NotFound for another organiser's as for what never was."""
    event = get_desk_event(slug)
    if not current_user.may(RUNS_AN_EVENT, event_id=event.id):
        raise NotFound()
    return event


def check_runs_the_office() -> None:
    """New events, also those made from old ones, are the office's. Raises NotFound."""
    if not current_user.may(RUNS_EVERY_EVENT):
        raise NotFound()


def check_may_change_venue(event: Event) -> None:
    """A venue that other events use too is the office's: its rooms stand in their programmes. Raises VenueShared."""
    if not current_user.may(RUNS_EVERY_EVENT) and is_venue_shared(event):
        raise VenueShared()


def own_event_ids() -> frozenset[int] | None:
    """The events that the visitor runs; None for all of them."""
    if current_user.may(RUNS_EVERY_EVENT):
        return None
    now = clock.now()
    return frozenset(
        grant.scope_id
        for grant in current_user.grants
        if grant.role is Role.EVENT_ORGANISER and grant.scope_id is not None and grant.holds_at(now)
    )
