"""Series of seminars: begun once, then joined by each seminar's own plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from eventhub import audit
from eventhub.core.ids import readable_number
from eventhub.core.text import slug_of
from eventhub.db import db
from eventhub.events.models import Series


def begin_series(
    *, title: dict[str, str], summary: dict[str, str], by: str, now: datetime, slug: str | None = None
) -> Series:
    """A series without a seminar yet; `slug`, its address, is made of the title unless given."""
    series = Series(slug=slug or _free_slug(title), title=title, summary=summary)
    db.session.add(series)
    db.session.flush()
    audit.record("series.begun", subject=("series", str(series.id)), by=by, now=now, title=title)
    return series


def _free_slug(title: Mapping[str, str]) -> str:
    """A readable address that no series has yet."""
    base = slug_of(title.get("en") or title.get("ru") or "") or "series"
    taken = db.session.scalar(select(Series.id).where(Series.slug == base))
    return base if taken is None else f"{base}-{readable_number()[:4].lower()}"
