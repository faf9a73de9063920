"""The self-service screen: people register themselves, and nobody leaves it but who knows the PIN."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from eventhub.accounts.passwords import hash_of
from eventhub.accounts.rules import Role
from eventhub.audit import AuditEntry
from eventhub.checkin.models import Scan
from eventhub.checkin.offline.settings import change_offline_settings
from eventhub.checkin.rules import ScanSource, Verdict
from eventhub.db import db, transaction
from eventhub.privacy.commands import publish_consent
from tests.factories import both_languages, grant, make_event, make_gate, make_user
from tests.people import csrf, sign_in
from tests.web.gate.door import Door
from tests.web.gate.test_points import ASKING, at
from tests.web.hostile import live
from tests.web.reading import error_of, fields, parsed, texts

PIN = "271828"
# Everything else of a gate, by which somebody could look at names or take scans back.
CLOSED = ("", "/people?q=ad", "/count", "/walk-in", "/ready")


@pytest.fixture
def kiosk(door: Door) -> Door:
    door.client.get(f"{door.url}/kiosk")
    return door


def press(door: Door, page: str, **typed: Any) -> TestResponse:
    sent = {**fields(door.client.get(f"{door.url}/kiosk/{page}")), "csrf_token": "", **typed}
    return door.client.post(f"{door.url}/kiosk/{page}", data=sent, headers=csrf(door.client))


def set_pin(door: Door) -> None:
    with transaction():
        facts = {"admits_unlisted": True, "by": "test", "now": door.now}
        change_offline_settings(door.event.id, new_pin_hash=hash_of(PIN), **facts)


def test_nothing_leads_out_of_the_screen_but_the_supervisors_way(kiosk: Door) -> None:
    page = kiosk.client.get(f"{kiosk.url}/kiosk")
    links = {link.partition("?")[0] for link in parsed(page).xpath("//a/@href")}
    others = [kiosk.client.get(kiosk.url + path) for path in CLOSED]

    assert live(page.text) == []
    assert links == {"#main", f"{kiosk.url}/kiosk", f"{kiosk.url}/kiosk/register", f"{kiosk.url}/kiosk/leave"}
    assert [(one.status_code, one.location) for one in others] == [(302, f"{kiosk.url}/kiosk")] * len(CLOSED)
    told = kiosk.scan().get_json()
    assert (told["verdict"], told["name"]) == (Verdict.ADMIT, "A…")
    assert press(kiosk, "leave").location == kiosk.url
    assert kiosk.client.get(kiosk.url).status_code == 200


@pytest.mark.usefixtures("both")
def test_it_is_left_by_the_pin_which_may_be_wrong_five_times(app: Flask, kiosk: Door) -> None:
    set_pin(kiosk)
    right = [press(kiosk, "leave", pin=PIN).location for _each in range(6)]
    kiosk.client.get(f"{kiosk.url}/kiosk")

    wrong = [press(kiosk, "leave", pin=pin) for pin in ("", "271829", PIN[:-1], "x" * 99, "\u0662")]
    then = press(kiosk, "leave", pin=PIN)

    assert right == [kiosk.url] * 6
    assert [one.status_code for one in wrong] == [422] * 5
    assert error_of(wrong[1], "pin") == "Error: This is not the PIN."
    assert (then.status_code, "too often" in error_of(then, "pin")) == (429, True)
    assert kiosk.client.get(kiosk.url).location == f"{kiosk.url}/kiosk"
    other = app.test_client()
    with transaction():
        colleague = make_user("colleague@example.org", now=kiosk.now)
        grant(colleague, Role.CHECKIN_STAFF, now=kiosk.now, event=kiosk.event)
    sign_in(other, colleague, now=kiosk.now)
    kiosk.client = other
    assert press(kiosk, "leave", pin=PIN).status_code == 303


def test_who_has_no_ticket_registers_and_sees_the_code_for_a_short_time(kiosk: Door) -> None:
    with transaction():
        text = both_languages("Consent")
        publish_consent(purpose="data", title=text, body=text, is_required=True, now=kiosk.now)
    typed = {"full_name": "Ada Newcomer", "organisation": "Example School", "email": ""}
    refused = press(kiosk, "register", **typed)
    (consent,) = parsed(refused).xpath("//input[@name='consents']/@value")

    done = press(kiosk, "register", **typed, consents=consent)
    page = kiosk.client.get(done.location)
    with transaction():
        db.session.execute(update(Scan).values(scanned_at=kiosk.now - timedelta(minutes=3)))
    later = kiosk.client.get(done.location)

    assert (refused.status_code, error_of(refused, "consents") != "") == (422, True)
    assert (page.status_code, texts(page, "//p[@class='verdict-name']")) == (200, ["A…"])
    assert (len(parsed(page).xpath("//img/@src")), "Newcomer" in page.text) == (1, False)
    assert (later.status_code, later.location) == (302, f"{kiosk.url}/kiosk")
    assert list(db.session.scalars(select(Scan.source))) == [ScanSource.WALK_IN]
    query = select(AuditEntry.detail).where(AuditEntry.action == "registration.walked_in")
    assert db.session.scalars(query).one()["consents"] == "screen"


def test_whose_address_takes_part_is_not_named(kiosk: Door) -> None:
    address = kiosk.attendee.registration.email_key

    answer = press(kiosk, "register", full_name="Eve Example", organisation="Example School", email=address)

    assert (answer.status_code, "Ada" in answer.text, kiosk.number in answer.text) == (409, False, False)


def test_where_the_crew_looks_first_nobody_registers_alone(door: Door) -> None:
    hall = at(door, ASKING)

    page = hall.client.get(f"{hall.url}/kiosk")

    assert ("kiosk/register" in page.text, page.status_code) == (False, 200)
    assert hall.client.get(f"{hall.url}/kiosk/register").status_code == 404
    assert hall.scan(ticked=[]).get_json()["verdict"] == Verdict.ASK


def test_nothing_of_the_house_opens_but_the_screen_of_this_gate(kiosk: Door) -> None:
    with transaction():
        elsewhere = make_gate(make_event(now=kiosk.now), "Gate of another event").public_id
    set_pin(kiosk)
    paths = ("/account", f"/t/{kiosk.code}", f"/gate/{elsewhere}/kiosk", f"/gate/{elsewhere}/kiosk/leave")
    others = [kiosk.client.get(path) for path in paths]
    by_name = kiosk.post("/scans", {"scan_id": str(uuid4()), "ticket": kiosk.number, "source": "search"})
    left = kiosk.client.post(f"/gate/{elsewhere}/kiosk/leave", headers=csrf(kiosk.client))

    assert [(one.status_code, one.location) for one in others] == [(302, f"{kiosk.url}/kiosk")] * 4
    assert (by_name.status_code, left.location) == (422, f"{kiosk.url}/kiosk")
    assert kiosk.client.get(kiosk.url).location == f"{kiosk.url}/kiosk"
