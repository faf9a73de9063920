"""The organiser decides: requests one by one and many at once, and a place out of turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.registration import approving, asking, commands, confirming
from eventhub.registration.forms.shapes import QuestionKind
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from tests.commands.registration.questions import a_section, some_options, typed
from tests.commands.registration.questions import ask as ask_question
from tests.factories import make_event, make_session
from tests.web.organiser.desk import Statements, error_beside, send
from tests.web.reading import fields, parsed, texts

REQUESTS = "/organiser/events/own/requests"


def ask(name: str, *, now: datetime, slug: str = "own", **more: Any) -> str:
    """Somebody who asked to take part, with the address proven."""
    with transaction():
        one = commands.register(
            asking.Ask(full_name=name, email=f"{name}@example.org".lower(), organisation="X", country="DE",
                         language="en", **more),
            asking.Submission(key=f"the-form-of-{name}-{slug}", consents=(), address="192.0.2.1"),
            slug=slug, now=now,
        )  # fmt: skip
    with transaction():
        confirming.confirm(get_registration(one.public_id), now=now)
    return one.public_id


def state_of(public_id: str) -> RegistrationState:
    db.session.rollback()
    return db.session.scalars(select(Registration.state).where(Registration.public_id == public_id)).one()


@pytest.fixture
def asked(own: Event, now: datetime) -> list[str]:
    own.needs_approval = True
    own.pool.capacity = 2
    db.session.commit()
    return [ask(name, now=now) for name in ("Ada", "Bob", "Eve")]


def test_requests_stand_in_the_order_in_which_they_came(organiser: FlaskClient, asked: list[str]) -> None:
    assert texts(organiser.get(REQUESTS), "//th[@scope='row']") == ["Ada", "Bob", "Eve"]


def test_an_empty_list_says_so(organiser: FlaskClient, own: Event) -> None:
    assert "Nobody waits for an answer" in organiser.get(REQUESTS).text


def test_before_anything_is_done_the_letter_and_the_left_out_are_shown(
    organiser: FlaskClient, asked: list[str]
) -> None:
    page = send(organiser, REQUESTS, {"chosen": asked})

    assert texts(page, "//h3") == ["They get a place (2)", "Left out (1)", "The letter"]
    assert texts(page, "//li/bdi[1]") == ["Ada", "Bob", "Eve"]
    assert {state_of(one) for one in asked} == {RegistrationState.REQUESTED}


def test_the_places_of_sessions_and_options_are_counted_before_many_are_approved(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    own.needs_approval = True
    workshop = make_session(own, capacity=1).public_id
    db.session.commit()
    limited = {"kind": QuestionKind.CHOICE, "options": some_options(a=1, b=5), "label": "Room"}
    room = ask_question(own, a_section(own, now=now), now=now, **limited)
    takers = {
        "Ada": (workshop, ""),
        "Bob": (workshop, ""),
        "Eve": ("", "a"),
        "Fay": ("", "a"),
        "Guy": ("", ""),
    }
    asked = [
        ask(name, now=now, sessions=(session,) if session else (), sheet=typed(room, key) if key else Sheet())
        for name, (session, key) in takers.items()
    ]

    page = send(organiser, REQUESTS, {"chosen": asked})

    assert texts(page, "//h3") == ["They get a place (3)", "Left out (2)", "The letter"]
    assert texts(page, "//li/bdi[1]") == ["Ada", "Eve", "Guy", "Bob", "Fay"]
    done = send(organiser, REQUESTS, {"chosen": asked}, to=f"{REQUESTS}/approve")
    assert texts(done, "//div[contains(@class, 'notice')]") == ["3 registrations are approved."]


def test_the_approved_have_their_letter_and_the_left_out_are_listed_with_the_reason(
    organiser: FlaskClient, asked: list[str]
) -> None:
    page = send(organiser, REQUESTS, {"chosen": asked}, to=f"{REQUESTS}/approve")

    assert texts(page, "//div[contains(@class, 'notice')]") == ["2 registrations are approved."]
    assert texts(page, "//main//li") == ["Eve: All places are taken."]
    assert [state_of(one).value for one in asked] == ["confirmed", "confirmed", "requested"]
    letters = select(Message.to_email).where(Message.letter == "registration_approved").order_by(Message.id)
    assert db.session.scalars(letters).all() == ["ada@example.org", "bob@example.org"]


def test_many_are_not_approved_for_one_reason_with_the_letter_shown_first(
    organiser: FlaskClient, asked: list[str]
) -> None:
    chosen, path = {"chosen": asked[:2]}, f"{REQUESTS}/reject"

    first = send(organiser, REQUESTS, chosen, to=path)
    nameless = send(organiser, REQUESTS, {**chosen, "step": "reject", "reason": ""}, to=path)
    shown = send(organiser, REQUESTS, {**chosen, "step": "look", "reason": "Students alone"}, to=path)
    before = {state_of(one) for one in asked}
    done = send(organiser, REQUESTS, {**chosen, "step": "reject", "reason": "Students alone"}, to=path)

    assert texts(first, "//main//li/bdi[1]") == ["Ada", "Bob"]
    assert (nameless.status_code, error_beside(nameless.text, "reason")) == (422, "Say in a few words why.")
    assert "Students alone" in texts(shown, "//p[@class='letter']")[0]
    assert before == {RegistrationState.REQUESTED}
    assert texts(done, "//div[contains(@class, 'notice')]") == ["2 registrations are not approved."]
    assert [state_of(one).value for one in asked] == ["rejected", "rejected", "requested"]


def test_who_does_not_wait_any_more_is_listed_with_the_reason(
    organiser: FlaskClient, asked: list[str]
) -> None:
    send(organiser, REQUESTS, {"chosen": asked[:1]}, to=f"{REQUESTS}/approve")

    fields = {"chosen": asked[:2], "step": "reject", "reason": "Students alone"}
    done = send(organiser, REQUESTS, fields, to=f"{REQUESTS}/reject")

    assert texts(done, "//main//li") == ["Ada: This registration does not wait for approval any more."]
    assert [state_of(one).value for one in asked] == ["confirmed", "rejected", "requested"]


def test_nobody_chosen_changes_nothing(organiser: FlaskClient, asked: list[str]) -> None:
    assert send(organiser, REQUESTS, {}).status_code == 302
    assert {state_of(one) for one in asked} == {RegistrationState.REQUESTED}


def test_people_of_another_event_are_not_approved_here(
    organiser: FlaskClient, asked: list[str], now: datetime
) -> None:
    with transaction():
        make_event(now=now, slug="other", needs_approval=True)
    stranger = ask("Stranger", now=now, slug="other")

    answer = send(organiser, REQUESTS, {"chosen": [stranger]}, to=f"{REQUESTS}/approve")

    assert answer.status_code == 404
    assert state_of(stranger) is RegistrationState.REQUESTED


def test_one_person_is_approved_or_not_from_their_page(organiser: FlaskClient, asked: list[str]) -> None:
    ada, bob, _eve = (f"/organiser/events/own/people/{one}" for one in asked)

    assert send(organiser, ada, {}, to=f"{ada}/approve").status_code == 302
    nameless = send(organiser, f"{bob}/reject", {"reason": ""})
    assert (nameless.status_code, error_beside(nameless.text, "reason")) == (422, "Say in a few words why.")
    assert send(organiser, f"{bob}/reject", {"reason": "Not a partner"}).status_code == 302

    assert [state_of(one).value for one in asked] == ["confirmed", "rejected", "requested"]


def test_a_place_is_offered_out_of_turn_with_a_reason(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    own.has_waiting_list = True
    own.pool.capacity = 1
    db.session.commit()
    people = [ask(name, now=now) for name in ("Ada", "Bob", "Eve")]
    eve = f"/organiser/events/own/people/{people[2]}"
    assert "Offer a place now" in organiser.get(eve).text

    assert send(organiser, f"{eve}/offer", {"reason": "Speaker"}).status_code == 302

    assert [state_of(one).value for one in people] == ["confirmed", "waitlisted", "offered"]


def test_more_places_go_to_the_line_as_soon_as_the_organiser_stores_them(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    own.has_waiting_list = True
    own.pool.capacity = 1
    db.session.commit()
    people = [ask(name, now=now) for name in ("Ada", "Bob")]
    page = organiser.get("/organiser/events/own/edit")
    assert send(
        organiser, "/organiser/events/own/edit", {**fields(page), "languages": ["en"], "capacity": "2"}
    ).status_code == 302  # fmt: skip

    assert [state_of(one).value for one in people] == ["confirmed", "offered"]


def test_one_request_and_thirty_take_the_same_number_of_statements(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    own.needs_approval = True
    db.session.commit()
    counts = []
    for many in (1, 29):
        for number in range(many):
            ask(f"Guest{many}x{number}", now=now)
        with Statements() as statements:
            assert organiser.get(REQUESTS).status_code == 200
        counts.append(statements.count)

    assert counts[0] == counts[1]


def test_the_timeline_says_each_decision_in_words(organiser: FlaskClient, asked: list[str]) -> None:
    ada = f"/organiser/events/own/people/{asked[0]}"
    send(organiser, ada, {}, to=f"{ada}/approve")

    said = texts(organiser.get(ada), "//ol[contains(@class, 'timeline')]//h3")

    assert [one for one in said if one in {"Registration received", "Approval requested", "Approved"}] == [
        "Approved",
        "Approval requested",
        "Registration received",
    ]
    assert [one for one in said if "registration." in one] == []


def test_a_changed_answer_stands_above_the_requests_and_is_approved_on_its_person_s_page(
    organiser: FlaskClient, asked: list[str], now: datetime
) -> None:
    with transaction():
        approving.approve(get_registration(asked[0]), by="test", now=now)
        get_registration(asked[0]).review_since = now
    page = f"/organiser/events/own/people/{asked[0]}"
    listed = texts(organiser.get(REQUESTS), "//section[@aria-labelledby='changed']//a")
    shown = organiser.get(page).text
    stale = send(organiser, page, {"seen": "2027-01-01"}, to=f"{page}/approve-again")
    done = send(organiser, page, {"seen": now.isoformat()}, to=f"{page}/approve-again")

    assert (listed, "An answer that you decide by was changed" in shown) == (["Ada"], True)
    assert (stale.status_code, done.status_code) == (409, 302)
    assert "Approve again" not in organiser.get(page).text.replace("Approved again", "")


def test_the_mark_of_a_decisive_question_is_kept(organiser: FlaskClient, own: Event, now: datetime) -> None:
    own.needs_approval = True
    db.session.commit()
    name = ask_question(own, a_section(own, now=now), now=now, label="Topic?", is_decisive=True)

    page = organiser.get(f"/organiser/events/own/form/questions/{name}")

    assert parsed(page).xpath("//input[@name='is_decisive']/@checked") != []
