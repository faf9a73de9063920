"""The blueprint on which every page family of the organisers registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import pgettext

from eventhub.blueprints.organiser import words
from eventhub.events.kinds import KIND_WORDS, SESSION_WORDS
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.queries import list_answers
from eventhub.registration.models import Registration
from eventhub.web.answers import answer_rows, has_file
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
        "answers_of": _answers_of,
    }


def _answers_of(registration: Registration) -> list[dict[str, str]]:
    """What was answered, with a way to open what lies sealed."""
    answers = list_answers(registration.id)
    return [
        {**row, **_way_to(registration, answer)}
        for row, answer in zip(answer_rows(answers), answers, strict=True)
    ]


def _way_to(registration: Registration, answer: Stored) -> dict[str, str]:
    if answer.is_sealed:
        return {"href": _path(".open_sealed", registration, answer), "verb": pgettext("sealed", "Open")}
    return {"file": _path(".sent_file", registration, answer)} if has_file(answer) else {}


def _path(endpoint: str, registration: Registration, answer: Stored) -> str:
    return url_for(
        endpoint,
        slug=registration.event.slug,
        public_id=registration.public_id,
        name=answer.question.public_id,
    )
