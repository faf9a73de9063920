"""Answers after the place is confirmed: what was not asked before, or was added to the form since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from eventhub import audit
from eventhub.registration.choosing import swap_sessions, taken_sessions
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.each import asked_of_each
from eventhub.registration.forms.queries import by_name, get_form, hold_form, list_own_answers
from eventhub.registration.forms.shapes import Form, Question
from eventhub.registration.forms.storing import store_answers
from eventhub.registration.forms.taking import Sheet, take_again, to_complete
from eventhub.registration.locking import lock
from eventhub.registration.models import Registration
from eventhub.registration.parties.queries import list_answering
from eventhub.registration.reviewing import ask_for_review
from eventhub.registration.rules import AlreadyEnded, RegistrationState, check_can_change


def complete(registration: Registration, sheet: Sheet, *, now: datetime) -> None:
    """Store the answers to what is open; a first answer to a decisive question is looked at like a changed one.

    Raises TooLateToChange, AlreadyEnded, FormChanged, Unfit and OptionFull.
    """
    check_can_change(ends_at=registration.event.ends_at, now=now)
    form = hold_form(registration.event_id)
    lock(registration)
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()
    people = list(list_answering(registration))
    given = take_again(form, registration.id, sheet, people=people, now=now, later=True)
    registration.companions = given.companions
    swap_sessions(registration, taken_sessions(registration), pools=given.pools, now=now)
    store_answers(registration.id, given, now=now)
    answered = [one.question.public_id for one in given.answers if one.value is not None]
    ask_for_review(registration, form, answered, now=now)
    subject = ("registration", registration.public_id)
    audit.record("registration.completed", subject=subject, by="holder", now=now, answers=given.changes)


def list_to_complete(registration: Registration, *, now: datetime) -> list[Question]:
    """What somebody with a confirmed place was not asked yet and can still answer, in order."""
    if registration.state is not RegistrationState.CONFIRMED:
        return []
    form = get_form(registration.event_id)
    answers = list_own_answers(registration.id) if form.mark else ()
    return left_to_complete(registration, form, answers, now=now)


def left_to_complete(
    registration: Registration, form: Form, answers: Iterable[Stored], *, now: datetime
) -> list[Question]:
    """As list_to_complete, for who has read the form and the answers already."""
    is_on = registration.state is RegistrationState.CONFIRMED and now < registration.event.ends_at
    if not is_on or not form.mark:
        return []
    form = asked_of_each(form, list(list_answering(registration)))
    return to_complete(form, by_name(answers), now=now)
