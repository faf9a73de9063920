"""What organisers do with ticket types: they are added, revised, moved, closed and removed.

Every deed holds the event's form alone and gives it a new mark: nobody takes a type at another price than was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, literal, select

from eventhub import audit
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.ids import public_id
from eventhub.core.keys import digest
from eventhub.core.text import N_
from eventhub.db import db
from eventhub.events.commands import resize_pool, subject_of
from eventhub.events.models import CapacityPool, Event
from eventhub.events.places import open_pool
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.forms.marks import open_form, renew_mark
from eventhub.registration.models import Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.types.models import NamedPool, TicketType
from eventhub.registration.types.pricing import show_price
from eventhub.registration.types.rules import SHORTEST_CODE, Access, Paying, TypeContent, clean_code
from eventhub.registration.waiting import lock_pools, offer_places

MOST_TYPES = 30


class TypeNameMissing(Refusal):
    sentence = N_("Enter a name.")
    status = 422
    field = "name_en"


class TooManyTypes(Refusal):
    sentence = N_("An event has at most 30 ticket types.")
    field = "name_en"


class TypeTaken(Refusal):
    sentence = N_("Somebody has this ticket already, so it can be closed and not removed.")


class PlacesAreFixed(Refusal):
    sentence = N_("Somebody has this ticket already, so its places can't be counted elsewhere.")
    status = 422
    field = "places_from"


class CodeTooShort(Refusal):
    sentence = N_("Enter an invitation code of at least 8 characters.")
    status = 422
    field = "code"


class NobodyAllowed(Refusal):
    sentence = N_("Enter the addresses or domains of those who may take this ticket.")
    status = 422
    field = "allowed"


class PriceAndPaying(Refusal):
    sentence = N_("Enter a price for a ticket that is paid, and none for a free one.")
    status = 422
    field = "price"


class AgesInWrongOrder(Refusal):
    sentence = N_("The highest age can't be below the lowest.")
    status = 422
    field = "oldest"


class SizesInWrongOrder(Refusal):
    sentence = N_("The largest number of people can't be below the smallest.")
    status = 422
    field = "most"


class TypeWindowInWrongOrder(Refusal):
    sentence = N_("The end must come after the beginning.")
    status = 422
    field = "closes_at"


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Whence a type's places come: a number of its own, or the named pool with this public id, or just the event.

    `uses` limits how often an invitation code may be used.
    """

    places: int | None = None
    pool: str = ""
    uses: int | None = None


def add_type(
    event: Event, content: TypeContent, counting: Counting, *, code: str = "", by: str, now: datetime
) -> TicketType:
    """At the end of the list. Raises TypeNameMissing and its kin, TooManyTypes, and NotFound for another's pool."""
    check_type(content)
    open_form(event.id)
    position = len(list_types(event))
    if position >= MOST_TYPES:
        raise TooManyTypes()
    row = TicketType(public_id=public_id(), event_id=event.id, position=position, **_columns(content))
    row.code_hash = _hash_of(code, content, row)
    row.pool_id = _pool_for(event, counting)
    row.code_pool_id = _new_pool(counting.uses) if content.access is Access.CODE else None
    event.has_types = True
    db.session.add(row)
    db.session.flush()
    _changed(event, now=now)
    _record("added", event, row, by=by, now=now, name=content.name, price=content.price)
    return row


def revise_type(
    event: Event,
    name: str,
    content: TypeContent,
    counting: Counting,
    *,
    code: str = "",
    by: str,
    now: datetime,
) -> None:
    """As add_type; without a new `code` the old one stays. Who has the type keeps the price that was shown.

    Raises PlacesAreFixed and CapacityBelowTaken too.
    """
    check_type(content)
    open_form(event.id)
    lock_pools(event)
    row = get_type(event, name)
    row.code_hash = _hash_of(code, content, row)
    _count_places(event, row, counting)
    _count_uses(row, counting.uses if content.access is Access.CODE else None)
    for column, value in _columns(content).items():
        setattr(row, column, value)
    _changed(event, now=now)
    offer_places(event, now=now)  # more places are for those who stand in line
    _record("revised", event, row, by=by, now=now, name=content.name, price=content.price)


def move_type(event: Event, name: str, *, steps: int, by: str, now: datetime) -> None:
    """Up (-1) or down (1); beyond an end nothing happens."""
    open_form(event.id)
    row, order = get_type(event, name), list_types(event)
    new = min(max(order.index(row) + steps, 0), len(order) - 1)
    order.remove(row)
    order.insert(new, row)
    for position, one in enumerate(order):
        one.position = position
    _changed(event, now=now)
    _record("moved", event, row, by=by, now=now, steps=steps)


def close_type(event: Event, name: str, *, by: str, now: datetime) -> None:
    """Offer it to nobody any more; those who have it keep it."""
    _set_closed(event, name, now, "closed", by=by, now=now)


def open_type(event: Event, name: str, *, by: str, now: datetime) -> None:
    """Offer it again."""
    _set_closed(event, name, None, "opened", by=by, now=now)


def _set_closed(
    event: Event, name: str, closed_at: datetime | None, deed: str, *, by: str, now: datetime
) -> None:
    open_form(event.id)
    row = get_type(event, name)
    row.closed_at = closed_at
    _changed(event, now=now)
    _record(deed, event, row, by=by, now=now)


