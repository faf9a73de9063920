"""Two snares for programs that fill in forms: a field that no person sees, and answers sooner than a person types.

A person may step into one (a password manager fills in everything, a browser keeps old answers), so nothing is lost:
they are asked to send the form once more, and then it is believed.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.core.keys import token_for, token_matches
from eventhub.core.text import N_
from eventhub.web.proxies import settings_of

LURE = "website"
PURPOSE = "form.asked-again"
_CSRF_SALT = "wtf-csrf-token"  # Flask-WTF's own


class OnceMore(Refusal):
    sentence = N_(
        "This looked like a program that fills in forms. "
        "Please send the form once more: everything that you typed is still here."
    )
    status = 422


def is_person(form_key: str, *, asked_again: str) -> bool:
    """Whether a person seems to have sent this form, or was asked once more by pass_for()."""
    if token_matches(PURPOSE, _subject(form_key), asked_again):
        return True
    return not request.form.get(LURE) and _seconds_since_shown() >= settings_of().form_seconds


def pass_for(form_key: str) -> str:
    """What a form that is shown again carries: good for this form in this browser alone."""
    return token_for(PURPOSE, _subject(form_key))


def _subject(form_key: str) -> str:
    generate_csrf()  # sees to it that the session has its secret
    return f"{session['csrf_token']}:{form_key}"


def _seconds_since_shown() -> float:
    """By the moment that is signed into the CSRF token. It is in whole seconds, rounded down in the person's favour."""
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt=_CSRF_SALT)
    shown_at: datetime
    try:
        _secret, shown_at = signer.loads(request.form.get("csrf_token", ""), return_timestamp=True)
    except BadData:
        return 0.0
    return (clock.now() - shown_at).total_seconds()
