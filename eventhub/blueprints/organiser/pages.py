"""The blueprint on which every page family of the organisers registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from eventhub.blueprints.organiser import words
from eventhub.events.kinds import KIND_WORDS, SESSION_WORDS
from eventhub.registration.forms.queries import list_answers
from eventhub.web.answers import answer_rows
from eventhub.web.wording import country_name

pages = Blueprint("organiser", __name__, url_prefix="/organiser")


@pages.context_processor
def say() -> dict[str, Any]:
    """The names of kinds and states for every template of this audience."""
    return {
        "words": words,
        "kinds": KIND_WORDS,
        "session_kinds": SESSION_WORDS,
        "country_name": country_name,
        "answers_of": lambda registration: answer_rows(list_answers(registration.id)),
    }
