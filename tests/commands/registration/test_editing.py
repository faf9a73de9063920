"""Building a form: what each deed changes, what it refuses, and what it leaves with those who answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.refusals import TitleMissing
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.events.rules import Kind
from eventhub.registration.forms.editing import (
    add_section,
    move_question,
    move_section,
    remove_question,
    remove_section,
    rename_section,
    revise_question,
)
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.rules import (
    DependsOnGone,
    DependsOnLater,
    EndMissing,
    EndTooMuch,
    LabelMissing,
    LimitBelowTaken,
    LimitsTurned,
    OptionsMissing,
    SectionNotEmpty,
    TooManyOptions,
)
from eventhub.registration.forms.shapes import Condition, QuestionKind, Relation, Stage, Test
from eventhub.registration.forms.templates import TEMPLATES, begin_form, copy_form
from tests.commands.registration.asking import (
    cancel,
    change,
    look_again,
    register,
    registered,
)
from tests.commands.registration.questions import (
    BY,
    a_content,
    a_section,
    answered,
    ask,
    ask_otherwise,
    option_taken,
    some_options,
    typed,
    versions,
)
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("books")

KIND = QuestionKind
AB = some_options(a=None, b=None)


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="asks", capacity=40)


@pytest.fixture
def section(event: Event, now: datetime) -> int:
    return a_section(event, now=now)


def outline(event: Event) -> list[tuple[str, list[str]]]:
    look_again()
    return [
        (section.title["en"], [one.content.label["en"] for one in section.questions])
        for section in get_form(event.id).sections
    ]


def on(name: str, value: str = "", relation: Relation = Relation.ANSWERED) -> Condition:
    return Condition(tests=(Test(question=name, relation=relation, value=value),))


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_sections_and_questions_are_added_moved_and_removed(
    event: Event, section: int, now: datetime
) -> None:
    with transaction():
        second = add_section(event, title={"en": "Stay"}, by=BY, now=now)
    for label in ("One?", "Two?", "Three?"):
        ask(event, section, now=now, label=label)
    name = next(one.public_id for one in get_form(event.id))

    with transaction():
        move_question(event, name, steps=1, by=BY, now=now)
        move_section(event, second, steps=-1, by=BY, now=now)
        rename_section(event, second, title={"en": "Your stay"}, by=BY, now=now)
    assert outline(event) == [("Your stay", []), ("Questions", ["Two?", "One?", "Three?"])]

    with transaction():
        move_question(event, name, steps=5, by=BY, now=now)
        remove_section(event, second, by=BY, now=now)
        remove_question(event, name, by=BY, now=now)
    assert outline(event) == [("Questions", ["Two?", "Three?"])]
    assert deeds()[-3:] == ["form.question_moved", "form.section_removed", "form.question_removed"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"label": {}}, LabelMissing),
        ({"kind": KIND.CHOICE, "options": some_options(a=None)}, OptionsMissing),
        ({"kind": KIND.CHOICES, "options": ()}, OptionsMissing),
        (
            {"kind": KIND.CHOICE, "options": some_options(**{f"o{n}": None for n in range(101)})},
            TooManyOptions,
        ),
        ({"at_least": 3, "at_most": 2}, LimitsTurned),
        ({"stage": Stage.LATER}, EndMissing),
        ({"due_at": datetime.fromisoformat("2027-03-05T00:00+00:00")}, EndTooMuch),
        ({"condition": on("nobody")}, DependsOnGone),
    ],
)
def test_what_makes_no_question_is_refused_and_the_form_stays(
    event: Event, section: int, now: datetime, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    why = ask(event, section, now=now)
    before = get_form(event.id)

    content = replace(a_content(), **changes)
    with pytest.raises(refusal), transaction():
        revise_question(event, why, section=section, content=content, by=BY, now=now)

    look_again()
    assert get_form(event.id) == before


def test_nothing_may_depend_on_what_comes_later_or_goes(event: Event, section: int, now: datetime) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, label="Trip?", options=AB)
    where = ask(event, section, now=now, label="Where?", condition=on(trip, "a", Relation.EQUALS))
    with transaction():
        second = add_section(event, title={"en": "Stay"}, by=BY, now=now)
    before = outline(event)

    for deed, refusal in (
        (lambda: move_question(event, where, steps=-1, by=BY, now=now), DependsOnLater),
        (lambda: remove_question(event, trip, by=BY, now=now), DependsOnGone),
        (lambda: remove_section(event, section, by=BY, now=now), SectionNotEmpty),
        (lambda: add_section(event, title={}, by=BY, now=now), TitleMissing),
    ):
        with pytest.raises(refusal), transaction():
            deed()
    for changes in ({"section": second}, {"section": section, "options": some_options(b=None, c=None)}):
        content = a_content(KIND.CHOICE, "Trip?", options=changes.get("options", AB))
        with pytest.raises((DependsOnLater, DependsOnGone)), transaction():
            revise_question(event, trip, section=changes["section"], content=content, by=BY, now=now)

    assert outline(event) == before


def test_only_what_was_answered_keeps_its_older_version(event: Event, section: int, now: datetime) -> None:
    why = ask(event, section, now=now, label="Why?")
    ask_otherwise(event, why, section, now=now, label="Why then?")
    assert versions() == [(2, "Why then?")]

    registration = register("asks", now=now, sheet=typed(why, "Because"))
    ask_otherwise(event, why, section, now=now, label="Why at all?")
    ask_otherwise(event, why, section, now=now, label="Why at all?")
    ask_otherwise(event, why, section, now=now, label="Really why?")

    assert versions() == [(2, "Why then?"), (4, "Really why?")]
    assert answered(registration) == {"Why then?": "Because"}


def test_a_removed_question_stays_with_its_answers(event: Event, section: int, now: datetime) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, label="Trip?", options=some_options(a=1, b=None))
    one = registered("asks", now=now, sheet=typed(trip, "a"))

    with transaction():
        remove_question(event, trip, by=BY, now=now)

    assert (outline(event), answered(one)) == ([("Questions", [])], {"Trip?": "a"})
    change(one, now=now, full_name="Other Name")
    assert option_taken(event, "a") == 1
    cancel(one, now=now)
    assert option_taken(event, "a") == 0


def test_a_question_that_nobody_answered_goes_with_its_pools(
    event: Event, section: int, now: datetime
) -> None:
    trip = ask(event, section, now=now, kind=KIND.CHOICE, options=some_options(a=1, b=2))
    with transaction():
        remove_question(event, trip, by=BY, now=now)

    look_again()
    assert (versions(), list(db.session.scalars(select(CapacityPool.id)))) == ([], [event.pool_id])


def test_a_limit_counts_those_who_chose_before_and_no_limit_counts_nobody(
    event: Event, section: int, now: datetime
) -> None:
    def limit(**limits: int | None) -> None:
        more = {"kind": KIND.CHOICES, "label": "Trip?", "options": some_options(**limits)}
        ask_otherwise(event, trip, section, now=now, **more)

    trip = ask(event, section, now=now, kind=KIND.CHOICES, label="Trip?", options=AB)
    for number in range(3):
        one = registered("asks", f"guest{number}@example.org", now=now, sheet=typed(trip, "a", "b"))
    cancel(one, now=now)

    with pytest.raises(LimitBelowTaken) as refused:
        limit(a=1, b=None)
    assert refused.value.facts == {"option": {"en": "A"}, "taken": 2}
    limit(a=2, b=None)
    assert option_taken(event, "a") == 2
    with pytest.raises(LimitBelowTaken):
        limit(a=1, b=None)
    limit(a=9, b=2)
    assert (option_taken(event, "a"), option_taken(event, "b")) == (2, 2)
    limit(a=None, b=2)
    assert len(get_form(event.id).pools) == 1


def test_what_belongs_to_another_event_is_not_found(event: Event, section: int, now: datetime) -> None:
    with transaction():
        other = make_event(now=now, slug="other")
    why = ask(event, section, now=now)

    for deed in (
        lambda: move_section(other, section, steps=1, by=BY, now=now),
        lambda: move_question(other, why, steps=1, by=BY, now=now),
        lambda: revise_question(event, why, section=999, content=a_content(), by=BY, now=now),
    ):
        with pytest.raises(NotFound), transaction():
            deed()


@pytest.mark.parametrize("kind", Kind)
def test_every_template_makes_a_form_in_both_languages(event: Event, now: datetime, kind: Kind) -> None:
    with transaction():
        begin_form(event, TEMPLATES[kind], by=BY, now=now)

    questions = list(get_form(event.id))
    assert len(questions) == sum(len(section.questions) for section in TEMPLATES[kind])
    assert all(set(one.content.label) == {"en", "ru"} for one in questions)


def test_a_copy_asks_the_same_on_other_days_and_has_no_answers(
    event: Event, section: int, now: datetime
) -> None:
    visa = ask(event, section, now=now, kind=KIND.YES_NO, label="Visa?")
    due = now + timedelta(days=2)
    ask(event, section, now=now, label="City?", stage=Stage.LATER, due_at=due, condition=on(visa))
    with transaction():
        other = make_event(now=now + timedelta(days=7), slug="other")
        copy_form(event, other, by=BY, now=now)

    first, second = get_form(other.id)
    assert outline(other) == outline(event)
    assert second.content.due_at == due + timedelta(days=7)
    assert [test.question for test in second.content.condition.tests] == [first.public_id]
