"""Reads about letters to many: which there are, whom they reach, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.mailings.models import Mailing
from eventhub.mailings.rules import Chosen, MailingState, Round, round_of
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE

MOST_ROWS = 100
# A database takes only so many parameters at once.
_AT_ONCE = 500


def get_mailing(event_id: int, public_id: str) -> Mailing:
    """A letter to many of this event. Raises NotFound."""
    query = select(Mailing).where(Mailing.event_id == event_id, Mailing.public_id == public_id)
    mailing = db.session.scalars(query).one_or_none()
    if mailing is None:
        raise NotFound()
    return mailing


def list_mailings(event_id: int) -> Sequence[Mailing]:
    """The newest first, at most 100, without those that were discarded."""
    shown = Mailing.state != MailingState.DISCARDED
    query = select(Mailing).where(Mailing.event_id == event_id, shown)
    return db.session.scalars(query.order_by(Mailing.id.desc()).limit(MOST_ROWS)).all()


def count_by_state(mailing: Mailing) -> dict[MessageState, int]:
    """How many of its letters stand in each state."""
    query = select(Message.state, func.count()).where(Message.mailing_id == mailing.id)
    counted = {row[0]: row[1] for row in db.session.execute(query.group_by(Message.state))}
    return {state: counted.get(state, 0) for state in MessageState}


def whom_it_reaches(mailing: Mailing) -> Round:
    """Who gets it if it is sent now, the first registered first."""
    rows = db.session.execute(
        select(Registration.public_id, Registration.state, Registration.email_key, Registration.removed_at)
        .where(Registration.event_id == mailing.event_id)
        .order_by(Registration.id)
    )
    wanted, states = set(mailing.chosen), set(mailing.states)
    chosen = (
        Chosen(
            public_id=row.public_id,
            state=row.state,
            email_key=row.email_key,
            is_removed=row.removed_at is not None,
        )
        for row in rows
        if (row.public_id in wanted if wanted else row.state in states)
    )
    return round_of(chosen, have_it=_who_has_it(mailing))


def _who_has_it(mailing: Mailing) -> set[str]:
    """Registrations to which an equal letter went, or is on its way."""
    same = (Mailing.event_id == mailing.event_id, Mailing.sameness == mailing.sameness)
    goes = Message.state.not_in([MessageState.CANCELLED])
    query = select(Message.subject_id).join(Mailing, Mailing.id == Message.mailing_id)
    return set(db.session.scalars(query.where(*same, goes)))


def list_readers(event_id: int, public_ids: Iterable[str]) -> list[Registration]:
    """These registrations of the event with their people, in the order of the ids."""
    wanted = list(public_ids)
    found: dict[str, Registration] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = select(Registration).where(
            Registration.event_id == event_id, Registration.public_id.in_(some)
        )
        rows = db.session.scalars(query.options(selectinload(Registration.attendees)))
        found |= {row.public_id: row for row in rows}
    return [found[one] for one in wanted if one in found]


def list_examples(event_id: int, *, most: int = 3) -> list[Registration]:
    """Some real people of the event, the newest first, to show them in a preview."""
    query = (
        select(Registration)
        .where(Registration.event_id == event_id, Registration.state.in_(LIVE))
        .options(selectinload(Registration.attendees))
        .order_by(Registration.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))
