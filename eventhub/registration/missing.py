"""Who has questions to complete hears of it, with their names and the day by which the first of them closes: when an
organiser asks for it, and by itself some days before a required answer is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from eventhub.core.text import localised
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.registration.approval_letters import post_complete
from eventhub.registration.delegations.letters import post_member
from eventhub.registration.delegations.queries import find_unanswered, silent_members
from eventhub.registration.desk import LETTERS_BY_STAFF
from eventhub.registration.forms.completing import list_to_complete
from eventhub.registration.forms.each import asked_of_each
from eventhub.registration.forms.models import Answer, AttendeeAnswer
from eventhub.registration.forms.queries import by_name, get_form, list_own_answers_of
from eventhub.registration.forms.shapes import Question
from eventhub.registration.forms.taking import to_complete
from eventhub.registration.letters import manage_path
from eventhub.registration.locking import note
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Party
from eventhub.registration.parties.queries import list_answering_of
from eventhub.registration.parties.rules import PartyKind
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
        missing=", ".join(dict.fromkeys(localised(one.label, registration.language) for one in contents)),
        link=f"{manage_path(registration)}/complete",
        until=min(ends, default=event.ends_at),
        now=now,
    )


def last_due(event: Event, *, by: datetime, now: datetime) -> datetime | None:
    """Until when the last of what is asked and due `by` that moment can be answered; None when nothing is."""
    days = [_due_at(one, event) for one in _list_due(event, by=by, now=now)]
    return max([*days, event.starts_at] if event.starts_at <= by else days, default=None)


def may_lack(event: Event, *, by: datetime, now: datetime) -> ColumnElement[bool]:
    """Of registrations of the event: that one has no answer to a required question due `by` that moment, though perhaps
    it is not asked of them; or that a coordinator named them and they have not answered."""
    due = _list_due(event, by=by, now=now)
    each = [one.id for one in due if one.content.is_for_each]
    theirs = (Answer.registration_id == Registration.id, Answer.question_id.in_([one.id for one in due]))
    answered = select(func.count()).select_from(Answer).where(*theirs).scalar_subquery()
    lacks = answered < len(due) if due else false()
    lacks = or_(lacks, _may_lack_of_each(each)) if each else lacks
    return or_(lacks, Registration.id.in_(silent_members(event.id))) if event.starts_at <= by else lacks


def _may_lack_of_each(due: Sequence[int]) -> ColumnElement[bool]:
    """That somebody of a family besides the first has no answer to one of these questions."""
    other = aliased(Attendee)
    first = select(func.min(other.id)).where(other.registration_id == Registration.id).scalar_subquery()
    theirs = (AttendeeAnswer.attendee_id == Attendee.id, AttendeeAnswer.question_id.in_(due))
    answered = select(func.count()).select_from(AttendeeAnswer).where(*theirs).scalar_subquery()
    return (
        exists()
        .where(Party.registration_id == Registration.id, Party.kind == PartyKind.FAMILY)
        .where(Attendee.registration_id == Registration.id, Attendee.id != first, answered < len(due))
    )


def _list_due(event: Event, *, by: datetime, now: datetime) -> list[Question]:
    required = [one for one in get_form(event.id) if one.content.is_required and one.is_open(now)]
    return [one for one in required if _due_at(one, event) <= by]


def latest_lacks(
    event: Event, registration_ids: Sequence[int], *, by: datetime, now: datetime
) -> dict[int, datetime]:
    """Of these, all confirmed, who lack something due `by` that moment: until when, of several things the latest. A few
    statements, however many they are."""
    if not registration_ids:
        return {}
    form = get_form(event.id)
    answers = list_own_answers_of(registration_ids)
    asks_each = any(one.content.is_for_each for one in form)
    people = list_answering_of(registration_ids) if asks_each else {}
    silent = set(db.session.scalars(silent_members(event.id))) if event.starts_at <= by else set()
    found: dict[int, datetime] = {}
    for one in registration_ids:
        its_form = asked_of_each(form, people.get(one, ()))
        asked = to_complete(its_form, by_name(answers.get(one, ())), now=now)
        days = [_due_at(each, event) for each in asked if each.content.is_required]
        days = [event.starts_at] if one in silent else [day for day in days if day <= by]
        if days:
            found[one] = max(days)
    return found


def _due_at(question: Question, event: Event) -> datetime:
    """The last moment for an answer; without a day of its own it is wanted when the event begins."""
    ends = [end for end in (question.content.due_at, question.content.frozen_at) if end is not None]
    return min([*ends, event.starts_at])


def tell_what_is_missing(registration: Registration, *, now: datetime) -> None:
    """The letter with the link where it is completed, all at once; who has not agreed yet to a coordinator's doing does
    both."""
    member = find_unanswered(registration)
    if member is not None:
        post_member(registration, registration.event, delegation=member.delegation, again=True, now=now)
    else:
        every = list_to_complete(registration, now=now)
        _post(registration, [one for one in every if one.content.is_required], now=now)
    note("registration.reminded_to_complete", registration, by="system", now=now)
