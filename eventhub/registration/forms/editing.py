"""What organisers do with a form: sections and questions are added, revised, moved and removed.

Every deed takes the form for itself and gives it a new mark, so that nobody's answer meets another question than
the one that was shown. A question that somebody answered gets a new version; what was answered stays as it was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, exists, or_, select

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.core.ids import public_id
from eventhub.core.refusals import TitleMissing
from eventhub.core.text import Localised
from eventhub.db import db
from eventhub.events.commands import subject_of
from eventhub.events.models import Event
from eventhub.registration.forms.limits import count_options, stop_counting
from eventhub.registration.forms.marks import open_form, renew_mark
from eventhub.registration.forms.models import (
    Answer,
    AttendeeAnswer,
    OptionPool,
    QuestionRow,
    QuestionVersion,
    SectionRow,
)
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.rules import SectionNotEmpty, check_content, check_form
from eventhub.registration.forms.shapes import Content

Row = TypeVar("Row", SectionRow, QuestionRow)


def add_section(event: Event, *, title: Localised, by: str, now: datetime) -> int:
    """A heading at the end of the form; its id. Raises TitleMissing."""
    _open(event)
    _check_title(title)
    section = SectionRow(event_id=event.id, title=dict(title), position=len(list_sections(event)))
    db.session.add(section)
    db.session.flush()
    _record("form.section_added", event, by=by, now=now, section=section.id, title=title)
    return section.id


def rename_section(event: Event, number: int, *, title: Localised, by: str, now: datetime) -> None:
    """Raises TitleMissing, and NotFound for sections of other forms."""
    _open(event)
    _check_title(title)
    section = get_section(event, number)
    old, section.title = section.title, dict(title)
    _record("form.section_renamed", event, by=by, now=now, section=number, title=[old, title])


def move_section(event: Event, number: int, *, steps: int, by: str, now: datetime) -> None:
    """So many places up (below 0) or down; it stays within the form. Raises DependsOnLater."""
    _open(event)
    _move(get_section(event, number), list_sections(event), steps)
    _check(event)
    _record("form.section_moved", event, by=by, now=now, section=number, steps=steps)


def remove_section(event: Event, number: int, *, by: str, now: datetime) -> None:
    """Raises SectionNotEmpty."""
    _open(event)
    section = get_section(event, number)
    if _questions(number):
        raise SectionNotEmpty()
    db.session.delete(section)
    db.session.flush()
    _record("form.section_removed", event, by=by, now=now, section=number)


def add_question(event: Event, *, section: int, content: Content, by: str, now: datetime) -> str:
    """A question at the end of a section; its public id. Raises what check_content and check_form say."""
    _open(event)
    get_section(event, section)
    check_content(content)
    question = QuestionRow(
        public_id=public_id(),
        event_id=event.id,
        section_id=section,
        position=len(_questions(section)),
        version=1,
    )
    db.session.add(question)
    db.session.flush()
    _write_version(question, content, now=now)
    count_options(question.id, content.options)
    _check(event)
    _record("form.question_added", event, by=by, now=now, question=question.public_id, label=content.label)
    return question.public_id


def revise_question(
    event: Event, name: str, *, section: int, content: Content, by: str, now: datetime
) -> None:
    """Ask it in other words, under other rules, or elsewhere. As add_question, and LimitBelowTaken."""
    _open(event)
    question = get_question(event, name)
    get_section(event, section)
    check_content(content)
    if question.section_id != section:
        question.position = len(_questions(section))
        question.section_id = section
    before = get_form(event.id).find(name)
    if before is None or before.content != content:
        _replace_version(question, content, now=now)
        count_options(question.id, content.options)
    _check(event)
    _record("form.question_revised", event, by=by, now=now, question=name, version=question.version)


def move_question(event: Event, name: str, *, steps: int, by: str, now: datetime) -> None:
    """So many places up (below 0) or down; it stays within its section. Raises DependsOnLater."""
    _open(event)
    question = get_question(event, name)
    _move(question, _questions(question.section_id), steps)
    _check(event)
    _record("form.question_moved", event, by=by, now=now, question=name, steps=steps)


def remove_question(event: Event, name: str, *, by: str, now: datetime) -> None:
    """Ask it no more. What was answered stays with those who answered. Raises DependsOnGone."""
    _open(event)
    question = get_question(event, name)
    if _is_answered(question.id):
        question.removed_at, question.section_id = now, None
    else:
        _delete(question)
    _check(event)
    _record("form.question_removed", event, by=by, now=now, question=name)


def get_section(event: Event, number: int) -> SectionRow:
    """Raises NotFound, for those of other events too."""
    section = db.session.get(SectionRow, number)
    if section is None or section.event_id != event.id:
        raise NotFound()
    return section


def get_question(event: Event, name: str) -> QuestionRow:
    """By its public id. Raises NotFound, for those of other events and removed ones too."""
    query = select(QuestionRow).where(
        QuestionRow.event_id == event.id, QuestionRow.public_id == name, QuestionRow.removed_at.is_(None)
    )
    question = db.session.scalars(query).one_or_none()
    if question is None:
        raise NotFound()
    return question


def _open(event: Event) -> None:
    """From here on the form is ours alone."""
    open_form(event.id)


def _check(event: Event) -> None:
    """The form as it is now; comes last, since what is read under a mark is kept."""
    renew_mark(event.id)
    check_form(get_form(event.id))


def _check_title(title: Localised) -> None:
    if not any(title.values()):
        raise TitleMissing()


def list_sections(event: Event) -> list[SectionRow]:
    """The headings of the event's form, in order."""
    query = select(SectionRow).where(SectionRow.event_id == event.id)
    return list(db.session.scalars(query.order_by(SectionRow.position, SectionRow.id)))


