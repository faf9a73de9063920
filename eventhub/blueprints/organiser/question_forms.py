"""The form in which an organiser writes a question: its words, options, rules, and when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.support import NullTranslations
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.meta import DefaultMeta
from wtforms.validators import Length, NumberRange, Optional

from eventhub.blueprints.organiser.fields import (
    choices_of,
    in_both,
    line,
    moment_of,
    spread,
    wall_clock_field,
)
from eventhub.core.ids import public_id
from eventhub.core.text import LANGUAGES, N_, Localised, localised
from eventhub.core.translation import catalogue
from eventhub.core.zones import wall_clock
from eventhub.registration.forms.models import SectionRow
from eventhub.registration.forms.rules import MOST_OPTIONS
from eventhub.registration.forms.shapes import (
    ASKED_ONCE,
    AUDIENCE_WORDS,
    CLASS_WORDS,
    PEOPLE,
    STAGE_WORDS,
    WITH_LIMITS,
    WITH_OPTIONS,
    Audience,
    Condition,
    Content,
    DataClass,
    Match,
    Option,
    Question,
    QuestionKind,
    Relation,
    Shape,
    Stage,
    Test,
)
from eventhub.web.answers import YES_NO, test_in_words, value_in_words
from eventhub.web.forms import PageForm, Rows, one_line
from eventhub.web.i18n import language

MORE_ROWS = 4
MOST_TESTS = 3
LARGEST = 10**9
TEXTS = ("label", "help", "purpose")
MATCH_WORDS = {Match.ALL: N_("All of these are so"), Match.ANY: N_("Any of these is so")}
_CHOSEN = {
    Shape.ONE: Relation.EQUALS,
    Shape.MANY: Relation.CONTAINS,
    Shape.YES_NO: Relation.EQUALS,
}
_TYPED = {
    Shape.LINE: (Relation.EQUALS, Relation.CONTAINS),
    Shape.LINES: (Relation.CONTAINS,),
    Shape.NUMBER: (Relation.EQUALS,),
}
_TOO_LONG = lazy_gettext(N_("Enter at most %(max)d characters."))
_NOT_SO_LARGE = lazy_gettext(N_("Enter a number of at most nine digits."))
_NO_LIMIT = lazy_gettext(N_("Enter a number from 1 to 100,000."))


class Row(Form):
    """Fields that come several times in a form."""

    class Meta(DefaultMeta):
        def get_translations(self, form: object) -> NullTranslations:
            """In the words of our catalogue."""
            return catalogue(language())


def _words(label: str) -> StringField:
    return StringField(
        lazy_gettext(label), filters=[one_line], validators=[Length(max=150, message=_TOO_LONG)]
    )


class OptionRow(Row):
    """One option. Without words it is none."""

    key = HiddenField(validators=[Length(max=40)])
    label_en = _words(N_("Option in English"))
    label_ru = _words(N_("Option in Russian"))
    limit = IntegerField(
        lazy_gettext(N_("Places")), validators=[Optional(), NumberRange(1, 100_000, message=_NO_LIMIT)]
    )


class TestRow(Row):
    """One look at an earlier answer."""

    __test__ = False  # pytest would collect it

    what = SelectField(lazy_gettext(N_("Condition")), default="")
    value = _words(N_("This text"))


class QuestionForm(PageForm):
    """A question of a kind that is chosen before."""

    section = SelectField(lazy_gettext(N_("Section")))
    label_en = line(N_("Question in English"), 200)
    label_ru = line(N_("Question in Russian"), 200)
    help_en = line(N_("Help in English"), 300)
    help_ru = line(N_("Help in Russian"), 300)
    purpose_en = line(N_("Purpose in English"), 200)
    purpose_ru = line(N_("Purpose in Russian"), 200)
    is_required = BooleanField(lazy_gettext(N_("An answer is required")))
    stage = SelectField(lazy_gettext(N_("When it is asked")))
    due_at = wall_clock_field(N_("Asked until"), required=False)
    frozen_at = wall_clock_field(N_("Can't be changed from"), required=False)
    data_class = SelectField(lazy_gettext(N_("Kind of data")))
    audience = SelectField(lazy_gettext(N_("Who sees the answers")))
    is_decisive = BooleanField(lazy_gettext(N_("A changed answer must be approved again")))
    at_least = IntegerField(
        lazy_gettext(N_("At least")), validators=[Optional(), NumberRange(-LARGEST, LARGEST, _NOT_SO_LARGE)]
    )
    at_most = IntegerField(
        lazy_gettext(N_("At most")), validators=[Optional(), NumberRange(-LARGEST, LARGEST, _NOT_SO_LARGE)]
    )
    takes_places = BooleanField(
        lazy_gettext(N_("Each one takes a place of the event too")),
        description=lazy_gettext(
            N_(
                "Tick it when they need a seat of their own: they count like the person who registers, and wait in "
                "line together. Without the tick the event has as many places as before."
            )
        ),
    )
    is_for_each = BooleanField(
        lazy_gettext(N_("Asked of each person of a family")),
        description=lazy_gettext(
            N_(
                "Each child has an answer of its own, and each takes a place of a limited option. A school group "
                "answers once."
            )
        ),
    )
    options = Rows(FormField(OptionRow), max_entries=MOST_OPTIONS + MORE_ROWS)
    match = SelectField(lazy_gettext(N_("It is asked if")))
    tests = Rows(FormField(TestRow), min_entries=MOST_TESTS, max_entries=MOST_TESTS)

    def offer(
        self, kind: QuestionKind, *, sections: Sequence[SectionRow], earlier: Sequence[Question], zone: str
    ) -> QuestionForm:
        """Fill the selects; times are by the clocks of the zone."""
        self.kind, self.zone = kind, zone
        self.section.choices = [(str(one.id), localised(one.title, language())) for one in sections]
        self.stage.choices = choices_of(STAGE_WORDS)
        self.data_class.choices = choices_of(CLASS_WORDS)
        self.audience.choices = choices_of(AUDIENCE_WORDS)
        self.match.choices = choices_of(MATCH_WORDS)
        self.conditions = [one for question in earlier for one in _tests_of(question)]
        for row in self.tests:
            row.form.what.choices = [("", _("Always")), *self.conditions]
            self._tell_text_from_option(row.form)
        if not self.is_submitted() or not len(self.options):
            self.add_rows()
        return self

    def _tell_text_from_option(self, row: Any) -> None:
        """A stored condition names an option in the select, or a text beside it: the select's choices tell which."""
        known = {value for value, _words in self.conditions}
        if row.what.data in known:
            row.value.data = row.value.data if self.is_submitted() else ""
        elif row.what.data and not self.is_submitted():
            row.what.data = row.what.data.rpartition("|")[0] + "|"

    def add_rows(self) -> None:
        """Some empty rows for options."""
        for _number in range(min(MORE_ROWS, MOST_OPTIONS + MORE_ROWS - len(self.options))):
            self.options.append_entry()

    @property
    def has_options(self) -> bool:
        shape = Content(kind=self.kind, label={}).shape
        return shape in WITH_OPTIONS or self.kind is QuestionKind.ORGANISATION

    @property
    def has_places(self) -> bool:
        return self.kind is not QuestionKind.ORGANISATION

    @property
    def names_people(self) -> bool:
        return self.kind is QuestionKind.ACCOMPANYING

    @property
    def may_ask_each(self) -> bool:
        return Content(kind=self.kind, label={}).shape not in ASKED_ONCE

    @property
    def has_limits(self) -> bool:
        return self.kind in WITH_LIMITS

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the times by the clocks of the zone."""
        is_fine = super().validate(extra_validators)
        self.moments = {name: moment_of(self[name], self.zone) for name in ("due_at", "frozen_at")}
        return is_fine and not self.errors

    def to_content(self) -> Content:
        """What was typed, after it was found in order."""
        texts: dict[str, Any] = {name: in_both(self, name) for name in TEXTS}
        return Content(
            kind=self.kind,
            **texts,
            due_at=self.moments["due_at"],
            frozen_at=self.moments["frozen_at"],
            is_required=self.is_required.data,
            stage=Stage(self.stage.data),
            data_class=DataClass(self.data_class.data),
            audience=Audience(self.audience.data),
            is_decisive=self.is_decisive.data,
            at_least=self.at_least.data if self.has_limits else None,
            at_most=self.at_most.data if self.has_limits or self.names_people else None,
            takes_places=self.takes_places.data and self.names_people,
            is_for_each=self.is_for_each.data,
            options=self._people(texts["label"]) if self.names_people else self._options(),
            condition=self._condition(),
        )

    def _options(self) -> tuple[Option, ...]:
        """Rows with words, in order; a key that is not known or comes twice is made anew."""
        if not self.has_options:
            return ()
        found: dict[str, Option] = {}
        for row in self.options:
            form = row.form
            label = {code: form[f"label_{code}"].data for code in LANGUAGES if form[f"label_{code}"].data}
            key = form.key.data if form.key.data in self.known_keys and form.key.data not in found else ""
            if label:
                key = key or public_id()
                limit = form.limit.data if self.has_places else None
                found[key] = Option(key=key, label=label, limit=limit)
        return tuple(found.values())

    def _people(self, label: Localised) -> tuple[Option, ...]:
        """Their places are those of the first row."""
        limits = [row.form.limit.data for row in self.options]
        return (Option(key=PEOPLE, label=label, limit=limits[0] if limits else None),)

    known_keys: frozenset[str] = frozenset()

    def _condition(self) -> Condition:
        tests = []
        for row in self.tests:
            if row.form.what.data:
                question, relation, value = row.form.what.data.split("|", 2)
                said = value or ("" if relation == Relation.ANSWERED else row.form.value.data or "")
                tests.append(Test(question=question, relation=Relation(relation), value=said))
        return Condition(match=Match(self.match.data), tests=tuple(tests)) if tests else Condition()


def _tests_of(question: Question) -> list[tuple[str, str]]:
    """What can be looked at in an earlier answer."""
    name, shape = question.public_id, question.content.shape
    values = list(YES_NO) if shape is Shape.YES_NO else [option.key for option in question.content.options]
    relation = _CHOSEN.get(shape)
    tests = [(Relation.ANSWERED, "")]
    tests += [(relation, value) for value in values] if relation is not None else []
    lines = [
        (f"{name}|{relation}|{value}", test_in_words(question, relation, value_in_words(question, value)))
        for relation, value in tests
    ]
    text = _("this text")
    typed = _TYPED.get(shape, ())
    return lines + [(f"{name}|{relation}|", test_in_words(question, relation, text)) for relation in typed]


def typed_question(content: Content, *, section: int, zone: str) -> dict[str, Any]:
    """A question as a QuestionForm shows it."""
    moments = {"due_at": content.due_at, "frozen_at": content.frozen_at}
    return {
        **spread(TEXTS, content),
        **{name: moment and wall_clock(moment, zone) for name, moment in moments.items()},
        "section": str(section),
        "is_required": content.is_required,
        "stage": content.stage.value,
        "data_class": content.data_class.value,
        "audience": content.audience.value,
        "is_decisive": content.is_decisive,
        "takes_places": content.takes_places,
        "is_for_each": content.is_for_each,
        "at_least": content.at_least,
        "at_most": content.at_most,
        "options": [
            {"key": option.key, **spread(["label"], option), "limit": option.limit}
            for option in content.options
        ],
        "match": content.condition.match.value,
        "tests": [_typed_test(test) for test in content.condition.tests],
    }


def _typed_test(test: Test) -> dict[str, str]:
    return {"what": f"{test.question}|{test.relation}|{test.value}", "value": test.value}
