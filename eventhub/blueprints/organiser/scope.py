"""Which events a visitor runs: the one place where organisers' pages load an event."""

from __future__ import annotations

from flask_login import current_user

from eventhub.accounts.rules import RUNS_AN_EVENT, RUNS_EVERY_EVENT, Role
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.events.desk import get_desk_event
from eventhub.events.models import Event


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


def own_event_ids() -> frozenset[int] | None:
    """The events that the visitor runs; None for all of them."""
    if current_user.may(RUNS_EVERY_EVENT):
        return None
    grants = [row.as_grant() for row in current_user.user.grants]
    now = clock.now()
    return frozenset(
        grant.scope_id
        for grant in grants
        if grant.role is Role.EVENT_ORGANISER and grant.scope_id is not None and grant.holds_at(now)
    )
