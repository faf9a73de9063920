"""Wishes for sessions as data about somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from eventhub.db import db, rows_changed
from eventhub.registration.session_lines.models import SessionWish


def export_wishes(registration_id: int) -> list[dict[str, Any]]:
    """For which sessions somebody stood in line, in order, and what became of it."""
    query = select(SessionWish).where(SessionWish.registration_id == registration_id)
    return [
        {
            "session": one.session.title,
            "rank": one.rank,
            "places": one.size,
            "state": one.state,
            "since": one.created_at,
            "offered_at": one.offered_at,
            "ended_at": one.ended_at,
            "reason": one.reason,
        }
        for one in db.session.scalars(query.options(joinedload(SessionWish.session)).order_by(SessionWish.id))
    ]


def forget_reasons(registration_id: int) -> None:
    """What staff wrote about the person goes; who stood where still counts."""
    ours = update(SessionWish).where(SessionWish.registration_id == registration_id)
    rows_changed(ours.values(reason=None))
