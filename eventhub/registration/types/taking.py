"""A ticket type is taken with a registration, or changed for another; what it costs is written down as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from eventhub.core.errors import Refusal
from eventhub.db import connection
from eventhub.events.models import Event
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import (
    OfferedType,
    OnlyBetweenFree,
    PaymentState,
    TypeNotOffered,
    TypeWish,
    can_swap,
    choose_type,
)


def first_day(event: Event) -> date:
    """By the clocks of the event: ages are those of this day."""
    return event.starts_at.astimezone(ZoneInfo(event.timezone)).date()


def take_type(
    types: Sequence[OfferedType], wish: TypeWish, *, event: Event, email: str, size: int = 1, now: datetime
) -> OfferedType | None:
    """As choose_type. The date of birth is judged here and kept nowhere."""
    return choose_type(types, wish, email=email, size=size, first_day=first_day(event), now=now)


def take_any_type(
    types: Sequence[OfferedType], *, event: Event, email: str, size: int = 1, now: datetime
) -> OfferedType | None:
    """For those whom somebody else registers: the first type that `email` may take; None where the event has none.

    Raises what choose_type says of the last one when there is none for them.
    """
    why: Refusal = TypeNotOffered()
    for one in types:
        try:
            wish = TypeWish(public_id=one.public_id)
            return take_type(types, wish, event=event, email=email, size=size, now=now)
        except Refusal as refusal:
            why = refusal
    if types:
        raise why
    return None


def owe(registration_id: int, ticket_type: OfferedType | None, *, size: int = 1) -> None:
    """Write down what the type costs now: whoever registered keeps this price."""
    if ticket_type is None or not ticket_type.content.price:
        return
    content = ticket_type.content
    row = {
        "registration_id": registration_id,
        "state": PaymentState.DUE,
        "amount": content.price * size,
        "currency": content.currency,
        "paying": content.paying,
    }
    connection().execute(_OWE, row)


_OWE = insert(Payment)


def change_type(
    registration: Registration, types: Sequence[OfferedType], wish: TypeWish, *, now: datetime
) -> bool:
    """Whether the registration has another type from here on; its places are then still to be swapped. Who came before
    there were types keeps none.

    Raises what take_type raises, and OnlyBetweenFree.
    """
    old = find_in(types, registration.ticket_type_id)
    if old is None or wish.public_id in ("", old.public_id):
        return False
    new = take_type(
        types,
        wish,
        event=registration.event,
        email=registration.email,
        size=len(registration.attendees),
        now=now,
    )
    if new is None:
        return False
    if not can_swap(old, new):
        raise OnlyBetweenFree()
    registration.ticket_type_id = new.id
    return True
