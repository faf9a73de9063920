"""The door over HTTP: every state by every way in, for the crew of this event alone, names and types only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventhub.accounts.rules import Role
from eventhub.checkin.models import Gate, Presence, Scan
from eventhub.db import db, transaction
from eventhub.events.rules import EventState
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.commands import reissue_ticket, void_ticket
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of
from tests.factories import grant, make_attendee, make_event, make_user
from tests.people import csrf, sign_in
from tests.web.gate.door import JSON, Door
from tests.web.reading import texts

CANARIES = ("canary-email", "Canary University", "country-canary")


def nothing(_door: Door) -> None:
    """A good ticket."""


def enter(door: Door) -> None:
    row = {"ticket_id": door.attendee.ticket_id, "point_id": door.gate.point_id, "gate_id": door.gate.id}
    times = {"since": door.now, "entered_at": door.now}
    db.session.add(Presence(is_inside=True, scan_id=str(uuid4()), **times, **row))


def start_in_a_week(door: Door) -> None:
    door.event.starts_at, door.event.ends_at = door.now + timedelta(days=7), door.now + timedelta(days=8)


def end(door: Door) -> None:
    door.event.ends_at = door.now - timedelta(minutes=1)


def cancel_event(door: Door) -> None:
    door.event.state, door.event.cancel_reason = EventState.CANCELLED, {"en": "Storm"}


def cancel_registration(door: Door) -> None:
    door.attendee.registration.state = RegistrationState.CANCELLED


def void(door: Door) -> None:
    void_ticket(door.attendee.ticket, reason="Lost", by="test", now=door.now)


def replace(door: Door) -> None:
    reissue_ticket(door.attendee.ticket, by="test", now=door.now)


def move_to_another_event(door: Door) -> None:
    other = make_attendee(make_event(now=door.now), now=door.now, full_name="Nobody You Know")
    door.attendee, door.code = other, code_of(other.ticket)


def forge(door: Door) -> None:
    door.code = door.code[:40] + ("A" if door.code[40] != "A" else "B") + door.code[41:]


def stored(column) -> list[object]:
    db.session.rollback()  # a session of ours may still see the time before
    return list(db.session.scalars(select(column)))


# Change, verdict in JSON, words on the page, whether the name is said.
STATES: list[tuple[Callable[[Door], None], str, str, bool]] = [
    (nothing, "admit", "Welcome", True),
    (enter, "already_in", "Already in", True),
    (start_in_a_week, "not_yet", "Not yet", True),
    (end, "over", "Closed now", True),
    (cancel_event, "cancelled", "Cancelled", True),
    (cancel_registration, "cancelled", "Cancelled", True),
    (void, "void", "Not valid", True),
    (move_to_another_event, "other_event", "Not this event", False),
]
OF_CODES = [(replace, "void", "Not valid", True), (forge, "unknown", "Unknown code", False)]


def words(page: str) -> str:
    """The verdict's word and the name, as they stand on the page."""
    word = re.search(r'class="verdict-word">([^<]*)<', page)
    name = re.search(r'class="verdict-name"><bdi>([^<]*)<', page)
    return f"{word[1] if word else ''}|{name[1] if name else ''}"


@pytest.mark.parametrize(("change", "verdict", "_word", "named"), STATES + OF_CODES)
def test_every_state_as_data(door: Door, change, verdict, _word, named) -> None:
    with transaction():
        change(door)

    answer = door.scan().get_json()

    assert (answer["verdict"], answer["name"]) == (verdict, "Ada Example" if named else None)
    assert answer["ticket_type"] == ("participant" if named else None)
    assert stored(Scan.verdict) == [verdict]


@pytest.mark.parametrize(("change", "verdict", "_word", "named"), STATES)
def test_every_state_of_a_person_chosen_by_name(door: Door, change, verdict, _word, named) -> None:
    with transaction():
        change(door)

    answer = door.scan(code=None, ticket=door.number, source="search", reason="Phone is empty").get_json()

    assert (answer["verdict"], answer["name"]) == (verdict, "Ada Example" if named else None)


