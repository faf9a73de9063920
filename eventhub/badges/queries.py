"""Reads about badges: whose are to be printed, what was printed when and by whom, and what stands on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from eventhub.accounts.models import User
from eventhub.badges.models import BadgePlan, BadgePrint, BadgePrinting
from eventhub.badges.rules import BadgeWish, Layout, Order, Printed
from eventhub.checkin.devices.models import Device
from eventhub.checkin.showing import OWN_TYPE
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.people.filtering import conditions_of
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Fare
from eventhub.registration.types.models import TicketType
from eventhub.tickets.models import Ticket, TicketState

MOST_SHOWN = 20
HolderRow = Row[*tuple[Any, ...]]
_ORDERS: dict[Order, tuple[InstrumentedAttribute[Any], ...]] = {
    Order.NAME: (Attendee.search_key, Attendee.id),
    Order.ORGANISATION: (Registration.organisation, Attendee.search_key, Attendee.id),
}
_was_printed: ColumnElement[bool] = (
    exists().where(BadgePrint.ticket_id == Attendee.ticket_id).correlate(Attendee)
)
_HOLDER = (
    Attendee.full_name,
    Registration.organisation,
    Registration.country,
    Registration.language,
    Ticket,
    TicketType.name.label("ticket_type"),
    TicketType.badge_colour,
)

_PRINTER = func.coalesce(User.full_name, Device.name).label("full_name")


@dataclass(frozen=True, kw_only=True)
class PrintedBefore:
    """How often a ticket's badge was printed, and the last time."""

    times: int
    last_at: datetime
    last_by: str


def count_badges(wish: BadgeWish) -> int:
    """How many badges the wish is for."""
    return db.session.scalar(select(func.count()).select_from(_tickets(wish).subquery())) or 0


def list_tickets(wish: BadgeWish, *, most: int) -> list[int]:
    """The ids of the first tickets, in order."""
    return list(db.session.scalars(_tickets(wish).order_by(*_ORDERS[wish.order]).limit(most)))


def _tickets(wish: BadgeWish) -> Select[int]:
    people = replace(wish.people, ticket_type="")
    query = (
        select(Ticket.id)
        .select_from(Attendee)
        .join(Attendee.registration)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .where(Ticket.state == TicketState.VALID, *conditions_of(people), *_printed(wish.printed))
    )
    if wish.registrations:
        query = query.where(Registration.public_id.in_(wish.registrations))
    if wish.ticket_type:
        query = query.outerjoin(Fare, Fare.attendee_id == Attendee.id)
        query = query.join(TicketType, TicketType.id == OWN_TYPE)
        query = query.where(TicketType.public_id == wish.ticket_type)
    return query


def _printed(printed: Printed) -> list[ColumnElement[bool]]:
    if printed is Printed.ANY:
        return []
    return [_was_printed if printed is Printed.BEFORE else ~_was_printed]


def list_holders(tickets: Sequence[int]) -> list[HolderRow]:
    """Who holds these tickets, in the order of the ids: full_name, organisation, country, language, Ticket,
    ticket_type (its name or None) and badge_colour. One statement; void tickets are left out."""
    query = (
        select(*_HOLDER)
        .select_from(Attendee)
        .join(Attendee.registration)
        .join(Ticket, Ticket.id == Attendee.ticket_id)
        .outerjoin(Fare, Fare.attendee_id == Attendee.id)
        .outerjoin(TicketType, TicketType.id == OWN_TYPE)
        .where(Ticket.id.in_(tickets), Ticket.state == TicketState.VALID)
    )
    found = {row.Ticket.id: row for row in db.session.execute(query)}
    return [found[ticket] for ticket in tickets if ticket in found]


def list_printed(printing: BadgePrinting) -> list[int]:
    """The ids of its tickets, in order."""
    query = select(BadgePrint.ticket_id).where(BadgePrint.printing_id == printing.id)
    return list(db.session.scalars(query.order_by(BadgePrint.position)))


def get_printing(event_id: int, public_id: str) -> BadgePrinting:
    """Raises NotFound, for a printing of another event too."""
    query = select(BadgePrinting).where(BadgePrinting.event_id == event_id)
    printing = db.session.scalars(query.where(BadgePrinting.public_id == public_id)).one_or_none()
    if printing is None:
        raise NotFound()
    return printing


def list_printings(event_id: int) -> Sequence[HolderRow]:
    """The last ones first: public_id, layout, reason, printed_at, full_name (of who printed) and badges, a number."""
    columns = (
        BadgePrinting.public_id,
        BadgePrinting.layout,
        BadgePrinting.reason,
        BadgePrinting.printed_at,
        _PRINTER,
    )
    badges = select(func.count()).where(BadgePrint.printing_id == BadgePrinting.id).scalar_subquery()
    query = (
        select(*columns, badges.label("badges"))
        .outerjoin(User, User.id == BadgePrinting.printed_by_id)
        .outerjoin(Device, Device.id == BadgePrinting.device_id)
        .where(BadgePrinting.event_id == event_id)
        .order_by(BadgePrinting.printed_at.desc(), BadgePrinting.id.desc())
        .limit(MOST_SHOWN)
    )
    return db.session.execute(query).all()


def prints_of(tickets: Collection[int]) -> dict[int, PrintedBefore]:
    """What was printed of these tickets; one statement, and none for no ticket."""
    if not tickets:
        return {}
    query = (
        select(BadgePrint.ticket_id, BadgePrint.copy, BadgePrinting.printed_at, _PRINTER)
        .join(BadgePrinting, BadgePrinting.id == BadgePrint.printing_id)
        .outerjoin(User, User.id == BadgePrinting.printed_by_id)
        .outerjoin(Device, Device.id == BadgePrinting.device_id)
        .where(BadgePrint.ticket_id.in_(tickets))
        .order_by(BadgePrint.ticket_id, BadgePrint.copy)
    )
    return {
        row.ticket_id: PrintedBefore(times=row.copy, last_at=row.printed_at, last_by=row.full_name)
        for row in db.session.execute(query)
    }


def find_arrival_layout(event_id: int) -> Layout | None:
    """On which paper the crew prints a badge on arrival; None where it prints none."""
    query = select(BadgePlan.layout).where(BadgePlan.event_id == event_id, BadgePlan.on_arrival)
    return db.session.scalar(query)


def find_plan(event_id: int) -> BadgePlan | None:
    return db.session.get(BadgePlan, event_id)
