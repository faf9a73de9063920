"""Writes about badges: a printing of many, of one, and whether the crew prints on arrival.

What is stored is that a badge went to paper; the document itself is made when it is fetched (badges/sheets).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, insert, select

from eventhub import audit
from eventhub.badges.models import BadgePlan, BadgePrint, BadgePrinting
from eventhub.badges.queries import find_plan, list_tickets
from eventhub.badges.rules import MOST_BADGES, SINGLE, BadgeWish, Layout, NobodyToPrint, PrintAsk, PrintsOne
from eventhub.core.errors import Busy
from eventhub.core.ids import public_id
from eventhub.core.refusals import ReasonMissing
from eventhub.db import connection, db, refuses
from eventhub.events.commands import subject_of
from eventhub.events.models import Event
from eventhub.tickets.models import Ticket, TicketState

# Two who print the same badge at once: the later one is told to look again.
refuses("uq_badge_prints_ticket_id_copy", Busy)
refuses("uq_badge_printings_submission_key", Busy)


class Printer(Protocol):
    """Who prints: a person, or a paired phone, which has no `id` of a person."""

    @property
    def id(self) -> int | None: ...

    @property
    def public_id(self) -> str: ...


def print_many(event: Event, wish: BadgeWish, ask: PrintAsk, *, by: Printer, now: datetime) -> BadgePrinting:
    """Note down that the badges of these people are printed, at most five hundred. Raises NobodyToPrint."""
    again = _find_again(event.id, ask)
    if again is not None:
        return again
    tickets = list_tickets(wish, most=MOST_BADGES)
    if not tickets:
        raise NobodyToPrint()
    printing = _begin(event.id, ask, by=by, now=now)
    _store_prints(printing, tickets)
    audit.record(
        "badges.printed",
        subject=subject_of(event),
        by=by.public_id,
        now=now,
        badges=len(tickets),
        layout=ask.layout,
    )
    return printing


def print_one(
    ticket: Ticket, ask: PrintAsk, *, by: Printer, device_id: int | None = None, now: datetime
) -> BadgePrinting:
    """Note down that this badge is printed; once more takes a reason.

    Raises NobodyToPrint when the ticket is void, PrintsOne, and ReasonMissing.
    """
    again = _find_again(ticket.event_id, ask)
    if again is not None:
        return again
    if ask.layout not in SINGLE:
        raise PrintsOne()
    if ticket.state is not TicketState.VALID:
        raise NobodyToPrint()
    printing = _begin(ticket.event_id, ask, by=by, device_id=device_id, now=now)
    _store_prints(printing, [ticket.id])
    copy = db.session.scalar(select(BadgePrint.copy).where(BadgePrint.printing_id == printing.id)) or 1
    if copy > 1 and not ask.reason:
        raise ReasonMissing()
    facts = {"layout": ask.layout, "copy": copy, **({"reason": ask.reason} if ask.reason else {})}
    audit.record("badge.printed", subject=("ticket", ticket.number), by=by.public_id, now=now, **facts)
    return printing


def _find_again(event_id: int, ask: PrintAsk) -> BadgePrinting | None:
    """What the same form made before; a key of another event's form finds nothing and is refused by its constraint."""
    query = select(BadgePrinting).where(BadgePrinting.submission_key == ask.key)
    return db.session.scalars(query.where(BadgePrinting.event_id == event_id)).one_or_none()


def _begin(
    event_id: int, ask: PrintAsk, *, by: Printer, device_id: int | None = None, now: datetime
) -> BadgePrinting:
    printing = BadgePrinting(
        public_id=public_id(),
        submission_key=ask.key,
        event_id=event_id,
        layout=ask.layout,
        language=ask.language,
        reason=ask.reason or None,
        printed_by_id=by.id,
        device_id=device_id,
        printed_at=now,
    )
    db.session.add(printing)
    db.session.flush()
    return printing


def _store_prints(printing: BadgePrinting, tickets: Sequence[int]) -> None:
    """The number of each copy is one above the last; of two who take the same number the constraint refuses one."""
    query = select(BadgePrint.ticket_id, func.max(BadgePrint.copy)).where(BadgePrint.ticket_id.in_(tickets))
    copies = {row[0]: row[1] for row in db.session.execute(query.group_by(BadgePrint.ticket_id))}
    rows = [
        {
            "printing_id": printing.id,
            "ticket_id": ticket,
            "copy": copies.get(ticket, 0) + 1,
            "position": position,
        }
        for position, ticket in enumerate(tickets)
    ]
    connection().execute(insert(BadgePrint), rows)


def copy_badge_plan(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """The copy of an event prints on arrival where its source does."""
    plan = find_plan(source.id)
    if plan is not None:
        plan_arrival(copy, on_arrival=plan.on_arrival, layout=plan.layout, by=by, now=now)


def plan_arrival(event: Event, *, on_arrival: bool, layout: Layout, by: str, now: datetime) -> None:
    """Whether the crew prints a badge after an admission, and on which paper. Raises PrintsOne."""
    if layout not in SINGLE:
        raise PrintsOne()
    db.session.merge(BadgePlan(event_id=event.id, on_arrival=on_arrival, layout=layout))
    db.session.flush()
    facts = {"on_arrival": on_arrival, "layout": layout}
    audit.record("badges.planned", subject=subject_of(event), by=by, now=now, **facts)
