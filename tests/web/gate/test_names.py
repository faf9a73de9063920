"""Names for phones without network: sealed, and opened by the PIN alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from eventhub.accounts.passwords import hash_of
from eventhub.checkin.offline.models import Manifest
from eventhub.checkin.offline.sealing import from_text, in_text, lookup_of
from eventhub.checkin.offline.settings import change_offline_settings
from eventhub.core.names import search_key
from eventhub.db import db, transaction
from eventhub.tickets.commands import void_ticket
from tests.factories import make_attendee, make_event
from tests.web.gate.door import Door

pytestmark = pytest.mark.usefixtures("both")


@pytest.fixture
def open_door(door: Door) -> Door:
    set_pin(door, "271828")
    return door


def set_pin(door: Door, pin: str | None) -> None:
    change: dict[str, Any] = {"new_pin_hash": hash_of(pin)} if pin else {"removes_pin": True}
    with transaction():
        change_offline_settings(door.event.id, admits_unlisted=True, by="test", now=door.now, **change)


def key_by(door: Door, pin: object) -> tuple[int, bytes]:
    answer = door.post("/names/key", {"pin": pin})
    return answer.status_code, from_text(answer.get_json().get("key", ""))


def names_by(door: Door, key: bytes) -> list[list[str]]:
    sealed = door.client.get(f"{door.url}/names").data
    return json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], None))


def test_the_pin_opens_the_names_of_valid_tickets_of_this_event_until_it_is_another(open_door: Door) -> None:
    with transaction():
        gone = make_attendee(open_door.event, now=open_door.now, full_name="Void Example")
        void_ticket(gone.ticket, reason="Double", by="test", now=open_door.now)
        make_attendee(make_event(now=open_door.now, slug="other"), now=open_door.now)
        make_attendee(open_door.event, now=open_door.now, full_name="Юлия Образцова")
    status, key = key_by(open_door, "271828")
    salt = db.session.scalars(select(Manifest.salt)).one()

    names = names_by(open_door, key)
    set_pin(open_door, "314159")

    assert (status, len(key)) == (200, 32)
    assert [name for _lookup, name, _key in names] == ["Ada Example", "Юлия Образцова"]
    lookup = in_text(lookup_of(open_door.attendee.ticket.secret, salt))
    assert names[0] == [lookup, "Ada Example", search_key("Ada Example")]
    with pytest.raises(InvalidTag):
        names_by(open_door, key)


def test_without_a_pin_there_is_nothing(open_door: Door) -> None:
    set_pin(open_door, None)

    assert open_door.client.get(f"{open_door.url}/names").status_code == 404
    assert open_door.post("/names/key", {"pin": ""}).status_code == 404


def test_a_wrong_pin_is_a_problem_and_the_sixth_one_waits(open_door: Door) -> None:
    wrong = [key_by(open_door, pin) for pin in ("", "271829", "x" * 5000, "\x00", "2718280")]
    late = open_door.post("/names/key", {"pin": "271828"})

    assert wrong == [(422, b"")] * 5
    assert (late.status_code, late.content_type) == (429, "application/problem+json")
    assert int(late.headers["Retry-After"]) > 0


@pytest.mark.parametrize("pin", [None, 271828, ["271828"], {}])
def test_what_is_no_pin_counts_as_no_try(open_door: Door, pin: object) -> None:
    answers = [key_by(open_door, pin)[0] for _each in range(6)]

    assert (answers, key_by(open_door, "271828")[0]) == ([422] * 6, 200)
