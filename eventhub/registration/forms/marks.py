"""The mark of an event's form: whoever edits what a form asks or offers holds it alone and makes it anew."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.core.ids import public_id
from eventhub.db import connection, db
from eventhub.registration.forms.models import FormMark


def open_form(event_id: int) -> None:
    """From here on the form is ours alone."""
    mark = public_id()
    connection().execute(_begin(db.engine.dialect.name), {"event_id": event_id, "mark": mark})
    connection().execute(update(FormMark).where(FormMark.event_id == event_id).values(mark=mark))


def renew_mark(event_id: int) -> None:
    """The form as it is now; comes last, since what is read under a mark is kept."""
    db.session.flush()
    connection().execute(update(FormMark).where(FormMark.event_id == event_id).values(mark=public_id()))


@cache
def _begin(dialect_name: str) -> Insert:
    new = sqlite.insert(FormMark) if dialect_name == "sqlite" else postgresql.insert(FormMark)
    return new.on_conflict_do_nothing()
