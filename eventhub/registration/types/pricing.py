"""What the pages of an event say of its price: that of its tickets, once there are any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from eventhub.core.money import said
from eventhub.core.text import LANGUAGES
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.stamps import raise_stamp
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.rules import Access

Ranges = dict[str, tuple[int, int]]


def show_price(event: Event, *, now: datetime) -> None:
    """Let the event say what the tickets for everybody cost; without one the organiser's own words stay."""
    db.session.flush()
    ranges = _ranges(event)
    if not ranges:
        return
    before = event.is_free, event.price_note
    event.is_free = not any(most for _least, most in ranges.values())
    if not event.is_free:
        event.price_note = {language: _note(ranges, language) for language in LANGUAGES}
    if before != (event.is_free, event.price_note):
        raise_stamp(now=now)


def _ranges(event: Event) -> Ranges:
    """The lowest and the highest price of each currency, in minor units; a free ticket costs nothing in any."""
    query = select(TicketType.currency, TicketType.price).where(
        TicketType.event_id == event.id, TicketType.closed_at.is_(None), TicketType.access == Access.OPEN
    )
    offered = db.session.execute(query).all()
    charged = {row.currency for row in offered if row.price} or {row.currency for row in offered}
    prices = {
        currency: [row.price for row in offered if row.currency == currency or not row.price]
        for currency in sorted(charged)
    }
    return {currency: (min(those), max(those)) for currency, those in prices.items()}


def _note(ranges: Ranges, language: str) -> str:
    """0–500 RUB; 10 EUR."""
    return "; ".join(
        said(most, currency, language)
        if least == most
        else f"{said(least, currency, language)} – {said(most, currency, language)}"
        for currency, (least, most) in ranges.items()
    )
