"""An event's own questions on the form, on the registration's pages and on the organiser's page of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.shapes import PEOPLE, Condition, Option, QuestionKind, Relation, Stage, Test
from eventhub.registration.models import Registration
from tests.commands.registration.questions import a_section, answered, ask, ask_otherwise, some_options
from tests.people import statements
from tests.web.hostile import live
from tests.web.reading import HOSTILE, error_of, fields, parsed, texts, value_of
from tests.web.registrations.guest import ANSWERS, FORM, fill, registered, send

KIND = QuestionKind


@pytest.fixture
def section(event: Event, now: datetime) -> int:
    return a_section(event, now=now)


@pytest.fixture
def visa(event: Event, section: int, now: datetime) -> str:
    return ask(event, section, now=now, kind=KIND.YES_NO, label="Do you need a visa?", is_required=True)


@pytest.fixture
def city(event: Event, section: int, visa: str, now: datetime) -> str:
    condition = Condition(tests=(Test(question=visa, relation=Relation.EQUALS, value="yes"),))
    return ask(event, section, now=now, label="Which consulate?", is_required=True, condition=condition)


@pytest.fixture
def trip(event: Event, section: int, now: datetime) -> str:
    options = some_options(boat=1, bus=None)
    return ask(event, section, now=now, kind=KIND.CHOICE, label="Which trip?", options=options)


def path_and_registration(client: FlaskClient, consent: int, **typed: object) -> tuple[str, Registration]:
    path = registered(client, consent, **typed)
    db.session.rollback()
    return path, db.session.query(Registration).order_by(Registration.id.desc()).first()


def test_questions_are_asked_in_order_with_help_purpose_and_condition(
    client: FlaskClient, event: Event, section: int, city: str, now: datetime
) -> None:
    more = {"help": {"en": "A word."}, "purpose": {"en": "For the invitation", "ru": "Для приглашения"}}
    why = ask(event, section, now=now, kind=KIND.LONG_TEXT, label="Why?", **more)
    answer = client.get(FORM)
    page = parsed(answer)

    assert texts(answer, "//fieldset[legend='Questions']//*[self::legend or self::label]")[1:] == [
        "Do you need a visa?",
        "Yes",
        "No",
        "Which consulate?",
        "Why? (optional)",
    ]
    assert texts(answer, "//p[contains(@class, 'only-if')]") == ["Only if “Do you need a visa?” is “Yes”."]
    control = page.get_element_by_id(f"q_{why}")
    hint = page.get_element_by_id(control.get("aria-describedby"))
    assert (control.tag, hint.text_content()) == ("textarea", "A word. Why we ask: For the invitation")
    assert "Для приглашения" in client.get(f"{FORM}?lang=ru").text


def test_a_mistake_is_told_beside_its_question_and_nothing_typed_is_lost(
    client: FlaskClient, consent: int, visa: str, city: str
) -> None:
    answer = send(client, consents=[consent], full_name="", **{f"q_{visa}": "yes", f"q_{city}": " "})

    assert (answer.status_code, error_of(answer, f"q_{city}")) == (422, "Error: Answer this question.")
    assert texts(answer, "//div[@class='error-summary']//a") == [
        "Enter your full name.",
        "Which consulate? – Answer this question.",
    ]
    assert parsed(answer).xpath(f"//input[@name='q_{visa}'][@checked]/@value") == ["yes"]
    assert db.session.query(Registration).count() == 0


def test_answers_are_shown_and_changed_and_hidden_ones_are_dropped(
    client: FlaskClient, consent: int, visa: str, city: str
) -> None:
    typed = {f"q_{visa}": "yes", f"q_{city}": "Kazan"}
    path, registration = path_and_registration(client, consent, **typed)
    assert texts(client.get(path), "//dl[2]//dd[not(@class)]") == ["Yes", "Kazan"]

    change = client.get(f"{path}/change")
    assert value_of(change, f"q_{city}") == "Kazan"
    answer = client.post(f"{path}/change", data={**fields(change), f"q_{visa}": "no"})

    assert answer.status_code == 302
    assert answered(registration) == {"Do you need a visa?": False}


def test_people_who_come_along_are_named_in_rows_and_kept_when_something_is_wrong(
    client: FlaskClient, consent: int, event: Event, section: int, now: datetime
) -> None:
    options = (Option(key=PEOPLE, label={"en": "Who?"}, limit=40),)
    facts = {"kind": KIND.ACCOMPANYING, "at_most": 2, "options": options}
    name = f"q_{ask(event, section, now=now, label='Who comes along?', **facts)}"
    typed = {name: ["Linda Example", "partner", "", "a son"]}

    wrong = send(client, consents=[consent], **typed)
    path, registration = path_and_registration(
        client, consent, **{name: ["Linda Example", "partner", "", ""]}
    )

    assert (wrong.status_code, error_of(wrong, name)) == (
        422,
        "Error: Enter the name of each accompanying person.",
    )
    assert parsed(wrong).xpath(f"//input[@name='{name}']/@value") == typed[name]
    assert answered(registration) == {"Who comes along?": [{"name": "Linda Example", "note": "partner"}]}
    assert texts(client.get(path), "//dl[2]//dd[not(@class)]") == ["Linda Example (partner)"]
    assert (
        parsed(client.get(f"{path}/change")).xpath(f"//input[@name='{name}']/@value")[:2] == typed[name][:2]
    )


def test_a_full_option_is_named_beside_its_field_and_the_rest_stays(
    client: FlaskClient, consent: int, trip: str
) -> None:
    registered(client, consent, email="first@example.org", **{f"q_{trip}": "boat"})

    answer = send(client, consents=[consent], email="second@example.org", **{f"q_{trip}": "boat"})

    assert (answer.status_code, error_of(answer, f"q_{trip}")) == (
        409,
        "Error: All places of “BOAT” are taken. Choose another option.",
    )
    assert value_of(answer, "organisation") == ANSWERS["organisation"]
    assert "All places taken" in answer.text


def test_the_kept_form_changes_with_its_questions_and_their_seats(
    client: FlaskClient, event: Event, section: int, trip: str, now: datetime
) -> None:
    def shown() -> list[str]:
        answer = client.get(FORM)
        return texts(answer, "//fieldset[legend='Questions']//*[self::legend or self::span]")[1:]

    before = shown()
    with transaction():
        db.session.execute(update(CapacityPool).where(CapacityPool.id != event.pool_id).values(taken=1))
    full = shown()
    with transaction():
        db.session.execute(update(CapacityPool).values(taken=0))
    ask_otherwise(
        event, trip, section, now=now, kind=KIND.CHOICE, label="Trip?", options=some_options(boat=1, bus=None)
    )

    assert (before[0], before[-1]) == ("Which trip? (optional)", "1 place left")
    assert full[-1] == "All places taken"
    assert shown()[0] == "Trip? (optional)"


def test_the_second_reader_of_a_form_with_questions_costs_one_statement(
    app: Flask, event: Event, trip: str, city: str
) -> None:
    app.test_client().get(FORM)

    with statements() as said:
        answer = app.test_client().get(FORM)

    assert (answer.status_code, len(said)) == (200, 1)


def test_the_page_of_a_registration_asks_each_thing_once(
    client: FlaskClient, consent: int, trip: str, now: datetime
) -> None:
    page, _ = path_and_registration(client, consent, **{f"q_{trip}": "bus"})

    with statements() as said:
        client.get(page)

    tables = ("form_marks", "delegation_members", "UNION ALL")  # the answers are of two tables
    assert [sum(f"FROM {name}" in one or f" {name} " in one for one in said) for name in tables] == [1, 1, 1]


def test_a_form_of_yesterday_is_shown_anew_with_what_was_typed(
    client: FlaskClient, consent: int, event: Event, section: int, trip: str, now: datetime
) -> None:
    typed = fill(client, consents=[consent], **{f"q_{trip}": "bus"})
    ask_otherwise(event, trip, section, now=now, label="Where to?")

    answer = client.post(FORM, data=typed)
    assert answer.status_code == 422
    assert "The questions were changed while you were answering." in answer.text
    assert (value_of(answer, "full_name"), value_of(answer, f"q_{trip}")) == (ANSWERS["full_name"], "bus")
    assert client.post(FORM, data={**fields(answer), "consents": [consent]}).status_code == 302


@pytest.mark.parametrize("sent", [{"q_unknown": "x"}, {"q_": "x"}, {"q_" + "x" * 300: "x"}])
def test_answers_that_nobody_asked_for_are_refused(
    client: FlaskClient, consent: int, trip: str, sent: dict[str, str]
) -> None:
    answer = send(client, consents=[consent], **sent)

    assert (answer.status_code, "The form does not ask this." in answer.text) == (422, True)


@pytest.mark.parametrize("vector", HOSTILE, ids=lambda vector: vector["name"])
def test_hostile_words_of_questions_and_hostile_answers_are_only_text(
    client: FlaskClient, consent: int, event: Event, section: int, vector: dict[str, str], now: datetime
) -> None:
    text = vector["text"].replace("\x00", "").encode("utf-8", "ignore").decode()[:150]
    more = {"help": {"en": text}, "purpose": {"en": text}}
    why = ask(event, section, now=now, label=text or "x", **more)
    assert live(client.get(FORM).text) == []

    answer = send(client, consents=[consent], **{f"q_{why}": vector["text"]})

    assert answer.status_code in (302, 422)
    assert live(answer.text) == []


def test_later_questions_are_asked_by_a_banner_until_they_are_answered(
    client: FlaskClient, consent: int, event: Event, section: int, visa: str, now: datetime
) -> None:
    due = now + timedelta(days=2)
    size = ask(
        event, section, now=now, kind=KIND.T_SHIRT, label="Size?", options=some_options(s=None, m=2),
        stage=Stage.LATER, due_at=due, is_required=True,
    )  # fmt: skip
    condition = Condition(tests=(Test(question=visa, relation=Relation.EQUALS, value="yes"),))
    ask(event, section, now=now, label="Consulate?", stage=Stage.CONFIRMED, condition=condition)
    assert f"q_{size}" not in client.get(FORM).text
    path, registration = path_and_registration(client, consent, **{f"q_{visa}": "no"})

    banner = texts(client.get(path), f"//a[@href='{path}/complete']")
    page = client.get(f"{path}/complete")
    assert (banner, texts(page, "//legend")[1:]) == (["1 question is open"], ["Size?"])
    assert client.post(f"{path}/complete", data=fields(page)).status_code == 422
    answer = client.post(f"{path}/complete", data={**fields(page), f"q_{size}": "m"})

    assert answer.status_code == 302
    assert answered(registration) == {"Do you need a visa?": False, "Size?": "m"}
    assert "/complete" not in client.get(path).text
    assert "Nothing is missing." in client.get(f"{path}/complete").text


def test_what_is_over_is_asked_no_more(
    client: FlaskClient, consent: int, event: Event, section: int, now: datetime
) -> None:
    due = now + timedelta(days=2)
    ask(event, section, now=now, label="Arrival?", stage=Stage.LATER, due_at=due)
    path = registered(client, consent)
    assert "1 question is open" in client.get(path).text

    with time_machine.travel(due, tick=False):
        assert "/complete" not in client.get(path).text


def test_the_language_button_keeps_what_was_typed(
    client: FlaskClient, consent: int, trip: str, city: str
) -> None:
    typed = fill(client, consents=[consent], **{f"q_{trip}": "bus", f"q_{city}": "Kazan"})

    answer = client.post(FORM, data={**typed, "lang": "ru"})

    assert (answer.status_code, value_of(answer, f"q_{city}")) == (200, "Kazan")
    assert parsed(answer).xpath(f"//input[@name='q_{trip}'][@checked]/@value") == ["bus"]


def test_five_thousand_registrations_and_ten_limited_options_cost_fifteen_statements_at_most(
    app: Flask, client: FlaskClient, consent: int, event: Event, section: int, now: datetime
) -> None:
    limits = {f"option{number}": 1000 for number in range(10)}
    size = ask(event, section, now=now, kind=KIND.CHOICE, label="Which?", options=some_options(**limits))
    with transaction():
        db.session.execute(update(CapacityPool).where(CapacityPool.id == event.pool_id).values(capacity=6000))
        rows = [
            {
                "public_id": f"many-{number}", "number": f"many-{number}", "submission_key": f"many-{number}",
                "event_id": event.id, "state": "confirmed", "email": f"{number}@example.org",
                "email_key": f"{number}@example.org", "organisation": "Example", "country": "DE",
                "language": "en", "link_generation": 1, "created_at": now, "confirmed_at": now,
            }
            for number in range(5000)
        ]  # fmt: skip
        db.session.execute(insert(Registration), rows)
        assert len(get_form(event.id).pools) == 10
    registered(client, consent, email="first@example.org")  # the first one makes the signing key

    with statements() as reading:
        typed = fill(client, consents=[consent], **{f"q_{size}": "option3"})
    with statements() as sending:
        assert client.post(FORM, data=typed).status_code == 302
    with statements() as failing:
        assert client.post(FORM, data={**typed, "full_name": ""}).status_code == 422

    assert len(reading) <= 15
    assert len(sending) <= 17, "\n".join(sending)  # two of them count the sending
    assert len(failing) <= 15
