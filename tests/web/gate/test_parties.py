"""The verdict about several people: a list with ticks and one button, without script, and as JSON for the scanner."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.checkin.models import Scan
from eventhub.checkin.rules import Verdict
from eventhub.db import db, transaction
from eventhub.registration.models import Attendee
from eventhub.registration.parties.rules import PartyKind
from eventhub.tickets.queries import code_of
from tests.factories import make_family
from tests.people import csrf, statements
from tests.web.gate.door import Door
from tests.web.hostile import SOME_VECTORS, live
from tests.web.reading import fields, parsed, texts

NAMES = ("Ada Example", "Vera Example", "Gleb Example", "Lev Example")


@pytest.fixture
def family(door: Door) -> list[Attendee]:
    with transaction():
        return make_family(door.event, now=door.now, names=NAMES)


def path(door: Door, family: list[Attendee], way: str = "entry") -> str:
    return f"{door.url}/parties/{family[0].ticket.number}/{way}"


def press(door: Door, url: str, **typed: object) -> TestResponse:
    headers = csrf(door.client)
    data = {**fields(door.client.get(url)), **typed, "csrf_token": ""}
    return door.client.post(url, data=data, headers=headers)


def verdicts() -> list[Verdict]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan.verdict).order_by(Scan.id)))


def test_the_code_of_the_first_shows_all_and_admits_those_who_are_ticked(
    door: Door, family: list[Attendee]
) -> None:
    shown = door.submit(code=code_of(family[0].ticket))

    assert shown.request.path == path(door, family)
    assert texts(shown, "//ul[@class='gate-members']//bdi") == list(NAMES)
    assert verdicts() == []
    three = [one.ticket.number for one in family[:3]]

    answer = press(door, shown.request.path, tickets=three)
    told = door.client.get(answer.headers["Location"])

    assert (answer.status_code, verdicts()) == (303, [Verdict.ADMIT] * 3)
    assert "3 of 4 admitted" in texts(told, "//p[@class='verdict-detail']")
    again = door.client.get(path(door, family))
    assert parsed(again).xpath("//input[@name='tickets'][not(@disabled)]/@value") == [family[3].ticket.number]


def test_the_code_of_a_child_works_alone(door: Door, family: list[Attendee]) -> None:
    door.submit(code=code_of(family[1].ticket))

    assert verdicts() == [Verdict.ADMIT]


def test_the_scanner_is_told_in_json_and_nothing_is_stored(door: Door, family: list[Attendee]) -> None:
    answer = door.scan(code=code_of(family[0].ticket)).get_json()

    assert (answer["verdict"], answer["href"]) == ("party", path(door, family))
    assert [one["name"] for one in answer["people"]] == list(NAMES)
    assert verdicts() == []


def test_a_scan_of_a_party_takes_at_most_eight_statements(door: Door, family: list[Attendee]) -> None:
    code = code_of(family[0].ticket)
    door.scan(code="no code of ours")
    with statements() as said:
        door.scan(code=code)
    assert len(said) <= 8, "\n".join(said)


def test_a_link_opened_by_crew_leads_to_the_list(door: Door, family: list[Attendee]) -> None:
    answer = door.client.get(f"/t/{code_of(family[0].ticket)}")

    assert (answer.status_code, answer.headers["Location"]) == (302, path(door, family))


def test_a_group_is_admitted_by_number(door: Door) -> None:
    with transaction():
        names = ("Lead Example", *(f"Pupil {number}" for number in range(1, 25)))
        group = make_family(door.event, now=door.now, names=names, kind=PartyKind.SCHOOL_GROUP)

    answer = press(door, path(door, group), count="23")

    told = door.client.get(answer.headers["Location"])
    assert "23 of 25 admitted" in texts(told, "//p[@class='verdict-detail']")
    left = parsed(door.client.get(path(door, group))).xpath("//input[@name='count']/@max")
    assert (verdicts(), left) == ([Verdict.ADMIT] * 23, ["2"])


@pytest.mark.parametrize("typed", [{"tickets": []}, {"count": ""}, {"count": "-1"}, {"count": "x"}])
def test_nobody_chosen_is_said_beside_the_list(door: Door, family: list[Attendee], typed: dict) -> None:
    answer = press(door, path(door, family), **typed)

    assert (answer.status_code, verdicts()) == (422, [])
    assert texts(answer, "//p[@id='tickets-error']") == ["Tick who goes through."]


def test_a_party_of_another_event_and_no_party_are_not_there(door: Door, family: list[Attendee]) -> None:
    for url in (f"{door.url}/parties/{door.number}/entry", f"{door.url}/parties/NONE/entry"):
        assert door.client.get(url).status_code == 404


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused(door: Door, family: list[Attendee], vector: dict[str, str]) -> None:
    for typed in ({"tickets": vector["text"]}, {"count": vector["text"]}, {"scan_id": vector["text"]}):
        plain = {"scan_id": str(uuid4()), **typed}
        answer = door.client.post(path(door, family), data=plain, headers=csrf(door.client))

        assert answer.status_code in (404, 422)
        assert live(answer.text) == []


def test_forty_people_cost_as_many_statements_as_four(door: Door, family: list[Attendee]) -> None:
    with transaction():
        names = ("Lead Example", *(f"Pupil {number}" for number in range(1, 40)))
        group = make_family(door.event, now=door.now, names=names)
    counted = []
    for people in (family, group):
        door.client.get(path(door, people))
        with statements() as said:
            door.client.get(path(door, people))
        counted.append(len(said))

    assert counted[0] == counted[1]
