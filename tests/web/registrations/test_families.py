"""A family and a school group over HTTP: fieldsets without script, one code for all, and every change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.mail.models import Message
from eventhub.registration.forms.shapes import DataClass
from eventhub.registration.forms.unfit import PREFIX
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.parties.models import Child, Party
from eventhub.tickets.models import Ticket
from tests.commands.registration.questions import a_section, answered, ask
from tests.commands.registration.types import make_type
from tests.factories import make_event, make_session
from tests.people import csrf, statements
from tests.web.reading import error_of, fields, parsed
from tests.web.registrations.guest import ANSWERS, link_in, press

FORM = "/events/picnic/register/family"
GROUP = "/events/picnic/register/group"
FAMILY = {
    **ANSWERS,
    "full_name": "Ada Example",
    "phone": "+7 812 000-00-00",
    "relation": "mother",
    "children-0-full_name": "Vera Example",
    "children-0-born_on": "2020-06-01",
}
PUPILS = {
    **ANSWERS,
    "organisation": "Example School",
    "heads": "3",
    "grade": "5A",
    "youngest": "10",
    "oldest": "12",
}


@pytest.fixture
def picnic(app: Flask, now) -> Event:
    with transaction():
        return make_event(now=now, slug="picnic", capacity=20, takes_families=True, takes_school_groups=True)


@pytest.fixture
def workshop(picnic: Event) -> Session:
    with transaction():
        return make_session(picnic, capacity=5, age_min=8, age_max=12)


def send(client: FlaskClient, consent: int, path: str = FORM, **changes: Any) -> TestResponse:
    plain = FAMILY if path == FORM else PUPILS
    return client.post(path, data={**fields(client.get(path)), **plain, "consents": [consent], **changes})


def confirmed(client: FlaskClient, consent: int, path: str = FORM, **changes: Any) -> str:
    assert send(client, consent, path, **changes).status_code == 302
    return str(press(client, link_in("registration_confirm")).headers["Location"])


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Attendee.full_name).order_by(Attendee.id)))


def values(answer: TestResponse) -> dict[str, str]:
    return {
        control.get("name"): control.get("value", "") for control in parsed(answer).xpath("//input[@name]")
    }


def test_the_event_page_offers_what_the_event_takes(client: FlaskClient, picnic: Event, event: Event) -> None:
    links = [parsed(client.get(f"/events/{slug}")).xpath("//aside//a/@href") for slug in ("picnic", "shells")]

    assert {FORM, GROUP} <= set(links[0])
    assert not {FORM, GROUP} & set(links[1])
    assert [client.get(f"/events/shells/register/{kind}").status_code for kind in ("family", "group")] == [
        404
    ] * 2


def test_a_button_adds_a_child_and_another_removes_one_and_nothing_typed_is_lost(
    client: FlaskClient, picnic: Event, consent: int
) -> None:
    more = send(client, consent, more="child")
    assert (more.status_code, values(more)["children-0-full_name"], names()) == (200, "Vera Example", [])
    assert values(more)["children-1-full_name"] == ""
    two = {"children-1-full_name": "Gleb Example", "children-1-born_on": "2017-06-01"}

    less = send(client, consent, **two, drop="0")

    assert (less.status_code, values(less)["email"]) == (200, ANSWERS["email"])
    assert values(less)["children-0-full_name"] == "Gleb Example"
    assert values(less)["children-0-born_on"] == "2017-06-01"
    assert "children-1-full_name" not in values(less)


def test_a_family_registers_and_has_one_code_for_all_and_one_letter(
    client: FlaskClient, picnic: Event, consent: int
) -> None:
    manage = confirmed(client, consent)

    page = parsed(client.get(manage))

    assert names() == ["Ada Example", "Vera Example"]
    assert len(page.xpath("//img[contains(@src, '/qr.svg')]")) == 1
    assert [text.strip() for text in page.xpath("//ul[@class='party']//bdi/text()")] == names()
    letter = db.session.scalars(select(Message).where(Message.letter == "registration_confirmed")).one()
    assert [one["kind"] for one in letter.attachments] == ["ticket_pdf", "event_ics"]
    assert "Vera" not in letter.text


def test_a_child_too_young_is_refused_beside_its_workshops(
    client: FlaskClient, picnic: Event, workshop: Session, consent: int
) -> None:
    answer = send(client, consent, **{"children-0-sessions": [workshop.public_id]})

    assert answer.status_code == 422
    assert error_of(answer, "children-0-sessions") == "Error: " + (
        "“Workshop” is for ages from 8. On that day Vera Example is 6."
    )
    assert parsed(answer).xpath("//div[contains(@class, 'error-summary')]//a/@href") == [
        "#children-0-sessions"
    ]
    assert names() == []


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("children-0-full_name", "", "Enter the name of the child."),
        ("children-0-born_on", "", "Enter the date of birth."),
        ("children-0-born_on", "first of May", "Enter a date like 2017-06-30."),
        ("children-0-born_on", "2030-01-01", "Enter a date of birth in the past."),
        ("phone", "call me", "Enter a phone number like +7 812 000-00-00."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: FlaskClient, picnic: Event, consent: int, name: str, typed: str, sentence: str
) -> None:
    answer = send(client, consent, **{name: typed})

    assert (answer.status_code, error_of(answer, name)) == (422, f"Error: {sentence}")


def test_children_are_added_removed_and_moved_later(
    client: FlaskClient, picnic: Event, workshop: Session, consent: int
) -> None:
    manage = confirmed(client, consent, **{"children-0-born_on": "2017-06-01"})
    assert client.get(f"{manage}/change").headers["Location"] == f"{manage}/party"
    there = {**fields(client.get(f"{manage}/party")), **FAMILY, "children-0-born_on": "2017-06-01"}
    two = {
        "children-0-sessions": [workshop.public_id],
        "children-1-full_name": "Gleb Example",
        "children-1-born_on": "2018-06-01",
    }

    forged = {**two, "children-1-ticket": there["children-0-ticket"]}
    refused = client.post(f"{manage}/party", data={**there, **forged})
    assert (refused.status_code, "names one child twice" in refused.text) == (422, True)

    assert [client.post(f"{manage}/party", data={**there, **two}).status_code for _ in range(2)] == [302] * 2
    assert names() == ["Ada Example", "Vera Example", "Gleb Example"]
    assert db.session.scalar(select(func.count(Ticket.id))) == 3

    page = client.get(f"{manage}/party")
    again = {**fields(page), **FAMILY}
    del again["children-0-ticket"]
    answer = client.post(
        f"{manage}/party",
        data={
            **{name: value for name, value in again.items() if not name.startswith("children-")},
            "children-0-ticket": values(page)["children-1-ticket"],
            "children-0-full_name": "Gleb Example",
            "children-0-born_on": "2018-06-01",
        },
    )

    assert (answer.status_code, names()) == (302, ["Ada Example", "Gleb Example"])


def test_a_school_group_registers_by_number_and_names_its_pupils_later(
    client: FlaskClient, picnic: Event, consent: int
) -> None:
    manage = confirmed(client, consent, GROUP)
    assert names() == ["Test Guest", "Pupil 1", "Pupil 2", "Pupil 3"]

    later = {
        **fields(client.get(f"{manage}/party")),
        **PUPILS,
        "heads": "2",
        "names": "Vera Example\nGleb Example",
    }
    answer = client.post(f"{manage}/party", data=later)

    assert (answer.status_code, names()) == (302, ["Test Guest", "Vera Example", "Gleb Example"])


def test_the_form_of_a_family_counts_the_places_of_its_ticket_too(
    client: FlaskClient, picnic: Event, consent: int, now: datetime
) -> None:
    make_type(picnic, "Family", now=now, places=4, most=9)

    first = client.get(FORM)
    assert "4 places are left" in first.text
    assert [send(client, consent, email=f"{name}@example.org").status_code for name in "abc"] == [
        302,
        429,
        429,
    ]

    press(client, link_in("registration_confirm"))
    assert "2 places are left" in client.get(FORM).text


def test_the_same_form_twice_makes_one_family(client: FlaskClient, picnic: Event, consent: int) -> None:
    typed = {**fields(client.get(FORM)), **FAMILY, "consents": [consent]}

    answers = [client.post(FORM, data=typed).status_code for _each in range(2)]

    assert (answers, names()) == ([302, 302], ["Ada Example", "Vera Example"])


def test_pages_of_twenty_children_cost_as_many_statements_as_of_one(
    client: FlaskClient, app: Flask, picnic: Event, consent: int
) -> None:
    counted = []
    for number, heads in enumerate(("1", "20")):
        if heads == "20":
            with transaction():
                db.session.merge(picnic).pool.capacity = 100
        manage = confirmed(client, consent, GROUP, heads=heads, email=f"guest{number}@example.org")
        for path in (manage, f"{manage}/party"):
            client.get(path)
            with statements() as said:
                client.get(path)
            counted.append(len(said))

    assert counted[:2] == counted[2:]


def test_own_data_tell_of_the_children(client: FlaskClient, picnic: Event, consent: int) -> None:
    manage = confirmed(client, consent)

    answer = client.post(f"{manage}/privacy/export", headers=csrf(client))

    assert answer.status_code == 200
    db.session.rollback()
    assert [len(db.session.scalars(select(kind)).all()) for kind in (Registration, Party, Child)] == [1, 1, 1]


def test_what_lies_sealed_stays_when_a_family_changes(
    client: FlaskClient, consent: int, picnic: Event, now: datetime
) -> None:
    health = {"label": "Allergies?", "data_class": DataClass.HEALTH}
    question = ask(picnic, a_section(picnic, now=now), now=now, **health)
    manage = confirmed(client, consent, **{f"{PREFIX}{question}": "nuts"})

    page = f"{manage}/party"
    answer = client.post(page, data={**fields(client.get(page)), "phone": "+7 812 111-11-11"})

    db.session.rollback()
    assert answer.status_code == 302
    assert db.session.scalars(select(Party.phone)).one() == "+7 812 111-11-11"
    assert answered(db.session.scalars(select(Registration)).one()) == {"Allergies?": "nuts"}


def test_each_of_a_family_is_asked_and_answers_move_with_their_child(
    client: FlaskClient, consent: int, picnic: Event, now: datetime
) -> None:
    words = {"label": "Size?", "is_required": True, "is_for_each": True}
    size = PREFIX + ask(picnic, a_section(picnic, now=now), now=now, **words)
    two = {"children-1-full_name": "Gleb Example", "children-1-born_on": "2017-06-01"}
    typed = {size: "XL", f"{size}.n0": "S", f"{size}.n1": "M"}

    legends = parsed(send(client, consent, more="child")).xpath("//legend/text()")
    missing = send(client, consent, **two, **{size: "XL", f"{size}.n1": "M"})
    less = send(client, consent, **two, **typed, drop="0")
    manage = confirmed(client, consent, **two, **typed)
    change = f"{manage}/party"

    assert [words.strip() for words in legends if "Vera" in words] == ["Child 1: Vera Example"]
    assert (missing.status_code, error_of(missing, f"{size}.n0")) == (422, "Error: Answer this question.")
    assert "Size? (Child 1: Vera Example) – Answer this question." in parsed(missing).text_content()
    assert [values(less)[name] for name in (size, f"{size}.n0")] == ["XL", "M"]
    assert answers_on(client, manage) == {
        "Size?": "XL",
        "Size? (Vera Example)": "S",
        "Size? (Gleb Example)": "M",
    }
    before = fields(client.get(change))
    vera, gleb = sorted(name for name in before if name.startswith(f"{size}."))
    kept = {name: value for name, value in before.items() if "children-0" not in name and name != vera}
    moved = {name.replace("children-1", "children-0"): value for name, value in kept.items()}
    assert client.post(change, data={**moved, gleb: "L"}).status_code == 302
    assert answers_on(client, manage)["Size? (Gleb Example)"] == "L"
    ask(picnic, a_section(picnic, now=now), now=now, label="Food?", is_for_each=True)
    page = client.get(f"{manage}/complete")
    food = [name for name in values(page) if name.startswith(PREFIX)]
    assert food == [food[0], f"{food[0]}.{gleb.rpartition('.')[2]}"]
    assert [one.strip() for one in parsed(page).xpath("//legend/text()")] == ["Questions", "Gleb Example"]
    client.post(f"{manage}/complete", data={**fields(page), food[1]: "No nuts"})
    assert answers_on(client, manage)["Food? (Gleb Example)"] == "No nuts"


def answers_on(client: FlaskClient, manage: str) -> dict[str, str]:
    rows = parsed(client.get(manage)).xpath("//dl/div[starts-with(dt, 'Size?') or starts-with(dt, 'Food?')]")
    return {row.xpath("string(dt)").strip(): row.xpath("string(dd[1])").strip() for row in rows}
