"""Forms: WTForms with CSRF, texts cleaned at the door, refusals laid beside their field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from babel.support import NullTranslations
from flask import Flask, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden
from wtforms import FieldList, SelectChoice, SelectMultipleField  # type: ignore[attr-defined]  # the stubs are a release behind
from wtforms.widgets import CheckboxInput, ListWidget

from eventhub.core.errors import Refusal, TooMany
from eventhub.core.text import N_, NN_, clean_line, clean_text, small_number
from eventhub.core.translation import catalogue
from eventhub.db import transaction
from eventhub.web.i18n import NAMES, language, sentence_of

csrf = CSRFProtect()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What WTForms itself says of a field that our forms give no words for.
WTFORMS_WORDS = (
    N_("This field is required."),
    N_("Not a valid choice."),
    N_("Not a valid integer value."),
    N_("Not a valid date value."),
    N_("Invalid Choice: could not coerce."),
    N_("Invalid choice(s): one or more data inputs could not be coerced."),
    NN_("Field cannot be longer than %(max)d character.", "Field cannot be longer than %(max)d characters."),
    NN_(
        "'%(value)s' is not a valid choice for this field.",
        "'%(value)s' are not valid choices for this field.",
    ),
)


def offered(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Values and their words, as a field takes them."""
    return [SelectChoice(value, words) for value, words in pairs]


LANGUAGES = offered(NAMES)


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_refuse_other_sites)


def _refuse_other_sites() -> None:
    """A second lock beside the token: browsers say themselves when another site sends (Fetch Metadata)."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site", "same-origin") not in {
        "same-origin",
        "none",
    }:
        raise Forbidden()


class Ticks(SelectMultipleField):
    """A choice of several, as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Rows(FieldList):  # type: ignore[type-arg]  # generic for the checker alone
    """Fields that come several times. Names with an index that is no small number are nobody's."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        """As WTForms, which takes every digit of Unicode and any number of them."""
        for name in formdata:
            index = (
                small_number(name[len(prefix) + 1 :].partition("-")[0]) if name.startswith(prefix) else None
            )
            if index is not None:
                yield index


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of a page. WTForms' own words come from our catalogue."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF has no types
        def get_translations(self, form: object) -> NullTranslations:
            return catalogue(language())

    _fields: dict[str, Any]
    status = 422
    headers: Mapping[str, str] = MappingProxyType({})

    def lay(self, refusal: Refusal) -> bool:
        """Put the refusal beside the field that it names; False when this form has no such field."""
        field: Any = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            return False
        field.errors = [*field.errors, sentence_of(refusal)]
        return True

    def carry_out(self, deed: Callable[[], object]) -> bool:
        """Do the deed in one transaction. A refusal lies beside its field, or above the form, and nothing typed is
        lost; `status` and `headers` are then the answer's."""
        try:
            with transaction():
                deed()
        except Refusal as refusal:
            if not self.lay(refusal):
                self.form_errors.append(sentence_of(refusal))
            self.status = refusal.status
            if isinstance(refusal, TooMany):
                self.headers = {"Retry-After": str(refusal.retry_after)}
            return False
        return True


def one_line(value: str | None) -> str:
    """A WTForms filter for one line of text."""
    return clean_line(value or "")


def many_lines(value: str | None) -> str:
    """A WTForms filter for several lines of text."""
    return clean_text(value or "")
