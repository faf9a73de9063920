"""What a phone that holds a pass is told: that the ticket is void, re-issued or its event cancelled or moved."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.accounts.rules import Role
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.commands import cancel_event
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.tickets.commands import reissue_ticket, void_ticket
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of
from eventhub.wallet.models import PassOnPhone
from eventhub.wallet.personal import export_passes, forget_passes
from tests.factories import grant, make_attendee, make_user
from tests.people import sign_in
from tests.wallets import PASS_TYPE
from tests.web.wallet.conftest import HOSTILE

pytestmark = pytest.mark.usefixtures("both", "wallets")
PHONE = f"/wallet/v1/devices/phone1/registrations/{PASS_TYPE}"


def content_of(bundle: bytes) -> dict:
    return json.loads(ZipFile(BytesIO(bundle)).read("pass.json"))


def downloaded(client: FlaskClient, attendee: Attendee) -> tuple[str, dict[str, str]]:
    """The serial on a fresh pass, and the header that a phone makes of its token."""
    assert attendee.ticket is not None
    content = content_of(client.get(f"/t/{code_of(attendee.ticket)}/ticket.pkpass").data)
    db.session.rollback()
    return content["serialNumber"], {"Authorization": f"ApplePass {content['authenticationToken']}"}


def register(client: FlaskClient, serial: str, token: dict[str, str]) -> int:
    return client.post(f"{PHONE}/{serial}", json={"pushToken": "abc123"}, headers=token).status_code


def void(ticket: Ticket, now) -> None:
    void_ticket(ticket, reason="cancelled", by="test", now=now)


def reissue(ticket: Ticket, now) -> None:
    reissue_ticket(ticket, by="test", now=now)


def cancel(ticket: Ticket, now) -> None:
    cancel_event(db.session.get_one(Event, ticket.event_id), reason={"en": "Ill"}, by="test", now=now)


@pytest.mark.parametrize("deed", [void, reissue, cancel])
def test_a_phone_hears_that_its_pass_is_not_good_any_more(
    client: FlaskClient, holder: Attendee, now, deed
) -> None:
    serial, token = downloaded(client, holder)
    assert [register(client, serial, token) for _ in range(2)] == [201, 200]
    first = client.get(PHONE).json
    assert first["serialNumbers"] == [serial]
    since = f"{PHONE}?passesUpdatedSince={first['lastUpdated']}"
    assert client.get(since).status_code == 204
    good = content_of(client.get(f"/wallet/v1/passes/{PASS_TYPE}/{serial}", headers=token).data)
    with transaction():
        deed(db.session.get_one(Ticket, holder.ticket_id), now)

    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        told = client.get(since).json
        answer = client.get(f"/wallet/v1/passes/{PASS_TYPE}/{serial}", headers=token)

    assert told["serialNumbers"] == [serial]
    assert client.get(f"{PHONE}?passesUpdatedSince={told['lastUpdated']}").status_code == 204
    now_said = content_of(answer.data)
    assert (good["voided"], len(good["barcodes"])) == (False, 1)
    assert (now_said["voided"], now_said["barcodes"], now_said["serialNumber"]) == (True, [], serial)
    names = [json.dumps(HOSTILE) in json.dumps(one) for one in (good, now_said)]
    assert names == [True, False]


def test_only_the_token_of_the_pass_opens_it(client: FlaskClient, holder: Attendee, app: Flask, now) -> None:
    serial, token = downloaded(client, holder)
    with transaction():
        other = make_attendee(db.session.get_one(Event, holder.registration.event_id), now=now)
        admin = make_user("admin@example.org", now=now)
        grant(admin, Role.PLATFORM_ADMIN, now=now)
    others, _ = downloaded(client, other)
    sign_in(client, admin, now=now)
    wrong = [{}, {"Authorization": "ApplePass "}, {"Authorization": "ApplePass " + "a" * 32}]
    calls = [("POST", PHONE), ("DELETE", PHONE), ("GET", f"/wallet/v1/passes/{PASS_TYPE}")]

    refused = [
        client.open(f"{path}/{one}", method=method, headers=headers, **body).status_code
        for method, path in calls
        for one, headers in [*((serial, each) for each in wrong), (others, token), ("unknown", token)]
        for body in [{"json": {"pushToken": "abc123"}} if method == "POST" else {}]
    ]

    assert refused == [401] * 15
    assert db.session.scalars(select(PassOnPhone.serial)).all() == []
    assert client.get(f"/wallet/v1/passes/pass.other/{serial}", headers=token).status_code == 404
    assert client.post(f"{PHONE}/{serial}", json={"pushToken": ["x"]}, headers=token).status_code == 400


def test_a_phone_that_gives_the_pass_up_hears_nothing_and_neither_does_one_of_the_forgotten(
    client: FlaskClient, holder: Attendee, now
) -> None:
    serial, token = downloaded(client, holder)
    register(client, serial, token)
    assert client.delete(f"{PHONE}/{serial}", headers=token).status_code == 200
    assert client.delete(f"{PHONE}/{serial}", headers=token).status_code == 404
    assert client.get(PHONE).status_code == 204
    register(client, serial, token)
    subject = DataSubject(email_key="", addresses=(), registrations=(holder.registration.public_id,))

    told = export_passes(subject)
    with transaction():
        forget_passes(subject)

    number = holder.ticket.number if holder.ticket else ""
    assert told == [{"ticket": number, "phone": "phone1", "registered_at": now}]
    assert client.get(PHONE).status_code == 204


def test_what_phones_complain_about_is_logged_in_short_lines(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/wallet/v1/log", json={"logs": ["one\r\ntwo", "x" * 9000, {"three": 3}] * 9})

    assert answer.status_code == 200
    said = [one.args[0] for one in caplog.records if "says of its pass" in one.msg]
    assert said == ["one two", "x" * 300] * 3 + ["one two"]
    assert client.post("/wallet/v1/log", data=b"\xff{").status_code == 200
    assert {client.post("/wallet/v1/log", json={}).status_code for _ in range(60)} == {200, 429}