def remove_type(event: Event, name: str, *, by: str, now: datetime) -> None:
    """Raises TypeTaken once somebody had it, also somebody whose registration has ended."""
    open_form(event.id)
    row = get_type(event, name)
    if is_taken(row):
        raise TypeTaken()
    pools = [row.pool_id if not _is_named(row.pool_id) else None, row.code_pool_id]
    db.session.delete(row)
    db.session.flush()
    for pool in pools:
        _drop_pool(pool)
    _changed(event, now=now)
    _record("removed", event, row, by=by, now=now, name=row.name)


def _changed(event: Event, *, now: datetime) -> None:
    """What is offered is not what was shown."""
    renew_mark(event.id)
    show_price(event, now=now)


def check_type(content: TypeContent) -> None:
    """Raises the first thing that is wrong with it."""
    if not any(content.name.values()):
        raise TypeNameMissing()
    if bool(content.price) != (content.paying is not Paying.FREE):
        raise PriceAndPaying()
    if content.access in (Access.PARTNER, Access.STUDENT) and not content.allowed:
        raise NobodyAllowed()
    if content.opens_at and content.closes_at and content.closes_at <= content.opens_at:
        raise TypeWindowInWrongOrder()
    if content.most < content.least:
        raise SizesInWrongOrder()
    if content.oldest is not None and content.oldest < (content.youngest or 0):
        raise AgesInWrongOrder()


def list_types(event: Event) -> list[TicketType]:
    """In order, closed ones too."""
    query = select(TicketType).where(TicketType.event_id == event.id)
    return list(db.session.scalars(query.order_by(TicketType.position, TicketType.id)))


def get_type(event: Event, name: str) -> TicketType:
    """By its public id. Raises NotFound, for those of other events too."""
    query = select(TicketType).where(TicketType.event_id == event.id, TicketType.public_id == name)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound()
    return row


def is_taken(row: TicketType) -> bool:
    """Whether somebody has it, or may come with it."""
    holders = (Registration.ticket_type_id, Fare.ticket_type_id, Delegation.ticket_type_id)
    return any(db.session.scalar(select(literal(1)).where(one == row.id).limit(1)) for one in holders)


def _columns(content: TypeContent) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(content, name) for name in TypeContent.__dataclass_fields__}
    return {
        **values,
        "name": dict(content.name),
        "help": dict(content.help),
        "allowed": list(content.allowed),
    }


def _hash_of(code: str, content: TypeContent, row: TicketType) -> str | None:
    """Of the code only this is kept. Raises CodeTooShort, also where there is none yet."""
    if content.access is not Access.CODE:
        return None
    cleaned = clean_code(code)
    if not cleaned and row.code_hash:
        return row.code_hash
    if len(cleaned) < SHORTEST_CODE:
        raise CodeTooShort()
    return digest(cleaned)


def _pool_for(event: Event, counting: Counting) -> int | None:
    return get_named_pool(event, counting.pool).pool_id if counting.pool else _new_pool(counting.places)


def _new_pool(places: int | None) -> int | None:
    return None if places is None else open_pool(places)


def _count_places(event: Event, row: TicketType, counting: Counting) -> None:
    old = row.pool_id
    has_own = old is not None and not _is_named(old)
    if has_own and not counting.pool and counting.places is not None:
        resize_pool(db.session.get_one(CapacityPool, old), counting.places)
        return
    named = get_named_pool(event, counting.pool).pool_id if counting.pool else None
    if named == old and counting.places is None:
        return
    if is_taken(row):
        raise PlacesAreFixed()
    row.pool_id = named or _new_pool(counting.places)
    db.session.flush()
    _drop_pool(old if has_own else None)


def _count_uses(row: TicketType, uses: int | None) -> None:
    """A limit can be raised, lowered to what was used, and taken away from a code that nobody used yet."""
    if row.code_pool_id is not None and uses is not None:
        resize_pool(db.session.get_one(CapacityPool, row.code_pool_id), uses)
    elif (row.code_pool_id is None) != (uses is None):
        if is_taken(row):
            raise PlacesAreFixed()
        old, row.code_pool_id = row.code_pool_id, _new_pool(uses)
        db.session.flush()
        _drop_pool(old)


def _drop_pool(pool_id: int | None) -> None:
    if pool_id is not None:
        db.session.execute(delete(CapacityPool).where(CapacityPool.id == pool_id))


def _is_named(pool_id: int | None) -> bool:
    return pool_id is not None and db.session.get(NamedPool, pool_id) is not None


def get_named_pool(event: Event, name: str) -> NamedPool:
    """By its public id. Raises NotFound, for those of other events too."""
    query = select(NamedPool).where(NamedPool.event_id == event.id, NamedPool.public_id == name)
    pool = db.session.scalars(query).one_or_none()
    if pool is None:
        raise NotFound()
    return pool


def _record(deed: str, event: Event, row: TicketType, *, by: str, now: datetime, **detail: Any) -> None:
    facts = {"type": row.public_id, **detail}
    audit.record(f"ticket_type.{deed}", subject=subject_of(event), by=by, now=now, **facts)
