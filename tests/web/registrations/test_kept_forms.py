"""Forms are rendered once for all guests: each still has keys of its own, and sees every change at once."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.events.stamps import revise
from eventhub.privacy.commands import publish_consent
from tests.factories import both_languages, make_event, make_session
from tests.people import statements
from tests.web.reading import fields, parsed, texts
from tests.web.registrations.guest import ANSWERS, FORM, link_in, press, registered, send

pytestmark = pytest.mark.usefixtures("event")


def keys_of(client: FlaskClient, path: str = FORM) -> dict[str, str]:
    return {name: value for name, value in fields(client.get(path)).items() if name in KEYS}


KEYS = ("csrf_token", "submission_key")


def test_the_second_reader_costs_one_statement_and_gets_keys_of_their_own(app: Flask, consent: int) -> None:
    readers = [app.test_client() for _ in range(3)]
    first = keys_of(readers[0])

    with statements() as said:
        second = keys_of(readers[1])

    assert len(said) == 1
    assert set(first) == set(second) == set(KEYS)
    assert len({*first.values(), *second.values(), *keys_of(readers[2]).values()}) == 6


def test_anothers_key_opens_nothing(app: Flask, consent: int) -> None:
    mine, other = app.test_client(), app.test_client()
    typed = {**fields(mine.get(FORM)), **ANSWERS, "consents": [consent]}
    other.get(FORM)

    assert other.post(FORM, data=typed).status_code == 403
    assert mine.post(FORM, data=typed).status_code == 302


def test_two_events_revised_in_one_moment_keep_their_own_forms(client: FlaskClient, now: datetime) -> None:
    with transaction():
        for name in ("one", "two"):
            make_event(now=now, slug=name, title=both_languages(name))

    titles = [texts(client.get(f"/events/{name}/register"), "//title")[0] for name in ("one", "two") * 2]

    assert titles == ["Register: one", "Register: two"] * 2


def test_every_change_is_in_the_next_form(client: FlaskClient, event: Event, now: datetime) -> None:
    def shown() -> tuple[str, int, int, int]:
        page = parsed(client.get(FORM))
        ticks = [len(page.xpath(f"//input[@name='{name}']")) for name in ("sessions", "consents")]
        return page.xpath("string(//title)"), *ticks, len(page.xpath("//*[contains(text(), 'taken')]"))

    before = shown()
    with transaction():
        make_session(db.session.get_one(Event, event.id))
        revise(db.session.get_one(Event, event.id), now=now)
    with_session = shown()
    with transaction():
        texts_of = {"title": both_languages("Photos"), "body": both_languages("We take photos.")}
        publish_consent(purpose="photos", **texts_of, is_required=False, now=now)
    with_consent = shown()
    with transaction():
        pool = db.session.get_one(CapacityPool, event.pool_id)
        pool.taken = pool.capacity

    assert (before, with_session, with_consent, shown()) == (
        ("Register: Seminar on testing", 0, 0, 0),
        ("Register: Seminar on testing", 1, 0, 0),
        ("Register: Seminar on testing", 1, 1, 0),
        ("Register: Seminar on testing", 1, 1, 1),
    )


def test_a_withdrawn_event_has_no_form(client: FlaskClient, event: Event) -> None:
    assert client.get(FORM).status_code == 200
    with transaction():
        db.session.get_one(Event, event.id).state = "draft"

    assert client.get(FORM).status_code == 404


def test_two_who_were_held_a_place_in_one_minute_confirm_their_own(app: Flask, consent: int) -> None:
    readers, links = [app.test_client(), app.test_client()], []
    for number, reader in enumerate(readers):
        send(reader, consents=[consent], email=f"guest{number}@example.org")
        links.append(link_in("registration_confirm"))

    pages = [reader.get(link) for reader, link in zip(readers, links, strict=True)]

    assert [[link in page.text for link in links] for page in pages] == [[True, False], [False, True]]
    assert press(readers[1], links[1]).status_code == 302
    assert [client.get(links[0]).status_code for client in readers] == [200, 200]
    assert readers[1].post(links[0], data=fields(pages[0])).status_code == 403


def test_a_page_with_a_message_waiting_is_nobody_elses(app: Flask, consent: int) -> None:
    reader, stranger = app.test_client(), app.test_client()
    registered(reader, consent)
    with reader.session_transaction() as session:
        session["_flashes"] = [("ok", "Only for you")]

    assert ["Only for you" in client.get(FORM).text for client in (reader, stranger, reader)] == [
        True,
        False,
        False,
    ]
