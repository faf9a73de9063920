"""An event that asks questions of its own, and what tests look at afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.editing import add_question, add_section, revise_question
from eventhub.registration.forms.models import QuestionVersion
from eventhub.registration.forms.queries import get_form, list_own_answers
from eventhub.registration.forms.shapes import Content, DataClass, Option, QuestionKind
from eventhub.registration.forms.storing import store_answers
from eventhub.registration.forms.taking import Given, Sheet
from eventhub.registration.models import Registration
from tests.commands.registration.asking import look_again

BY = "test-organiser"


def a_section(event: Event, *, now: datetime) -> int:
    with transaction():
        return add_section(event, title={"en": "Questions"}, by=BY, now=now)


def some_options(**limits: int | None) -> tuple[Option, ...]:
    """Options by their keys, each with its limit or None."""
    return tuple(Option(key=key, label={"en": key.upper()}, limit=limit) for key, limit in limits.items())


def a_content(kind: QuestionKind = QuestionKind.SHORT_TEXT, label: str = "Why?", **changes: Any) -> Content:
    return Content(**{"kind": kind, "label": {"en": label}, **changes})


def ask(event: Event, section: int, *, now: datetime, **changes: Any) -> str:
    with transaction():
        return add_question(event, section=section, content=a_content(**changes), by=BY, now=now)


def ask_otherwise(event: Event, name: str, section: int, *, now: datetime, **changes: Any) -> None:
    with transaction():
        revise_question(event, name, section=section, content=a_content(**changes), by=BY, now=now)


def a_sheet(**typed: str | list[str]) -> Sheet:
    return Sheet(typed={name: [text] if isinstance(text, str) else text for name, text in typed.items()})


def typed(name: str, *texts: str) -> Sheet:
    return Sheet(typed={name: list(texts)})


def answered(registration: Registration | Any) -> dict[str, object]:
    """What stands in the answers, by the words in which it was asked."""
    look_again()
    number = db.session.scalars(
        select(Registration.id).where(Registration.public_id == registration.public_id)
    ).one()
    return {one.question.content.label["en"]: one.value for one in list_own_answers(number)}


def option_taken(event: Event, key: str) -> int:
    """How many places of a limited option are taken."""
    look_again()
    pools = {name: pool for (_question, name), pool in get_form(event.id).pools.items()}
    return db.session.scalars(select(CapacityPool.taken).where(CapacityPool.id == pools[key])).one()


def versions() -> list[tuple[int, str]]:
    """Number and words of every version that is kept."""
    look_again()
    query = select(QuestionVersion).order_by(QuestionVersion.question_id, QuestionVersion.number)
    return [(one.number, one.label["en"]) for one in db.session.scalars(query)]


def seal_an_answer(event: Event, section: int, registration_id: int, *, now: datetime) -> str:
    """Somebody has told the number of a passport; the question's public id."""
    asked = a_content(QuestionKind.PASSPORT, "Passport", data_class=DataClass.VISA)
    name = add_question(event, section=section, content=asked, by=BY, now=now)
    question = get_form(event.id).find(name)
    assert question is not None
    answer = Stored(question=question, value="4509 123456")
    given = Given(answers=[answer], gone=(), pools={}, changes=[name])
    store_answers(registration_id, given, now=now)
    return name
