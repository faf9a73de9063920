"""The reader's language: asked for in the address or by a form's button, kept in a cookie, else the browser's wish."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, gettext
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from eventhub.core.errors import Refusal
from eventhub.core.text import LANGUAGES, localised
from eventhub.core.translation import catalogue

NAMES = (("en", "English"), ("ru", "Русский"))
COOKIE = "lang"
SWITCH = "lang"
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    Babel(app, default_locale="en", locale_selector=language, default_translation_directories="translations")
    # Flask-Babel looks its translations up anew for each word of a page, and Jinja asks twice for each.
    app.jinja_env.install_gettext_callables(_say, _count, newstyle=True, pgettext=_say_of)  # type: ignore[attr-defined]  # added by the i18n extension
    app.jinja_env.globals.update({"_": _say_safely})
    app.jinja_env.globals.update(languages=NAMES, switch_language_url=switch_language_url)
    app.jinja_env.filters["localised"] = lambda texts: localised(texts, language())
    app.context_processor(lambda: {"current_language": language()})
    app.after_request(_remember)


def _say(sentence: str) -> str:
    return catalogue(language()).gettext(sentence)


def _say_safely(sentence: str, **facts: object) -> Markup:
    """Our words are HTML, facts are escaped into them."""
    words = Markup(_say(sentence))  # noqa: S704 - our own words
    return words % facts if facts or "%" in words else words


def _say_of(context: str, sentence: str) -> str:
    """One English word may be several in another language."""
    return str(catalogue(language()).pgettext(context, sentence))


def _count(one: str, many: str, number: int) -> str:
    return catalogue(language()).ngettext(one, many, number)


def language() -> str:
    """The language of this answer, `en` or `ru`."""
    known: str | None = g.get("language")
    if known is None:
        known = g.language = (
            _asked()
            or _known(request.cookies.get(COOKIE))
            or request.accept_languages.best_match(LANGUAGES)
            or "en"
        )
    return known


def switch_language_url(code: str) -> str:
    """This page in another language."""
    query = {**request.args.to_dict(flat=True), "lang": code}
    return f"{request.path}?{urlencode(query)}"


def sentence_of(refusal: Refusal) -> str:
    """A refusal in the reader's language, its facts filled in; texts per language among them are picked."""
    return say(refusal.sentence, refusal.facts)


def say(sentence: str, facts: Mapping[str, object]) -> str:
    """As sentence_of, where of a refusal only sentence and facts are kept."""
    said = str(gettext(sentence))
    return said % {name: _fact(value) for name, value in facts.items()} if facts else said


def _fact(value: object) -> object:
    return localised(value, language()) if isinstance(value, dict) else value


def _asked() -> str | None:
    return _known(request.args.get(SWITCH)) or _by_button()


def is_switch() -> bool:
    """Whether a form was sent only to be read in another language: it is shown again as typed, nothing is done."""
    return _by_button() is not None


def _by_button() -> str | None:
    """What the form's language button chose. A form that cannot be read chose nothing: its error page asks too."""
    if request.method != "POST":
        return None
    try:
        return _known(request.form.get(SWITCH))
    except HTTPException:
        return None


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None


def _remember(response: Response) -> Response:
    asked = _asked()
    if asked and asked != request.cookies.get(COOKIE) and not request.path.endswith(".ics"):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, asked, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
        response.headers["Cache-Control"] = "private, no-store"
    if response.mimetype == "text/html":
        response.vary.update(["Cookie", "Accept-Language"])
    return response