@pytest.mark.parametrize(("change", "verdict", "word", "named"), STATES + OF_CODES)
def test_every_state_by_the_plain_form(door: Door, change, verdict, word, named) -> None:
    with transaction():
        change(door)

    page = door.submit()

    assert words(page.text) == f"{word}|{'Ada Example' if named else ''}"
    assert stored(Scan.verdict) == [verdict]


@pytest.mark.parametrize(("change", "_verdict", "word", "named"), STATES + OF_CODES)
def test_every_state_by_the_link_in_the_ticket(door: Door, change, _verdict, word, named) -> None:
    door.client.get(door.url)  # this browser works at this gate
    with transaction():
        change(door)

    page = door.client.get(f"/t/{door.code}")

    said = "Admit?" if word == "Welcome" else word
    assert words(page.text) == f"{said}|{'Ada Example' if named else ''}"
    assert stored(Scan.verdict) == []


def test_the_button_under_a_link_admits(door: Door) -> None:
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', door.client.get(f"/t/{door.code}").text))

    del form["csrf_token"]  # the helper sends its own

    page = door.submit(**form)

    assert words(page.text) == "Welcome|Ada Example"
    assert stored(Scan.source) == ["link"]


def test_a_guest_who_opens_the_link_sees_the_ticket_and_no_verdict(door: Door, app: Flask) -> None:
    page = app.test_client().get(f"/t/{door.code}")

    assert (page.status_code, words(page.text)) == (200, "|")


def test_the_same_scan_is_answered_byte_for_byte_after_a_cancellation(door: Door) -> None:
    scan_id = str(uuid4())
    first = door.scan(scan_id=scan_id)
    with transaction():
        cancel_registration(door)
        cancel_event(door)

    assert door.scan(scan_id=scan_id.upper()).data == first.data


def test_a_scan_id_sent_with_another_ticket_is_a_problem_and_stores_nothing(door: Door) -> None:
    scan_id = door.scan().get_json()["scan_id"]
    with transaction():
        other = make_attendee(db.session.merge(door.event), now=door.now, full_name="Bob Example")

    answer = door.scan(scan_id=scan_id, code=code_of(other.ticket))

    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert sorted(answer.get_json()) == ["detail", "status", "title", "type"]
    assert stored(Scan.verdict) == ["admit"]


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * 201, 7, ["x"]])
def test_nobody_found_by_name_comes_in_without_a_reason(door: Door, reason: object) -> None:
    answer = door.scan(code=None, ticket=door.number, source="search", reason=reason)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert stored(Scan.reason) == []


def test_the_plain_form_asks_why_beside_the_field_and_the_verdicts_page_tells_it(door: Door) -> None:
    found = {"code": "", "ticket": door.number, "source": "search"}
    asked = door.submit(**found)
    nothing = stored(Scan.reason)
    missing = door.submit(**found, confirmed="1")
    own = door.submit(**{**found, "scan_id": str(uuid4()), "reason": "Phone is empty", "own_words": "Twin"})

    assert (asked.status_code, nothing, texts(asked, "//form//bdi")) == (200, [], ["Ada Example"])
    assert (missing.status_code, "Say in a few words why." in missing.text) == (422, True)
    assert (stored(Scan.reason), texts(own, "//div[@class='gate-under']//p/bdi")) == (["Twin"], ["Twin"])


def test_a_usual_reason_is_told_in_the_readers_language(door: Door) -> None:
    scan_id = door.scan(code=None, ticket=door.number, source="search", reason="Phone is empty").get_json()

    page = door.client.get(f"{door.url}/scans/{scan_id['scan_id']}?lang=ru")

    assert "Телефон разряжен" in page.text


def test_a_second_scan_says_since_when_and_where(door: Door) -> None:
    first = door.scan().get_json()

    again = door.scan().get_json()

    assert (again["moment"], again["first_gate"]) == (first["scanned_at"], {"en": "Gate A", "ru": "Gate A"})


