"""Letters as data about somebody: what was written to them, and what is left of it when it goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from markupsafe import escape
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, update

from eventhub.core.states import sources
from eventhub.core.tombstones import tombstone
from eventhub.db import db, rows_changed
from eventhub.mail.letters import literal
from eventhub.mail.models import Message
from eventhub.mail.rules import MOVES, MessageState

Named = tuple[str, str]


def list_letters_to(abouts: Collection[Named], addresses: Collection[str]) -> Sequence[Message]:
    """Letters about one of these things, (kind, id), or to one of these addresses; the oldest first."""
    return db.session.scalars(select(Message).where(_which(abouts, addresses)).order_by(Message.id)).all()


def forget_letters(
    abouts: Collection[Named], addresses: Collection[str], *, but: Collection[str] = (), now: datetime
) -> None:
    """Their words and readers go; that they were written and when stays. What waits never leaves.

    Letters about things of the kinds `but` stay as they are.
    """
    waits = Message.state.in_(sources(MOVES, MessageState.CANCELLED))
    stone = tombstone(now)
    emptied = {
        "to_email": "",
        "to_name": stone,
        "subject": stone,
        "text": "",
        "html": "",
        "last_error": None,
        "unfinished": None,
    }
    state = case((waits, MessageState.CANCELLED.value), else_=Message.state)
    which = (_which(abouts, addresses), Message.subject_kind.not_in(list(but)))
    rows_changed(update(Message).where(*which).values(**emptied, attachments=[], state=state))
    db.session.expire_all()


def strike_name(name: str, *, letter: str, abouts: Collection[Named], now: datetime) -> None:
    """A tombstone instead of the name in letters of this kind about these things, which others got. What could not
    be finished never leaves."""
    which = (Message.letter == letter, _which(abouts, ()))
    for spelled in (literal(name), name):
        text = func.replace(Message.text, spelled, tombstone(now))
        html = func.replace(Message.html, str(escape(spelled)), tombstone(now))
        rows_changed(update(Message).where(*which).values(text=text, html=html))
    unfinished = update(Message).where(*which, Message.state == MessageState.PARKED)
    rows_changed(unfinished.values(unfinished=None, last_error=None, state=MessageState.CANCELLED))
    db.session.expire_all()


def _which(abouts: Collection[Named], addresses: Collection[str]) -> ColumnElement[bool]:
    about = [and_(Message.subject_kind == kind, Message.subject_id == of) for kind, of in abouts]
    lowered = [address.lower() for address in addresses]
    return or_(false(), *about, func.lower(Message.to_email).in_(lowered))


def list_old_letters(*, written_before: datetime, but: Collection[str], limit: int) -> Sequence[int]:
    """Letters that were written before this moment and still say something, the oldest first.

    Those about things of the kinds `but` go with these things.
    """
    query = select(Message.id).where(
        Message.subject_kind.not_in(list(but)), Message.created_at <= written_before, Message.to_email != ""
    )
    return db.session.scalars(query.order_by(Message.id).limit(limit)).all()


def forget_letter(number: int, *, now: datetime) -> None:
    """As forget_letters, one of list_old_letters."""
    letter = db.session.get_one(Message, number, with_for_update=True)
    letter.to_email, letter.to_name, letter.subject = "", tombstone(now), tombstone(now)
    letter.text, letter.html, letter.attachments, letter.last_error = "", "", [], None
    db.session.flush()
