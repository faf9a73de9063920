"""The list that phones carry and what they send up, over HTTP: signed, sealed, strict."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventhub.checkin.models import Scan
from eventhub.checkin.offline import listing
from eventhub.checkin.offline.sealing import from_text, in_text, lookup_of, opened
from eventhub.db import db, transaction
from eventhub.tickets.commands import reissue_ticket, void_ticket
from eventhub.tickets.queries import code_of
from tests.factories import make_attendee, make_event
from tests.web.gate.door import Door


@pytest.fixture(autouse=True)
def _looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT_EVERY", timedelta())


def fetch(door: Door, query: str = "") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(door.client.get(f"{door.url}/manifest{query}").data)
    return content


def since(door: Door, before: dict[str, Any]) -> dict[str, Any]:
    had = {"after": "seq", "cursor": "cursor", "at": "at", "salt": "salt"}
    return fetch(door, "?" + "&".join(f"{name}={before[key]}" for name, key in had.items()))


def sent(door: Door, content: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A scan of the one guest as a phone reports it."""
    plain = {
        "scan_id": str(uuid4()),
        "seq": 1,
        "ticket": content["tickets"][0][0],
        "signed": None,
        "direction": "entry",
        "source": "camera",
        "verdict": "admit",
        "moment_ms": None,
        "rules": 1,
        "issued_ms": content["issued_ms"],
        "at_ms": content["issued_ms"],
        "offset_ms": 0,
        "age_ms": None,
        "ticked": None,
        "reason": None,
        "undoes": None,
    }
    return {**plain, **changes}


def sync(door: Door, *scans: object, **more: object) -> TestResponse:
    return door.post("/sync", {"now_ms": 0, "scans": list(scans), **more})


def statuses(answer: TestResponse) -> list[str]:
    return [one["status"] for one in answer.json["results"]]


def test_the_list_is_signed_by_a_key_that_it_names(door: Door) -> None:
    answer = door.client.get(f"{door.url}/manifest")
    key_id, signature = answer.headers["X-Signature"].split(".")
    key = Ed25519PublicKey.from_public_bytes(from_text(answer.json["keys"][key_id]))

    key.verify(from_text(signature), b"eventhub-manifest-v1" + answer.data)
    with pytest.raises(InvalidSignature):
        key.verify(from_text(signature), b"eventhub-manifest-v1" + answer.data + b" ")


def test_who_holds_the_phone_reads_nobody_and_who_holds_a_ticket_reads_its_record(door: Door) -> None:
    answer = door.client.get(f"{door.url}/manifest")
    salt = from_text(answer.json["salt"])
    ((lookup, flags, generation, key_id, kind, booked, sealed),) = answer.json["tickets"]
    ticket = door.attendee.ticket

    assert (flags, generation, key_id, kind, booked) == (0, 1, ticket.key_id, None, 0)
    assert from_text(lookup) == lookup_of(ticket.secret, salt)
    assert opened(from_text(sealed), door.code, salt) == {"n": door.attendee.full_name}
    for canary in (door.attendee.full_name, "Example", "canary", ticket.number, in_text(ticket.secret)):
        assert canary.encode() not in answer.data
    with transaction():
        another = code_of(make_attendee(door.event, now=door.now).ticket)
    with pytest.raises(InvalidTag):
        opened(from_text(sealed), another, salt)


def test_only_what_is_new_comes_again(door: Door) -> None:
    before = fetch(door)
    nothing = since(door, before)
    with transaction():
        late = make_attendee(door.event, now=door.now)
        void_ticket(door.attendee.ticket, reason="Lost", by="test", now=door.now)

    after = since(door, nothing)

    assert (before["full"], nothing["full"], nothing["tickets"]) == (True, False, [])
    assert [row[:4] for row in after["tickets"]] == [
        [before["tickets"][0][0], 1, 1, 1],
        [in_text(lookup_of(late.ticket.secret, from_text(before["salt"]))), 0, 1, 1],
    ]
    assert (after["full"], after["seq"]) == (False, before["seq"] + 1)


def test_a_list_from_elsewhere_is_replaced_whole(door: Door) -> None:
    mine = fetch(door)
    strange = [
        {"seq": 99},
        {"seq": -1},
        {"seq": "x"},
        {"seq": "1" + "0" * 30},
        {"at": "other"},
        {"salt": "AA"},
    ]

    full = [since(door, {**mine, **other})["full"] for other in strange]

    assert (full, since(door, mine)["full"]) == ([True] * 6, False)


