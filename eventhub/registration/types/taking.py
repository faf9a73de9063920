"""A ticket type is taken with a registration, or changed for another; what it costs is written down as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from eventhub.core.errors import Refusal
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event
from eventhub.events.places import first_full
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import (
    Access,
    DoorHold,
    OfferedType,
    OnlyBetweenFree,
    PaidFor,
    PaymentState,
    TypeNotOffered,
    TypeWish,
    can_swap,
    choose_type,
    why_not_now,
)


def first_day(event: Event) -> date:
    """By the clocks of the event: ages are those of this day."""
    return event.starts_at.astimezone(ZoneInfo(event.timezone)).date()


def take_type(
    types: Sequence[OfferedType], wish: TypeWish, *, event: Event, email: str, size: int = 1, now: datetime
) -> OfferedType | None:
    """As choose_type. The date of birth is judged here and kept nowhere."""
    return choose_type(types, wish, email=email, size=size, first_day=first_day(event), now=now)


def open_to_any(types: Sequence[OfferedType], *, now: datetime) -> list[OfferedType]:
    """Those from which take_any_type may take: free ones that are offered now."""
    return [one for one in types if not one.content.price and not why_not_now(one, now=now)]


def take_any_type(
    types: Sequence[OfferedType], *, event: Event, email: str, size: int = 1, now: datetime
) -> OfferedType | None:
    """For those who are not asked: the first type that `email` may take, that costs nothing and has room, else the
    first of those that are full; None where the event has none.

    Raises what choose_type says of the last one when there is none for them.
    """
    why: Refusal = TypeNotOffered()
    fit: list[OfferedType] = []
    for one in types:
        try:
            wish = TypeWish(public_id=one.public_id)
            taken = take_type(types, wish, event=event, email=email, size=size, now=now)
        except Refusal as refusal:
            why = refusal
        else:
            fit += [taken] if taken is not None and not taken.content.price else []
    if types and not fit:
        raise why
    return _first_with_room(fit, size)


def take_type_at_the_door(types: Sequence[OfferedType], door: DoorHold | None) -> OfferedType | None:
    """Of those for everybody the first that has room, whatever it costs and whenever it was offered; None where the
    event has no types. What is kept for the `door` is room. Raises TypeNotOffered."""
    fit = [one for one in types if one.closed_at is None and one.content.access is Access.OPEN]
    if types and not fit:
        raise TypeNotOffered()
    is_kept = door is not None and first_full({door.pool: 1}) is None
    return _first_with_room(fit, 1, kept=door.above if door is not None and is_kept else ())


def _first_with_room(types: Sequence[OfferedType], size: int, kept: Sequence[int] = ()) -> OfferedType | None:
    """In the pools `kept` a place is kept already."""
    has_room = (one for one in types if first_full(dict.fromkeys({*one.chain} - {*kept}, size)) is None)
    return next(has_room, types[0] if types else None)


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


def renew_debt(registration_id: int, *, old: int, new: int) -> None:
    """So many people come now: they owe the price that was shown for each. Raises PaidFor once it is settled."""
    if old == new:
        return
    theirs = Payment.registration_id == registration_id
    due = update(Payment).where(theirs, Payment.state == PaymentState.DUE)
    is_renewed = rows_changed(due.values(amount=Payment.amount // old * new)) == 1
    if not is_renewed and db.session.scalar(select(Payment.state).where(theirs)) is not None:
        raise PaidFor()


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
