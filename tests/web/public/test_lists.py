"""Home and the pages of the kinds: what each wish in the address finds, and what it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventhub.db import db, transaction
from eventhub.events.models import Event, Series, Venue
from eventhub.events.rules import EventState, Format, Kind
from tests.factories import both_languages, make_event, make_session
from tests.people import forget_kept, statements
from tests.web.reading import HOSTILE, dangers, titles


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield


def named(title: str, *, now, **changes) -> Event:
    return make_event(now=now, title=both_languages(title), summary={}, host={}, **changes)


@pytest.fixture
def catalogue(app: Flask, now) -> None:
    """Events that differ in what can be wished for; each title says how."""
    with transaction():
        helsinki = Venue(
            name=both_languages("Hall"), address={}, city=both_languages("Helsinki"), country="FI"
        )
        db.session.add(helsinki)
        db.session.flush()
        named("Plain", now=now)
        named("Conference", now=now, kind=Kind.CONFERENCE)
        named("Arts", now=now, topics=["arts", "life"])
        named("Online", now=now, format=Format.ONLINE)
        named("Finland", now=now, venue_id=helsinki.id)
        named("Russian", now=now, languages=["ru"])
        named("Paid", now=now, is_free=False)
        late = now + timedelta(days=60)
        named("Late", now=now, starts_at=late, ends_at=late + timedelta(hours=1))
        named("Draft", now=now, state=EventState.DRAFT)
        named("Archived", now=now, state=EventState.ARCHIVED)
        named("Over", now=now, starts_at=now - timedelta(hours=2), ends_at=now)
        named("Running", now=now, starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=1))
        named(
            "Called off", now=now, state=EventState.CANCELLED, cancel_reason={"en": "Storm"}, cancelled_at=now
        )


ALL = {"Plain", "Conference", "Arts", "Online", "Finland", "Russian", "Paid", "Late", "Running", "Called off"}


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ("spoken=", ALL),
        ("kind=conferences", {"Conference"}),
        ("topic=arts", {"Arts"}),
        ("topic=life", {"Arts"}),
        ("format=online", {"Online"}),
        ("country=FI", {"Finland"}),
        ("spoken=ru", {"Russian"}),
        ("free=yes", ALL - {"Paid"}),
        ("when=week", {"Running"}),
        ("when=month", ALL - {"Late"}),
        ("q=finl", {"Finland"}),
        ("q=LATE", {"Late"}),
        ("kind=conferences&topic=arts", set()),
        ("page=2", set()),
    ],
)
def test_a_wish_finds_exactly_what_was_wished(
    client: FlaskClient, catalogue: None, wishes: str, found: set[str]
) -> None:
    assert titles(client.get(f"/?{wishes}")) == found


@pytest.mark.parametrize(
    "wishes",
    ["kind=x", "topic=x", "format=x", "country=xx", "country=%00%00", "spoken=x", "when=x", "page=x", "page=-1",
     "page=0", "kind=conferences%00", "unknown=1", "q=%20", "q=%00", "page=%C2%B2"],
)  # fmt: skip
def test_an_unknown_wish_asks_for_nothing(client: FlaskClient, catalogue: None, wishes: str) -> None:
    assert titles(client.get(f"/?{wishes}&spoken=")) == ALL


@pytest.mark.parametrize("page", ["99999", "999999999999999999999999", "1000"])
def test_a_page_far_away_is_empty_or_the_first_and_no_error(
    client: FlaskClient, catalogue: None, page: str
) -> None:
    assert client.get(f"/?page={page}").status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        "оболочки",
        "ОБОЛОЧКИ",
        "Ёлки",
        "елки",
        "ЕЛКИ",
        "café",
        "CAFE",
        "Straße",
        "STRASSE",
        "оболочки елки",
        "50%",
        "a_b",
    ],
)
def test_searching_ignores_case_and_diacritics(client: FlaskClient, app: Flask, now, words: str) -> None:
    with transaction():
        named("Оболочки и ёлки: Café, Straße 50% a_b", now=now)
        named("Something else, 50 axb", now=now)

    assert titles(client.get("/", query_string={"q": words})) == {"Оболочки и ёлки: Café, Straße 50% a_b"}


def test_searching_for_hostile_text_finds_nothing_and_runs_nothing(
    client: FlaskClient, catalogue: None
) -> None:
    for vector in HOSTILE:
        words = vector["text"].encode("utf-8", "surrogatepass").decode("utf-8", "replace")[:500]
        answer = client.get("/", query_string={"q": words})
        assert (answer.status_code, dangers(answer)) == (200, []), vector["name"]


def many(count: int, now, **changes) -> None:
    with transaction():
        for number in range(count):
            starts = now + timedelta(days=10, minutes=number)
            named(
                f"Event {number}",
                now=now,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                capacity=9,
                **changes,
            )


def cost(client: FlaskClient, path: str) -> int:
    with statements() as said:
        assert client.get(path).status_code == 200
    return len(said)


@pytest.mark.parametrize("path", ["/", "/?q=event", "/seminars", "/seminars/series/shells"])
def test_thirty_events_cost_as_many_statements_as_one(
    app: Flask, client: FlaskClient, now, path: str
) -> None:
    with transaction():
        series = Series(slug="shells", title=both_languages("Shells"), summary={})
        db.session.add(series)
        db.session.flush()
        series_id = series.id
    many(1, now, series_id=series_id)
    one = cost(client, path)
    forget_kept(app)

    many(29, now, series_id=series_id)

    assert cost(client, path) == one


def test_a_long_wish_is_not_repeated_in_every_link(client: FlaskClient) -> None:
    page = client.get("/seminars", query_string={"q": "a" * 60_000}).text

    assert len(page) < 150_000


@pytest.mark.parametrize("kind", list(Kind))
def test_a_programme_of_thirty_sessions_costs_as_many_statements_as_one(
    app: Flask, client: FlaskClient, now, kind: Kind
) -> None:
    costs = []
    for sessions in (1, 30):
        with transaction():
            event = named("Event", now=now, kind=kind, slug=f"with-{sessions}", capacity=9)
            for _ in range(sessions):
                make_session(event, capacity=5)
        costs.append(cost(client, f"/events/with-{sessions}"))

    assert costs[0] == costs[1]
