"""What a form of each kind of event begins with, as data; and the form of one event for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventhub.core.text import Localised
from eventhub.core.zones import moved, wall_clock
from eventhub.events.models import Event
from eventhub.events.rules import Kind
from eventhub.registration.forms.editing import add_question, add_section
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.shapes import (
    Condition,
    Content,
    DataClass,
    Option,
    QuestionKind,
    Relation,
    Stage,
    Test,
)


@dataclass(frozen=True)
class Planned:
    """A question before it has a public id: conditions in the same plan call it by `name`."""

    name: str
    content: Content


@dataclass(frozen=True)
class SectionPlan:
    title: Localised
    questions: Sequence[Planned] = ()


def _two(en: str, ru: str) -> dict[str, str]:
    return {"en": en, "ru": ru}


def _options(*words: tuple[str, str, str]) -> tuple[Option, ...]:
    return tuple(Option(key=key, label=_two(en, ru)) for key, en, ru in words)


T_SHIRT_SIZES = tuple(
    Option(key=size.lower(), label=_two(size, size)) for size in ("XS", "S", "M", "L", "XL", "XXL")
)
DIETS = _options(
    ("vegetarian", "Vegetarian", "Вегетарианское питание"),
    ("vegan", "Vegan", "Веганское питание"),
    ("halal", "Halal", "Халяль"),
    ("kosher", "Kosher", "Кошерное питание"),
    ("no-gluten", "No gluten", "Без глютена"),
    ("no-lactose", "No lactose", "Без лактозы"),
    ("other", "Something else", "Другое"),
)
# What a new question of these kinds offers at first.
USUAL_OPTIONS = {QuestionKind.T_SHIRT: T_SHIRT_SIZES, QuestionKind.DIETARY: DIETS}
USUAL_CLASS = {
    QuestionKind.DIETARY: DataClass.HEALTH,
    QuestionKind.ACCESS: DataClass.HEALTH,
    QuestionKind.PASSPORT: DataClass.VISA,
}

_DIET = Planned(
    "diet",
    Content(
        kind=QuestionKind.DIETARY,
        label=_two("What should the kitchen know?", "Что нужно учесть кухне?"),
        help=_two("Leave it empty if you eat everything.", "Оставьте пустым, если едите всё."),
        purpose=_two(
            "the caterer learns how many, not who.", "кухня узнает только число порций, но не имена."
        ),
        data_class=DataClass.HEALTH,
        options=DIETS,
    ),
)
_OTHER_DIET = Planned(
    "other-diet",
    Content(
        kind=QuestionKind.SHORT_TEXT,
        label=_two("What else about your food?", "Что ещё важно знать о вашем питании?"),
        data_class=DataClass.HEALTH,
        is_required=True,
        condition=Condition(tests=(Test(question="diet", relation=Relation.CONTAINS, value="other"),)),
    ),
)
_ACCESS = Planned(
    "access",
    Content(
        kind=QuestionKind.ACCESS,
        label=_two("What helps you to take part?", "Что поможет вам участвовать?"),
        help=_two(
            "For example a place without steps, a sign interpreter, or a seat near the screen.",
            "Например, вход без ступеней, сурдопереводчик или место ближе к экрану.",
        ),
        purpose=_two("we prepare the rooms.", "чтобы подготовить помещения."),
        data_class=DataClass.HEALTH,
    ),
)
_PHONE = Planned(
    "phone",
    Content(
        kind=QuestionKind.PHONE,
        label=_two("Mobile phone", "Мобильный телефон"),
        purpose=_two("in an urgent case we call you.", "чтобы позвонить вам в срочном случае."),
        stage=Stage.CONFIRMED,
        is_required=True,
    ),
)
_T_SHIRT = Planned(
    "t-shirt",
    Content(
        kind=QuestionKind.T_SHIRT,
        label=_two("T-shirt size", "Размер футболки"),
        stage=Stage.CONFIRMED,
        is_required=True,
        options=T_SHIRT_SIZES,
    ),
)
_ROLE = Planned(
    "role",
    Content(
        kind=QuestionKind.CHOICE,
        label=_two("How do you take part?", "Как вы участвуете?"),
        is_required=True,
        options=_options(
            ("listener", "I listen", "Слушаю"),
            ("speaker", "I give a talk", "Выступаю с докладом"),
            ("adviser", "I come as an adviser", "Приезжаю как научный руководитель"),
        ),
    ),
)
_TALK = Planned(
    "talk",
    Content(
        kind=QuestionKind.SHORT_TEXT,
        label=_two("Title of your talk", "Название доклада"),
        is_required=True,
        condition=Condition(tests=(Test(question="role", relation=Relation.EQUALS, value="speaker"),)),
    ),
)
_ABOUT = _two("About your stay", "О вашем пребывании")
_PART = _two("Your part", "Ваше участие")
_SCHOOL = (SectionPlan(_ABOUT, (_DIET, _OTHER_DIET, _ACCESS, _PHONE, _T_SHIRT)),)
_MEETING = (SectionPlan(_PART, (_ROLE, _TALK)), SectionPlan(_ABOUT, (_DIET, _OTHER_DIET, _ACCESS)))

TEMPLATES: dict[Kind, tuple[SectionPlan, ...]] = {
    Kind.SEMINAR: (),
    Kind.CONFERENCE: _MEETING,
    Kind.WEEK_OF_SCIENCE: _MEETING,
    Kind.FABLAB_PICNIK: (),
    Kind.SUMMER_SCHOOL: _SCHOOL,
    Kind.WINTER_SCHOOL: _SCHOOL,
}
EMPTY = (SectionPlan(_two("Questions", "Вопросы")),)


def begin_form(event: Event, plan: Sequence[SectionPlan], *, by: str, now: datetime) -> dict[str, str]:
    """Put the sections and questions of a plan behind what is there; the public id of each question by its name."""
    names: dict[str, str] = {}
    for section in plan:
        number = add_section(event, title=section.title, by=by, now=now)
        for planned in section.questions:
            content = replace(planned.content, condition=_called(planned.content.condition, names))
            names[planned.name] = add_question(event, section=number, content=content, by=by, now=now)
    return names


def copy_form(source: Event, copy: Event, *, by: str, now: datetime) -> None:
    """Ask of another event what this one asks, its dates as far from the start by the clocks; no answers."""
    old, new = (wall_clock(event.starts_at, source.timezone).date() for event in (source, copy))
    days = (new - old).days
    plan = [
        SectionPlan(
            section.title,
            [
                Planned(one.public_id, _shifted(one.content, days=days, zone=source.timezone))
                for one in section.questions
            ],
        )
        for section in get_form(source.id).sections
    ]
    begin_form(copy, plan, by=by, now=now)


def _called(condition: Condition, names: dict[str, str]) -> Condition:
    tests = tuple(replace(test, question=names[test.question]) for test in condition.tests)
    return replace(condition, tests=tests)


def _shifted(content: Content, *, days: int, zone: str) -> Content:
    due_at, frozen_at = (
        moment and moved(moment, days=days, zone=zone) for moment in (content.due_at, content.frozen_at)
    )
    return replace(content, due_at=due_at, frozen_at=frozen_at)
