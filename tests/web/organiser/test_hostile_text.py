"""Every text field of the organisers' forms with hostile text: a clear error or harmless text, never a broken page."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from wtforms import StringField

from eventhub.blueprints.organiser.forms import EventForm, SessionForm
from eventhub.blueprints.organiser.small_forms import CrewForm, NameForm, VenueForm
from eventhub.core.text import clean_text
from eventhub.db import db
from eventhub.events.models import Event
from tests.people import csrf
from tests.web.organiser.test_events import fields_of
from tests.web.organiser.test_programme import TYPED

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "hostile_text.json").read_text())
OWN = "/organiser/events/own"
FORMS = {
    f"{OWN}/edit": EventForm,
    f"{OWN}/programme/new": SessionForm,
    f"{OWN}/door": NameForm,
    f"{OWN}/crew": CrewForm,
    f"{OWN}/venue": VenueForm,
}


class Reader(HTMLParser):
    """Reads a page as a browser does and keeps what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        runs = [name for name, _ in attrs if name.startswith("on")]
        runs += [value for _, value in attrs if (value or "").startswith(("javascript:", "data:"))]
        if tag in ("img", "script") and not dict(attrs).get("src", "").startswith("/static/"):
            runs.append(tag)
        self.live += [f"<{tag} {what}>" for what in runs if tag != "input"]


def live(page: str) -> list[str]:
    """What in the page would run or load from elsewhere; what stands in an input's value is only text."""
    reader = Reader()
    reader.feed(page)
    return reader.live


def filled(page: str, own: Event) -> dict[str, object]:
    """A form that would be taken."""
    return {
        f"{OWN}/edit": fields_of(own),
        f"{OWN}/programme/new": TYPED,
        f"{OWN}/door": {"name_en": "Gate"},
        f"{OWN}/crew": {"email": "crew@example.org", "full_name": "Test Crew"},
        f"{OWN}/venue": {"name_en": "House", "country": "RU"},
    }.get(page, {})


def text_fields(form: type) -> list[str]:
    """Names of all fields into which anything can be typed."""
    names = [name for name in dir(form) if getattr(getattr(form, name), "field_class", None)]
    return [
        name for name in names if getattr(form, name).field_class.__name__ not in ("Ticks", "BooleanField")
    ]


def test_the_reader_finds_what_would_run() -> None:
    page = '<p onclick="x">&lt;script&gt;</p><script>x</script><img src="//evil"><a href="javascript:x">'

    assert live(page) == ["<p onclick>", "<script script>", "<img img>", "<a javascript:x>"]
    assert live('<script src="/static/dist/app.js"></script><input value="javascript:x">') == []


def test_the_enumeration_finds_text_fields() -> None:
    assert "title_en" in text_fields(EventForm)
    assert issubclass(EventForm.title_en.field_class, StringField)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    organiser: FlaskClient, own: Event, vector: dict[str, str]
) -> None:
    token = csrf(organiser)
    db.session.rollback()
    for page, form in FORMS.items():
        typed = {**filled(page, own), **dict.fromkeys(text_fields(form), vector["text"])}

        answer = organiser.post(page, data=typed, headers=token)

        assert answer.status_code in (302, 422), page
        assert live(answer.text) == [], page


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_that_is_stored_is_clean_and_shown_harmlessly(
    organiser: FlaskClient, own: Event, vector: dict[str, str]
) -> None:
    token, text = csrf(organiser), vector["text"]
    db.session.rollback()
    typed = {**fields_of(own), "title_ru": text[:150], "description_en": text, "host_en": text[:150]}

    answer = organiser.post(f"{OWN}/edit", data=typed, headers=token)

    db.session.refresh(own)
    assert answer.status_code in (302, 422)
    stored = [text for texts in (own.title, own.description, own.host) for text in texts.values()]
    assert stored == [clean_text(text) for text in stored]
    shown = organiser.get(f"{OWN}?lang=ru")
    assert (shown.status_code, live(shown.text)) == (200, [])
