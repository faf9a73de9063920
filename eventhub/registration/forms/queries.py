"""Reads about forms: what an event asks, and what a registration answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from eventhub.core.shelf import Shelf
from eventhub.db import connection, db
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.each import name_for
from eventhub.registration.forms.models import (
    Answer,
    AttendeeAnswer,
    FormMark,
    OptionPool,
    QuestionRow,
    QuestionVersion,
    SectionRow,
)
from eventhub.registration.forms.sealing import LIES_SEALED, with_sealed, with_sealed_of
from eventhub.registration.forms.shapes import (
    Condition,
    Content,
    Form,
    FormSection,
    Match,
    Option,
    Question,
    Relation,
    Test,
    no_form,
)
from eventhub.registration.models import Attendee
from eventhub.registration.types.reading import read_types

# A mark is never the same again, so what was read under it stays right.
_forms = Shelf[Form](256)


AT_ONCE = 1000  # a database takes only so many parameters


def get_form(event_id: int) -> Form:
    """What the event asks now; empty when it asks nothing of its own."""
    return _form_of(event_id, _MARK)


def find_form(slug: str) -> Form | None:
    """As get_form, by the event's address; None when it asks nothing of its own."""
    row = connection().execute(_MARK_BY_SLUG, {"slug": slug}).one_or_none()
    return None if row is None else _forms.get(row.mark, lambda: _read(row.event_id, row.mark))


def hold_form(event_id: int) -> Form:
    """As get_form, and nobody edits the form until the transaction ends."""
    return _form_of(event_id, _MARK_IN_SHARE)


def _form_of(event_id: int, ask: Select[str]) -> Form:
    mark = connection().execute(ask, {"event": event_id}).scalar_one_or_none()
    return no_form(event_id) if mark is None else _forms.get(mark, lambda: _read(event_id, mark))


_MARK = select(FormMark.mark).where(FormMark.event_id == bindparam("event"))
_MARK_BY_SLUG = (
    select(FormMark.event_id, FormMark.mark)
    .join(Event, Event.id == FormMark.event_id)
    .where(Event.slug == bindparam("slug"))
)
_MARK_IN_SHARE = _MARK.with_for_update(read=True)


def _read(event_id: int, mark: str) -> Form:
    sections = db.session.execute(_SECTIONS, {"event": event_id}).all()
    questions = db.session.execute(_QUESTIONS, {"event": event_id}).all()
    pools = db.session.execute(_POOLS, {"event": event_id}).all()
    return Form(
        event_id=event_id,
        mark=mark,
        sections=tuple(
            FormSection(
                id=section.id,
                title=section.title,
                questions=tuple(_question(row) for row in questions if row.section_id == section.id),
            )
            for section in sections
        ),
        pools={(row.question_id, row.key): row.pool_id for row in pools},
        types=read_types(event_id),
    )


_VERSION = QuestionVersion.__table__.c
_SECTIONS = (
    select(SectionRow.id, SectionRow.title)
    .where(SectionRow.event_id == bindparam("event"))
    .order_by(SectionRow.position, SectionRow.id)
)
_QUESTIONS = (
    select(QuestionRow.public_id, QuestionRow.section_id, QuestionVersion.__table__)
    .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
    .where(
        QuestionRow.event_id == bindparam("event"),
        QuestionRow.removed_at.is_(None),
        QuestionVersion.number == QuestionRow.version,
    )
    .order_by(QuestionRow.position, QuestionRow.id)
)
_POOLS = (
    select(OptionPool.question_id, OptionPool.key, OptionPool.pool_id)
    .join(QuestionRow, QuestionRow.id == OptionPool.question_id)
    .where(QuestionRow.event_id == bindparam("event"))
)


def _question(row: Any) -> Question:
    return Question(id=row.question_id, public_id=row.public_id, version_id=row.id, content=content_of(row))


def content_of(row: Any) -> Content:
    """A version's row as the rules see it."""
    names = Content.__dataclass_fields__.keys() - {"options", "condition"}
    return Content(
        **{name: getattr(row, name) for name in names},
        options=tuple(Option(**option) for option in row.options),
        condition=_condition(row.condition),
    )


def _condition(stored: Mapping[str, Any]) -> Condition:
    tests = (
        Test(question=one["question"], relation=Relation(one["relation"]), value=one["value"])
        for one in stored["tests"]
    )
    return Condition(match=Match(stored["match"]), tests=tuple(tests))


def list_answers(registration_id: int) -> Sequence[Stored]:
    """What a registration and each of its people answered, each with the question as it was asked; in the form's order,
    removed ones last.

    Those that lie sealed are not opened.
    """
    rows = db.session.execute(_ANSWERS, {"registration": registration_id}).all()
    return [stored_of(row) for row in rows]


