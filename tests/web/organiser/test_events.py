"""The pages of an event as a whole."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.blueprints.organiser.forms import typed_event
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.events.places import take_places
from eventhub.events.plans import plan_of_event
from eventhub.events.rules import EventState, Kind
from eventhub.events.templates import first_plan
from tests.factories import make_event, make_room, make_session
from tests.web.organiser.desk import Statements, error_beside, send, summary, typed_in

SKIPPED = "Clocks go forward that night, so this time does not exist. Choose one an hour later."
TWICE = "Clocks go back that night, so this time comes twice. Choose one an hour earlier or later."
KINDS = [kind.value for kind in Kind]


def fields_of(event: Event, **changes: object) -> dict[str, object]:
    """What a browser sends for this event."""
    typed = {**typed_event(plan_of_event(event)), **changes}
    return {
        name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
        for name, value in typed.items()
        if value not in (None, False)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_event_begins_with_the_template_of_its_kind(
    office: FlaskClient, now: datetime, kind: str
) -> None:
    plan = first_plan(Kind(kind), title={}, zone="Europe/Moscow", now=now)
    page = office.get(f"/organiser/events/new?kind={kind}").text
    names = ("starts_at", "ends_at", "opens_at", "closes_at", "capacity", "offer_hours")
    names += ("children_per_adult", "largest_group")
    typed = {name: typed_in(page, name) for name in names}

    answer = send(
        office,
        f"/organiser/events/new?kind={kind}",
        {**typed, "title_en": "Tides and waves", "timezone": "Europe/Moscow", "format": plan.format.value,
         "accent": plan.accent, "languages": list(plan.languages)},
    )  # fmt: skip

    event = db.session.scalars(select(Event)).one()
    assert (answer.status_code, answer.location) == (302, "/organiser/events/tides-and-waves")
    assert (event.kind, event.state, event.title) == (Kind(kind), EventState.DRAFT, {"en": "Tides and waves"})
    assert (event.starts_at, event.ends_at, event.opens_at) == (plan.starts_at, plan.ends_at, plan.opens_at)
    assert len(event.sessions) > 1


def test_without_a_kind_the_kinds_are_offered(office: FlaskClient) -> None:
    page = office.get("/organiser/events/new")

    assert page.status_code == 200
    assert [f"/organiser/events/new?kind={kind}" in page.text for kind in KINDS] == [True] * 6


def test_who_runs_one_event_makes_no_others(organiser: FlaskClient) -> None:
    assert organiser.get("/organiser/events/new").status_code == 404
    assert organiser.get("/organiser/events/own/clone").status_code == 404


OWN_PAGES = ["", "/edit", "/cancel", "/programme", "/programme/new", "/people", "/letters", "/door"]


@pytest.mark.parametrize("page", OWN_PAGES)
def test_an_organiser_sees_the_own_event_and_no_other(
    organiser: FlaskClient, now: datetime, page: str
) -> None:
    make_event(now=now, slug="other")
    db.session.commit()

    assert organiser.get(f"/organiser/events/own{page}").status_code == 200
    assert organiser.get(f"/organiser/events/other{page}").status_code == 404
    assert organiser.get(f"/organiser/events/nowhere{page}").status_code == 404


def test_the_list_has_own_events_alone(organiser: FlaskClient, now: datetime) -> None:
    make_event(now=now, slug="other")
    db.session.commit()

    page = organiser.get("/organiser/").text

    assert ("/organiser/events/own" in page, "/organiser/events/other" in page) == (True, False)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", ["draft", "live", "school"]),
        ("?state=draft", ["draft"]),
        ("?kind=summer-schools", ["school"]),
        ("?q=ПЛАЗМ", ["school"]),
        ("?state=published&kind=seminars", ["live"]),
        ("?state=nonsense&kind=nonsense", ["draft", "live", "school"]),
        ("?q=%25", []),
    ],
)
def test_the_address_says_which_events_are_listed(
    office: FlaskClient, now: datetime, query: str, seen: list[str]
) -> None:
    make_event(now=now, slug="draft", state=EventState.DRAFT)
    make_event(now=now, slug="live")
    title = {"en": "Plasma", "ru": "Плазма"}
    make_event(now=now, slug="school", kind=Kind.SUMMER_SCHOOL, title=title)
    db.session.commit()

    page = office.get(f"/organiser/{query}").text

    slugs = ("draft", "live", "school")
    assert [slug for slug in slugs if f'href="/organiser/events/{slug}"' in page] == seen


def test_thirty_events_cost_as_many_statements_as_one(office: FlaskClient, now: datetime) -> None:
    venue_id = make_room().venue_id
    make_event(now=now, capacity=10, venue_id=venue_id)
    db.session.commit()
    office.get("/organiser/")
    with Statements() as one:
        office.get("/organiser/")
    for _ in range(29):
        make_event(now=now, capacity=10, venue_id=venue_id)
    db.session.commit()
    with Statements() as thirty:
        office.get("/organiser/")

    assert thirty.count == one.count


def test_an_edit_is_stored_and_seen(organiser: FlaskClient, own: Event) -> None:
    answer = send(organiser, "/organiser/events/own/edit", fields_of(own, title_en="Waves", capacity=60))

    db.session.refresh(own)
    assert (answer.status_code, own.title["en"], own.pool.capacity, own.revision) == (302, "Waves", 60, 1)


def test_an_edit_without_a_change_changes_nothing(organiser: FlaskClient, own: Event) -> None:
    send(organiser, "/organiser/events/own/edit", fields_of(own))

    db.session.refresh(own)
    assert own.revision == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("ends_at", "2027-03-01T10:00", "The end must be after the start."),
        ("starts_at", "yesterday", "Enter day and time like 2027-07-12 14:00."),
        ("starts_at", "", "Enter day and time."),
        ("starts_at", "9999-12-31T23:59", "Enter a year between 2000 and 2100."),
        ("closes_at", "2099-01-01T10:00", "Registration must close before the event ends."),
        ("timezone", "Moscow", "Enter a time zone like Europe/Moscow."),
        ("online_link", "javascript:alert(1)", "Enter an address that begins with https://."),
        ("online_link", "https://[", "Enter an address that begins with https://."),
        ("contact_email", "nobody", "Enter an e-mail address like name@example.org."),
        ("capacity", "0", "Enter a number from 1 to 100,000."),
        ("capacity", "9" * 30, "Enter a number from 1 to 100,000."),
        ("capacity", "7", "20 places are taken already. Enter that number or a higher one."),
        ("title_en", "x" * 151, "Field cannot be longer than 150 characters."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    organiser: FlaskClient, own: Event, field: str, value: str, sentence: str
) -> None:
    take_places({own.pool_id: 20})
    db.session.commit()
    typed = {**fields_of(own), field: value, "summary_en": "Typed just now"}

    answer = send(organiser, "/organiser/events/own/edit", typed)

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert summary(answer.text) == [sentence]
    assert (typed_in(answer.text, field), typed_in(answer.text, "summary_en")) == (value, "Typed just now")
    db.session.refresh(own)
    assert own.revision == 0


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        ("2027-03-28T02:30", SKIPPED),
        ("2027-10-31T02:30", TWICE),
    ],
)
def test_times_that_clocks_skip_or_repeat_are_told(
    organiser: FlaskClient, own: Event, wall: str, sentence: str
) -> None:
    typed = fields_of(own, timezone="Europe/Berlin") | {"starts_at": wall, "ends_at": "2027-11-05T10:00"}

    answer = send(organiser, "/organiser/events/own/edit", typed)

    assert (error_beside(answer.text, "starts_at"), typed_in(answer.text, "starts_at")) == (sentence, wall)


def test_times_are_read_by_the_clocks_of_the_events_zone(organiser: FlaskClient, own: Event) -> None:
    times = {"starts_at": "2027-07-12T10:00", "ends_at": "2027-07-12T12:00"}
    typed = fields_of(own, timezone="Asia/Tokyo") | times

    send(organiser, "/organiser/events/own/edit", typed)

    db.session.refresh(own)
    assert own.starts_at == datetime(2027, 7, 12, 1, 0, tzinfo=UTC)


def test_publishing_an_unready_event_shows_what_is_missing(office: FlaskClient, now: datetime) -> None:
    event = make_event(now=now, slug="draft", state=EventState.DRAFT, summary={"en": "Only English"})
    db.session.commit()

    answer = send(office, "/organiser/events/draft", {}, to="/organiser/events/draft/publish")

    db.session.refresh(event)
    assert (answer.status_code, event.state) == (409, EventState.DRAFT)
    assert "Not published." in answer.text
    assert "5 of 7 done" in answer.text


def test_a_ready_event_is_published_by_one_press(office: FlaskClient, now: datetime) -> None:
    venue_id = make_room().venue_id
    event = make_event(now=now, slug="draft", state=EventState.DRAFT, published_at=None, venue_id=venue_id)
    db.session.commit()

    answer = send(office, "/organiser/events/draft", {}, to="/organiser/events/draft/publish")

    db.session.refresh(event)
    assert (answer.status_code, event.state) == (302, EventState.PUBLISHED)


def test_publishing_without_the_forms_token_is_refused(office: FlaskClient, now: datetime) -> None:
    make_event(now=now, slug="draft", state=EventState.DRAFT)
    db.session.commit()

    assert office.post("/organiser/events/draft/publish").status_code == 403


def test_a_cancellation_needs_a_reason_and_shows_it(organiser: FlaskClient, own: Event) -> None:
    refused = send(organiser, "/organiser/events/own/cancel", {"reason_en": " ", "reason_ru": ""})
    done = send(organiser, "/organiser/events/own/cancel", {"reason_ru": "Болезнь докладчика"})

    db.session.refresh(own)
    assert error_beside(refused.text, "reason_en") == (
        "Say why, in English or in Russian: participants read it."
    )
    assert (done.status_code, own.state, own.cancel_reason) == (
        302,
        EventState.CANCELLED,
        {"ru": "Болезнь докладчика"},
    )
    assert "Болезнь докладчика" in organiser.get("/organiser/events/own").text


def test_a_copy_starts_on_the_day_that_was_asked_for(office: FlaskClient, own: Event) -> None:
    make_session(own)
    db.session.commit()

    wrong = send(office, "/organiser/events/own/clone", {"starts_on": "tomorrow"})
    done = send(office, "/organiser/events/own/clone", {"starts_on": "2028-03-06"})

    copy = db.session.scalars(select(Event).where(Event.slug != "own")).one()
    assert wrong.status_code == 422
    assert error_beside(wrong.text, "starts_on") != ""
    assert done.location == f"/organiser/events/{copy.slug}"
    assert copy.starts_at - own.starts_at == timedelta(days=364)
    assert [session.title["en"] for session in copy.sessions] == ["Workshop"]


def test_an_event_that_is_not_over_is_not_archived(organiser: FlaskClient, own: Event) -> None:
    answer = send(organiser, "/organiser/events/own/edit", {}, to="/organiser/events/own/archive")

    db.session.refresh(own)
    assert (answer.status_code, own.state) == (409, EventState.PUBLISHED)


def test_a_guest_is_sent_to_sign_in(app: Flask, own: Event) -> None:
    db.session.commit()

    assert app.test_client().get("/organiser/events/own").location.startswith("/account/sign-in")
