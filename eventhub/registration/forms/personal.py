"""Answers as data about somebody: what was answered, and how it goes when its time is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, union

from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.registration.forms.answering import Stored, file_of
from eventhub.registration.forms.claims import forget_answers_to
from eventhub.registration.forms.files import fetch_upload, forget_uploads
from eventhub.registration.forms.models import Answer, AttendeeAnswer, QuestionVersion
from eventhub.registration.forms.queries import list_answers, list_own_answers
from eventhub.registration.forms.sealing import field_of
from eventhub.registration.forms.shapes import Shape
from eventhub.registration.models import Attendee, Registration


def export_answers(registration_id: int) -> list[dict[str, Any]]:
    """Each with the question as it was asked, per language; a sealed one with its name among what lies sealed."""
    return [_export(one) for one in list_answers(registration_id)]


def _export(answer: Stored) -> dict[str, Any]:
    told = {"question": answer.question.content.label, "answer": answer.value}
    if answer.attendee_id is not None:
        told["person"] = answer.person
    return {**told, "sealed_as": field_of(answer.question.public_id)} if answer.is_sealed else told


def export_files(registration_id: int, *, with_sealed: bool) -> dict[str, bytes]:
    """The files among the answers by their names, those that lie sealed only for who has proven the address."""
    files = {}
    for one in list_own_answers(registration_id):
        if one.question.content.shape is Shape.FILE and one.value and (with_sealed or not one.is_sealed):
            fetched = fetch_upload(registration_id, one)
            files[f"{file_of(one.value)[:6]}-{fetched.name}"] = fetched.content
    return files


def forget_answers(registration_ids: Collection[int]) -> None:
    """The places of limited options stay taken, so that their totals stay what they were."""
    rows_changed(delete(Answer).where(Answer.registration_id.in_(registration_ids)))
    rows_changed(delete(AttendeeAnswer).where(AttendeeAnswer.attendee_id.in_(_people(registration_ids))))
    forget_uploads(registration_ids)


def list_forgettable_answers(
    data_class: str, *, ended_before: datetime, limit: int
) -> Sequence[tuple[int, int]]:
    """(registration, question) of answers of this class whose event ended at this moment or before."""
    registration = Registration.id.label("registration")
    own = select(registration, Answer.question_id.label("question")).join(
        Answer, Answer.registration_id == Registration.id
    )
    people = select(registration, AttendeeAnswer.question_id.label("question")).join(
        Attendee, Attendee.registration_id == Registration.id
    )
    others = people.join(AttendeeAnswer, AttendeeAnswer.attendee_id == Attendee.id)
    found = union(
        *(
            query.join(QuestionVersion, QuestionVersion.id == answers.version_id)
            .join(Event, Event.id == Registration.event_id)
            .where(QuestionVersion.data_class == data_class, Event.ends_at <= ended_before)
            for query, answers in ((own, Answer), (others, AttendeeAnswer))
        )
    )
    rows = db.session.execute(found.order_by("registration", "question").limit(limit))
    return [(row.registration, row.question) for row in rows]


def forget_answer(registration_id: int, question_id: int) -> None:
    """Of everybody on this registration."""
    forget_uploads([registration_id], questions=[question_id])
    forget_answers_to([registration_id], [question_id])


def _people(registration_ids: Collection[int]) -> Select[*tuple[int]]:
    return select(Attendee.id).where(Attendee.registration_id.in_(registration_ids))