def list_answers_of(registration_ids: Sequence[int]) -> dict[int, list[Stored]]:
    """As list_answers, of many in one statement for a thousand, by the registration's id."""
    found: dict[int, list[Stored]] = {}
    for first in range(0, len(registration_ids), AT_ONCE):
        some = registration_ids[first : first + AT_ONCE]
        whole = _answers(Answer.registration_id.in_(some), Attendee.registration_id.in_(some))
        for row in db.session.execute(whole):
            found.setdefault(row.registration_id, []).append(stored_of(row))
    return found


def stored_of(row: Any) -> Stored:
    """An answer's row with the columns of its version, the public id of its question and the attendee whose it is, None
    for the first; sealed ones are not opened."""
    is_sealed, question = row.value == LIES_SEALED, _question(row)
    if row.attendee_id is not None:
        question = replace(question, public_id=name_for(question.public_id, str(row.attendee_id)))
    return Stored(
        question=question,
        value=None if is_sealed else row.value,
        is_sealed=is_sealed,
        attendee_id=row.attendee_id,
        person=row.person,
    )


def list_own_answers(registration_id: int) -> Sequence[Stored]:
    """As list_answers, the sealed ones with what they say: for the rules and for who answered."""
    return with_sealed(registration_id, list_answers(registration_id))


def list_own_answers_of(registration_ids: Sequence[int]) -> dict[int, Sequence[Stored]]:
    """As list_own_answers, of many by the registration's id; three statements for a thousand."""
    return with_sealed_of(list_answers_of(registration_ids))


def _answers(own: ColumnElement[bool], others: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Answers of these registrations, and of their people beside the first."""
    nobody = (cast(null(), Integer).label("attendee_id"), literal("").label("person"))
    theirs = (AttendeeAnswer.attendee_id, Attendee.full_name)
    given = union_all(
        select(Answer.registration_id, Answer.version_id, Answer.value, *nobody).where(own),
        select(Attendee.registration_id, AttendeeAnswer.version_id, AttendeeAnswer.value, *theirs)
        .join(Attendee, Attendee.id == AttendeeAnswer.attendee_id)
        .where(others),
    ).subquery()
    whose = (given.c.registration_id, given.c.attendee_id, given.c.person)
    return (
        select(given.c.value, *whose, QuestionRow.public_id, QuestionVersion.__table__)
        .join(QuestionVersion, QuestionVersion.id == given.c.version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .outerjoin(SectionRow, SectionRow.id == QuestionRow.section_id)
        .order_by(SectionRow.id.is_(None), SectionRow.position, SectionRow.id)
        .order_by(QuestionRow.position, QuestionRow.id, given.c.attendee_id.is_not(None), given.c.attendee_id)
    )


_ANSWERS = _answers(
    Answer.registration_id == bindparam("registration"),
    Attendee.registration_id == bindparam("registration"),
)


def by_name(answers: Iterable[Stored]) -> dict[str, Stored]:
    """Answers by the public ids of their questions."""
    return {answer.question.public_id: answer for answer in answers}


def get_seats(form: Form) -> dict[tuple[int, str], CapacityPool]:
    """The pools of the form's limited options, by question id and option key; one statement, or none."""
    if not form.pools:
        return {}
    pools = db.session.scalars(select(CapacityPool).where(CapacityPool.id.in_(form.pools.values())))
    found = {pool.id: pool for pool in pools}
    return {key: found[pool_id] for key, pool_id in form.pools.items()}


def option_pools(event_id: int) -> Select[int]:
    """Ids of the pools of an event's limited options, as a part of other statements."""
    return (
        select(OptionPool.pool_id)
        .join(QuestionRow, QuestionRow.id == OptionPool.question_id)
        .where(QuestionRow.event_id == event_id)
    )


def form_mark() -> Select[str]:
    """For the mark of an event's form page, beside Event: the form's own mark."""
    return select(FormMark.mark).where(FormMark.event_id == Event.id)


def option_seats() -> Select[str]:
    """For the same: the places of limited options, as far as the page shows them (events/rules.few_left)."""
    left = CapacityPool.capacity - CapacityPool.taken
    each = cast(CapacityPool.id, String) + ":" + cast(left, String)
    return (
        select(func.aggregate_strings(each, ","))
        .join(OptionPool, OptionPool.pool_id == CapacityPool.id)
        .join(QuestionRow, QuestionRow.id == OptionPool.question_id)
        .where(QuestionRow.event_id == Event.id, or_(left <= 10, left * 10 <= CapacityPool.capacity))
    )
