"""Organisers see who comes on one registration, count heads, and set whom an event and a session take."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient

from eventhub.checkin.desk import tally
from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.registration.rules import RegistrationState
from tests.factories import make_attendee, make_family, make_session
from tests.people import csrf, statements
from tests.web.reading import error_of, fields, texts

NAMES = ("Ada Example", "Vera Example", "Gleb Example")


def test_a_person_of_a_family_is_shown_with_all_who_come_along(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        family = make_family(own, now=now, names=NAMES)

    page = organiser.get(f"/organiser/events/{own.slug}/people/{family[0].registration.public_id}")

    assert "family, 3 people" in texts(page, "//dd")
    born = f"1 January {now.year - 9}"
    assert texts(page, "//section[@aria-labelledby='answers']/ul/li") == [
        f"{name}, {born}" for name in NAMES[1:]
    ]


def test_the_people_table_and_the_tally_count_heads(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    before = tally(own.id).states[RegistrationState.CONFIRMED]
    with transaction():
        make_family(own, now=now, names=NAMES)

    assert tally(own.id).states[RegistrationState.CONFIRMED] == before + 3
    page = organiser.get(f"/organiser/events/{own.slug}/people?q=Example")
    assert set(NAMES) <= set(texts(page, "//tbody//th"))


def test_a_page_of_thirty_people_costs_as_many_statements_as_of_three(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        many = tuple(f"Child {number}" for number in range(29))
        people = [make_family(own, now=now, names=("Ada Example", *names)) for names in (NAMES[1:], many)]
    counted = []
    for family in people:
        path = f"/organiser/events/{own.slug}/people/{family[0].registration.public_id}"
        organiser.get(path)
        with statements() as said:
            organiser.get(path)
        counted.append(len(said))

    assert counted[0] == counted[1]


def test_who_gave_no_address_is_shown_without_one_and_gets_no_letter(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        email = "none-x@walk-in.invalid"
        person = make_attendee(own, now=now, email=email, email_key=email)
    path = f"/organiser/events/{own.slug}/people/{person.registration.public_id}"

    assert email not in organiser.get(path).text
    answer = organiser.post(f"{path}/letter", headers=csrf(organiser))
    assert answer.status_code == 409


def test_a_session_is_given_ages_that_everybody_sees(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        session = make_session(db.session.merge(own))
    path = f"/organiser/events/{own.slug}/programme/{session.public_id}"
    typed = {**fields(organiser.get(path)), "age_min": "8", "age_max": "12", "adult_required": "y"}

    wrong = organiser.post(path, data={**typed, "age_max": "7"})
    right = organiser.post(path, data=typed)

    assert (wrong.status_code, error_of(wrong, "age_max")) == (
        422,
        "Error: The oldest age must not be below the youngest.",
    )
    assert right.status_code == 302
    db.session.rollback()
    db.session.expire_all()
    stored = db.session.get_one(Session, session.id)
    assert (stored.age_min, stored.age_max, stored.adult_required) == (8, 12, True)
    shown = texts(organiser.get(f"/events/{own.slug}"), "//*[contains(@class, 'pill')]")
    assert "ages 8–12, with an adult" in shown


def test_an_event_is_opened_to_families_and_groups(organiser: FlaskClient, own: Event) -> None:
    path = f"/organiser/events/{own.slug}/edit"
    typed = {
        **fields(organiser.get(path)),
        "takes_families": "y",
        "children_per_adult": "5",
        "largest_group": "60",
    }

    assert organiser.post(path, data={**typed, "children_per_adult": "0"}).status_code == 422
    assert organiser.post(path, data=typed).status_code == 302

    db.session.rollback()
    db.session.expire_all()
    event = db.session.get_one(Event, own.id)
    assert (
        event.takes_families,
        event.children_per_adult,
        event.takes_school_groups,
        event.largest_group,
    ) == (
        True,
        5,
        False,
        60,
    )
