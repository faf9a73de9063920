"""Everything that the gate reads with hostile text: the typed forms, the search, and what a scanner sends as JSON."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

import eventhub.blueprints.gate
from eventhub.accounts.passwords import NOBODYS_HASH
from eventhub.accounts.rules import Role
from eventhub.badges.commands import plan_arrival
from eventhub.badges.rules import Layout
from eventhub.blueprints.gate.badges import BadgeForm
from eventhub.blueprints.gate.choosing import GateForm
from eventhub.blueprints.gate.kiosk import LeaveForm
from eventhub.blueprints.gate.live import LeftForm
from eventhub.blueprints.gate.scanner import ScanForm, UndoForm
from eventhub.blueprints.gate.walk_in import NewcomerForm, WalkInForm
from eventhub.checkin.models import Scan
from eventhub.checkin.offline.settings import change_offline_settings
from eventhub.core.text import clean_line
from eventhub.db import db, transaction
from eventhub.events.models import Event
from tests.factories import grant
from tests.people import csrf
from tests.web.gate.door import JSON, Door
from tests.web.hostile import SOME_VECTORS, VECTORS, Page, faults_of, live, text_fields
from tests.web.reading import error_of, value_of

SOURCES = Path(eventhub.blueprints.gate.__file__).parent
ASKED = re.compile(r'body\.get\("(\w+)"\)|body, "(\w+)"')
OTHERS = (None, 7, -1.5, True, [], {}, ["x"], {"x": 1}, [[[]]], 10**40)


def asked_of_scanners() -> set[str]:
    """The names that the gate looks up in a JSON body."""
    found = [ASKED.findall(path.read_text(encoding="utf-8")) for path in SOURCES.glob("*.py")]
    return {name for pairs in found for pair in pairs for name in pair if name}


def is_problem(answer: TestResponse) -> bool:
    body = answer.get_json()
    return answer.content_type == "application/problem+json" and body["status"] == answer.status_code


def scan_of(door: Door) -> str:
    return str(door.scan().get_json()["scan_id"])


def test_the_enumeration_finds_what_scanners_send() -> None:
    assert asked_of_scanners() >= {"scan_id", "code", "ticket", "direction", "source", "reason"}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_in_the_plain_forms_is_refused_beside_its_field_or_harmless(
    door: Door, vector: dict[str, str]
) -> None:
    scan_id = scan_of(door)
    plain = {"scan_id": str(uuid4()), "direction": "entry", "source": "wedge"}
    scan = Page(door.url, ScanForm, plain)
    undo = Page(f"{door.url}/scans/{scan_id}", UndoForm, {"scan_id": str(uuid4())})
    badge = Page(f"{door.url}/badges/{scan_id}", BadgeForm, {"key": "k"})
    with transaction():
        event = db.session.get_one(Event, door.event.id)
        plan_arrival(event, on_arrival=True, layout=Layout.LABEL, by="test", now=door.now)

    assert faults_of(door.client, badge, vector["text"]) == []
    assert faults_of(door.client, scan, vector["text"]) == []
    assert faults_of(door.client, undo, vector["text"]) == []

    shown = [door.client.get(path) for path in (door.url, f"{door.url}/scans/{scan_id}")]
    assert [(page.status_code, live(page.text)) for page in shown] == [(200, [])] * 2


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hidden_fields_and_choices_of_the_plain_forms_refuse_hostile_text(
    door: Door, vector: dict[str, str]
) -> None:
    scan_id = scan_of(door)
    for path, form in ((door.url, ScanForm), (f"{door.url}/scans/{scan_id}", UndoForm)):
        for name in text_fields(form):
            plain = {"scan_id": str(uuid4()), "direction": "entry", "source": "wedge", "code": door.code}
            typed = {**plain, "reason": "Wrong person", name: vector["text"]}

            answer = door.client.post(path, data=typed, headers=csrf(door.client))

            assert answer.status_code in (303, 409, 422), name
            assert live(answer.text) == [], name


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_reason_for_taking_somebody_out_is_refused_beside_its_field_or_harmless(
    door: Door, vector: dict[str, str]
) -> None:
    scan_of(door)
    with transaction():
        grant(db.session.merge(door.crew), Role.EVENT_ORGANISER, now=door.now, event=door.event)

    page = Page(
        f"/gate/events/{door.event.slug}/inside", LeftForm, {"key": str(uuid4()), "tickets": door.number}
    )

    assert faults_of(door.client, page, vector["text"]) == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_name_of_a_gate_is_refused_beside_its_field_or_harmless(
    door: Door, vector: dict[str, str]
) -> None:
    with transaction():
        grant(db.session.merge(door.crew), Role.EVENT_ORGANISER, now=door.now, event=door.event)

    page = Page(f"/gate/events/{door.event.slug}", GateForm)
    answer = door.client.post(page.path, data={"name": vector["text"]}, headers=csrf(door.client))

    if answer.status_code == 422:
        assert error_of(answer, f"name-{door.event.slug}") != ""
        assert clean_line(value_of(answer, "name")) == clean_line(vector["text"])
    assert answer.status_code in (302, 422)
    assert [live(page.text) for page in (answer, door.client.get("/gate"))] == [[], []]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_searching_people_for_hostile_text_runs_nothing(door: Door, vector: dict[str, str]) -> None:
    page = door.client.get(door.url, query_string={"q": vector["text"]})
    answer = door.client.get(f"{door.url}/people", query_string={"q": vector["text"]})

    assert (page.status_code, live(page.text)) == (200, [])
    assert clean_line(value_of(page, "q")) == clean_line(vector["text"])
    assert (answer.status_code, list(answer.get_json())) == (200, ["people"])


@pytest.mark.parametrize("name", sorted(asked_of_scanners()))
def test_a_machine_that_sends_hostile_text_gets_a_verdict_or_a_problem_in_json(door: Door, name: str) -> None:
    admitted = scan_of(door)
    for value in [vector["text"] for vector in VECTORS] + list(OTHERS):
        plain = {"scan_id": str(uuid4()), "code": door.code, "direction": "entry", "source": "camera"}
        if name == "ticket":
            del plain["code"]

        scanned = door.post("/scans", {**plain, name: value})
        undone = door.post(f"/scans/{admitted}/undo", {"scan_id": str(uuid4()), "reason": " ", name: value})

        for answer in (scanned, undone):
            assert answer.status_code == 200 or (answer.status_code in (409, 422) and is_problem(answer)), (
                value
            )


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_in_an_address_of_the_gate_is_not_there(door: Door, vector: dict[str, str]) -> None:
    text = quote(vector["text"], safe="")[:1500]
    paths = [
        f"/gate/{text}x",
        f"{door.url}/scans/{text}x",
        f"/gate/{text}x/scans",
        f"{door.url}/scans/{text}x/undo",
    ]
    body = {"scan_id": str(uuid4()), "reason": "Wrong person"}
    headers = {**JSON, **csrf(door.client)}

    answers = [door.client.get(path, headers=JSON) for path in paths[:2]]
    answers += [door.client.post(path, json=body, headers=headers) for path in paths[2:]]

    assert [answer.status_code in (404, 405, 422) and is_problem(answer) for answer in answers] == [True] * 4


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_reason_that_is_stored_is_clean(door: Door, vector: dict[str, str]) -> None:
    admitted = scan_of(door)

    door.post(f"/scans/{admitted}/undo", {"scan_id": str(uuid4()), "reason": vector["text"]})

    db.session.rollback()
    stored = [reason for reason in db.session.scalars(select(Scan.reason)) if reason is not None]
    assert stored == [clean_line(vector["text"])][: len(stored)]


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_pin_is_refused_beside_its_field(door: Door, vector: dict[str, str]) -> None:
    with transaction():
        facts = {"admits_unlisted": True, "by": "test", "now": door.now}
        change_offline_settings(door.event.id, new_pin_hash=NOBODYS_HASH, **facts)

    assert faults_of(door.client, Page(f"{door.url}/kiosk/leave", LeaveForm), vector["text"]) == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_a_hostile_walk_in_is_refused_beside_its_field_or_harmless(
    door: Door, vector: dict[str, str]
) -> None:
    plain = {"scan_id": str(uuid4()), "key": "k" * 22, "language": "en", "said": "paper"}
    page = Page(f"{door.url}/walk-in", WalkInForm, plain)
    screen = Page(f"{door.url}/kiosk/register", NewcomerForm, plain)

    for each in (page, screen):
        assert (
            faults_of(door.client, each, vector["text"], fields=["full_name", "email", "organisation"]) == []
        )
    typed = {**plain, "full_name": vector["text"], "organisation": vector["text"], "email": ""}
    answer = door.client.post(page.path, data=typed, headers=csrf(door.client), follow_redirects=True)
    assert live(answer.text) == []
