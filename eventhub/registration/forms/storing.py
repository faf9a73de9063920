"""Writing down what was answered: of the first person with the registration, of the others each with its own line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from eventhub.db import connection, db, rows_changed
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.each import NOBODY_NEW, name_for, written_down
from eventhub.registration.forms.files import claim_uploads, forget_uploads
from eventhub.registration.forms.models import Answer, AttendeeAnswer, QuestionRow
from eventhub.registration.forms.sealing import seal_answers, stored_value
from eventhub.registration.forms.taking import Given


def store_answers(
    registration_id: int, given: Given, *, new: Mapping[str, int] = NOBODY_NEW, now: datetime
) -> None:
    """Write what was given, in place of what was there. `new` are the ids of people who were not written down when they
    answered, by their keys. Raises FileGone."""
    answers = written_down(given.answers, new)
    replaced = given.changes if given.gone else ()
    seal_answers(registration_id, answers, replaced=replaced, now=now)
    _forget(registration_id, given.gone)
    claim_uploads(registration_id, answers, scope=given.scope)
    _write(registration_id, answers, now=now)


def _forget(registration_id: int, gone: Sequence[Stored]) -> None:
    own = {one.question.id for one in gone if one.attendee_id is None}
    if own:
        old = (Answer.registration_id == registration_id, Answer.question_id.in_(own))
        rows_changed(delete(Answer).where(*old))
        forget_uploads([registration_id], questions=own)
    for one in gone:
        if one.attendee_id is not None:
            key = (
                AttendeeAnswer.attendee_id == one.attendee_id,
                AttendeeAnswer.question_id == one.question.id,
            )
            rows_changed(delete(AttendeeAnswer).where(*key))


def _write(registration_id: int, answers: Sequence[Stored], *, now: datetime) -> None:
    own = [
        {"registration_id": registration_id, **_facts(one, now)} for one in answers if one.attendee_id is None
    ]
    others = [
        {"attendee_id": one.attendee_id, **_facts(one, now)} for one in answers if one.attendee_id is not None
    ]
    for statement, rows in ((_STORE, own), (_STORE_OTHERS, others)):
        if rows:
            connection().execute(statement, rows)


def _facts(answer: Stored, now: datetime) -> dict[str, object]:
    return {
        "question_id": answer.question.id,
        "version_id": answer.question.version_id,
        "value": stored_value(answer),
        "answered_at": now,
    }


_STORE = insert(Answer)
_STORE_OTHERS = insert(AttendeeAnswer)


def forget_answers_of(registration_id: int, attendee_ids: Collection[int], *, now: datetime) -> None:
    """What these people answered for themselves, who do not come along any more."""
    theirs = AttendeeAnswer.attendee_id.in_(attendee_ids)
    asked = select(QuestionRow.public_id, AttendeeAnswer.attendee_id)
    rows = db.session.execute(
        asked.join(QuestionRow, QuestionRow.id == AttendeeAnswer.question_id).where(theirs)
    ).all()
    if rows:
        names = [name_for(row.public_id, str(row.attendee_id)) for row in rows]
        seal_answers(registration_id, (), replaced=names, now=now)
        rows_changed(delete(AttendeeAnswer).where(theirs))
