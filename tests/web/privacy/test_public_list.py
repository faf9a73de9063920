"""The public list on the event's page: only with the organiser's word and each person's own; gone at once."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventhub.accounts.rules import Role
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.publicity import show_participants
from eventhub.registration.models import Registration
from tests.commands.privacy.people import HOME, NAME, takes_part
from tests.commands.registration.asking import cancel, change
from tests.factories import grant, make_user
from tests.people import csrf, forget_kept, sign_in, statements
from tests.web.reading import parsed

PAGE = "/events/heat"


def show(event: Event, *, is_shown: bool = True, now: datetime) -> None:
    with transaction():
        show_participants(db.session.get_one(Event, event.id), is_shown=is_shown, by="test", now=now)


def named(client: FlaskClient) -> list[str]:
    section = parsed(client.get(PAGE)).xpath("//section[@aria-labelledby='participants']//li")
    return [" ".join(one.itertext()) for one in section]


def test_nobody_is_named_until_the_organiser_says_so(
    client: FlaskClient, registration: Registration, event: Event, now: datetime
) -> None:
    before = named(client)
    show(event, now=now)

    assert (before, named(client)) == ([], [f"{NAME} {HOME}"])


def test_without_anybody_to_name_there_is_no_list(client: FlaskClient, event: Event, now: datetime) -> None:
    show(event, now=now)

    assert "Participants" not in client.get(PAGE).text


@pytest.mark.parametrize("deed", ["withdraw", "cancel", "change", "hide"])
def test_a_kept_page_loses_the_name_on_the_very_next_request(
    app: Flask,
    client: FlaskClient,
    own: str,
    registration: Registration,
    event: Event,
    now: datetime,
    deed: str,
) -> None:
    """The clock stands still, so that nothing but the stamp can have told it."""
    show(event, now=now)
    assert [NAME in client.get(PAGE).text for _ in range(2)] == [True, True]
    with statements() as said:
        assert NAME in client.get(PAGE).text
    assert len(said) == 1  # only the stamp was asked: the page is kept

    if deed == "withdraw":
        browser = app.test_client()
        browser.post(f"{own}/consents/publication/withdraw", headers=csrf(browser))
    elif deed == "cancel":
        cancel(registration, now=now)
    elif deed == "change":
        change(registration, now=now, full_name="Other Name")
    else:
        show(event, is_shown=False, now=now)

    assert NAME not in client.get(PAGE).text


def test_a_reader_who_has_the_page_is_not_told_that_it_is_still_right(
    app: Flask, client: FlaskClient, own: str, registration: Registration, event: Event, now: datetime
) -> None:
    show(event, now=now)
    etag = client.get(PAGE).headers["ETag"]
    assert client.get(PAGE, headers={"If-None-Match": etag}).status_code == 304

    browser = app.test_client()
    browser.post(f"{own}/consents/publication/withdraw", headers=csrf(browser))

    answer = client.get(PAGE, headers={"If-None-Match": etag})
    assert (answer.status_code, NAME in answer.text) == (200, False)


def test_switched_off_and_on_the_page_names_who_agrees_by_then(
    app: Flask, client: FlaskClient, own: str, registration: Registration, event: Event, now: datetime
) -> None:
    """While the list is off nothing raises its stamp; a page kept from before must not come back."""
    show(event, now=now)
    assert named(client) != []
    show(event, is_shown=False, now=now)
    browser = app.test_client()
    browser.post(f"{own}/consents/publication/withdraw", headers=csrf(browser))
    show(event, now=now)

    assert named(client) == []


def test_a_name_is_text(client: FlaskClient, documents: tuple[int, int], event: Event, now: datetime) -> None:
    takes_part(
        event, now=now, consents=documents, full_name="<b onclick=x>Bold</b>", organisation="<i>Home</i>"
    )
    show(event, now=now)

    assert named(client) == ["<b onclick=x>Bold</b> <i>Home</i>"]


def test_the_page_costs_the_same_for_one_name_and_for_thirty(
    app: Flask, documents: tuple[int, int], event: Event, now: datetime
) -> None:
    show(event, now=now)
    counts = []
    for number in range(30):
        takes_part(event, now=now, consents=documents, email=f"p{number}@example.org")
        if number in (0, 29):
            db.session.rollback()
            forget_kept(app)
            with statements() as said:
                assert len(named(app.test_client())) == number + 1
            counts.append(len(said))

    assert counts[0] == counts[1]


def test_the_organiser_switches_the_list_on_and_off(
    app: Flask, registration: Registration, event: Event, now: datetime
) -> None:
    with transaction():
        user = make_user(now=now)
        grant(user, Role.EVENT_ORGANISER, now=now, event=event)
    browser = app.test_client()
    sign_in(browser, user, now=now)
    people, switch = "/organiser/events/heat/people", "/organiser/events/heat/people/public-list"

    assert "So far these are: 1." in browser.get(people).text
    browser.post(switch, data={"shown": "yes"}, headers=csrf(browser))
    shown = named(app.test_client())
    browser.post(switch, data={"shown": ""}, headers=csrf(browser))

    assert (shown, named(app.test_client())) == ([f"{NAME} {HOME}"], [])
