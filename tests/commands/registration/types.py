"""Ticket types as tests make them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
