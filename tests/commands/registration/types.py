"""Ticket types, and who makes invoices, as tests make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.billing.issuers import add_issuer, choose_issuer
from eventhub.billing.models import Issuer
from eventhub.billing.rules import Letterhead
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.registration.types.editing import Counting, add_type
from eventhub.registration.types.rules import TypeContent, TypeWish
from tests.factories import both_languages


def make_type(
    event: Event,
    name: str = "Student",
    *,
    now: datetime,
    places: int | None = None,
    pool: str = "",
    uses: int | None = None,
    code: str = "",
    **content: Any,
) -> TypeWish:
    """A type at the end of the event's list, and the wish for it."""
    with transaction():
        row = add_type(
            event,
            TypeContent(name=both_languages(name), **content),
            Counting(places=places, pool=pool, uses=uses),
            code=code,
            by="test",
            now=now,
        )
        return TypeWish(public_id=row.public_id, code=code)


def an_issuer(event: Event, *, now: datetime, prefix: str = "EX", **head: Any) -> Issuer:
    """Who makes the invoices of this event; inside a transaction."""
    texts = dict.fromkeys(("name", "address", "bank", "vat_note"), both_languages("Example"))
    issuer = add_issuer(Letterhead(prefix=prefix, **{**texts, **head}), by="test", now=now)
    choose_issuer(event, issuer, by="test", now=now)
    return issuer
