"""Every text field of the organisers' forms with hostile text: a clear error or harmless text, never a broken page."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from wtforms import StringField

from eventhub.blueprints.organiser.fields import WallClock
from eventhub.blueprints.organiser.forms import (
    CancelForm,
    CloneForm,
    CrewForm,
    EventForm,
    GateForm,
    SessionForm,
    VenueForm,
)
from eventhub.core.text import clean_text
from eventhub.db import db
from eventhub.events.models import Event
from tests.web.organiser.desk import send
from tests.web.organiser.test_events import fields_of
from tests.web.organiser.test_programme import TYPED

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "hostile_text.json").read_text())
OWN = "/organiser/events/own"
FORMS = {
    f"{OWN}/edit": EventForm,
    f"{OWN}/programme/new": SessionForm,
    f"{OWN}/cancel": CancelForm,
    f"{OWN}/clone": CloneForm,
    f"{OWN}/door": GateForm,
    f"{OWN}/crew": CrewForm,
    f"{OWN}/venue": VenueForm,
}
NOT_TEXT = (WallClock,)
LIVE = re.compile(r"<script(?! (?:src|type=\"module\"))|<svg/onload|<img src=x|\son\w+=(?=[^>]*>)")


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


def test_the_enumeration_finds_text_fields() -> None:
    assert "title_en" in text_fields(EventForm)
    assert issubclass(EventForm.title_en.field_class, StringField)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    organiser: FlaskClient, own: Event, vector: dict[str, str]
) -> None:
    for page, form in FORMS.items():
        if page.endswith(("cancel", "clone")):
            continue
        typed = {**filled(page, own), **dict.fromkeys(text_fields(form), vector["text"])}

        answer = send(organiser, page, typed)

        assert answer.status_code in (302, 422), (page, vector["name"])
        assert LIVE.findall(answer.text) == [], page
        assert "\x00" not in answer.text
    alone = {"title_ru": vector["text"], "description_en": vector["text"], "host_en": vector["text"][:150]}
    assert send(organiser, f"{OWN}/edit", {**fields_of(own), **alone}).status_code in (302, 422)
    db.session.refresh(own)
    stored = " ".join(text for texts in (own.title, own.summary, own.host) for text in texts.values())
    assert stored == clean_text(stored)
    for page in ("", "/edit", "/programme", "/people"):
        shown = organiser.get(OWN + page)
        assert (shown.status_code, LIVE.findall(shown.text)) == (200, [])
