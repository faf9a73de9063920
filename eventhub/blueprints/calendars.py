"""Public calendars over HTTP: the same bytes for every program that asks, and 304 when it has them."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.http import is_resource_modified, quote_etag

from eventhub.calendars.catalogue import Reader, entry_of, reader_of, session_entry_of
from eventhub.calendars.entries import Entry, Feed
from eventhub.calendars.ical import render
from eventhub.calendars.kept import Kept, keep
from eventhub.calendars.queries import Mark, Scope, get_mark, get_series, list_events, list_sessions
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.links import absolute
from eventhub.core.shelf import Shelf
from eventhub.core.text import LANGUAGES
from eventhub.events.kinds import KIND_WORDS
from eventhub.events.rules import Kind
from eventhub.web.front import keep_while

feeds = Blueprint("calendars", __name__)

_PLACES = 64
_REFRESH = timedelta(hours=1)
_COLOUR = "seagreen"
# Where a calendar of many zones is at home; every entry carries its own.
_HOME_ZONE = "Europe/Moscow"


@feeds.record_once
def _put_up_the_shelf(state: BlueprintSetupState) -> None:
    state.app.extensions["shelves"]["feeds"] = Shelf[Kept](_PLACES)


@feeds.get("/calendar/events.ics")
def all_events() -> Response:
    return _answer(Scope(), disposition='inline; filename="events.ics"')


@feeds.get("/calendar/<kind>.ics")
def of_kind(kind: str) -> Response:
    if kind not in set(Kind):
        raise NotFound()
    return _answer(Scope(kind=Kind(kind)), disposition=f'inline; filename="{kind}.ics"')


@feeds.get("/calendar/series/<slug>.ics")
def of_series(slug: str) -> Response:
    return _answer(Scope(series=slug), disposition='inline; filename="series.ics"')


@feeds.get("/events/<slug>/event.ics")
def event(slug: str) -> Response:
    """For download; with ?programme=1 every line of the programme is an entry of its own."""
    scope = Scope(event=slug, has_programme=request.args.get("programme") == "1")
    return _answer(scope, disposition='attachment; filename="event.ics"')


def _answer(scope: Scope, *, disposition: str) -> Response:
    """Without a cookie and whatever language the program claims: only the address decides."""
    mark = get_mark(scope, now=clock.now())
    keep_while(lambda: get_mark(scope, now=clock.now()), mark)
    language = _language()
    shelf: Shelf[Kept] = current_app.extensions["shelves"]["feeds"]
    kept = shelf.get((scope, language, mark), lambda: keep(_render(scope, mark, language)))
    is_packed = request.accept_encodings.quality("gzip") > 0
    etag = f"{kept.mark}-gz" if is_packed else kept.mark
    if is_resource_modified(request.environ, quote_etag(etag), last_modified=mark.changed_at):
        response = _full(kept, is_packed=is_packed, disposition=disposition)
    else:
        response = Response(status=304)
        del response.headers["Content-Type"]
    return _labelled(response, etag, mark.changed_at)


def _language() -> str:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else "en"


def _full(kept: Kept, *, is_packed: bool, disposition: str) -> Response:
    body = kept.packed if is_packed else kept.plain
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = disposition
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _labelled(response: Response, etag: str, changed_at: datetime) -> Response:
    response.set_etag(etag)
    response.last_modified = changed_at
    response.headers["Cache-Control"] = "public, max-age=300"
    response.vary.add("Accept-Encoding")
    return response


def _render(scope: Scope, mark: Mark, language: str) -> bytes:
    with force_locale(language):
        reader = reader_of(language)
        feed = _feed(scope, reader)
    rendered = render(feed, _entries(scope, mark, reader), words=reader.words)
    for one in rendered.quarantined:
        current_app.logger.warning("calendar entry %s left out: %s", one.uid, one.reason)
    return rendered.body


def _entries(scope: Scope, mark: Mark, reader: Reader) -> list[Entry]:
    entries = [entry_of(one, reader) for one in list_events(scope, since=mark.since)]
    if scope.event and scope.has_programme:
        entries += [session_entry_of(one, reader) for one in list_sessions(scope.event)]
    return entries


def _feed(scope: Scope, reader: Reader) -> Feed | None:
    if scope.event:
        return None
    name, description, page = _names(scope, reader)
    return Feed(
        name=f"EventHub: {name}",
        description=description,
        tzid=_HOME_ZONE,
        refresh=_REFRESH,
        page_url=absolute(page),
        url=absolute(request.path) + ("" if reader.language == "en" else f"?lang={reader.language}"),
        colour=_COLOUR,
    )


def _names(scope: Scope, reader: Reader) -> tuple[str, str, str]:
    """Name, description and page of the feed."""
    if scope.series:
        series = get_series(scope.series)
        return reader.say(series.title), reader.say(series.summary), f"/seminars/series/{series.slug}"
    if scope.kind:
        name = _(KIND_WORDS[scope.kind].many)
        return name, _("All events of this kind, kept up to date."), f"/{scope.kind}"
    return _("All events"), _("All public events, kept up to date."), "/"
