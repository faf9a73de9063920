"""Printing on arrival: where the event says so, whoever the door let in gets a badge, and each print is noted down."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from eventhub.accounts.rules import Role
from eventhub.badges.commands import plan_arrival
from eventhub.badges.models import BadgePrint, BadgePrinting
from eventhub.badges.rules import Layout
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.tickets.commands import void_ticket
from tests.factories import grant, make_attendee, make_event, make_gate
from tests.people import csrf
from tests.web.gate.door import Door
from tests.web.reading import error_of, fields, parsed, texts

LINK = "//a[contains(@href, '/badges/')]/@href"
TEMPLATE = "//template[@data-verdict='admit']//a[@data-badge]/@href"


def switch_on(event: Event, door: Door) -> None:
    with transaction():
        row = db.session.get_one(Event, event.id)
        plan_arrival(row, on_arrival=True, layout=Layout.LABEL, by="test", now=door.now)


@pytest.fixture
def printing(door: Door) -> Door:
    switch_on(door.event, door)
    return door


def badge_of(door: Door, scan_id: str) -> str:
    return f"{door.url}/badges/{scan_id}"


def scanned(door: Door, **changes: object) -> str:
    return str(door.scan(**changes).get_json()["scan_id"])


def prints() -> list[tuple[int, str | None, int]]:
    db.session.rollback()
    query = select(BadgePrint.copy, BadgePrinting.reason, BadgePrinting.printed_by_id).join(BadgePrinting)
    return [tuple(row) for row in db.session.execute(query.order_by(BadgePrint.copy))]


def test_where_badges_are_not_printed_nothing_leads_to_one_and_nothing_of_it_is_seen(door: Door) -> None:
    scan_id = scanned(door)
    shown = door.client.get(f"{door.url}/scans/{scan_id}")

    assert parsed(shown).xpath(LINK) == []
    assert parsed(door.client.get(door.url)).xpath(TEMPLATE) == []
    assert [door.client.get(f"{badge_of(door, scan_id)}{end}").status_code for end in ("", "/badge.svg")] == [
        404,
        404,
    ]


def test_whoever_was_let_in_gets_a_badge_and_another_one_for_a_reason(printing: Door) -> None:
    scan_id = scanned(printing)
    (link,) = parsed(printing.client.get(f"{printing.url}/scans/{scan_id}")).xpath(LINK)
    page = printing.client.get(link)
    headers = csrf(printing.client)
    first = printing.client.post(link, data=fields(page), headers=headers)
    twice = printing.client.post(link, data=fields(page), headers=headers)
    paper = printing.client.get(first.location)
    refused = printing.client.post(link, data={"key": "other"}, headers=headers)
    again = printing.client.post(link, data={"key": "other", "reason": "Wet"}, headers=headers)

    assert link == badge_of(printing, scan_id)
    assert parsed(printing.client.get(printing.url)).xpath(TEMPLATE) == [badge_of(printing, "SCAN")]
    assert [one.status_code for one in (first, twice, refused, again)] == [303, 303, 422, 303]
    assert first.location == twice.location
    assert error_of(refused, "reason") == "Error: Say in a few words why."
    (notice,) = texts(printing.client.get(link), "//div[contains(@class, 'notice')]")
    assert (notice[:38], notice[-19:]) == ("It was printed already. 2 times, last ", " by Test Organiser.")
    assert prints() == [(1, None, printing.crew.id), (2, "Wet", printing.crew.id)]
    assert parsed(paper).xpath("//div[@class='badge-paper']/@data-layout") == ["label"]
    assert (
        printing.client.get(parsed(paper).xpath("//div[@class='badge-paper']/img/@src")[0]).data[:4]
        == b"<svg"
    )
    assert printing.client.get(f"{first.location}/badge.pdf").data[:5] == b"%PDF-"


def test_who_was_not_let_in_or_is_not_of_this_event_has_no_badge_here(printing: Door) -> None:
    with transaction():
        other = make_event(
            now=printing.now, starts_at=printing.event.starts_at, ends_at=printing.event.ends_at
        )
        gate = make_gate(other)
        grant(db.session.merge(printing.crew), Role.CHECKIN_STAFF, now=printing.now, event=other)
    switch_on(other, printing)
    elsewhere = str(uuid4())
    printing.client.post(
        f"/gate/{gate.public_id}/scans",
        json={"scan_id": elsewhere, "code": printing.code, "direction": "entry", "source": "camera"},
        headers=csrf(printing.client),
    )
    admitted = scanned(printing)
    left = scanned(printing, direction="exit")
    undone = scanned(printing)
    printing.post(f"/scans/{undone}/undo", {"scan_id": str(uuid4()), "reason": "Wrong person"})

    def status(where: str, scan_id: str) -> int:
        return printing.client.get(f"{where}/badges/{scan_id}").status_code

    here, there = printing.url, f"/gate/{gate.public_id}"
    assert status(here, admitted) == 200
    assert [status(here, one) for one in (left, undone, elsewhere, str(uuid4()))] == [404] * 4
    assert [status(there, one) for one in (admitted, elsewhere)] == [404] * 2

    with transaction():
        ticket = db.session.merge(printing.attendee).ticket
        assert ticket is not None
        void_ticket(ticket, reason="Stolen", by="test", now=printing.now)
    assert status(here, admitted) == 404
    assert prints() == []


def test_a_printing_of_somebody_else_is_not_shown_by_ones_own_scan(printing: Door) -> None:
    with transaction():
        number = make_attendee(printing.event, now=printing.now, full_name="Other").ticket.number
    mine, other = scanned(printing), scanned(printing, code=None, ticket=number)
    page = badge_of(printing, other)
    made = printing.client.post(page, data={"key": "k"}, headers=csrf(printing.client)).location
    name = made.rpartition("/")[2]

    assert printing.client.get(made).status_code == 200
    assert printing.client.get(f"{badge_of(printing, mine)}/{name}").status_code == 404
    assert printing.client.get(f"{badge_of(printing, mine)}/{name}/badge.pdf").status_code == 404
