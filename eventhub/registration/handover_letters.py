"""What registration says by mail about a place that goes to a colleague: to who gives it, and to who gets it."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.events.models import Event
from eventhub.registration.letters import by_when, post_letter
from eventhub.registration.models import Registration
from eventhub.registration.queries import Linked, link_subject

TAKE_OVER = "registration.take-over"


def take_over_path(registration: Linked) -> str:
    """Where a colleague agrees and takes the place."""
    secret = token_for(TAKE_OVER, link_subject(registration))
    return f"/registrations/{registration.public_id}/take-over/{secret}"


def post_handed_over(registration: Registration, event: Event, *, colleague: str, now: datetime) -> None:
    """Your place is your colleague's now, and your ticket admits nobody."""
    post_letter("place_handed_over", registration, event, now=now, colleague=colleague)


def post_take_over(registration: Registration, event: Event, *, until: datetime, now: datetime) -> None:
    """A colleague gives you a place: it is held until then."""
    link = absolute(take_over_path(registration))
    said = by_when(until, event, registration.language)
    post_letter("place_taken_over", registration, event, now=now, link=link, until=said)
