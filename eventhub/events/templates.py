"""What a new event of each kind begins with: colour, length, format, registration window, programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventhub.core.zones import moved, wall_clock
from eventhub.events.plans import EventPlan, SessionPlan
from eventhub.events.rules import Format, Kind, SessionKind


@dataclass(frozen=True)
class Slot:
    """A line of the first programme: on which day from 0, at what time, how many minutes."""

    kind: SessionKind
    en: str
    ru: str
    day: int
    at: time
    minutes: int
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """`lead` days lie between now and the first day; registration opens and closes so many days before it.

    `opens` None opens with publication, `closes` None closes with the end.
    """

    accent: str
    lead: int
    days: int
    starts: time
    ends: time
    format: Format
    languages: tuple[str, ...]
    capacity: int | None
    opens: int | None
    closes: int | None
    slots: tuple[Slot, ...]


_EN_RU = ("en", "ru")

TEMPLATES = {
    Kind.SEMINAR: Template(
        accent="teal", lead=28, days=1, starts=time(16), ends=time(17, 30), format=Format.HYBRID,
        languages=("en",), capacity=40, opens=None, closes=None,
        slots=(
            Slot(SessionKind.TALK, "Talk", "Доклад", 0, time(16), 60),
            Slot(SessionKind.SOCIAL, "Questions and tea", "Вопросы и чай", 0, time(17), 30),
        ),
    ),
    Kind.CONFERENCE: Template(
        accent="indigo", lead=180, days=2, starts=time(9, 30), ends=time(18), format=Format.HYBRID,
        languages=_EN_RU, capacity=200, opens=120, closes=7,
        slots=(
            Slot(SessionKind.PLENARY, "Opening", "Открытие", 0, time(10), 30),
            Slot(SessionKind.PLENARY, "Plenary talks", "Пленарные доклады", 0, time(10, 30), 120),
            Slot(SessionKind.SECTION, "Sections", "Секции", 0, time(14), 180),
            Slot(SessionKind.SOCIAL, "Welcome evening", "Приветственный вечер", 0, time(17), 60),
            Slot(SessionKind.SECTION, "Sections", "Секции", 1, time(10), 180),
            Slot(SessionKind.PLENARY, "Closing", "Закрытие", 1, time(16), 60),
        ),
    ),
    Kind.WEEK_OF_SCIENCE: Template(
        accent="violet", lead=120, days=6, starts=time(10), ends=time(18), format=Format.ON_SITE,
        languages=_EN_RU, capacity=None, opens=84, closes=2,
        slots=(
            Slot(SessionKind.PLENARY, "Opening plenary", "Пленарное заседание", 0, time(10), 120),
            Slot(SessionKind.SECTION, "Sections, first day", "Секции, первый день", 1, time(10), 360),
            Slot(SessionKind.SECTION, "Sections, second day", "Секции, второй день", 2, time(10), 360),
            Slot(SessionKind.WORKSHOP, "Master class", "Мастер-класс", 3, time(14), 90, 20),
            Slot(SessionKind.PLENARY, "Awards", "Награждение", 5, time(15), 90),
        ),
    ),
    Kind.FABLAB_PICNIK: Template(
        accent="orange", lead=84, days=1, starts=time(11), ends=time(19), format=Format.ON_SITE,
        languages=_EN_RU, capacity=1500, opens=28, closes=None,
        slots=(
            Slot(SessionKind.STAND, "Stands open", "Стенды открыты", 0, time(11), 480),
            Slot(SessionKind.WORKSHOP, "Soldering for families", "Пайка для всей семьи", 0, time(12), 60, 12),
            Slot(SessionKind.WORKSHOP, "First 3D print", "Первая 3D-печать", 0, time(14), 60, 12),
            Slot(SessionKind.SOCIAL, "Parade of inventions", "Парад изобретений", 0, time(18), 45),
        ),
    ),
    Kind.SUMMER_SCHOOL: Template(
        accent="green", lead=180, days=12, starts=time(9), ends=time(18), format=Format.ON_SITE,
        languages=("en",), capacity=30, opens=150, closes=45,
        slots=(
            Slot(SessionKind.SOCIAL, "Welcome", "Встреча", 0, time(9, 30), 60),
            Slot(SessionKind.MODULE, "Module, first week", "Модуль, первая неделя", 1, time(10), 240),
            Slot(SessionKind.SOCIAL, "Company visit", "Посещение компании", 4, time(10), 240),
            Slot(SessionKind.MODULE, "Module, second week", "Модуль, вторая неделя", 7, time(10), 240),
            Slot(SessionKind.PLENARY, "Certificates", "Вручение сертификатов", 11, time(15), 90),
        ),
    ),
    Kind.WINTER_SCHOOL: Template(
        accent="sky", lead=150, days=10, starts=time(9), ends=time(18), format=Format.ON_SITE,
        languages=("en",), capacity=25, opens=120, closes=45,
        slots=(
            Slot(SessionKind.SOCIAL, "Welcome", "Встреча", 0, time(9, 30), 60),
            Slot(SessionKind.MODULE, "Module", "Модуль", 1, time(10), 240),
            Slot(SessionKind.SOCIAL, "Winter excursion", "Зимняя экскурсия", 5, time(11), 240),
            Slot(SessionKind.PLENARY, "Certificates", "Вручение сертификатов", 9, time(15), 90),
        ),
    ),
}  # fmt: skip


def first_plan(kind: Kind, *, title: dict[str, str], zone: str, now: datetime) -> EventPlan:
    """A plan of this kind that begins on the first Monday (a festival: Saturday) after its lead time."""
    template = TEMPLATES[kind]
    day = _first_day(kind, now=now, zone=zone)
    starts_at = _at(day, 0, template.starts, zone)
    return EventPlan(
        title=title,
        languages=template.languages,
        format=template.format,
        timezone=zone,
        starts_at=starts_at,
        ends_at=_at(day, template.days - 1, template.ends, zone),
        accent=template.accent,
        opens_at=None if template.opens is None else moved(starts_at, days=-template.opens, zone=zone),
        closes_at=None if template.closes is None else moved(starts_at, days=-template.closes, zone=zone),
        capacity=template.capacity,
        has_waiting_list=template.capacity is not None,
    )


def first_programme(kind: Kind, *, starts_at: datetime, zone: str) -> list[SessionPlan]:
    """The template's sessions from the day on which the event starts."""
    day = wall_clock(starts_at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [_session(slot, day, zone) for slot in TEMPLATES[kind].slots]


def _session(slot: Slot, day: datetime, zone: str) -> SessionPlan:
    starts_at = _at(day, slot.day, slot.at, zone)
    return SessionPlan(
        kind=slot.kind,
        title={"en": slot.en, "ru": slot.ru},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=slot.minutes),
        is_bookable=slot.capacity is not None,
        capacity=slot.capacity,
    )


def _first_day(kind: Kind, *, now: datetime, zone: str) -> datetime:
    weekday = 5 if kind is Kind.FABLAB_PICNIK else 0
    earliest = wall_clock(now, zone) + timedelta(days=TEMPLATES[kind].lead)
    day = earliest + timedelta(days=(weekday - earliest.weekday()) % 7)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _at(day: datetime, days: int, clock: time, zone: str) -> datetime:
    wall = day + timedelta(days=days, hours=clock.hour, minutes=clock.minute)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
