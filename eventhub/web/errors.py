"""Refusals and errors as answers: a page in the reader's language, or a JSON problem (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from eventhub.core.errors import Refusal, TooMany
from eventhub.db import db, is_outage
from eventhub.web.i18n import sentence_of


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(Exception, _our_fault)


def wants_json() -> bool:
    """Machines and scripts ask for JSON; everything else gets a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or request.is_json or best == "application/json"


def problem(status: int, sentence: str, **more: object) -> Response:
    """A JSON problem."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        **more,
    }
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _refused(refusal: Refusal) -> ResponseReturnValue:
    answer = _answer(refusal.status, sentence_of(refusal))
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    answer = _answer(error.code, _sentence(error.code))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _answer(403, _("This page was open too long. Go back, reload it and send it again."))


def _database_trouble(error: OperationalError) -> ResponseReturnValue:
    """A database that is away or has no room comes back: the same request is good again later."""
    if not is_outage(error):
        return _our_fault(error)
    current_app.logger.error("the database does not work", exc_info=error)
    db.session.rollback()
    answer = _answer(503, _sentence(503))
    answer.headers["Retry-After"] = "60"
    return answer


def _our_fault(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("unexpected error", exc_info=error)
    db.session.rollback()  # on PostgreSQL a failed statement spoils all that follow, the page's own included
    return _answer(500, _sentence(500))


def _sentence(status: int) -> str:
    sentences = {
        400: _("We could not read this request."),
        403: _("Your account may not do this."),
        404: _("We can't find this page."),
        405: _("This page does not take that kind of request."),
        413: _("This is too large. Send less at once."),
        429: _("That was too often."),
        503: _("We are busy for a moment."),
        500: _("Something went wrong on our side. What was stored before is safe; we have been told."),
    }
    return str(sentences.get(status, sentences[500] if status >= 500 else sentences[400]))


def _advice(status: int) -> str:
    """What to do next; nothing where the sentence says it."""
    advice = {
        403: _("Go back, or sign in with an account that may."),
        404: _(
            "The address may be mistyped, or what stood here was taken away. All events are one click away."
        ),
        429: _("Wait a little and try again. What you sent before is kept."),
        503: _("Try again in a minute. What was stored before is safe."),
    }
    return str(advice.get(status, ""))


def _answer(status: int, sentence: str) -> Response:
    if wants_json():
        return problem(status, sentence)
    page = render_template("errors/page.html", status=status, sentence=sentence, advice=_advice(status))
    return Response(page, status)
