"""Summer and winter schools with their modules, as a participant sees them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from eventhub.blueprints import catalogue
from eventhub.blueprints.event_page import Line, line, view_of
from eventhub.core import moments
from eventhub.events.models import Event, Session
from eventhub.events.rules import Kind, SessionKind
from eventhub.web.i18n import language
from eventhub.web.wording import language_name

pages = Blueprint("schools", __name__)


@pages.get("/summer-schools")
def summer() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.SUMMER_SCHOOL)


@pages.get("/winter-schools")
def winter() -> Response:
    return catalogue.page("public/kind.html", kind=Kind.WINTER_SCHOOL)


def show(event: Event) -> str:
    """The school's page: its modules with their dates, then what happens by day."""
    modules = [_module(session, event) for session in event.sessions if session.kind is SessionKind.MODULE]
    return render_template("schools/show.html", modules=modules, **view_of(event))


def _module(session: Session, event: Event) -> Line:
    dates = moments.span(session.starts_at, session.ends_at, event.timezone, language())
    return {**line(session, event.timezone), "dates": dates, "language": language_name(session.language)}
