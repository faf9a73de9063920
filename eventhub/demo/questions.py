"""What some demo events ask beyond the usual, and what their guests answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eventhub.demo.shapes import both
from eventhub.events.rules import Kind
from eventhub.registration.forms.shapes import PEOPLE, Audience, Content, Option, QuestionKind
from eventhub.registration.forms.templates import T_SHIRT_SIZES, TEMPLATES, Planned, SectionPlan

Answers = dict[str, Sequence[str]]
_COMPANY = ("Вера Вымыслова", "Max Musterbauer", "Lina Specimen", "Пётр Примеров")
_DIETS: Sequence[Answers] = ({}, {"diet": ["vegetarian"]}, {}, {}, {"diet": ["halal", "no-lactose"]}, {})
_MORE_DIETS: Answers = {"diet": ["other"], "other-diet": ["No mushrooms, please."]}


@dataclass(frozen=True)
class DemoForm:
    """A form as a plan, and the answers of its guests by their numbers, under the names of the plan."""

    plan: Sequence[SectionPlan]
    answers: Callable[[int], Answers]


_SHUTTLE = Planned(
    "shuttle",
    Content(
        kind=QuestionKind.CHOICE,
        label=both("Bus from the airport on the first day", "Автобус из аэропорта в первый день"),
        help=both("It stops at the campus hotel.", "Он останавливается у гостиницы кампуса."),
        is_required=True,
        options=(
            Option(key="morning", label=both("At 7:30", "В 7:30"), limit=24),
            Option(key="noon", label=both("At 12:00", "В 12:00"), limit=24),
            Option(key="none", label=both("No bus for me", "Автобус не нужен")),
        ),
    ),
)
_COMPANIONS = Planned(
    "companions",
    Content(
        kind=QuestionKind.ACCOMPANYING,
        label=both("Accompanying persons", "Сопровождающие лица"),
        help=both("They are invited to the evening programme.", "Они приглашены на вечернюю программу."),
        purpose=both("the crew lets them in with you.", "чтобы их пропустили вместе с вами."),
        at_most=2,
        options=(Option(key=PEOPLE, label=both("Accompanying persons", "Сопровождающие лица"), limit=30),),
    ),
)
_PARCEL = Planned(
    "parcel",
    Content(
        kind=QuestionKind.SHORT_TEXT,
        label=both("What do you bring for the exhibition?", "Что вы привезёте на выставку?"),
        help=both("Leave it empty if you bring nothing.", "Оставьте пустым, если ничего."),
        purpose=both("the crew shows you the way to your stand.", "чтобы вас проводили к вашему стенду."),
        audience=Audience.CREW,
    ),
)
_LEVEL = Planned(
    "level",
    Content(
        kind=QuestionKind.CHOICE,
        label=both("Which course do you want to take?", "Какой курс вы хотите пройти?"),
        is_required=True,
        options=(
            Option(key="robots", label=both("Robots and people", "Роботы и люди"), limit=15),
            Option(key="energy", label=both("Energy of the north", "Энергия севера"), limit=15),
            Option(key="water", label=both("Clean water", "Чистая вода"), limit=15),
        ),
    ),
)
_SIZE = Planned(
    "size",
    Content(
        kind=QuestionKind.T_SHIRT,
        label=both("Size of the picnic’s T-shirt", "Размер футболки пикника"),
        help=both("Leave it empty if you need none.", "Оставьте пустым, если футболка не нужна."),
        is_for_each=True,
        options=T_SHIRT_SIZES,
    ),
)
_ARRIVAL = SectionPlan(
    both("Arrival and company", "Приезд и сопровождение"), (_SHUTTLE, _COMPANIONS, _PARCEL)
)
_PICNIC = SectionPlan(both("For the picnic", "Для пикника"), (_SIZE,))
_COURSE = SectionPlan(both("Your course", "Ваш курс"), (_LEVEL,))


def _of_conference(number: int) -> Answers:
    is_speaker = number % 4 == 0
    role: Answers = (
        {"role": ["speaker"], "talk": ["What the machine told us"]} if is_speaker else {"role": ["listener"]}
    )
    company: Answers = {}
    if number % 6 == 2:
        company = {"companions": [_COMPANY[number % len(_COMPANY)], ""]}
    parcel: Answers = {"parcel": ["A poster and two boxes"]} if number % 5 == 1 else {}
    shuttle = ("morning", "noon", "none")[number % 3]
    return {**role, **_diet(number), "shuttle": [shuttle], **company, **parcel}


def _of_school(number: int) -> Answers:
    return {"level": [("robots", "energy", "water")[number % 3]], **_diet(number)}


def _of_picnic(number: int) -> Answers:
    return {"size": [("s", "m", "l")[number % 3]]} if number % 4 else {}


def _diet(number: int) -> Answers:
    return _MORE_DIETS if number % 11 == 7 else _DIETS[number % len(_DIETS)]


_CONFERENCE = DemoForm((*TEMPLATES[Kind.CONFERENCE], _ARRIVAL), _of_conference)
FORMS: Mapping[str, DemoForm] = {
    "partners-forum": _CONFERENCE,
    "digital-engineering": _CONFERENCE,
    "fablab-picnik": DemoForm((_PICNIC,), _of_picnic),
    "international-summer-school": DemoForm((_COURSE, *TEMPLATES[Kind.SUMMER_SCHOOL]), _of_school),
}
