"""The organisers' own texts for the letters of their events: read when a letter is written, changed and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.db import connection, db, rows_changed
from eventhub.mail.kinds import EDITABLE, LetterKind
from eventhub.mail.models import LetterText
from eventhub.mail.own_text import OwnText, check_subject, check_text


def get_kind(letter: str) -> LetterKind:
    """A letter whose text may be worded. Raises NotFound."""
    if letter not in EDITABLE:
        raise NotFound()
    return EDITABLE[letter]


def find_own_text(event_id: int, letter: str, language: str) -> OwnText | None:
    """The organiser's words for this letter; None when ours stand alone."""
    row = (
        connection().execute(_OWN, {"event": event_id, "letter": letter, "language": language}).one_or_none()
    )
    return row and OwnText(subject=row.subject, text=row.text, place=row.place)


_OWN = select(LetterText.subject, LetterText.text, LetterText.place).where(
    LetterText.event_id == bindparam("event"),
    LetterText.letter == bindparam("letter"),
    LetterText.language == bindparam("language"),
)


def list_texts(event_id: int, letter: str | None = None) -> Sequence[LetterText]:
    """All texts of the event, or those of one letter, one a language."""
    query = select(LetterText).where(LetterText.event_id == event_id)
    if letter is not None:
        query = query.where(LetterText.letter == letter)
    return db.session.scalars(query.order_by(LetterText.letter, LetterText.language)).all()


def check_own_text(own: OwnText, *, letter: str) -> None:
    """Raises NotOneLine, TextTooLong, PlaceholderUnknown, PlaceholderOpen and ForeignLink."""
    check_subject(own.subject, letter=letter)
    check_text(own.text, letter=letter)


def word_letter(event_id: int, letter: str, own_texts: dict[str, OwnText], *, by: str, now: datetime) -> None:
    """Say it in the organiser's words from now on, per language; without subject and text it is ours again.

    Letters that are written already stay as they are. Raises NotFound and what check_own_text raises.
    """
    get_kind(letter)
    for own in own_texts.values():
        check_own_text(own, letter=letter)
    for language, own in own_texts.items():
        old = find_own_text(event_id, letter, language)
        if (old or OwnText()) != own and (old or own.subject or own.text):
            _store(event_id, letter, language, own, by=by, now=now)
            _audit(event_id, letter, by=by, now=now, language=language, old=_said(old), new=_said(own))


def take_back_texts(event_id: int, letter: str, *, by: str, now: datetime) -> bool:
    """Ours again in every language. Whether there was another."""
    old = {row.language: _said(OwnText(subject=row.subject, text=row.text, place=row.place))
           for row in list_texts(event_id, letter)}  # fmt: skip
    of_letter = (LetterText.event_id == event_id, LetterText.letter == letter)
    if not rows_changed(delete(LetterText).where(*of_letter)):
        return False
    db.session.expire_all()
    _audit(event_id, letter, by=by, now=now, old=old, new=None)
    return True


def _store(event_id: int, letter: str, language: str, own: OwnText, *, by: str, now: datetime) -> None:
    """Of two organisers at once the later one's words stand."""
    key = {"event_id": event_id, "letter": letter, "language": language}
    if not own.subject and not own.text:
        rows_changed(delete(LetterText).filter_by(**key))
        return
    words: dict[str, Any] = {"subject": own.subject, "text": own.text, "place": own.place}
    words |= {"revised_at": now, "revised_by": by}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    new = dialect.insert(LetterText).values(**key, **words)
    connection().execute(new.on_conflict_do_update(index_elements=list(key), set_=words))
    db.session.expire_all()


def _said(own: OwnText | None) -> dict[str, Any] | None:
    return own.as_data() if own else None


def _audit(event_id: int, letter: str, *, by: str, now: datetime, **detail: Any) -> None:
    audit.record(
        "letter_text.changed", subject=("event", str(event_id)), by=by, now=now, letter=letter, **detail
    )
