"""What a form is made of, as its rules see it: kinds of questions, their options, and when each is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from eventhub.core.text import N_, Localised
from eventhub.registration.types.rules import OfferedType


class QuestionKind(StrEnum):
    """What is asked for."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"
    ORGANISATION = "organisation"
    DIETARY = "dietary"
    ACCESS = "access"
    T_SHIRT = "t_shirt"
    PASSPORT = "passport"
    DOCUMENT = "document"
    PICTURE = "picture"
    ACCOMPANYING = "accompanying"


class Shape(StrEnum):
    """How an answer looks, whatever it means."""

    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    ONE = "one"
    MANY = "many"
    YES_NO = "yes_no"
    COUNTRY = "country"
    FILE = "file"
    PEOPLE = "people"


SHAPES = {
    QuestionKind.SHORT_TEXT: Shape.LINE,
    QuestionKind.LONG_TEXT: Shape.LINES,
    QuestionKind.NUMBER: Shape.NUMBER,
    QuestionKind.DATE: Shape.DATE,
    QuestionKind.CHOICE: Shape.ONE,
    QuestionKind.CHOICES: Shape.MANY,
    QuestionKind.YES_NO: Shape.YES_NO,
    QuestionKind.COUNTRY: Shape.COUNTRY,
    QuestionKind.PHONE: Shape.LINE,
    QuestionKind.EMAIL: Shape.LINE,
    QuestionKind.ORGANISATION: Shape.LINE,
    QuestionKind.DIETARY: Shape.MANY,
    QuestionKind.ACCESS: Shape.LINES,
    QuestionKind.T_SHIRT: Shape.ONE,
    QuestionKind.PASSPORT: Shape.LINE,
    QuestionKind.DOCUMENT: Shape.FILE,
    QuestionKind.PICTURE: Shape.FILE,
    QuestionKind.ACCOMPANYING: Shape.PEOPLE,
}
# Those of an organisation are only suggested; anything else may be typed.
WITH_OPTIONS = frozenset({Shape.ONE, Shape.MANY})
ASKED_ONCE = frozenset({Shape.FILE, Shape.PEOPLE})
# Kinds whose texts or numbers may be limited by `at_least` and `at_most`.
WITH_LIMITS = frozenset(
    {QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER, QuestionKind.CHOICES}
)
# Accompanying persons have one option of this key: its places are theirs.
PEOPLE = "people"
LONGEST = {Shape.LINE: 200, Shape.LINES: 4000}


class Stage(StrEnum):
    """When it is asked."""

    NOW = "now"
    CONFIRMED = "confirmed"
    LATER = "later"


class DataClass(StrEnum):
    """How sensitive an answer is, and so how long it is kept."""

    REGISTRATION = "R"
    HEALTH = "H"
    MINOR = "M"
    VISA = "V"


# Answers of these classes lie encrypted, and every opening is written down.
SEALED = frozenset({DataClass.HEALTH, DataClass.VISA})


class Audience(StrEnum):
    """Who of the staff sees the answers."""

    ORGANISER = "organiser"
    CREW = "crew"


class Match(StrEnum):
    ALL = "all"
    ANY = "any"


class Relation(StrEnum):
    """How an earlier answer is looked at."""

    EQUALS = "equals"
    CONTAINS = "contains"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True)
class Option:
    """`key` stays when its words change; `limit` None is as many as like."""

    key: str
    label: Localised
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Test:
    """One look at an earlier answer; `question` is its public id, `value` an option's key, `yes`, `no` or a text."""

    __test__ = False  # pytest would collect it

    question: str
    relation: Relation
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Shown if all, or any, of the tests hold; without tests always."""

    match: Match = Match.ALL
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an organiser decides of a question. `at_least` and `at_most` count characters, ticks, people, or the number
    itself. `due_at` ends the asking of a later one; from `frozen_at` on an answer stays as it is. `is_decisive`: where
    organisers approve, they look again at an answer that was changed later. `takes_places`: each accompanying person
    takes a place of the event too. `is_for_each`: each of a family answers for themselves."""

    kind: QuestionKind
    label: Localised
    help: Localised = field(default_factory=dict)
    purpose: Localised = field(default_factory=dict)
    is_required: bool = False
    stage: Stage = Stage.NOW
    due_at: datetime | None = None
    frozen_at: datetime | None = None
    data_class: DataClass = DataClass.REGISTRATION
    audience: Audience = Audience.ORGANISER
    is_decisive: bool = False
    takes_places: bool = False
    is_for_each: bool = False
    at_least: int | None = None
    at_most: int | None = None
    options: tuple[Option, ...] = ()
    condition: Condition = Condition()

    @property
    def shape(self) -> Shape:
        return SHAPES[self.kind]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question in one of its versions. `id` and `version_id` are for the database, `public_id` for pages."""

    id: int
    public_id: str
    version_id: int
    content: Content

    def is_open(self, now: datetime) -> bool:
        """Whether an answer can be given or changed at this moment."""
        ends = [end for end in (self.content.due_at, self.content.frozen_at) if end is not None]
        return all(now < end for end in ends)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.content.options if option.key == key), None)


@dataclass(frozen=True, kw_only=True)
class FormSection:
    """Questions under one heading."""

    id: int
    title: Localised
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """An event's own questions and its ticket types, in order. `mark` changes with every edit of either.

    `pools` are the pools of limited options by (question id, key), those of options of old included.
    """

    event_id: int
    mark: str
    sections: tuple[FormSection, ...]
    pools: Mapping[tuple[int, str], int]
    types: tuple[OfferedType, ...] = ()

    def __iter__(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)

    def find(self, public_id: str) -> Question | None:
        return next((question for question in self if question.public_id == public_id), None)


def no_form(event_id: int) -> Form:
    """The form of an event that asks nothing of its own."""
    return Form(event_id=event_id, mark="", sections=(), pools={})


KIND_WORDS = {
    QuestionKind.SHORT_TEXT: N_("Short text"),
    QuestionKind.LONG_TEXT: N_("Long text"),
    QuestionKind.NUMBER: N_("Whole number"),
    QuestionKind.DATE: N_("Day"),
    QuestionKind.CHOICE: N_("One of several options"),
    QuestionKind.CHOICES: N_("Several options"),
    QuestionKind.YES_NO: N_("Yes or no"),
    QuestionKind.COUNTRY: N_("Country"),
    QuestionKind.PHONE: N_("Phone number"),
    QuestionKind.EMAIL: N_("E-mail address"),
    QuestionKind.ORGANISATION: N_("University or company"),
    QuestionKind.DIETARY: N_("Dietary need"),
    QuestionKind.ACCESS: N_("Access need"),
    QuestionKind.T_SHIRT: N_("T-shirt size"),
    QuestionKind.PASSPORT: N_("Passport number"),
    QuestionKind.DOCUMENT: N_("Document (PDF)"),
    QuestionKind.PICTURE: N_("Picture"),
    QuestionKind.ACCOMPANYING: N_("Accompanying persons"),
}
STAGE_WORDS = {
    Stage.NOW: N_("When registering"),
    Stage.CONFIRMED: N_("After the place is confirmed"),
    Stage.LATER: N_("After confirmation, until a day"),
}
CLASS_WORDS = {
    DataClass.REGISTRATION: N_("Registration data"),
    DataClass.HEALTH: N_("Health, diet or disability"),
    DataClass.MINOR: N_("Data of a minor"),
    DataClass.VISA: N_("Visa data"),
}
AUDIENCE_WORDS = {
    Audience.ORGANISER: N_("Organisers"),
    Audience.CREW: N_("Organisers and the crew at the door"),
}
