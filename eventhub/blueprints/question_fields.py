"""An event's own questions as fields of a form: made from the questions, judged by their rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.blueprints.file_fields import take_files
from eventhub.core.errors import Refusal
from eventhub.core.text import localised
from eventhub.events.models import CapacityPool
from eventhub.registration.forms.answering import Stored, is_kept, judge, keys_of
from eventhub.registration.forms.conditions import Value, as_typed, could_be_shown
from eventhub.registration.forms.queries import get_seats
from eventhub.registration.forms.shapes import PEOPLE, Form, Option, Question, QuestionKind, Shape
from eventhub.registration.forms.taking import Sheet, is_stale
from eventhub.registration.forms.unfit import PREFIX, FormChanged
from eventhub.web.answers import YES_NO, condition_for_script, hint_of, label_of, only_if
from eventhub.web.countries import CountryField
from eventhub.web.forms import PageForm, many_lines, offered, one_line
from eventhub.web.i18n import language, sentence_of
from eventhub.web.organisations import suggested_names
from eventhub.web.wording import seats_note

# More than these are easier to find in a list that opens.
MOST_RADIOS = 7
Seats = Mapping[tuple[int, str], CapacityPool]


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


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question on a page: its field, what is said around it, and when it is shown."""

    question: Question
    control: Any
    hint: str
    only_if: str
    condition: dict[str, Any] | None
    notes: Mapping[str, str]
    suggestions: Sequence[str]


class AskingForm(PageForm):
    """A form that may ask an event's own questions too. `form_mark` tells which form the person was shown."""

    form_mark = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own: Form | None = None
        self.asked: dict[str, Asked] = {}
        self.shown_mark = self.form_mark.data or ""
        self.stored: Mapping[str, Stored] = {}
        self.taken: dict[str, str] = {}

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was sent for questions, known ones or not, by public id."""
        sent = request.form if request.method == "POST" else {}
        typed = {
            name.removeprefix(PREFIX): request.form.getlist(name) for name in sent if name.startswith(PREFIX)
        }
        return typed | {name: [value] for name, value in self.taken.items()}

    @property
    def sheet(self) -> Sheet:
        """The answers as a command takes them."""
        return Sheet(typed=self.typed, mark=self.shown_mark, scope=self.scope)

    # Whose the files are until the form is sent.
    scope = ""

    @property
    def has_files(self) -> bool:
        """Whether a browser has to send this form in parts."""
        return any(one.question.content.shape is Shape.FILE for one in self.asked.values())

    def _take_files(self) -> set[str]:
        """Keep what was sent, whatever else is wrong; the questions whose file was refused."""
        taken, refused = take_files((one.question for one in self.asked.values()), scope=self.scope)
        self.taken |= taken
        for name, value in taken.items():
            self.asked[name].control.data = value
        for name, refusal in refused.items():
            refusal.field = f"{PREFIX}{name}"
            self.lay(refusal)
        return set(refused)

    def ask_questions(
        self, form: Form, questions: Iterable[Question], *, stored: Mapping[str, Stored] | None = None
    ) -> None:
        """Add a field for each question that may be shown to somebody who answered `stored` before. Once is enough."""
        if self.own is not None:
            return
        self.own, self.stored = form, stored or {}
        self.form_mark.data = form.mark
        seats = get_seats(form)
        known: dict[str, Value] = {name: answer.value for name, answer in self.stored.items()}
        for question in questions:
            if could_be_shown(question.content.condition, known, asked=self.asked):
                self._ask(question, known, seats)

    def _ask(self, question: Question, known: Mapping[str, Value], seats: Seats) -> None:
        assert self.own is not None
        before = self.stored.get(question.public_id)
        options = _options(question, before)
        notes = _notes(question, options, seats)
        name = PREFIX + question.public_id
        unbound = _MAKERS.get(question.content.kind) or _BY_SHAPE[question.content.shape]
        bound = {"name": name, "prefix": "", "translations": self.meta.get_translations(self)}
        field = self.meta.bind_field(self, unbound(question, options, notes), bound)
        is_shown = before is not None and not is_kept(before)
        data = as_typed(before.value) if before and is_shown else []
        is_many = question.content.shape in {Shape.MANY, Shape.PEOPLE}
        sent = request.form if request.method == "POST" else None
        field.process(sent, data if is_many else next(iter(data), None))
        field.flags.required = question.content.is_required and not (before and is_kept(before))
        if before and is_kept(before):
            field.description = " ".join(filter(None, (field.description, _kept_words())))
        self._fields[name] = field
        self.asked[question.public_id] = Asked(
            question=question,
            control=field,
            hint=field.description,
            only_if=only_if(self.own, question),
            condition=condition_for_script(question, known, asked=self.asked),
            notes=notes,
            suggestions=_suggestions(question),
        )

    @property
    def asked_sections(self) -> list[tuple[str, list[Asked]]]:
        """The questions under the headings of their sections."""
        sections = [] if self.own is None else self.own.sections
        groups = (
            (
                localised(section.title, language()),
                [self.asked[one.public_id] for one in section.questions if one.public_id in self.asked],
            )
            for section in sections
        )
        return [(title, asked) for title, asked in groups if asked]

    def validate(self, extra_validators: Any = None) -> bool:
        """The fixed fields by themselves, then the questions by the same rules as the command's."""
        is_fine = super().validate(extra_validators)
        refused = set() if "csrf_token" in self.errors else self._take_files()
        return self._judge(refused) and is_fine and not refused

    def _judge(self, refused: Collection[str]) -> bool:
        if self.own is None:
            return True
        try:
            if is_stale(self.own, self.sheet):
                raise FormChanged()
            judged = judge(self.own, self.typed, asked=self.asked, stored=self.stored)
        except Refusal as refusal:
            self.form_errors.append(sentence_of(refusal))
            return False
        for name, unfit in judged.unfit.items():
            if name not in refused:
                self.lay(unfit)
        return not judged.unfit


def _kept_words() -> str:
    return str(_("Stored and sealed. Leave it empty to keep it."))


def _options(question: Question, before: Stored | None) -> list[Option]:
    """Those that are offered, and those that this person chose when they still were."""
    offered = list(question.content.options)
    known = {option.key for option in offered}
    kept = [] if before is None else keys_of(before.question, before.value)
    old = [before.question.option(key) for key in kept if key not in known] if before else []
    return offered + [option for option in old if option is not None]


def _notes(question: Question, options: Iterable[Option], seats: Seats) -> dict[str, str]:
    pools = {option.key: seats.get((question.id, option.key)) for option in options if option.limit}
    return {key: note for key, pool in pools.items() if (note := seats_note(pool))}


def _suggestions(question: Question) -> list[str]:
    if question.content.shape is not Shape.LINE:
        return []
    own = [localised(option.label, language()) for option in question.content.options]
    is_directory = question.content.kind is QuestionKind.ORGANISATION
    return [*own, *(name for name in suggested_names() if name not in own)] if is_directory else own


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
