"""Tags, notes and saved views: written by organisers, read by organisers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.core.ids import public_id
from eventhub.core.names import folded
from eventhub.db import Base, connection, db, refuses, rows_changed
from eventhub.people.models import Note, SavedView, Tag, Tagging
from eventhub.people.rules import HasNoSuchTag, HasThisTag, TagMissing, ViewNameTaken
from eventhub.registration.models import Registration

refuses("uq_saved_views_event_id_user_id_name_key", ViewNameTaken)


def add_tag(registration: Registration, name: str, *, by: str, now: datetime) -> None:
    """Put a tag on it; a tag that the event does not have yet comes to be. Raises TagMissing, HasThisTag."""
    if not folded(name).strip():
        raise TagMissing()
    tag_id = _tag_of(registration.event_id, name)
    row = {"registration_id": registration.id, "tag_id": tag_id, "tagged_at": now}
    if not _insert_once(Tagging, row):
        raise HasThisTag()
    audit.record("tag.added", subject=_subject(registration), by=by, now=now, tag=name)


def remove_tag(registration: Registration, name: str, *, by: str, now: datetime) -> None:
    """Raises HasNoSuchTag."""
    tag_id = _find_tag(registration.event_id, name)
    its_tag = Tagging.registration_id == registration.id, Tagging.tag_id == tag_id
    if tag_id is None or not rows_changed(delete(Tagging).where(*its_tag)):
        raise HasNoSuchTag()
    audit.record("tag.removed", subject=_subject(registration), by=by, now=now, tag=name)


def write_note(registration: Registration, text: str, *, author_id: int, by: str, now: datetime) -> None:
    """Keep a note for the other organisers; the audit says that one was written, not what."""
    db.session.add(Note(registration_id=registration.id, text=text, author_id=author_id, written_at=now))
    audit.record("note.written", subject=_subject(registration), by=by, now=now)


def save_view(event_id: int, user_id: int, *, name: str, query: str) -> SavedView:
    """Keep an address of the table. Raises ViewNameTaken when it is stored."""
    view = SavedView(
        public_id=public_id(),
        event_id=event_id,
        user_id=user_id,
        name=name,
        name_key=folded(name),
        query=query,
    )
    db.session.add(view)
    return view


def remove_view(event_id: int, user_id: int, public_id: str) -> None:
    """One's own; asked again, and of somebody else's, it does nothing."""
    own = SavedView.event_id == event_id, SavedView.user_id == user_id, SavedView.public_id == public_id
    rows_changed(delete(SavedView).where(*own))


def _tag_of(event_id: int, name: str) -> int:
    _insert_once(Tag, {"event_id": event_id, "name": name, "name_key": folded(name)})
    tag_id = _find_tag(event_id, name)
    if tag_id is None:
        raise RuntimeError("a tag that was stored just now is not there")
    return tag_id


def _find_tag(event_id: int, name: str) -> int | None:
    query = select(Tag.id).where(Tag.event_id == event_id, Tag.name_key == folded(name))
    return db.session.scalar(query)


def _insert_once(table: type[Base], row: dict[str, object]) -> bool:
    """Whether the row is new; of two at the same moment one waits for the other and stores nothing."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing().returning(literal(1))
    db.session.flush()
    return connection().execute(statement).scalar_one_or_none() is not None


def _subject(registration: Registration) -> tuple[str, str]:
    return ("registration", registration.public_id)
