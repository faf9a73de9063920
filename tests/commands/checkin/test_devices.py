"""Pairing phones on both databases: one use, fifteen minutes, one winner, ended at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventhub.checkin.devices.commands import pair, pair_again, revoke
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import find_device, get_device, pairing_path
from eventhub.checkin.devices.rules import PAIRING_LASTS, PairingOver
from eventhub.core.errors import NotFound
from eventhub.db import db, transaction
from eventhub.events.models import Event
from tests.factories import make_event, make_phone
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both")


@pytest.fixture
def event(app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now)


@pytest.fixture
def phone(event: Event, now: datetime) -> Device:
    with transaction():
        return make_phone(event, now=now)


def secret_of(phone: Device) -> str:
    return pairing_path(phone).rpartition("/")[2]


def paired(phone: Device, *, now: datetime) -> str:
    with transaction():
        return pair(phone, secret_of(phone), now=now)


def test_a_paired_phone_is_known_by_its_token_until_its_time_is_over(phone: Device, now: datetime) -> None:
    token = paired(phone, now=now)

    found = find_device(token)
    assert found is not None
    assert (found.id, found.event_id, found.works_at("any")) == (phone.id, phone.event_id, True)
    assert found.expires_at == phone.expires_at
    assert find_device(token + "x") is None


def test_a_code_pairs_one_phone_and_only_for_fifteen_minutes(
    event: Event, phone: Device, now: datetime
) -> None:
    paired(phone, now=now + PAIRING_LASTS - timedelta(seconds=1))
    with transaction():
        late = make_phone(event, now=now)

    with pytest.raises(PairingOver):
        paired(phone, now=now)
    with pytest.raises(PairingOver):
        paired(late, now=now + PAIRING_LASTS)
    with pytest.raises(PairingOver), transaction():
        pair(late, secret_of(phone), now=now)


def test_of_ten_phones_at_once_one_is_paired(both: Flask, phone: Device, now: datetime) -> None:
    phone_id, secret = phone.id, secret_of(phone)

    def one(_number: int) -> str | None:
        try:
            with transaction():
                return pair(db.session.get_one(Device, phone_id), secret, now=now)
        except PairingOver:
            return None

    tokens = [token for token in at_once(both, one, times=10) if token]

    assert len(tokens) == 1
    assert find_device(tokens[0]) is not None


def test_an_ended_phone_is_a_stranger_at_once_and_its_old_code_is_void(phone: Device, now: datetime) -> None:
    token, old = paired(phone, now=now), secret_of(phone)
    with transaction():
        revoke(phone, by="test", now=now)
    assert find_device(token) is None

    with transaction():
        pair_again(phone, by="test", now=now)
    with pytest.raises(PairingOver), transaction():
        pair(phone, old, now=now)
    assert find_device(paired(phone, now=now)) is not None


def test_who_pairs_again_ends_the_phone_before(phone: Device, now: datetime) -> None:
    first = paired(phone, now=now)
    with transaction():
        pair_again(phone, by="test", now=now)

    assert find_device(first) is None


def test_a_phone_of_some_gates_works_at_no_other(event: Event, now: datetime) -> None:
    with transaction():
        phone = make_phone(event, now=now, gates=["north"])

    found = find_device(paired(phone, now=now))

    assert found is not None
    assert (found.works_at("north"), found.works_at("south")) == (True, False)


def test_a_phone_of_another_event_is_not_found(event: Event, phone: Device, now: datetime) -> None:
    with pytest.raises(NotFound):
        get_device(event.id + 1, phone.public_id)


@pytest.mark.parametrize("deed", [revoke, pair_again])
def test_a_phone_that_is_paired_meanwhile_is_ended_all_the_same(
    both: Flask, phone: Device, now: datetime, deed
) -> None:
    """The organiser's page knew it as not paired yet."""
    secret, phone_id = secret_of(phone), phone.id
    with transaction():
        known = db.session.get_one(Device, phone_id)
        with ThreadPoolExecutor(1) as other:
            token = (
                other.submit(_paired_elsewhere, both, phone_id, secret, now).result() if _waits() else None
            )
        deed(known, by="test", now=now)
    token = token or "none"

    assert find_device(token) is None


def _waits() -> bool:
    """SQLite has one writer: there nobody else writes within this transaction."""
    return db.engine.dialect.name == "postgresql"


def _paired_elsewhere(both: Flask, phone_id: int, secret: str, now: datetime) -> str:
    with both.app_context(), transaction():
        return pair(db.session.get_one(Device, phone_id), secret, now=now)
