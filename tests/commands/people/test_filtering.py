"""Who fits a wish, in what order, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventhub.checkin.models import Presence
from eventhub.checkin.points import whole_event
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.people.commands import add_tag
from eventhub.people.queries import count_by_tab, list_offers, list_people, walk_people
from eventhub.people.rules import PAGE, PeopleWish, Sort, Tab
from eventhub.registration.models import SessionChoice
from eventhub.registration.rules import RegistrationState
from tests.commands.registration.asking import registered
from tests.commands.registration.parties import NINE, SIX, a_child, a_family
from tests.factories import make_attendee, make_event, make_session

# Half past midnight in Moscow: still the day before by UTC.
LATE = datetime(2027, 2, 27, 21, 30, tzinfo=UTC)


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    """Three people: Anna (in Cyrillic, came), Žofie (pending, tagged), Karl (cancelled, chose a session)."""
    with transaction():
        event = make_event(now=now)
        session = make_session(event, public_id="talk")
        anna = make_attendee(
            event, now=now, full_name="Анна Тестова", organisation="Завод «Пример»", country="RU"
        )
        zofie = make_attendee(
            event,
            now=now,
            full_name="Žofie Example",
            organisation="Université d'Exemple",
            language="ru",
            created_at=LATE,
            state=RegistrationState.PENDING,
            held_until=now + timedelta(minutes=30),
        )
        karl = make_attendee(
            event, now=now, full_name="Karl Sample", state=RegistrationState.CANCELLED, email_key="karl@sample.example",
            number="K7QX-M2DP", created_at=now - timedelta(hours=1)
        )  # fmt: skip
        db.session.add(SessionChoice(registration_id=karl.registration_id, session_id=session.id))
        came = {"ticket_id": anna.ticket_id, "point_id": whole_event(event.id).id, "entered_at": now}
        db.session.add(Presence(**came, is_inside=False, scan_id="s", since=now))
        add_tag(zofie.registration, "Guest of honour", by="test", now=now)
        make_attendee(make_event(now=now), now=now, full_name="Анна Чужая")
    return event


def names(event: Event, **wish: Any) -> list[str]:
    asked = PeopleWish(event_id=event.id, zone=event.timezone, **wish)
    return [row.full_name.split()[0] for row in list_people(asked, page=1)]


@pytest.mark.parametrize(
    ("wish", "fit"),
    [
        ({}, {"Анна", "Žofie", "Karl"}),
        ({"text": "anna"}, {"Анна"}),
        ({"text": "жофие"}, {"Žofie"}),
        ({"text": "zofie exa"}, {"Žofie"}),
        ({"text": "karl@sample"}, {"Karl"}),
        ({"text": "k7qx-m2"}, {"Karl"}),
        ({"text": "100%"}, set()),
        ({"text": "_"}, set()),
        ({"country": "RU"}, {"Анна"}),
        ({"country": "xx"}, set()),
        ({"language": "ru"}, {"Žofie"}),
        ({"organisation": "zavod primer"}, {"Анна"}),
        ({"organisation": "universite"}, {"Žofie"}),
        ({"organisation": "nowhere"}, set()),
        ({"session": "talk"}, {"Karl"}),
        ({"session": "other"}, set()),
        ({"tag": "GUEST of honour"}, {"Žofie"}),
        ({"tag": "guest"}, set()),
        ({"has_come": True}, {"Анна"}),
        ({"has_come": False}, {"Žofie", "Karl"}),
        ({"since": date(2027, 2, 28)}, {"Анна", "Žofie", "Karl"}),
        ({"since": date(2027, 3, 1)}, {"Анна", "Karl"}),
        ({"until": date(2027, 2, 28)}, {"Žofie"}),
        ({"until": date(2027, 2, 27)}, set()),
        ({"tab": Tab.CONFIRMED}, {"Анна"}),
        ({"tab": Tab.PENDING}, {"Žofie"}),
        ({"tab": Tab.CANCELLED}, {"Karl"}),
        ({"tab": Tab.CHECKED_IN}, {"Анна"}),
        ({"tab": Tab.WAITING}, set()),
        ({"tab": Tab.CONFIRMED, "country": "DE"}, set()),
    ],
)
def test_a_wish_finds_whom_it_fits(event: Event, wish: dict[str, Any], fit: set[str]) -> None:
    assert set(names(event, **wish)) == fit


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NAME, ["Karl", "Žofie", "Анна"]),
        (Sort.TIME, ["Žofie", "Karl", "Анна"]),
        (Sort.STATE, ["Karl", "Анна", "Žofie"]),
    ],
)
def test_a_wish_has_its_order_and_the_reverse(event: Event, sort: Sort, order: list[str]) -> None:
    found = names(event, sort=sort), names(event, sort=sort, is_descending=True)

    assert found == (order, order[::-1])


def test_tabs_are_counted_under_the_other_filters(event: Event) -> None:
    everybody = count_by_tab(PeopleWish(event_id=event.id, tab=Tab.PENDING))
    germans = count_by_tab(PeopleWish(event_id=event.id, country="DE"))

    assert (everybody[Tab.ALL], everybody[Tab.PENDING], everybody[Tab.CHECKED_IN]) == (3, 1, 1)
    assert (germans[Tab.ALL], germans[Tab.CONFIRMED], germans[Tab.CANCELLED]) == (2, 0, 1)


@pytest.mark.parametrize("sort", Sort)
def test_pages_show_everybody_once(both: Flask, app: Flask, now: datetime, sort: Sort) -> None:
    with transaction():
        event = make_event(now=now)
        for _ in range(PAGE + 5):
            make_attendee(event, now=now)
    wish = PeopleWish(event_id=event.id, sort=sort)

    pages = [list_people(wish, page=number) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [PAGE, 5, 0]
    assert len({row.registration for page in pages for row in page}) == PAGE + 5
    assert [row.registration for row in walk_people(wish)] == [
        row.registration for page in pages for row in page
    ]


def test_filters_offer_what_the_event_has(event: Event) -> None:
    offers = list_offers(event.id)

    assert (offers.countries, offers.languages, offers.tags) == (
        ["DE", "RU"],
        ["en", "ru"],
        ["Guest of honour"],
    )
    assert [public for public, _title in offers.sessions] == ["talk"]


def test_of_a_family_those_are_named_who_sit_in_the_session(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="picnic", takes_families=True)
        workshop = make_session(event, public_id="robots")
    family = a_family(a_child("Vera Example", NINE, workshop), a_child("Gleb Example", SIX))
    registered("picnic", now=now, party=family)
    registered("picnic", "alone@example.org", now=now, full_name="Ada Alone", sessions=("robots",))

    assert names(event, session="robots") == ["Ada", "Vera"]
