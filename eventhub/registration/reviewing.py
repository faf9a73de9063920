"""Answers that the organiser looks at again: the place stays, and so does the ticket, until the answer is no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from eventhub.db import db, rows_changed
from eventhub.registration.forms.each import question_in
from eventhub.registration.forms.shapes import Form
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.rules import ChangedAgain, RegistrationState
from eventhub.registration.types.queries import find_type, needs_answer

_CONFIRMED = Registration.state == RegistrationState.CONFIRMED


def ask_for_review(registration: Registration, form: Form, changes: Sequence[str], *, now: datetime) -> None:
    """A decisive answer among the `changes` (forms/taking.Given) is for the organiser who approves. The caller has
    locked the registration."""
    questions = (form.find(question_in(name)) for name in changes)
    event = registration.event
    is_approved = needs_answer(event, find_type(event.id, registration.ticket_type_id))
    if is_approved and any(one and one.content.is_decisive for one in questions):
        registration.review_since = now
        db.session.flush()
        note("registration.review_asked", registration, by="holder", now=now)


def list_reviews(event_id: int, *, limit: int) -> Sequence[Registration]:
    """Who changed a decisive answer, the longest ago first, with people."""
    query = select(Registration).where(
        Registration.event_id == event_id, Registration.review_since.is_not(None), _CONFIRMED
    )
    whole = query.options(selectinload(Registration.attendees))
    return db.session.scalars(whole.order_by(Registration.review_since, Registration.id).limit(limit)).all()


def approve_again(registration: Registration, *, seen: str, by: str, now: datetime) -> None:
    """The new answer is fine. `seen` is review_since in ISO 8601, as it was shown. Asked again, it does nothing.

    Raises ChangedAgain when the person changed an answer after the page was shown.
    """
    if registration.review_since is None:
        return
    shown = registration.review_since
    if shown.isoformat() != seen:
        raise ChangedAgain()
    same = (Registration.id == registration.id, Registration.review_since == shown)
    if rows_changed(update(Registration).where(*same).values(review_since=None)) != 1:
        raise ChangedAgain()
    db.session.expire(registration, ["review_since"])
    note("registration.approved_again", registration, by=by, now=now)