def test_a_code_that_was_replaced_opens_its_record_no_more(door: Door) -> None:
    before = fetch(door)
    with transaction():
        reissue_ticket(door.attendee.ticket, by="test", now=door.now)

    ((lookup, _flags, generation, *_rest, sealed),) = since(door, before)["tickets"]

    salt = from_text(before["salt"])
    assert (lookup, generation) == (before["tickets"][0][0], 2)
    with pytest.raises(InvalidTag):
        opened(from_text(sealed), door.code, salt)
    assert opened(from_text(sealed), code_of(door.attendee.ticket), salt) == {"n": door.attendee.full_name}


def test_who_came_and_who_was_let_go_again_is_told(door: Door) -> None:
    before = fetch(door)
    admitted = door.scan().json
    came = since(door, before)
    door.post(f"/scans/{admitted['scan_id']}/undo", {"scan_id": str(uuid4()), "reason": "Wrong person"})

    gone = since(door, came)

    ((lookup, inside, entered, gate),) = came["moves"]
    assert (lookup, inside, gate) == (before["tickets"][0][0], 1, door.gate.public_id)
    assert entered is not None
    assert gone["moves"] == [[lookup, 0, None, None]]
    assert (came["count"]["inside"], gone["count"]["inside"]) == (1, 0)


def test_a_scan_comes_up_once_and_its_answer_is_the_same_byte_for_byte(door: Door) -> None:
    scan = sent(door, fetch(door))
    first = sync(door, scan)
    with transaction():
        void_ticket(door.attendee.ticket, reason="Lost", by="test", now=door.now)

    again, once_more = (sync(door, scan).get_data().partition(b'"results"')[2] for _ in range(2))

    assert statuses(first) == ["stored"]
    assert again == once_more
    assert b'"status":"known","verdict":"admit"' in again
    assert door.scan(scan_id=scan["scan_id"]).json["verdict"] == "admit"
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"scan_id": "x"},
        {"scan_id": None},
        {"seq": "1"},
        {"seq": -1},
        {"seq": True},
        {"seq": 2**31},
        {"ticket": "Wi-Fi password"},
        {"ticket": "A" * 15},
        {"ticket": 7},
        {"signed": "é" * 11},
        {"signed": "AAAA====AAA"},
        {"direction": "up"},
        {"source": "walk_in"},
        {"verdict": "party"},
        {"verdict": "undone"},
        {"verdict": "left"},
        {"moment_ms": 1.5},
        {"moment_ms": 253_402_300_799_999},
        {"rules": None},
        {"issued_ms": 10**15},
        {"at_ms": float("inf")},
        {"offset_ms": -(10**16)},
        {"age_ms": -1},
        {"ticked": "all"},
        {"reason": "x" * 201},
        {"undoes": "x"},
        {"point": "no id"},
        {"mode": "twice"},
    ],
)
def test_what_is_no_scan_is_refused_by_itself_with_the_reason(door: Door, change: dict[str, object]) -> None:
    content = fetch(door)

    answer = sync(door, sent(door, content, **change), sent(door, content))

    assert (answer.status_code, statuses(answer)) == (200, ["refused", "stored"])
    assert answer.json["results"][0]["detail"]


def test_a_batch_that_is_none_is_a_problem(door: Door) -> None:
    for body in (
        {},
        {"now_ms": 0, "scans": {}},
        {"now_ms": "0", "scans": []},
        {"now_ms": 0, "scans": [1] * 1001},
        [],
    ):
        answer = door.post("/sync", body)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert statuses(sync(door, 7, None, [])) == ["refused"] * 3


def test_nothing_of_a_foreign_code_is_stored(door: Door) -> None:
    content = fetch(door)
    foreign = sent(door, content, ticket=None, verdict="unknown", code="WIFI:S:canary-network;;")

    assert statuses(sync(door, foreign)) == ["stored"]
    db.session.rollback()
    (row,) = db.session.execute(select(Scan.__table__))
    assert "canary" not in repr(row)


def test_the_kept_page_needs_no_fresh_token_and_another_site_gets_nowhere(door: Door) -> None:
    path, body = f"{door.url}/sync", {"now_ms": 0, "scans": []}

    codes = [
        door.client.post(path, json=body, headers={"Sec-Fetch-Site": site}).status_code
        for site in ("same-origin", "same-site", "cross-site", "none")
    ]

    assert codes == [200, 403, 403, 403]


def test_a_ticket_of_another_event_is_nobody_here(door: Door) -> None:
    with transaction():
        elsewhere = make_attendee(make_event(now=door.now), now=door.now)
    content = fetch(door)

    told = sync(door, sent(door, content, ticket=None, signed=in_text(elsewhere.ticket.secret)))

    db.session.rollback()
    assert statuses(told) == ["stored"]
    assert db.session.scalars(select(Scan.ticket_id)).all() == [None]
