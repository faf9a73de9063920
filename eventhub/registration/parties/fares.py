"""Which ticket each of a party has, and what they owe for them together.

A family chooses for each child, by its age on the first day of the event; a school group has one ticket for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, select

from eventhub.core.errors import Refusal
from eventhub.core.text import Localised
from eventhub.db import connection, db
from eventhub.events.models import Event
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.rules import (
    AgesNotTold,
    ApprovedTogether,
    PaidDifferently,
    PartyKind,
    TicketNotForAge,
    TicketNotForGroup,
    beside,
)
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import (
    BirthMissing,
    OfferedType,
    TypeNotOffered,
    TypeWish,
    WrongAge,
    age_on,
    check_age,
    check_may_take,
    check_size,
    choose_type,
    is_shown,
)
from eventhub.registration.types.taking import first_day

Tickets = tuple[OfferedType, ...]
AT_ONCE = 1000  # a database takes only so many parameters


def take_types(
    types: Sequence[OfferedType],
    wish: TypeWish,
    party: PartyPlan,
    *,
    event: Event,
    email: str,
    now: datetime,
) -> Tickets:
    """The type of each, the adult first; empty where the event has none.

    Raises as choose_type, beside the child whom it is about, and PaidDifferently.
    """
    if not types:
        return ()
    if party.kind is PartyKind.SCHOOL_GROUP:
        return _for_group(types, wish, party, event=event, email=email, now=now)
    shown = {one.public_id: one for one in types if is_shown(one, code=wish.code)}
    wanted = wish.public_id or (next(iter(shown)) if len(shown) == 1 else "")
    counts = Counter([wanted, *(one.ticket_type or wanted for one in party.people)])
    day = first_day(event)
    adult = choose_type(types, wish, email=email, size=counts[wanted], first_day=day, now=now)
    assert adult is not None  # there are types
    asked = _Asked(adult=adult, shown=shown, wish=wish, counts=counts, email=email, day=day, now=now)
    tickets = (adult, *(_for_child(child, at, asked) for at, child in enumerate(party.people)))
    check_paid_alike(tickets)
    return tickets


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a family asks for, beside the child that is looked at; `counts` are people by the type that they name."""

    adult: OfferedType
    shown: Mapping[str, OfferedType]
    wish: TypeWish
    counts: Mapping[str, int]
    email: str
    day: date
    now: datetime


def _for_child(child: PersonPlan, at: int, asked: _Asked) -> OfferedType:
    one = asked.shown.get(child.ticket_type or asked.adult.public_id)
    if one is None:
        raise beside(TypeNotOffered(), at, "ticket_type")
    wish = replace(asked.wish, born_on=child.born_on)
    size = asked.counts.get(one.public_id, 1)
    try:
        check_may_take(one, wish, email=asked.email, size=size, first_day=asked.day, now=asked.now)
        check_approved_together(one, asked.adult)
    except Refusal as refusal:
        raise _of_child(refusal, at, child, one, asked.day) from None
    return one


def check_approved_together(one: OfferedType, adult: OfferedType) -> None:
    """Raises ApprovedTogether: a registration is approved as a whole."""
    if one.content.needs_approval and not adult.content.needs_approval:
        raise ApprovedTogether()


def _of_child(refusal: Refusal, at: int, child: PersonPlan, one: OfferedType, day: date) -> Refusal:
    """In words about the child, beside its field."""
    if isinstance(refusal, WrongAge) and child.born_on is not None:
        age = age_on(day, child.born_on)
        refusal = TicketNotForAge(title=one.content.name, name=child.full_name, age=age)
    return beside(refusal, at, "born_on" if isinstance(refusal, BirthMissing) else "ticket_type")


def _for_group(
    types: Sequence[OfferedType],
    wish: TypeWish,
    party: PartyPlan,
    *,
    event: Event,
    email: str,
    now: datetime,
) -> Tickets:
    """Ages are those that the leader told; the leader's own counts for nothing."""
    size = len(party.people) + 1
    any_age = [replace(one, content=replace(one.content, youngest=None, oldest=None)) for one in types]
    found = choose_type(any_age, wish, email=email, size=size, first_day=first_day(event), now=now)
    one = find_in(types, found.id if found else None)
    assert one is not None  # it was among them
    _check_group_ages(one, party)
    return (one,) * size


def _check_group_ages(one: OfferedType, party: PartyPlan) -> None:
    content = one.content
    if not content.has_ages:
        return
    if party.youngest is None or party.oldest is None:
        raise AgesNotTold()
    is_too_old = content.oldest is not None and party.oldest > content.oldest
    if is_too_old or party.youngest < (content.youngest or 0):
        raise TicketNotForGroup()


def check_paid_alike(tickets: Sequence[OfferedType]) -> None:
    """Raises PaidDifferently: a registration owes one sum, in one currency and to be paid in one way."""
    ways = {(one.content.currency, one.content.paying) for one in tickets if one.content.price}
    if len(ways) > 1:
        raise PaidDifferently()


def without_first(tickets: Tickets) -> Tickets:
    """The types of those who have another one than the first of them."""
    return tuple(one for one in tickets if one.id != tickets[0].id)


def store_fares(people: Sequence[Attendee], tickets: Sequence[OfferedType]) -> None:
    """At the price of now, which was shown."""
    rows = [
        {"attendee_id": person.id, "ticket_type_id": one.id, "price": one.content.price}
        for person, one in zip(people, tickets, strict=True)
    ]
    if rows:
        connection().execute(insert(Fare), rows)


