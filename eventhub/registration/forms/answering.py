"""What an answer may be: read from what was typed, asked only where it is shown, the same for every door.

Pure and in order: the same form and the same typed text always give the same answers. An answer to a question that is
not shown is dropped; a required one that is not shown is not demanded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number
from phonenumbers import parse as parse_phone

from eventhub.core.countries import is_country
from eventhub.core.text import clean_line, clean_text
from eventhub.registration.forms.conditions import Value, as_typed, is_shown
from eventhub.registration.forms.shapes import (
    LONGEST,
    PEOPLE,
    WITH_OPTIONS,
    DataClass,
    Form,
    Question,
    QuestionKind,
    Shape,
)
from eventhub.registration.forms.unfit import (
    AnswerMissing,
    ChoiceMissing,
    CompanionNameMissing,
    CompanionsFull,
    FormChanged,
    NoCountry,
    NoDate,
    NoEmail,
    NoFile,
    NoNumber,
    NoPhone,
    NumberOutOfRange,
    OptionFull,
    TooFewChosen,
    TooLong,
    TooManyChosen,
    TooManyCompanions,
    TooShort,
    Unfit,
    UnknownOption,
    UnknownQuestion,
)

Typed = Mapping[str, Sequence[str]]
MOST_TYPED = 200
YEARS = range(1900, 2101)
FARTHEST_NUMBER = 10**12
# The public id of a file and the name that its owner gave it (forms/files.py).
_FILE = re.compile(r"([A-Za-z0-9_-]{10,40})/([^/\\]{1,90})")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An answer that was given before, with the question as it was asked then.

    One that lies sealed has no value until it is opened. Of somebody who comes along with the first person it says who.
    """

    question: Question
    value: Value
    is_sealed: bool = field(default=False, compare=False)
    attendee_id: int | None = field(default=None, compare=False)
    person: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What came of a form. `answers` are by public id, each with the version that it answers; `unfit` likewise.

    `dropped` were answered before and are not shown any more.
    """

    answers: Mapping[str, Stored] = field(default_factory=dict)
    unfit: Mapping[str, Unfit] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()


def judge(
    form: Form, typed: Typed, *, asked: Collection[str], stored: Mapping[str, Stored] | None = None
) -> Judged:
    """Read the answers to the questions `asked` (public ids); all others keep what is `stored`.

    A stored answer that was left as it was stays an answer to the version that it was given to. Raises
    FormChanged for an answer to what is not open any more, UnknownQuestion for one to what is not asked at all.
    """
    before = stored or {}
    if len(typed) > max(MOST_TYPED, len(asked)) or not set(typed) <= set(asked):
        closed_meanwhile = {question.public_id for question in form}
        raise FormChanged() if set(typed) <= closed_meanwhile else UnknownQuestion()
    known: dict[str, Value] = {}
    answers: dict[str, Stored] = {}
    unfit: dict[str, Unfit] = {}
    for question in form:
        name = question.public_id
        if name not in asked:
            known[name] = before[name].value if name in before else None
        elif is_shown(question.content.condition, known):
            try:
                answers[name] = _read(question, typed.get(name, ()), before.get(name))
                known[name] = answers[name].value
            except Unfit as refusal:
                unfit[name] = refusal.beside(name)
    return Judged(
        answers=answers, unfit=unfit, dropped=frozenset(set(before) & set(asked) - {*answers, *unfit})
    )


def shown(form: Form, values: Mapping[str, Value]) -> list[Question]:
    """The questions that somebody with these answers is asked, in order."""
    known: dict[str, Value] = {}
    found = []
    for question in form:
        if is_shown(question.content.condition, known):
            known[question.public_id] = values.get(question.public_id)
            found.append(question)
    return found


def file_of(value: Value) -> str:
    """The public id of the file that an answer names."""
    return str(value).partition("/")[0]


def keys_of(question: Question, value: Value) -> list[str]:
    """The keys of the options that an answer holds."""
    if question.content.shape not in WITH_OPTIONS or value is None:
        return []
    return as_typed(value)


def places_of(question: Question, value: Value) -> dict[str, int]:
    """How many places an answer takes of each option, limited or not; of accompanying persons one each."""
    if question.content.shape is Shape.PEOPLE:
        return {PEOPLE: len(value)} if isinstance(value, list) and value else {}
    return dict.fromkeys(keys_of(question, value), 1)


def companions_in(answers: Iterable[Stored]) -> int:
    """How many people these answers name who take places of the event too."""
    people = (one for one in answers if one.question.content.takes_places)
    return sum(sum(places_of(one.question, one.value).values()) for one in people)


def no_room(question: Question, key: str) -> Unfit | None:
    """What is said beside the question when there are not so many places; None for what is no option of it."""
    if question.content.shape is Shape.PEOPLE:
        return CompanionsFull().beside(question.public_id)
    option = question.option(key)
    return None if option is None else OptionFull(option=option.label).beside(question.public_id)


def _read(question: Question, raw: Sequence[str], before: Stored | None) -> Stored:
    typed = _cleaned(question, raw)
    if before is not None and typed and _is_same(question, typed, as_typed(before.value)):
        return before
    if not typed:
        if before is not None and is_kept(before):
            return before
        if question.content.is_required:
            raise _missing(question)
        return Stored(question=question, value=None)
    return Stored(question=question, value=_READERS[question.content.shape](question, typed))


def _is_same(question: Question, typed: list[str], before: list[str]) -> bool:
    """Options may come in any order."""
    is_many = question.content.shape is Shape.MANY
    return sorted(typed) == sorted(before) if is_many else typed == before


def is_kept(before: Stored) -> bool:
    """Whether an empty field leaves this answer as it is: it is not shown to whoever has the link."""
    return before.question.content.data_class is DataClass.VISA and before.value is not None


def _missing(question: Question) -> Unfit:
    is_choice = question.content.shape in {*WITH_OPTIONS, Shape.YES_NO, Shape.COUNTRY}
    return ChoiceMissing() if is_choice else AnswerMissing()


def _cleaned(question: Question, raw: Sequence[str]) -> list[str]:
    """What was really typed; the empty choice of a list is nothing. Of several for one field the first counts."""
    clean = clean_text if question.content.shape is Shape.LINES else clean_line
    if question.content.shape is Shape.PEOPLE:
        texts = [*map(clean, raw[:MOST_TYPED]), ""]
        pairs = zip(texts[::2], texts[1::2], strict=False)
        return [text for pair in pairs if any(pair) for text in pair]
    typed = [text for text in map(clean, raw[:MOST_TYPED]) if text]
    return list(dict.fromkeys(typed)) if question.content.shape is Shape.MANY else typed[:1]


def _text(question: Question, typed: list[str]) -> str:
    text, content = typed[0], question.content
    most = min(content.at_most or LONGEST[content.shape], LONGEST[content.shape])
    if len(text) > most:
        raise TooLong(most=most)
    if content.at_least and len(text) < content.at_least:
        raise TooShort(least=content.at_least)
    return _LINES.get(content.kind, str)(text)


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise NoEmail() from None


def _phone(text: str) -> str:
    """In E.164, as every telephone takes it."""
    try:
        number = parse_phone(text, None)
    except NumberParseException:
        raise NoPhone() from None
    if not is_valid_number(number) or number.extension:
        raise NoPhone()
    return format_number(number, PhoneNumberFormat.E164)


_LINES = {QuestionKind.EMAIL: _email, QuestionKind.PHONE: _phone}


def _number(question: Question, typed: list[str]) -> int:
    text = typed[0]
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 14:
        raise NoNumber()
    least, most = question.content.at_least, question.content.at_most
    low, high = -FARTHEST_NUMBER if least is None else least, FARTHEST_NUMBER if most is None else most
    if not low <= int(text) <= high:
        raise NumberOutOfRange(least=low, most=high)
    return int(text)


def _date(_question: Question, typed: list[str]) -> str:
    try:
        day = date.fromisoformat(typed[0])
    except ValueError:
        raise NoDate() from None
    if day.year not in YEARS or typed[0] != day.isoformat():
        raise NoDate()
    return day.isoformat()


def _one(question: Question, typed: list[str]) -> str:
    if question.option(typed[0]) is None:
        raise UnknownOption()
    return typed[0]


def _many(question: Question, typed: list[str]) -> list[str]:
    content = question.content
    if not set(typed) <= {option.key for option in content.options}:
        raise UnknownOption()
    if content.at_most is not None and len(typed) > content.at_most:
        raise TooManyChosen(most=content.at_most)
    if content.at_least is not None and len(typed) < content.at_least:
        raise TooFewChosen(least=content.at_least)
    return [option.key for option in content.options if option.key in typed]


def _yes_no(_question: Question, typed: list[str]) -> bool:
    if typed[0] not in {"yes", "no"}:
        raise ChoiceMissing()
    return typed[0] == "yes"


def _country(_question: Question, typed: list[str]) -> str:
    if not is_country(typed[0]):
        raise NoCountry()
    return typed[0]


def _file(_question: Question, typed: list[str]) -> str:
    """Whether there is such a file, and whose, is asked when it is claimed."""
    if not _FILE.fullmatch(typed[0]):
        raise NoFile()
    return typed[0]


def _people(question: Question, typed: list[str]) -> list[dict[str, str]]:
    """Names and notes by turns."""
    most = question.content.at_most or 0
    if len(typed) > 2 * most:
        raise TooManyCompanions(most=most)
    if any(len(text) > LONGEST[Shape.LINE] for text in typed):
        raise TooLong(most=LONGEST[Shape.LINE])
    if not all(any(map(str.isalnum, name)) for name in typed[::2]):
        raise CompanionNameMissing()
    return [{"name": name, "note": note} for name, note in zip(typed[::2], typed[1::2], strict=True)]


_READERS: Mapping[Shape, Any] = {
    Shape.LINE: _text,
    Shape.LINES: _text,
    Shape.NUMBER: _number,
    Shape.DATE: _date,
    Shape.ONE: _one,
    Shape.MANY: _many,
    Shape.YES_NO: _yes_no,
    Shape.COUNTRY: _country,
    Shape.FILE: _file,
    Shape.PEOPLE: _people,
}
