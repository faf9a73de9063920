"""The front desk: who is served there, what is kept, and that nothing stale or private is ever handed out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventhub.blueprints import seminars
from eventhub.core import clock
from eventhub.db import db, transaction
from eventhub.events.models import Event, Series
from eventhub.events.queries import get_series
from eventhub.events.rules import EventState
from eventhub.events.stamps import revise
from eventhub.privacy.commands import publish_consent
from eventhub.web.front import LONGEST_ASKED, MOST_ANSWERS
from tests.factories import both_languages, make_event, make_user
from tests.people import sign_in, statements

PAGE = "/events/kept"
FEED = "/calendar/events.ics"


@pytest.fixture
def event(app: Flask, now: datetime) -> Iterator[Event]:
    """A public event, while the clock stands still: pages are made anew each minute."""
    with time_machine.travel(now, tick=False):
        with transaction():
            event = make_event(now=now, slug="kept", capacity=50)
        yield event


@pytest.mark.parametrize("path", [PAGE, FEED, "/", "/seminars"])
def test_what_is_kept_is_handed_out_again_for_one_statement(
    client: FlaskClient, event: Event, path: str
) -> None:
    first = client.get(path)

    with statements() as said:
        again = client.get(path)

    assert (again.status_code, again.data, len(said)) == (200, first.data, 1)
    assert without_id(again) == without_id(first)


def without_id(answer: TestResponse) -> list[tuple[str, str]]:
    """Its headers, and a proof that each answer has a number of its own."""
    assert len(answer.headers["X-Request-ID"]) == 16
    return sorted((name, value) for name, value in answer.headers if name != "X-Request-ID")


@pytest.mark.parametrize("path", [PAGE, FEED])
def test_a_reader_who_has_it_gets_304_without_a_word_about_a_body(
    client: FlaskClient, event: Event, path: str
) -> None:
    etag = client.get(path).headers["ETag"]

    answers = [client.get(path, headers={"If-None-Match": mark}) for mark in (etag, f"W/{etag}", '"old"')]

    assert [answer.status_code for answer in answers] == [304, 304, 200]
    assert answers[0].data == b""
    assert {"Content-Type", "Content-Encoding", "Content-Disposition"}.isdisjoint(dict(answers[0].headers))
    assert answers[0].headers["Content-Security-Policy"] == answers[2].headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [PAGE, FEED])
def test_a_process_that_has_rendered_nothing_yet_says_304_for_one_statement(
    app: Flask, client: FlaskClient, event: Event, path: str
) -> None:
    etag = client.get(path).headers["ETag"]
    app.extensions["shelves"]["answers"].clear()
    reader = {"If-None-Match": etag}
    assert client.get(path, headers=reader).status_code == 304

    with statements() as said:
        again = client.get(path, headers=reader)

    assert (again.status_code, again.headers["ETag"], len(said)) == (304, etag, 1)
    assert [client.get(path).status_code for _ in range(2)] == [200, 200]
    assert client.get(path, headers=reader).status_code == 304


def test_a_change_is_seen_at_the_next_request(client: FlaskClient, event: Event) -> None:
    before = client.get(PAGE), client.get(FEED)
    with transaction():
        changed = db.session.get_one(Event, event.id)
        changed.title = {"en": "Moved to the harbour", "ru": "Перенесено в порт"}
        revise(changed, now=clock.now())

    after = client.get(PAGE), client.get(FEED)

    assert [("Moved to the harbour" in one.text) for one in (*before, *after)] == [False, False, True, True]


def test_what_is_withdrawn_is_gone_at_once(client: FlaskClient, event: Event) -> None:
    assert client.get(PAGE).status_code == 200
    with transaction():
        db.session.get_one(Event, event.id).state = EventState.DRAFT

    assert client.get(PAGE).status_code == 404


def test_each_language_packing_and_query_has_its_own(app: Flask, client: FlaskClient, event: Event) -> None:
    russian = app.test_client()
    russian.set_cookie("lang", "ru")

    def read(**headers: str) -> TestResponse:
        return client.get(PAGE, headers={name.replace("_", "-"): value for name, value in headers.items()})

    for _twice in range(2):
        assert '<html lang="en">' in read().text
        assert '<html lang="ru">' in read(Accept_Language="ru").text
        assert '<html lang="ru">' in russian.get(PAGE).text
        assert read(Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
        assert "Vladivostok" in client.get(PAGE, query_string={"tz": "Asia/Vladivostok"}).text


def test_who_asks_for_a_language_gets_the_cookie_each_time(app: Flask, event: Event) -> None:
    for _twice in range(2):
        answer = app.test_client().get(f"{PAGE}?lang=ru")
        assert answer.headers["Set-Cookie"].startswith("lang=ru;")


def test_the_signed_in_are_served_inside(app: Flask, client: FlaskClient, event: Event) -> None:
    client.get(PAGE)
    with transaction():
        person = make_user("reader@example.org", now=clock.now())
    reader = app.test_client()
    sign_in(reader, person, now=clock.now())

    assert "My account" in reader.get(PAGE).text
    assert "My account" not in client.get(PAGE).text


def test_a_foreign_host_is_refused_though_the_page_is_kept(client: FlaskClient, event: Event) -> None:
    client.get(PAGE)

    assert client.get(PAGE, headers={"Host": "evil.example"}).status_code == 400


def test_forms_errors_and_posts_are_never_kept(app: Flask, client: FlaskClient, event: Event) -> None:
    client.get("/events/kept/register")
    client.get("/events/none")
    client.get("/account/sign-in")
    client.post(PAGE)

    assert len(app.extensions["shelves"]["answers"]) == 0


def test_the_shelf_does_not_grow_for_ever(app: Flask, client: FlaskClient, event: Event) -> None:
    for number in range(MOST_ANSWERS + 10):
        client.get(f"/help?{number}")

    assert len(app.extensions["shelves"]["answers"]) == MOST_ANSWERS


def test_who_asks_not_to_get_what_it_has_not_gets_the_page(client: FlaskClient, event: Event) -> None:
    asking = {"If-Match": '"other"'}

    assert [client.get(PAGE, headers=asking).status_code for _ in range(2)] == [200, 200]


def test_a_consent_says_at_once_that_it_is_replaced(client: FlaskClient, event: Event) -> None:
    def publish() -> None:
        words = {"title": both_languages("Photos"), "body": both_languages("We take photos.")}
        with transaction():
            publish_consent(purpose="photos", **words, is_required=False, now=clock.now())

    publish()
    before = client.get("/privacy/photos/1").text, client.get("/privacy").text
    publish()
    after = client.get("/privacy/photos/1").text, client.get("/privacy").text

    assert ["replaced" in page for page in (before[0], after[0])] == [False, True]
    assert ["/privacy/photos/2" in page for page in (before[1], after[1])] == [False, True]


def test_who_asks_at_great_length_fills_no_shelf(app: Flask, client: FlaskClient, event: Event) -> None:
    def lying_there() -> int:
        return sum(len(app.extensions["shelves"][name]) for name in ("answers", "pages", "feeds", "forms"))

    long = "a" * LONGEST_ASKED
    client.get(FEED)
    before = lying_there()

    for path in (PAGE, "/", FEED, f"{PAGE}/register"):
        answer = client.get(path, query_string={"q": long})
        assert (answer.status_code, "ETag" in answer.headers) == (200, path == FEED)
    for name in ("Accept-Language", "Accept-Encoding"):
        assert client.get(FEED, headers={name: long}).status_code == 200

    assert lying_there() == before


def in_a_series(event: Event) -> int:
    """Put it into a new one; the series' id."""
    with transaction():
        series = Series(slug="shells", title=both_languages("Shells"), summary={})
        db.session.add(series)
        db.session.flush()
        db.session.get_one(Event, event.id).series_id = series.id
    return series.id


def test_another_of_the_series_is_shown_as_it_is_now(client: FlaskClient, event: Event) -> None:
    series_id = in_a_series(event)
    with transaction():
        other = make_event(now=clock.now(), title=both_languages("Next one"), series_id=series_id)
    assert "Next one" in client.get(PAGE).text

    with transaction():
        changed = db.session.get_one(Event, other.id)
        changed.title = both_languages("Moved to the harbour")
        revise(changed, now=clock.now())

    assert "Moved to the harbour" in client.get(PAGE).text


def test_what_changes_while_a_series_is_read_is_in_the_next_page(
    app: Flask, client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_series(event)

    def change() -> None:
        with app.app_context(), transaction():
            changed = db.session.get_one(Event, event.id)
            changed.title = both_languages("Moved to the harbour")
            revise(changed, now=clock.now())

    def read_then_change(slug: str) -> Series:
        found = get_series(slug)
        with ThreadPoolExecutor(1) as somebody_else:
            somebody_else.submit(change).result()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(seminars, "get_series", read_then_change)
        client.get("/seminars/series/shells")

    assert "Moved to the harbour" in client.get("/seminars/series/shells").text