def test_an_admission_is_undone_once_with_a_reason(door: Door) -> None:
    scan_id = door.scan().get_json()["scan_id"]
    undo = f"/scans/{scan_id}/undo"

    without = door.post(undo, {"scan_id": str(uuid4()), "reason": " "})
    done = door.post(undo, {"scan_id": str(uuid4()), "reason": "Wrong person"})
    twice = door.post(undo, {"scan_id": str(uuid4()), "reason": "Wrong person"})

    assert [answer.status_code for answer in (without, done, twice)] == [422, 200, 409]
    assert door.client.get(f"{door.url}/count").get_json() == {"inside": 0, "admitted": 0, "total": 1}


def test_the_count_is_not_sent_again_while_it_is_the_same(door: Door) -> None:
    first = door.client.get(f"{door.url}/count")
    unchanged = door.client.get(f"{door.url}/count", headers={"If-None-Match": first.headers["ETag"]})
    door.scan()
    changed = door.client.get(f"{door.url}/count", headers={"If-None-Match": first.headers["ETag"]})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.get_json() == {"inside": 1, "admitted": 1, "total": 1}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {},
        {"scan_id": "1"},
        {"scan_id": 7},
        {"code": ""},
        {"code": 7},
        {"code": None},
        {"ticket": "x'); --"},
        {"ticket": "ABC", "code": "ABC"},
        {"direction": "sideways"},
        {"source": None},
        {"source": ["camera"]},
    ],
    ids=str,
)
def test_bad_input_of_a_machine_is_a_problem_in_json_and_stores_nothing(door: Door, body) -> None:
    good = {"scan_id": str(uuid4()), "code": door.code, "direction": "entry", "source": "camera"}
    answer = door.post("/scans", {**good, **body} if body and isinstance(body, dict) else body)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert sorted(answer.get_json()) == ["detail", "status", "title", "type"]
    assert stored(Scan.verdict) == []


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_brackets_deeper_than_the_parser_goes_are_a_problem_in_json(door: Door, bracket: bytes) -> None:
    answer = door.client.post(
        f"{door.url}/scans",
        data=bracket * 100_000,
        content_type="application/json",
        headers=csrf(door.client),
    )

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


@pytest.mark.parametrize("words", ["ada " * 2000, "a" * 60_000])
@pytest.mark.parametrize("page", ["?q=", "/people?q="])
def test_a_search_longer_than_anybody_types_is_answered(door: Door, page: str, words: str) -> None:
    assert door.client.get(door.url + page + words).status_code == 200


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [(b"{", "application/json", 400), (b"a=b", "text/plain", 415), (b"\xff", "application/json", 400)],
)
def test_what_is_no_json_is_a_problem_in_json(door: Door, data, content_type, status) -> None:
    answer = door.client.post(
        f"{door.url}/scans", data=data, content_type=content_type, headers=csrf(door.client)
    )

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_an_empty_form_says_what_is_missing_beside_the_field(door: Door) -> None:
    page = door.submit(code="  ")

    assert page.status_code == 422
    assert "Scan, type or paste the code of a ticket." in page.text


def test_a_scan_without_the_pages_token_is_refused(door: Door) -> None:
    body = {"scan_id": str(uuid4()), "code": door.code, "direction": "entry", "source": "camera"}

    assert door.client.post(f"{door.url}/scans", json=body).status_code == 403
    assert stored(Scan.verdict) == []


WAYS = [
    ("GET", ""),
    ("POST", ""),
    ("POST", "/scans"),
    ("GET", "/scans/{scan}"),
    ("POST", "/scans/{scan}"),
    ("POST", "/scans/{scan}/undo"),
    ("GET", "/people?q=ada"),
    ("GET", "/count"),
]


