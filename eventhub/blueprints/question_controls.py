"""What a question looks like on a page: the control for each kind of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    EmailField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.core.text import localised
from eventhub.registration.forms.shapes import PEOPLE, Option, Question, QuestionKind, Shape
from eventhub.web.answers import YES_NO, hint_of, label_of
from eventhub.web.countries import CountryField
from eventhub.web.forms import many_lines, offered, one_line
from eventhub.web.i18n import language

# More than these are easier to find in a list that opens.
MOST_RADIOS = 7


class TickField(SelectMultipleField):
    """Several options as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PeopleField(Field):
    """Names and notes by turns, as many rows as people may be named."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def process_data(self, value: list[str] | None) -> None:
        self.data = value or []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist

    @property
    def rows(self) -> list[tuple[str, str]]:
        texts = [*map(one_line, self.data), ""]
        typed = [pair for pair in zip(texts[::2], texts[1::2], strict=False) if any(pair)]
        return [*typed, *[("", "")] * (self.most - len(typed))]

    @property
    def named(self) -> int:
        """How many rows say something."""
        return sum(any(row) for row in self.rows)


def control_of(question: Question, options: list[Option], notes: Mapping[str, str]) -> Any:
    """The unbound field. `notes` are said beside options, by their keys."""
    make = _MAKERS.get(question.content.kind) or _BY_SHAPE[question.content.shape]
    return make(question, options, notes)


def _words(question: Question) -> dict[str, Any]:
    return {"label": label_of(question), "description": hint_of(question)}


def _line(kind: type[StringField]) -> Callable[..., Any]:
    return lambda question, _options, _notes: kind(filters=[one_line], **_words(question))


def _lines(question: Question, _options: object, _notes: object) -> Any:
    return TextAreaField(filters=[many_lines], **_words(question))


def _country(question: Question, _options: object, _notes: object) -> Any:
    return CountryField(**_words(question))


def _yes_no(question: Question, _options: object, _notes: object) -> Any:
    choices = [(value, _(word)) for value, word in YES_NO.items()]
    return RadioField(
        choices=offered(_maybe_none(question, choices)), validate_choice=False, **_words(question)
    )


def _one(question: Question, options: list[Option], notes: Mapping[str, str]) -> Any:
    choices = [(option.key, localised(option.label, language())) for option in options]
    if len(choices) <= MOST_RADIOS:
        return RadioField(
            choices=offered(_maybe_none(question, choices)), validate_choice=False, **_words(question)
        )
    lines = [(key, f"{label} ({notes[key]})" if key in notes else label) for key, label in choices]
    return SelectField(choices=offered([("", ""), *lines]), validate_choice=False, **_words(question))


def _many(question: Question, options: list[Option], _notes: object) -> Any:
    choices = [(option.key, localised(option.label, language())) for option in options]
    return TickField(choices=offered(choices), validate_choice=False, **_words(question))


def _people(question: Question, _options: object, notes: Mapping[str, str]) -> Any:
    words = _words(question)
    hint = " ".join(filter(None, (words["description"], notes.get(PEOPLE))))
    return PeopleField(most=question.content.at_most or 1, label=words["label"], description=hint)


def _maybe_none(question: Question, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A radio button can't be pressed out again."""
    return choices if question.content.is_required else [*choices, ("", _("No answer"))]


_BY_SHAPE: Mapping[Shape, Callable[..., Any]] = {
    Shape.LINE: _line(StringField),
    Shape.LINES: _lines,
    Shape.NUMBER: _line(StringField),
    Shape.DATE: _line(StringField),
    Shape.ONE: _one,
    Shape.MANY: _many,
    Shape.YES_NO: _yes_no,
    Shape.COUNTRY: _country,
    Shape.FILE: _line(StringField),
    Shape.PEOPLE: _people,
}
_MAKERS: Mapping[QuestionKind, Callable[..., Any]] = {
    QuestionKind.EMAIL: _line(EmailField),
    QuestionKind.PHONE: _line(TelField),
}
