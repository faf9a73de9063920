"""What registration says by mail to who waits: your place in line, a place for you, and that it is about to go."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.links import absolute
from eventhub.events.models import Event
from eventhub.registration.letters import by_when, post_letter
from eventhub.registration.models import Registration


def post_waiting(
    registration: Registration, event: Event, *, position: int, link: str, now: datetime
) -> None:
    """On the waiting list, at this place from 1; `link` is the path on which one leaves it."""
    post_letter("waiting", registration, event, now=now, position=position, link=absolute(link))


def post_offer(
    registration: Registration,
    event: Event,
    *,
    accept_link: str,
    decline_link: str,
    until: datetime,
    now: datetime,
) -> None:
    """A place is held until then; both links are paths of ours."""
    _post_offer("offer", registration, event, accept_link, decline_link, until=until, now=now)


def post_offer_expiring(
    registration: Registration,
    event: Event,
    *,
    accept_link: str,
    decline_link: str,
    until: datetime,
    now: datetime,
) -> None:
    """As post_offer, shortly before the place goes to the next person."""
    _post_offer("offer_expiring", registration, event, accept_link, decline_link, until=until, now=now)


def _post_offer(
    letter: str,
    registration: Registration,
    event: Event,
    accept_link: str,
    decline_link: str,
    *,
    until: datetime,
    now: datetime,
) -> None:
    post_letter(
        letter,
        registration,
        event,
        now=now,
        accept_link=absolute(accept_link),
        decline_link=absolute(decline_link),
        until=by_when(until, event, registration.language),
    )
