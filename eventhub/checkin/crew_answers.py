"""What the crew at a door may know of a registration besides the name: answers to questions that say so, and how many
people come along.

Both the question as it was asked and as it is asked now must be for the crew; what lies sealed never is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from eventhub.checkin.models import Scan
from eventhub.db import connection
from eventhub.events.models import Event
from eventhub.registration.forms.answering import Stored, places_of
from eventhub.registration.forms.models import (
    Answer,
    AttendeeAnswer,
    QuestionRow,
    QuestionVersion,
    SectionRow,
)
from eventhub.registration.forms.queries import stored_of
from eventhub.registration.forms.shapes import SEALED, Audience, QuestionKind
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Party
from eventhub.registration.parties.rules import PartyKind
from eventhub.tickets.models import Ticket


@dataclass(frozen=True)
class CrewFacts:
    """`companions` come along on this ticket; `answers` are for the crew, in the order of the form."""

    companions: int = 0
    answers: tuple[Stored, ...] = ()


NO_FACTS = CrewFacts()


def facts_of_scan(scan_id: str, *, event_id: int) -> CrewFacts:
    """Of whose ticket was scanned, if it is one of this event."""
    values = {"scan": scan_id, "event": event_id}
    return _facts(connection().execute(_of_scan(), values).all())


def facts_of_tickets(ticket_ids: Collection[int], *, event_id: int) -> Mapping[int, CrewFacts]:
    """By the ids of those tickets of this event of which there is something to say; one statement, or none."""
    if not ticket_ids:
        return {}
    rows = connection().execute(_of_tickets(), {"tickets": list(ticket_ids), "event": event_id}).all()
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.ticket_id, []).append(row)
    return {ticket: _facts(those) for ticket, those in found.items()}


def count_companions(event_id: int) -> Mapping[int, int]:
    """How many come along on each ticket of the event, by its id; those on which nobody does are left out."""
    found: dict[int, list[Any]] = {}
    for row in connection().execute(_of_event(), {"event": event_id}):
        found.setdefault(row.ticket_id, []).append(row)
    counted = {ticket: _facts(rows).companions for ticket, rows in found.items()}
    return {ticket: number for ticket, number in counted.items() if number}


def _facts(rows: Collection[Row[*tuple[Any, ...]]]) -> CrewFacts:
    answers = [(row, stored_of(row)) for row in rows]
    return CrewFacts(
        companions=sum(
            sum(places_of(one.question, one.value).values())
            for row, one in answers
            if row.is_first and one.question.content.kind is QuestionKind.ACCOMPANYING
        ),
        answers=tuple(one for row, one in answers if row.is_for_crew and one.value not in (None, [])),
    )


def says_something() -> ColumnElement[bool]:
    """Beside Event: whether its form asks anything of which the crew may know."""
    asked = and_(QuestionVersion.question_id == QuestionRow.id, QuestionVersion.number == QuestionRow.version)
    return (
        exists()
        .where(QuestionRow.event_id == Event.id, QuestionRow.removed_at.is_(None), asked)
        .where(
            or_(QuestionVersion.audience == Audience.CREW, QuestionVersion.kind == QuestionKind.ACCOMPANYING)
        )
        .correlate(Event)
    )


@cache
def _of_scan() -> Select[*tuple[Any, ...]]:
    scanned = select(Scan.ticket_id).where(Scan.scan_id == bindparam("scan"))
    return _answers(Ticket.id.in_(scanned))


@cache
def _of_tickets() -> Select[*tuple[Any, ...]]:
    return _answers(Ticket.id.in_(bindparam("tickets", expanding=True)))


@cache
def _of_event() -> Select[*tuple[Any, ...]]:
    return _answers(true())


def _answers(these: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """What was answered for all on a registration stands on the ticket of each, what each was asked on their own. A
    family's people come along with the first of them, so that nobody counts them twice."""
    now, given = aliased(QuestionVersion), _given(these)
    is_for_crew = and_(QuestionVersion.audience == Audience.CREW, now.audience == Audience.CREW)
    return (
        select(*given.c, is_for_crew.label("is_for_crew"), QuestionRow.public_id, QuestionVersion.__table__)
        .join(QuestionVersion, QuestionVersion.id == given.c.version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .join(now, and_(now.question_id == QuestionRow.id, now.number == QuestionRow.version))
        .join(SectionRow, SectionRow.id == QuestionRow.section_id)
        .where(
            QuestionVersion.data_class.not_in(SEALED),
            now.data_class.not_in(SEALED),
            or_(is_for_crew, QuestionVersion.kind == QuestionKind.ACCOMPANYING),
        )
        .order_by(SectionRow.position, SectionRow.id, QuestionRow.position, QuestionRow.id)
    )


def _given(these: ColumnElement[bool]) -> Subquery:
    """The answers that stand on each of these tickets."""
    other = aliased(Attendee)
    first = select(func.min(other.id)).where(other.registration_id == Registration.id).scalar_subquery()
    is_first = Attendee.id == first
    family = exists().where(Party.registration_id == Registration.id, Party.kind == PartyKind.FAMILY)
    asked_each = exists().where(QuestionVersion.id == Answer.version_id, QuestionVersion.is_for_each)
    whose = (Ticket.id.label("ticket_id"), is_first.label("is_first"))
    own = (Attendee.id.label("attendee_id"), Attendee.full_name.label("person"))
    all_together = (cast(null(), Integer), literal(""))
    answered = union_all(
        _on_tickets(select(*whose, *own, AttendeeAnswer.version_id, AttendeeAnswer.value), these).join(
            AttendeeAnswer, AttendeeAnswer.attendee_id == Attendee.id
        ),
        _on_tickets(select(*whose, *all_together, Answer.version_id, Answer.value), these)
        .join(Answer, Answer.registration_id == Registration.id)
        .where(or_(is_first, not_(and_(family, asked_each)))),
    )
    return answered.subquery()


def _on_tickets(query: Select[*tuple[Any, ...]], these: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(Ticket)
        .join(Attendee, Attendee.ticket_id == Ticket.id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Registration.event_id == bindparam("event"), these)
    )
