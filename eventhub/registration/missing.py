"""Who has questions to complete hears of it, with their names and the day by which the first of them closes: when an
organiser asks for it, and by itself some days before a required answer is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row

from eventhub.core.text import localised
from eventhub.events.models import Event
from eventhub.registration.approval_letters import post_complete
from eventhub.registration.delegations.letters import post_member
from eventhub.registration.delegations.queries import find_unanswered, list_silent_members
from eventhub.registration.desk import LETTERS_BY_STAFF
from eventhub.registration.forms.completing import list_to_complete
from eventhub.registration.forms.queries import by_name, get_form, list_own_answers_of
from eventhub.registration.forms.shapes import Question
from eventhub.registration.forms.taking import to_complete
from eventhub.registration.letters import manage_path
from eventhub.registration.locking import note
from eventhub.registration.models import Registration
from eventhub.registration.rules import NothingMissing
from eventhub.throttle import count_try


def remind_to_complete(registration: Registration, *, by: str, now: datetime) -> None:
    """Post the letter to somebody with a confirmed place and open questions. Raises NothingMissing, TooMany."""
    open_ones = list_to_complete(registration, now=now)
    if not open_ones or registration.removed_at is not None:
        raise NothingMissing()
    count_try(LETTERS_BY_STAFF, registration.public_id, now=now)
    _post(registration, open_ones, now=now)
    note("registration.reminded_to_complete", registration, by=by, now=now)


def _post(registration: Registration, open_ones: Sequence[Question], *, now: datetime) -> None:
    event = registration.event
    contents = [question.content for question in open_ones]
    ends = [end for one in contents for end in (one.due_at, one.frozen_at) if end is not None]
    post_complete(
        registration,
        event,
        missing=", ".join(localised(one.label, registration.language) for one in contents),
        link=f"{manage_path(registration)}/complete",
        until=min(ends, default=event.ends_at),
        now=now,
    )


def list_lacking(
    event: Event, registrations: Sequence[Row[int, str]], *, by: datetime, now: datetime
) -> list[str]:
    """Of these (id, public_id), all confirmed, the public ids of those who lack a required answer due `by` that moment,
    and of those whom a coordinator named and who have not answered. A few statements, however many they are.
    """
    form = get_form(event.id)
    due = {one.id for one in form if one.content.is_required and _due_at(one, event) <= by}
    silent = list_silent_members(event.id) if event.starts_at <= by else frozenset()
    answers = list_own_answers_of([one.id for one in registrations]) if due else {}

    def lacks(registration_id: int) -> bool:
        stored = by_name(answers.get(registration_id, ()))
        return any(one.id in due for one in to_complete(form, stored, now=now)) if due else False

    return [one.public_id for one in registrations if one.id in silent or lacks(one.id)]


def _due_at(question: Question, event: Event) -> datetime:
    """The last moment for an answer; without a day of its own it is wanted when the event begins."""
    ends = [end for end in (question.content.due_at, question.content.frozen_at) if end is not None]
    return min([*ends, event.starts_at])


def lacks_something(registration: Registration, *, now: datetime) -> bool:
    """Whether a required answer is missing, or the whole of what a coordinator asked for."""
    if registration.removed_at is not None:
        return False
    return find_unanswered(registration) is not None or bool(_required(registration, now=now))


def _required(registration: Registration, *, now: datetime) -> list[Question]:
    return [one for one in list_to_complete(registration, now=now) if one.content.is_required]


def tell_what_is_missing(registration: Registration, *, now: datetime) -> None:
    """The letter with the link where it is completed; who has not agreed yet to a coordinator's doing does both."""
    member = find_unanswered(registration)
    if member is not None:
        post_member(registration, registration.event, delegation=member.delegation, again=True, now=now)
    else:
        _post(registration, _required(registration, now=now), now=now)
    note("registration.reminded_to_complete", registration, by="system", now=now)
