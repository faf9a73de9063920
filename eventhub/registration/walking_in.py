"""Somebody stands at the door without a registration: the crew writes three fields, and a place is theirs at once.

It is the same `register` as everybody's, so a walk-in takes the last place or none; whom the crew lets in, no organiser
has to approve.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventhub.core.tombstones import placeholder
from eventhub.events.models import Event
from eventhub.events.rules import EventCancelled, EventState, RegistrationClosed
from eventhub.events.stamps import names_changed
from eventhub.registration.asking import WALK_IN, Ask, Submission
from eventhub.registration.commands import register
from eventhub.registration.confirming import hand_out_tickets
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.moving import move
from eventhub.registration.queries import find_submission
from eventhub.registration.rules import RegistrationState


@dataclass(frozen=True, kw_only=True)
class WalkIn:
    """What the crew writes down. `key` is the form's own: sent twice it makes one; `said` tells how the consents
    were given, on paper or aloud."""

    key: str
    full_name: str
    email: str
    organisation: str
    language: str
    consents: tuple[int, ...]
    said: str
    address: str


def walk_in(asked: WalkIn, *, event: Event, by: str, now: datetime) -> Registration:
    """Register and confirm at once; a letter goes to who gave an address.

    Raises EventCancelled, RegistrationClosed when the event is over, EventFull, ConsentMissing, and AlreadyRegistered
    for an address that takes part.
    """
    there = find_submission(asked.key)
    if there is not None:
        return there
    _check_is_on(event, now=now)
    ask = Ask(
        full_name=asked.full_name,
        email=asked.email or placeholder(asked.key),
        organisation=asked.organisation,
        country="",
        language=asked.language,
    )
    how = Submission(key=asked.key, consents=asked.consents, address=asked.address, method=WALK_IN)
    registration = register(ask, how, slug=event.slug, now=now)
    confirmed = RegistrationState.CONFIRMED
    if not move(registration, RegistrationState.PENDING, state=confirmed, held_until=None, confirmed_at=now):
        return registration
    hand_out_tickets(registration, now=now)
    names_changed(event, now=now)
    note("registration.walked_in", registration, by=by, now=now, consents=asked.said)
    return registration


def _check_is_on(event: Event, *, now: datetime) -> None:
    """Whether people may still come; until when others may register by themselves is another question."""
    if event.state is EventState.CANCELLED:
        raise EventCancelled()
    if event.state is not EventState.PUBLISHED or now >= event.ends_at:
        raise RegistrationClosed()
