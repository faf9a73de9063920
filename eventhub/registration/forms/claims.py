"""What a registration asked for beyond its place in the event: who stands in the line of the event asks for nothing
else, and chooses sessions and limited options once there is a place (docs/adr/0012)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from eventhub.db import db
from eventhub.registration.forms.answering import Stored, companions_in, places_of
from eventhub.registration.forms.models import Answer, AttendeeAnswer
from eventhub.registration.forms.queries import list_own_answers
from eventhub.registration.forms.shapes import Form
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.people import drop_seats


def drop_claims(registration: Registration, form: Form) -> None:
    """Forget chosen sessions, and answers that would take places: those questions are asked again."""
    ours = SessionChoice.registration_id == registration.id
    drop_seats(attendee.id for attendee in registration.attendees)
    db.session.execute(delete(SessionChoice).where(ours), execution_options={"synchronize_session": False})
    claims = claiming(form, list_own_answers(registration.id))
    forget_answers_to([registration.id], [one.question.id for one in claims])
    registration.companions -= companions_in(claims)
    db.session.expire(registration, ["choices"])


def claiming(form: Form, answers: Sequence[Stored]) -> list[Stored]:
    """Those of the answers that name a limited option."""
    return [
        one
        for one in answers
        if any((one.question.id, key) in form.pools for key in places_of(one.question, one.value))
    ]


def forget_answers_to(registration_ids: Collection[int], question_ids: Collection[int]) -> None:
    """Of everybody on these registrations."""
    if registration_ids and question_ids:
        own = (Answer.registration_id.in_(registration_ids), Answer.question_id.in_(question_ids))
        people = select(Attendee.id).where(Attendee.registration_id.in_(registration_ids))
        theirs = (AttendeeAnswer.attendee_id.in_(people), AttendeeAnswer.question_id.in_(question_ids))
        for gone in (delete(Answer).where(*own), delete(AttendeeAnswer).where(*theirs)):
            db.session.execute(gone, execution_options={"synchronize_session": False})
