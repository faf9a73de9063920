"""Hostile text in forms: what is sent into every field into which anything can be typed, and what may come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from wtforms import DateField, DateTimeLocalField, HiddenField, IntegerField, PasswordField, StringField

from eventhub.core.text import clean_line
from eventhub.web.countries import CountryField
from eventhub.web.forms import PageForm
from tests.people import csrf
from tests.web.reading import HOSTILE, parsed

# Every fourth one goes through all forms; all of them go through clean_text (tests/unit/core).
VECTORS = HOSTILE[::4]
SOME_VECTORS = HOSTILE[::6]
CHOSEN = ("Ticks", "BooleanField")
# Typed once more by whoever meant them, so that nobody reads them from the page.
NEVER_SHOWN = {"password", "code"}


@dataclass(frozen=True)
class Page:
    """A form at its address. `filled` is what a browser would send and have taken. What it asks for may
    be shown at once instead of elsewhere."""

    path: str
    form: type[PageForm]
    filled: Mapping[str, object] = field(default_factory=dict)
    shows_at_once: bool = False


class Reader(HTMLParser):
    """Reads a page as a browser does and keeps what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        runs = [name for name, _ in attrs if name.startswith("on")]
        runs += [value for _, value in attrs if (value or "").startswith(("javascript:", "data:"))]
        if tag == "script" or tag == "img":
            source = dict(attrs).get("src") or "//"
            ours = "/static/" if tag == "script" else "/"
            runs += [] if source.startswith(ours) and not source.startswith("//") else [tag]
        self.live += [f"<{tag} {what}>" for what in runs if tag not in ("input", "option")]


def live(page: str) -> list[str]:
    """What in the page would run or load from elsewhere; the value of an input or an option is only text."""
    reader = Reader()
    reader.feed(page)
    return reader.live


def text_fields(form: type) -> list[str]:
    """Names of all fields into which anything can be sent."""
    return [name for name, made_of in _fields(form).items() if made_of.__name__ not in CHOSEN]


def typed_fields(form: type) -> list[str]:
    """Names of all fields into which a person types words."""
    hidden = (HiddenField, IntegerField, DateField, DateTimeLocalField)
    return [
        name
        for name, made_of in _fields(form).items()
        if issubclass(made_of, StringField) and not issubclass(made_of, (*hidden, CountryField))
    ]


def shown_again(form: type) -> list[str]:
    """Names of the fields that keep what was typed when the form comes back."""
    kinds = (StringField, IntegerField, DateField, DateTimeLocalField)
    return [
        name
        for name, made_of in _fields(form).items()
        if issubclass(made_of, kinds)
        and not issubclass(made_of, (HiddenField, PasswordField, CountryField))
        and name not in NEVER_SHOWN
    ]


def _fields(form: type) -> dict[str, type]:
    found = {name: getattr(getattr(form, name), "field_class", None) for name in dir(form)}
    return {name: made_of for name, made_of in found.items() if made_of}


def forms_with_text(base: type = PageForm) -> set[type]:
    """Every form of the application into which a person types."""
    found = {form for each in base.__subclasses__() for form in forms_with_text(each) | {each}}
    return {form for form in found if form.__module__.startswith("eventhub.") and typed_fields(form)}


def faults_of(client: FlaskClient, page: Page, text: str, *, fields: list[str] | None = None) -> list[str]:
    """What is wrong with the page's answer to this text in these fields, else in all that take words."""
    names = typed_fields(page.form) if fields is None else fields
    typed = {**page.filled, **dict.fromkeys(names, text)}
    answer = client.post(page.path, data=typed, headers=csrf(client))
    return [f"{page.path}: {fault}" for fault in _faults(answer, page, typed)]


def _faults(answer: TestResponse, page: Page, typed: Mapping[str, Any]) -> list[str]:
    if answer.status_code in (302, 303):
        return []
    if page.shows_at_once and answer.status_code == 200:
        return live(answer.text)
    if answer.status_code != 422:
        return [f"answers {answer.status_code}"]
    return live(answer.text) + _unsaid(answer) + _lost(answer, page, typed)


def _unsaid(answer: TestResponse) -> list[str]:
    """A refused form says what is wrong, and every such sentence belongs to a control."""
    page = parsed(answer)
    errors = set(page.xpath("//*[contains(@class, 'field-error')][not(@hidden)]/@id"))
    described = {name for names in page.xpath("//@aria-describedby") for name in names.split()}
    return [] if errors and errors <= described else ["says no error beside its field"]


def _lost(answer: TestResponse, page: Page, typed: Mapping[str, Any]) -> list[str]:
    shown = {
        control.get("name"): control.get("value", control.text or "")
        for control in parsed(answer).xpath("//form[@method='post']//*[self::input or self::textarea]")
    }
    return [
        f"lost what was typed into {name}"
        for name in shown_again(page.form)
        if clean_line(shown.get(name) or "") != clean_line(str(typed.get(name, "")))
    ]
