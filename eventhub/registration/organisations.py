"""The organisations that people named when registering, as they typed them."""

from __future__ import annotations

from sqlalchemy import func, select

from eventhub.db import db
from eventhub.registration.models import Registration

MOST = 5000


def count_typed() -> dict[str, int]:
    """How many registrations named each, the most frequent first; at most 5,000 names."""
    count = func.count()
    query = (
        select(Registration.organisation, count)
        .where(Registration.organisation != "", Registration.removed_at.is_(None))
        .group_by(Registration.organisation)
        .order_by(count.desc(), Registration.organisation)
        .limit(MOST)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_typed(event_id: int) -> list[str]:
    """All that people of this event typed."""
    query = select(Registration.organisation).where(Registration.event_id == event_id).distinct()
    return list(db.session.scalars(query))