def fares_of(registration: Registration) -> dict[int, Fare]:
    """By the ids of their people; empty for who comes alone, for which no statement is asked."""
    if len(registration.attendees) < 2 or not registration.event.has_types:
        return {}
    ids = [one.id for one in registration.attendees]
    rows = db.session.scalars(select(Fare).where(Fare.attendee_id.in_(ids)).order_by(Fare.attendee_id))
    return {one.attendee_id: one for one in rows}


def named_fares(registration: Registration) -> dict[int, Localised]:
    """The names of their tickets, by the ids of the people of a family; empty for others."""
    fares = fares_of(registration)
    types = types_of(registration.event) if fares else ()
    found = ((number, find_in(types, fare.ticket_type_id)) for number, fare in fares.items())
    return {number: one.content.name for number, one in found if one is not None}


def type_of(attendee: Attendee) -> OfferedType | None:
    """The type of one person: of who has no fare that of the registration."""
    registration = attendee.registration
    if not registration.event.has_types:
        return None
    fare = db.session.get(Fare, attendee.id)
    return find_in(types_of(registration.event), fare.ticket_type_id if fare else registration.ticket_type_id)


def other_types(registration: Registration) -> Tickets:
    """The types of those of the party who have another one than the registration."""
    other = [
        fare.ticket_type_id
        for fare in fares_of(registration).values()
        if fare.ticket_type_id != registration.ticket_type_id
    ]
    if not other:
        return ()
    types = types_of(registration.event)
    return tuple(one for each in other if (one := find_in(types, each)) is not None)


def list_other_types(
    registration_ids: Sequence[int], types: Mapping[int, Sequence[OfferedType]]
) -> dict[int, Tickets]:
    """As other_types, of many in one statement for a thousand, by the registration's id; who has none is left out.
    `types` are those of their events, by the event's id."""
    found: dict[int, Tickets] = {}
    for first in range(0, len(registration_ids), AT_ONCE):
        some = registration_ids[first : first + AT_ONCE]
        for row in db.session.execute(_OTHERS.where(Registration.id.in_(some))):
            one = find_in(types[row.event_id], row.ticket_type_id)
            if one is not None:
                found[row.id] = (*found.get(row.id, ()), one)
    return found


_OTHERS = (
    select(Registration.id, Registration.event_id, Fare.ticket_type_id)
    .join(Attendee, Attendee.registration_id == Registration.id)
    .join(Fare, Fare.attendee_id == Attendee.id)
    .where(Fare.ticket_type_id.is_distinct_from(Registration.ticket_type_id))
    .order_by(Attendee.id)
)


def renew_fares(
    registration: Registration, people: Sequence[Attendee], plan: PartyPlan, *, now: datetime
) -> Tickets | None:
    """Whoever is there keeps the ticket and its price; who is new has the chosen one, else that of the adult.

    The types of all, the adult first; None where nobody had a fare. Raises as take_types.
    """
    kept = fares_of(registration)
    if not kept:
        return None
    types = types_of(registration.event)
    adult = find_in(types, registration.ticket_type_id)
    assert adult is not None  # its fare says so
    tickets = [adult]
    for at, (person, child) in enumerate(zip(people[1:], plan.people, strict=True)):
        fare = kept.get(person.id)
        if fare is not None:
            _check_fits_still(find_in(types, fare.ticket_type_id), child, at, registration)
        one = (
            find_in(types, fare.ticket_type_id)
            if fare
            else _for_new(types, adult, child, at, registration, now)
        )
        tickets.append(one or adult)
        if fare is None:
            price = kept[people[0].id].price if one is adult else tickets[-1].content.price
            db.session.add(Fare(attendee_id=person.id, ticket_type_id=tickets[-1].id, price=price))
    db.session.flush()
    for each, size in Counter(one.id for one in tickets).items():
        check_size(find_in(types, each), size)
    check_paid_alike(tickets)
    return tuple(tickets)


def _check_fits_still(
    one: OfferedType | None, child: PersonPlan, at: int, registration: Registration
) -> None:
    """Another date of birth than was told may need another ticket."""
    if one is None or child.born_on is None:
        return
    day = first_day(registration.event)
    try:
        check_age(one.content, child.born_on, day)
    except Refusal as refusal:
        raise _of_child(refusal, at, child, one, day) from None


def _for_new(
    types: Sequence[OfferedType],
    adult: OfferedType,
    child: PersonPlan,
    at: int,
    registration: Registration,
    now: datetime,
) -> OfferedType:
    event = registration.event
    day = first_day(event)
    one = next((one for one in types if one.public_id == child.ticket_type), None)
    if child.ticket_type and one is None:
        raise beside(TypeNotOffered(), at, "ticket_type")
    try:
        if one is None or one is adult:
            check_age(adult.content, child.born_on, day)
            return adult
        wish = TypeWish(born_on=child.born_on)
        check_may_take(one, wish, email=registration.email, size=one.content.least, first_day=day, now=now)
        check_approved_together(one, adult)
    except Refusal as refusal:
        raise _of_child(refusal, at, child, one or adult, day) from None
    return one


def owed_together(registration: Registration) -> int:
    """The sum of their prices as they were shown."""
    return sum(fare.price for fare in fares_of(registration).values())
