"""What organisers keep about somebody, as data about that person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select

from eventhub.core.subjects import DataSubject
from eventhub.db import db, rows_changed
from eventhub.people.models import Note, Tag, Tagging
from eventhub.registration.models import Registration


def export_notes(subject: DataSubject) -> dict[str, Any]:
    """Notes with their time, tags by their words."""
    notes = (
        select(Note.text, Note.written_at).where(Note.registration_id.in_(_ids(subject))).order_by(Note.id)
    )
    tags = select(Tag.name).join(Tagging, Tagging.tag_id == Tag.id)
    tags = tags.where(Tagging.registration_id.in_(_ids(subject))).order_by(Tag.name)
    return {
        "notes": [{"text": row.text, "written_at": row.written_at} for row in db.session.execute(notes)],
        "tags": list(db.session.scalars(tags)),
    }


def forget_notes(subject: DataSubject) -> None:
    """Nothing of it is counted anywhere, so it goes."""
    for model in (Note, Tagging):
        rows_changed(delete(model).where(model.registration_id.in_(_ids(subject))))


def _ids(subject: DataSubject) -> Select[int]:
    return select(Registration.id).where(Registration.public_id.in_(subject.registrations))