def _questions(section: int | None) -> list[QuestionRow]:
    query = select(QuestionRow).where(QuestionRow.section_id == section)
    return list(db.session.scalars(query.order_by(QuestionRow.position, QuestionRow.id)))


def _move(row: Row, beside: Sequence[Row], steps: int) -> None:
    order = list(beside)
    new = min(max(order.index(row) + steps, 0), len(order) - 1)
    order.remove(row)
    order.insert(new, row)
    for position, one in enumerate(order):
        one.position = position


def _write_version(question: QuestionRow, content: Content, *, now: datetime) -> None:
    columns: dict[str, Any] = {name: getattr(content, name) for name in content.__dataclass_fields__}
    columns["options"] = [{**asdict(option), "label": dict(option.label)} for option in content.options]
    columns["condition"] = asdict(content.condition)
    db.session.add(
        QuestionVersion(question_id=question.id, number=question.version, created_at=now, **columns)
    )
    db.session.flush()


def _replace_version(question: QuestionRow, content: Content, *, now: datetime) -> None:
    """What nobody answered goes; what somebody answered stays as it was asked."""
    query = select(QuestionVersion.id).where(
        QuestionVersion.question_id == question.id, QuestionVersion.number == question.version
    )
    old = db.session.scalars(query).one()
    question.version += 1
    _write_version(question, content, now=now)
    if not _has_answers(Answer.version_id == old, AttendeeAnswer.version_id == old):
        db.session.execute(delete(QuestionVersion).where(QuestionVersion.id == old))


def _is_answered(question_id: int) -> bool:
    return _has_answers(Answer.question_id == question_id, AttendeeAnswer.question_id == question_id)


def _has_answers(own: ColumnElement[bool], others: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(or_(exists().where(own), exists().where(others)))))


def _delete(question: QuestionRow) -> None:
    for pool in db.session.scalars(select(OptionPool).filter_by(question_id=question.id)).all():
        stop_counting(pool)
    db.session.execute(delete(QuestionVersion).where(QuestionVersion.question_id == question.id))
    db.session.delete(question)
    db.session.flush()


def _record(action: str, event: Event, *, by: str, now: datetime, **detail: Any) -> None:
    audit.record(action, subject=subject_of(event), by=by, now=now, **detail)
