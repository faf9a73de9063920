"""The blueprint on which every page of a delegation registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from eventhub.blueprints.delegations import words
from eventhub.events.models import Event
from eventhub.web.headers import private
from eventhub.web.wording import country_name, language_name, mini, when

MOST_UPLOADED = 8 * 1024 * 1024

pages = Blueprint("delegations", __name__)
pages.before_request(private)


@pages.url_value_preprocessor
def allow_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the form. More than a list may have, so that one too big is told beside its field."""
    if endpoint == "delegations.many":
        request.max_content_length = MOST_UPLOADED


@pages.context_processor
def say() -> dict[str, Any]:
    """Names of states and columns for every template of a delegation."""
    return {"says": words, "country_name": country_name, "language_name": language_name}


def facts_of(event: Event) -> dict[str, Any]:
    """What the event is, above a form."""
    return {"event": event, "card": mini(event), "when": when(event)}
