"""A ticket type is taken with a registration, or changed for another; what it costs is written down as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, insert, update

from eventhub.core.errors import Refusal
from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Event
from eventhub.events.places import first_full
from eventhub.registration.models import Registration
from eventhub.registration.types.models import Payment
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import (
    Access,
    DoorHold,
    GroupTypeMissing,
    InvoicedFor,
    OfferedType,
    OnlyBetweenFree,
    PaidFor,
    PaymentState,
    TypeNotForGroups,
    TypeNotForOneOfGroup,
    TypeNotOffered,
    TypeWish,
    can_swap,
    check_is_for,
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


def check_for_group(
    types: Sequence[OfferedType], wish: TypeWish, *, event: Event, email: str, now: datetime
) -> OfferedType | None:
    """The type that a coordinator chooses for people of whom no ages are known: what `email` may take, they may too.

    None where the event has none. Raises what take_type says, and TypeNotForGroups.
    """
    chosen = take_type(for_groups(types), wish, event=event, email=email, now=now)
    if types and chosen is None:
        raise TypeNotForGroups()
    return chosen


def for_groups(types: Sequence[OfferedType]) -> list[OfferedType]:
    """Those that each of a group can have by a registration of their own, whatever their age."""
    return [one for one in types if not one.content.has_ages and one.content.least == 1]


def take_of_group(
    types: Sequence[OfferedType], type_id: int | None, *, event: Event, email: str, now: datetime
) -> OfferedType | None:
    """The type that was chosen for the group, as long as it is offered; the only one, where none was chosen.

    Raises GroupTypeMissing, TypeNotOffered and TypeNotYet, and as check_for_group.
    """
    chosen = find_in(types, type_id)
    if chosen is None and len(for_groups(types)) > 1:
        raise GroupTypeMissing()
    if chosen is None:
        return check_for_group(types, TypeWish(), event=event, email=email, now=now)
    refusal = why_not_now(chosen, now=now)
    if refusal is not None:
        raise refusal
    return chosen


def check_own_of_group(chosen: OfferedType, *, is_chosen: bool, email: str, now: datetime) -> None:
    """Whether one of a group can have this type instead of that for all. `is_chosen`: it is that for all, which an
    organiser may have given. Raises TypeNotForOneOfGroup, TypeNotOffered, TypeNotYet and TypeForOthers."""
    refusal = why_not_now(chosen, now=now)
    if refusal is not None:
        raise refusal
    if is_chosen:
        return
    if chosen not in for_groups([chosen]):
        raise TypeNotForOneOfGroup()
    check_is_for(chosen, email=email)


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


def owe(registration_id: int, tickets: Sequence[OfferedType], *, amount: int | None = None) -> None:
    """Write down what the types of these people cost now, or `amount`: whoever registered keeps this price."""
    priced = [one.content for one in tickets if one.content.price]
    total = sum(one.price for one in priced) if amount is None else amount
    if not priced or not total:
        return
    row = {
        "registration_id": registration_id,
        "state": PaymentState.DUE,
        "amount": total,
        "currency": priced[0].currency,
        "paying": priced[0].paying,
    }
    connection().execute(_OWE, row)


_OWE = insert(Payment)


def renew_debt(registration_id: int, *, old: int, new: int) -> None:
    """So many people come now: they owe the price that was shown for each. Raises PaidFor once it is settled, and
    InvoicedFor."""
    if old == new:
        return
    due = update(Payment).where(*_open(registration_id))
    is_renewed = rows_changed(due.values(amount=Payment.amount // old * new)) == 1
    if not is_renewed and (there := find_payment(registration_id)) is not None:
        raise _fixed(there)


def owe_now(registration_id: int, tickets: Sequence[OfferedType], *, amount: int) -> None:
    """They owe this sum together from now on. Raises PaidFor once it is settled, and InvoicedFor."""
    there = find_payment(registration_id)
    if there is None:
        owe(registration_id, tickets, amount=amount)
    elif there.amount != amount:
        ours = _open(registration_id)
        change = (
            update(Payment).where(*ours).values(amount=amount) if amount else delete(Payment).where(*ours)
        )
        if rows_changed(change) != 1:
            raise _fixed(there)


def _fixed(payment: Payment) -> Refusal:
    """Why this debt can't change any more."""
    return InvoicedFor() if payment.state is PaymentState.DUE else PaidFor()


def _open(registration_id: int) -> tuple[ColumnElement[bool], ...]:
    """What is owed and can change yet."""
    return (
        Payment.registration_id == registration_id,
        Payment.state == PaymentState.DUE,
        Payment.invoice_id.is_(None),
    )


def take_debt_over(old_id: int, new_id: int) -> None:
    """Whoever has the place of another owes what is left of that one's debt: what was paid stays paid."""
    connection().execute(delete(Payment).where(Payment.registration_id == new_id))
    moved = update(Payment).where(Payment.registration_id == old_id)
    connection().execute(moved.values(registration_id=new_id))
    db.session.expire_all()


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
