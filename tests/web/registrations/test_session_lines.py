"""Waiting for full sessions over HTTP: the wishes, where one stands, what an offer would cost, and both answers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.registration import asking, commands
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.session_lines.commands import wish_for
from tests.commands.registration.asking import Known, cancel, confirm, registered
from tests.commands.registration.lines import a_programme, chosen, come, wish, wishes
from tests.commands.registration.parties import a_child, a_family
from tests.people import statements
from tests.web.reading import fields, parsed, texts
from tests.web.registrations.guest import link_in

NOTICES = "//div[contains(@class, 'notice')]"
ROWS = "//dl[contains(@class, 'summary-list')][1]//dd"


@pytest.fixture
def programme(app: Flask, now: datetime) -> list[Known]:
    """Three sessions, full; the first two at the same time."""
    sessions = a_programme(now, 0, 10, 60, offer_hours=3)
    for number, session in enumerate(sessions):
        come(f"old{number}", session, now=now)
    return sessions


@pytest.fixture
def ada(programme: list[Known], now: datetime) -> Known:
    return come("ada", now=now)


def path_of(one: Known) -> str:
    db.session.rollback()
    return manage_path(get_registration(one.public_id))


def free(session: int, *, now: datetime) -> None:
    """Whoever has this session cancels."""
    db.session.rollback()
    query = select(Registration.public_id).where(Registration.email == f"old{session}@example.org")
    cancel(Known(db.session.scalars(query).one()), now=now)


def save(client: FlaskClient, one: Known, **ranks: str):
    path = f"{path_of(one)}/wait"
    return client.post(path, data={**fields(client.get(path)), **ranks})


def test_the_form_says_that_a_full_session_can_be_waited_for(
    client: FlaskClient, programme: list[Known]
) -> None:
    page = client.get("/events/rush/register")

    assert texts(page, "//div[@class='choice-row']/span") == [
        "All places taken: you can wait for it after you have registered"
    ] * len(programme)


def test_ones_own_page_leads_to_the_wishes_and_they_are_stored_in_their_order(
    client: FlaskClient, programme: list[Known], ada: Known
) -> None:
    first, second, _third = (f"wish-{one.public_id}" for one in programme)
    assert texts(client.get(path_of(ada)), "//a[contains(@href, '/wait')]") == ["Wait for a full session"]

    answer = save(client, ada, **{first: "2", second: "1"})

    assert answer.headers["Location"] == path_of(ada)
    assert wishes(ada) == {"Workshop 1": "waiting", "Workshop 0": "waiting"}
    page = client.get(path_of(ada))
    assert texts(page, "//dl[1]/div/dt") == ["Workshop 1", "Workshop 0"]
    assert texts(page, "//a[contains(@href, '/wait')]") == ["Change or leave"]


def test_it_says_how_many_came_before_and_that_nothing_is_free(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    bob, eve = come("bob", now=now), come("eve", now=now)
    for one in (bob, eve, ada):
        wish(one, programme[0], now=now)

    assert texts(client.get(path_of(ada)), "//dl[1]/div/dd") == [
        "Number 3 of 3 in line. No place is free at the moment, and 2 people came before you."
    ]
    assert texts(client.get(path_of(bob)), "//dl[1]/div/dd") == [
        "Number 1 of 3 in line. No place is free at the moment; the next one is yours."
    ]
    hint = texts(client.get(f"{path_of(ada)}/wait"), "//p[@class='hint']")[0]
    assert hint.endswith("; 3 wait")


def test_a_line_is_left_by_not_waiting_any_more(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    wish(ada, *programme[:2], now=now)
    name = f"wish-{programme[0].public_id}"
    assert fields(client.get(f"{path_of(ada)}/wait"))[name] == "1"

    save(client, ada, **{name: ""})

    assert wishes(ada) == {"Workshop 0": "left", "Workshop 1": "waiting"}


def test_a_wish_for_what_has_begun_meanwhile_is_refused_and_nothing_typed_is_lost(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime, today
) -> None:
    path, name = f"{path_of(ada)}/wait", f"wish-{programme[2].public_id}"
    typed = {**fields(client.get(path)), name: "7"}

    answer = client.post(path, data=typed)

    assert (answer.status_code, wishes(ada)) == (422, {})
    assert "Not a valid choice." in answer.text


def test_the_offer_says_first_what_is_given_up_and_which_wishes_end(
    client: FlaskClient, programme: list[Known], now: datetime
) -> None:
    best, good, _late = programme
    ada = come_with_the_second(now, good)
    with transaction():
        wish_for(get_registration(ada.public_id), [best.public_id], now=now)
    free(0, now=now)
    path = link_in("session_offer")

    page = client.get(path)
    assert texts(page, NOTICES) == ["You give up what is at the same time: Workshop 1"]
    assert texts(page, "//button[@name='answer']") == ["Take the place", "I don't want it"]
    assert wishes(ada) == {"Workshop 0": "offered"}  # opening the page answers nothing

    answer = client.post(path, data={**fields(page), "answer": "yes"})

    assert answer.headers["Location"] == path_of(ada)
    assert chosen(ada) == ["Workshop 0"]
    assert texts(client.get(path), NOTICES) == ["You have this place."]


def come_with_the_second(now: datetime, session: Known) -> Known:
    """Somebody who has the place that another gave back."""
    free(1, now=now)
    return come("ada", session, now=now)


def test_lower_wishes_that_would_end_are_named(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    wish(ada, *programme, now=now)
    free(0, now=now)

    page = client.get(link_in("session_offer"))

    assert texts(page, NOTICES) == ["These lower wishes for the same time end: Workshop 1"]


def test_the_second_link_begins_with_no_and_the_next_in_line_has_the_place(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    bob = come("bob", now=now)
    for one in (ada, bob):
        wish(one, programme[0], now=now)
    free(0, now=now)
    path = f"{link_in('session_offer')}?answer=no"

    page = client.get(path)
    assert texts(page, "//button[@name='answer']")[0] == "I don't want it"
    client.post(path, data={**fields(page), "answer": "no"})

    assert (wishes(ada), wishes(bob)) == ({"Workshop 0": "declined"}, {"Workshop 0": "offered"})


def test_an_offer_that_ran_out_says_so_and_is_not_taken(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime, today
) -> None:
    wish(ada, programme[0], now=now)
    free(0, now=now)
    path = link_in("session_offer")
    typed = {**fields(client.get(path)), "answer": "yes"}
    today.move_to(now + timedelta(hours=3))

    late = client.post(path, data=typed)

    assert late.status_code == 409
    assert "The time to take this place is over." in late.text
    assert texts(client.get(path), "//button[@name='answer']") == []


def test_an_answer_that_is_neither_and_foreign_links_change_nothing(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    wish(ada, programme[0], now=now)
    free(0, now=now)
    path = link_in("session_offer")
    typed = {**fields(client.get(path)), "answer": "perhaps"}

    assert client.post(path, data=typed).status_code == 422
    assert wishes(ada) == {"Workshop 0": "offered"}
    assert client.get(re.sub("sessions/[^/]+", "sessions/" + "x" * 32, path)).status_code == 404
    assert client.get(path.replace(programme[0].public_id, "unknown")).status_code == 404
    assert client.get(f"/registrations/{ada.public_id}/{'x' * 32}/wait").status_code == 404


def test_where_nothing_is_full_there_is_nothing_to_wait_for(
    client: FlaskClient, programme: list[Known], ada: Known, now: datetime
) -> None:
    for number in range(3):
        free(number, now=now)

    page = client.get(f"{path_of(ada)}/wait")

    assert texts(page, NOTICES) == [
        "There is nothing to wait for. No session with a waiting list is full now."
    ]
    assert parsed(client.get(path_of(ada))).xpath("//a[contains(@href, '/wait')]") == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "a place in “Workshop 0” is free"), ("ru", "освободилось место на «Workshop 0»")],
)
def test_the_letter_speaks_the_persons_language_and_holds_both_links(
    client: FlaskClient, programme: list[Known], now: datetime, language: str, said: str
) -> None:
    with transaction():
        one = commands.register(
            asking.Ask(
                full_name="Ada", email="a@example.org", organisation="X", country="DE", language=language
            ),
            asking.Submission(key="the-form-of-ada-example", consents=(), address="192.0.2.1"),
            slug="rush",
            now=now,
        )
    confirm(one, now=now)
    wish(Known(one.public_id), programme[0], now=now)
    free(0, now=now)

    db.session.rollback()
    letter = db.session.scalars(select(Message).where(Message.letter == "session_offer")).one()

    for form in (letter.text, letter.html):
        assert said in form
        assert form.count(f"/registrations/{one.public_id}/sessions/") >= 2
        assert f"/{programme[0].public_id}?answer=no" in form


def test_one_wish_and_many_take_the_same_number_of_statements(
    client: FlaskClient, app: Flask, now: datetime
) -> None:
    sessions = a_programme(now, *range(0, 120, 10))
    for number, session in enumerate(sessions):
        come(f"old{number}", session, now=now)
    ada = come("ada", now=now)
    counts = []
    for many in (1, 12):
        wish(ada, *sessions[:many], now=now)
        path = path_of(ada)
        for page in (path, f"{path}/wait"):
            with statements() as said:
                assert client.get(page).status_code == 200
            counts.append(len(said))

    assert counts[:2] == counts[2:]


def test_a_family_says_who_of_them_waits(client: FlaskClient, app: Flask, now: datetime) -> None:
    (robots,) = a_programme(now, 0, takes_families=True)
    come("old0", robots, now=now)
    party = a_family(a_child("Vera Example"), a_child("Gleb Example"))
    family = Known(registered("rush", "family@example.org", now=now, party=party).public_id)
    page = client.get(f"{path_of(family)}/wait")
    ticks = {one.get("value"): one.get("name") for one in parsed(page).xpath("//input[@type='checkbox']")}
    numbers = {one.full_name: one.ticket.number for one in get_registration(family.public_id).attendees}
    assert set(ticks) == set(numbers.values())

    rank, who = f"wish-{robots.public_id}", f"who-{robots.public_id}"
    there = {**fields(page), rank: "1"}
    nobody = client.post(f"{path_of(family)}/wait", data={**there, who: []})
    assert (nobody.status_code, "Choose who waits" in nobody.text) == (422, True)
    saved = client.post(f"{path_of(family)}/wait", data={**there, who: [numbers["Vera Example"]]})
    assert saved.status_code == 302
    free(0, now=now)

    link = link_in("session_offer")
    assert "Vera Example" in client.get(link).text
    assert client.post(link, data={**fields(client.get(link)), "answer": "yes"}).status_code == 302
    assert chosen(family) == ["Workshop 0"]
