"""Organisers see the delegations of their event, ask partners for one, and find its people in the table."""

from __future__ import annotations

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.registration.delegations.models import Delegation
from tests.commands.delegations.leading import add, agree, begin, lead, registration_of
from tests.factories import make_event
from tests.people import csrf, statements
from tests.web.reading import parsed

PAGE = "/organiser/events/own/delegations"


def rows(client: FlaskClient, path: str = PAGE) -> list[list[str]]:
    found = parsed(client.get(path)).xpath("//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in found]


def test_delegations_are_listed_with_their_counts(organiser: FlaskClient, own: Event, now: datetime) -> None:
    assert "No delegation yet" in organiser.get(PAGE).text
    delegation = lead(own, now=now)
    for number in range(3):
        add(delegation, f"{number}@example.org", now=now)
    agree(registration_of(delegation, "0@example.org"), now=now)

    found = rows(organiser)

    assert found == [
        [
            "Example University",
            "Test Coordinatorcoordinator@example.org",
            "Open",
            "3 / 200",
            "Invited: 2Completed: 1",
        ]
    ]


def test_one_and_thirty_delegations_cost_the_same_statements(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    costs = []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            delegation = lead(own, now=now, email=f"leader{number}@example.org")
            add(delegation, f"member{number}@example.org", now=now)
        with statements() as said:
            organiser.get(PAGE)
        costs.append(len(said))

    assert costs[0] == costs[1]
    assert len(rows(organiser)) == 30


def test_a_partner_is_asked_by_a_letter_whose_link_begins_a_delegation(
    organiser: FlaskClient, client: FlaskClient, own: Event
) -> None:
    asked = {"email": "partner@example.org", "language": "en", "most": "12"}

    assert organiser.post(PAGE, data=asked, headers=csrf(organiser)).status_code == 302
    again = organiser.post(PAGE, data=asked, headers=csrf(organiser))
    assert again.status_code == 409 or "exists already" in again.text

    db.session.rollback()
    letter = db.session.scalars(select(Message).where(Message.letter == "delegation_invited")).one()
    link = re.search(r"https?://[^/]+(/delegations/\S+)", letter.text)
    assert link is not None
    assert "at most 12 people" in letter.text
    answers = {
        "full_name": "Test Partner",
        "organisation": "Example Works",
        "country": "CN",
        "language": "en",
        "people_know": "y",
    }
    opened = client.post(link[1], data=answers, headers=csrf(client))
    assert "12" in client.get(opened.headers["Location"]).text
    assert client.get(link[1]).headers["Location"] == opened.headers["Location"]


def test_a_number_that_is_none_is_told(organiser: FlaskClient) -> None:
    asked = {"email": "partner@example.org", "language": "en", "most": "201"}

    answer = organiser.post(PAGE, data=asked, headers=csrf(organiser))

    assert answer.status_code == 422
    assert "Enter a number from 1 to 200." in answer.text


def test_the_people_table_finds_a_delegations_people_and_names_it(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    delegation = lead(own, now=now)
    add(delegation, now=now)
    with transaction():
        other = make_event(now=now, slug="other")
    foreign = lead(other, now=now)
    add(foreign, "foreign@example.org", now=now)
    ids = {one.id: one.public_id for one in db.session.scalars(select(Delegation))}
    people = "/organiser/events/own/people?column=delegation"

    assert rows(organiser, f"{people}&delegation={ids[delegation.id]}") == [
        ["Test Delegate", "Example University"]
    ]
    assert rows(organiser, f"{people}&delegation={ids[foreign.id]}") == []
    assert "Example University" in organiser.get("/organiser/events/own/people.csv?column=delegation").text


def test_coordinators_find_their_delegations_on_their_own_page(
    office: FlaskClient, own: Event, now: datetime
) -> None:
    lead(own, now=now, email="office@example.org")
    begin(own, now=now, email="somebody@example.org")

    page = parsed(office.get("/account"))

    links = page.xpath("//section[@aria-labelledby='delegations']//a/@href")
    assert len(links) == 1
    assert office.get(links[0]).status_code == 200
