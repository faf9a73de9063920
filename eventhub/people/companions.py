"""Whom the registrations of an event name as accompanying persons, for tables and lists."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from eventhub.db import db
from eventhub.registration.forms.models import Answer, QuestionRow, QuestionVersion
from eventhub.registration.forms.shapes import QuestionKind


def companions_by_registration(
    event_id: int, registrations: Iterable[int] | None = None
) -> dict[int, list[dict[str, str]]]:
    """`{"name", "note"}` of each, of these registrations or of all of the event."""
    query = (
        select(Answer.registration_id, Answer.value)
        .join(QuestionRow, QuestionRow.id == Answer.question_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.version_id)
        .where(QuestionRow.event_id == event_id, QuestionVersion.kind == QuestionKind.ACCOMPANYING)
        .order_by(Answer.registration_id, QuestionRow.position, QuestionRow.id)
    )
    if registrations is not None:
        query = query.where(Answer.registration_id.in_(list(registrations)))
    found: dict[int, list[dict[str, str]]] = {}
    for registration, people in db.session.execute(query):
        found.setdefault(registration, []).extend(people or [])
    return found
