"""Series of seminars: begun once, then joined by each seminar's own plan."""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.db import db
from eventhub.events.models import Series


def begin_series(
    *, slug: str, title: dict[str, str], summary: dict[str, str], by: str, now: datetime
) -> Series:
    """A series without a seminar yet; `slug` is its address."""
    series = Series(slug=slug, title=title, summary=summary)
    db.session.add(series)
    db.session.flush()
    audit.record("series.begun", subject=("series", str(series.id)), by=by, now=now, title=title)
    return series
