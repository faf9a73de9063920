"""An event's own questions as fields of a form: made from the questions, judged by their rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    HiddenField,
)

from eventhub.blueprints.file_fields import take_files
from eventhub.blueprints.question_controls import control_of
from eventhub.core.errors import Refusal
from eventhub.core.text import localised
from eventhub.events.models import CapacityPool
from eventhub.registration.forms.answering import Stored, is_kept, judge, keys_of
from eventhub.registration.forms.conditions import Value, as_typed, could_be_shown
from eventhub.registration.forms.each import asked_of_each, person_in
from eventhub.registration.forms.queries import get_seats
from eventhub.registration.forms.shapes import (
    Form,
    FormSection,
    Option,
    Question,
    QuestionKind,
    Shape,
)
from eventhub.registration.forms.taking import Sheet, is_stale
from eventhub.registration.forms.unfit import PREFIX, FormChanged
from eventhub.web.answers import condition_for_script, only_if
from eventhub.web.forms import PageForm
from eventhub.web.i18n import language, sentence_of
from eventhub.web.organisations import suggested_names
from eventhub.web.wording import seats_note

Seats = Mapping[tuple[int, str], CapacityPool]


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
    def sent(self) -> MultiDict[str, str]:
        """What was sent, questions as they are called on the page that answers."""
        return request.form if request.method == "POST" else MultiDict()

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was sent for questions, known ones or not, by public id."""
        typed = {
            name.removeprefix(PREFIX): self.sent.getlist(name)
            for name in self.sent
            if name.startswith(PREFIX)
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
        """Add a field for each question that may be shown to somebody who answered `stored` before, and for the copies
        of each person (forms/each). Once is enough."""
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
        bound = {"name": name, "prefix": "", "translations": self.meta.get_translations(self)}
        field = self.meta.bind_field(self, control_of(question, options, notes), bound)
        is_shown = before is not None and not is_kept(before)
        data = as_typed(before.value) if before and is_shown else []
        is_many = question.content.shape in {Shape.MANY, Shape.PEOPLE}
        field.process(
            self.sent if request.method == "POST" else None, data if is_many else next(iter(data), None)
        )
        field.flags.person = self.people.get(person_in(question.public_id), "")
        field.flags.required = question.content.is_required and not (before and is_kept(before))
        if before and is_kept(before):
            field.description = " ".join(filter(None, (field.description, _kept_words())))
        if self.people and question.content.is_for_each and not person_in(question.public_id):
            field.description = " ".join(
                filter(None, (_("For you: each child is asked below."), field.description))
            )
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
        """The questions under the headings of their sections, and then those of each other person under the name."""
        sections = [] if self.own is None else self.own.sections
        groups = [(localised(one.title, language()), self._asked_in([one], "")) for one in sections]
        groups += [(name, self._asked_in(sections, key)) for key, name in self.people.items()]
        return [(title, asked) for title, asked in groups if asked]

    @property
    def people(self) -> Mapping[str, str]:
        """Who is asked besides the first person: what they are called, by their keys."""
        return {}

    def of_each(self, form: Form) -> Form:
        """The form as these people are asked."""
        return asked_of_each(form, list(self.people))

    def _asked_in(self, sections: Iterable[FormSection], person: str) -> list[Asked]:
        names = (one.public_id for section in sections for one in section.questions)
        return [self.asked[name] for name in names if name in self.asked and person_in(name) == person]

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
