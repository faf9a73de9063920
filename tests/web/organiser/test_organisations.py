"""The directory in pages: what the office does with it, what it offers to who types, and what it says of who typed."""

from __future__ import annotations

import io
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.partners.commands import add_organisation
from eventhub.partners.queries import list_organisations
from tests.factories import make_attendee, make_event
from tests.web.organiser.desk import Statements, error_beside, send
from tests.web.reading import parsed, texts

DIRECTORY = "/organiser/organisations"
TYPED = "leibniz universitat hannover"
NAME = "Leibniz Universität Hannover"


def add(name: str, *, now: datetime) -> str:
    with transaction():
        return add_organisation(name={"en": name}, country="DE", by="test", now=now).public_id


def test_an_entry_is_added_renamed_and_found_and_a_second_one_is_refused(office: FlaskClient) -> None:
    added = send(office, DIRECTORY, {"name_en": NAME, "country": "DE"})
    again = send(office, DIRECTORY, {"name_en": NAME.upper(), "country": ""})
    (entry,) = parsed(office.get(f"{DIRECTORY}?q=hannover")).xpath("//th/a/@href")
    renamed = send(
        office, entry, {"name_en": "University of Hannover", "name_ru": "Ганновер", "country": "DE"}
    )

    assert (added.status_code, again.status_code, renamed.status_code) == (302, 422, 302)
    assert error_beside(again.text, "name_en") == "Another organisation has this name already."
    assert texts(office.get(f"{DIRECTORY}?lang=ru"), "//th/a") == ["Ганновер"]


def test_what_people_typed_is_told_and_becomes_a_spelling_and_stays_as_it_is(
    office: FlaskClient, own: Event, now: datetime
) -> None:
    add(NAME, now=now)
    with transaction():
        person = make_attendee(own, now=now, organisation="LUH")
        make_attendee(own, now=now, organisation=TYPED, email="b@example.org")
    before = texts(office.get(f"{DIRECTORY}/typed"), "//th[@scope='row']")

    send(office, f"{DIRECTORY}/typed", {"spelling": "LUH", "other": NAME.upper()})

    assert (before, texts(office.get(f"{DIRECTORY}/typed"), "//th[@scope='row']")) == (["LUH"], [])
    table = office.get("/organiser/events/own/people?column=organisation&column=partner").text
    assert (table.count("LUH"), table.count(NAME)) == (1, 2)
    page = office.get(f"/organiser/events/own/people/{person.registration.public_id}").text
    assert ("LUH" in page, NAME in page) == (True, True)


def test_a_file_is_imported_or_all_its_mistakes_are_told(office: FlaskClient, app: Flask) -> None:
    def bring(rows: str):
        content = io.BytesIO(f"name_en,name_ru,country,spellings\n{rows}".encode())
        return send(office, f"{DIRECTORY}/import", {"sheet": (content, "partners.csv")})

    wrong, right = bring("One,,XX,\n,,DE,\n"), bring("One,,DE,\nTwo,,,\n")

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert texts(wrong, "//div[@class='error-summary']//li") == [
        "Row 2: Choose a country from the list.",
        "Row 3: Enter the name, in English or in Russian.",
    ]
    assert len(list_organisations()) == 2
    taken = bring("Three,,,One\nFour,,,Two\nFive,,,5\n")
    assert texts(taken, "//div[@class='error-summary']//li") == [
        "Row 2: “One” has this spelling already.",
        "Row 3: “Two” has this spelling already.",
    ]
    assert len(list_organisations()) == 2
    nothing = send(office, f"{DIRECTORY}/import", {})
    assert error_beside(nothing.text, "sheet") == "This is no CSV file in UTF-8."


def test_a_guest_is_offered_the_names_and_may_type_another(client: FlaskClient, now: datetime) -> None:
    add(NAME, now=now)
    with transaction():
        make_event(now=now, slug="open")

    page = parsed(client.get("/events/open/register"))

    (control,) = page.xpath("//input[@name='organisation']")
    assert page.xpath(f"//datalist[@id='{control.get('list')}']/option/@value") == [NAME]


def test_the_list_takes_as_many_statements_for_30_as_for_one(office: FlaskClient, now: datetime) -> None:
    counts = []
    for number in range(30):
        add(f"University {number}", now=now)
        if number in (0, 29):
            with Statements() as said:
                office.get(DIRECTORY)
            counts.append(said.count)
            db.session.rollback()

    assert counts[0] == counts[1]