@pytest.mark.parametrize(("method", "path"), WAYS)
def test_the_gate_of_another_event_is_not_there(door: Door, app: Flask, method: str, path: str) -> None:
    scan_id = door.scan().get_json()["scan_id"]
    stranger = app.test_client()
    with transaction():
        user = make_user("stranger@example.org", now=door.now)
        grant(user, Role.CHECKIN_STAFF, now=door.now, event=make_event(now=door.now))
    sign_in(stranger, user, now=door.now)

    headers = {**JSON, **csrf(stranger)}
    url = door.url + path.format(scan=scan_id)
    answer = stranger.open(url, method=method, json={} if method == "POST" else None, headers=headers)

    assert answer.status_code == 404


@pytest.mark.parametrize("gate", ["no-such-gate", "%00", "..%2f", "Я", "x" * 300])
def test_a_gate_that_never_was_is_not_there(door: Door, gate: str) -> None:
    assert door.client.get(f"/gate/{gate}", headers=JSON).status_code == 404


@pytest.mark.parametrize(("method", "path"), WAYS)
def test_a_guest_is_sent_to_sign_in(door: Door, app: Flask, method: str, path: str) -> None:
    guest = app.test_client()
    answer = guest.open(
        door.url + path.format(scan=uuid4()),
        method=method,
        headers=csrf(guest),
        json={} if method == "POST" else None,
    )

    assert answer.status_code == 302


def test_the_crew_sees_name_and_type_and_nothing_else_of_a_person(door: Door) -> None:
    answers = [
        door.scan(),
        door.scan(),
        door.submit(),
        door.client.get(door.url + "?q=ada"),
        door.client.get(door.url + "/people?q=ada"),
        door.client.get(f"/t/{door.code}"),
        door.client.get("/gate"),
    ]

    seen = [canary for answer in answers for canary in CANARIES if canary in answer.text]
    assert (seen, [answer.status_code for answer in answers]) == ([], [200] * 7)
    (person,) = json.loads(answers[4].data)["people"]
    assert {**person, "came_at": None} == {
        "ticket": door.number,
        "name": "Ada Example",
        "ticket_type": "participant",
        "came_at": None,
        "can_leave": True,
        "known": "",
    }


def test_wasm_runs_at_the_gate_and_nowhere_else(door: Door) -> None:
    policies = {
        path: "'wasm-unsafe-eval'" in door.client.get(path).headers["Content-Security-Policy"]
        for path in (door.url, "/gate/decoder.js", "/", f"/t/{door.code}")
    }

    assert policies == {door.url: True, "/gate/decoder.js": True, "/": False, f"/t/{door.code}": False}


def test_a_scan_takes_at_most_eight_statements_with_its_sign_in(door: Door) -> None:
    said: list[str] = []

    door.scan(code="no code of ours")  # the test's own look at the gate is not counted

    def listen(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", listen)
    answer = door.scan()
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", listen)

    assert answer.get_json()["verdict"] == "admit"
    assert len(said) <= 8, "\n".join(said)


def test_who_runs_the_event_opens_another_gate_and_crew_does_not(door: Door) -> None:
    headers = csrf(door.client)
    url = f"/gate/events/{door.event.slug}"
    as_crew = door.client.post(url, data={"name": "Gate B"}, headers={**headers, **JSON})
    with transaction():
        grant(db.session.merge(door.crew), Role.EVENT_ORGANISER, now=door.now, event=door.event)
    empty = door.client.post(url, data={"name": " "}, headers=headers)
    done = door.client.post(url, data={"name": "Gate B"}, headers=headers, follow_redirects=True)

    assert [answer.status_code for answer in (as_crew, empty, done)] == [404, 422, 200]
    assert stored(Gate.name)[1:] == [{"en": "Gate B", "ru": "Gate B"}]


def test_no_ticket_changes_by_being_looked_at(door: Door) -> None:
    before = db.session.execute(select(Ticket.__table__)).all()

    door.client.get(f"/t/{door.code}")
    door.client.get(door.url + "?q=ada")

    db.session.rollback()
    assert db.session.execute(select(Ticket.__table__)).all() == before
