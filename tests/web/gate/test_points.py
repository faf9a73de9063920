"""A gate of a point with rules: what it says why, and what the crew ticks before it admits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from eventhub.checkin.judging import Mode, PointKind, Window
from eventhub.checkin.models import CheckInPoint, Gate, Scan
from eventhub.checkin.points import DoorQuestion, PointPlan, add_point, change_point, plan_of
from eventhub.db import db, transaction
from eventhub.tickets.queries import code_of
from tests.commands.registration.types import make_type
from tests.factories import make_family
from tests.people import csrf, statements
from tests.web.gate.door import Door
from tests.web.reading import fields, texts

QUESTIONS = (
    DoorQuestion(id="photo", text={"en": "Photo consent seen", "ru": "Согласие на съёмку"}, required=True),
    DoorQuestion(id="band", text={"en": "Wristband given"}, required=False),
)
ASKING = PointPlan(name={"en": "Hall"}, mode=Mode.ONCE, questions=QUESTIONS)


def at(door: Door, plan: PointPlan) -> Door:
    """The same crew and guest at a new point's gate."""
    with transaction():
        point = add_point(event_id=door.event.id, kind=PointKind.DAY, plan=plan, by="test", now=door.now)
    return replace(door, gate=db.session.scalars(select(Gate).where(Gate.point_id == point.id)).one())


def stored() -> list[tuple[str, list[str] | None]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Scan.verdict, Scan.ticked).order_by(Scan.id))]


def test_what_has_to_be_ticked_is_asked_as_data_and_the_same_scan_sent_again(door: Door) -> None:
    hall, scan_id = at(door, ASKING), str(uuid4())

    asked = hall.scan(scan_id=scan_id).get_json()
    nothing = stored()
    done = hall.scan(scan_id=scan_id, ticked=["band", "photo", "other"]).get_json()

    assert (asked["verdict"], asked["name"]) == ("ask", "Ada Example")
    assert asked["questions"] == [
        {"id": "photo", "text": "Photo consent seen", "required": True},
        {"id": "band", "text": "Wristband given", "required": False},
    ]
    assert (nothing, done["verdict"], stored()) == ([], "admit", [("admit", ["photo", "band"])])


@pytest.mark.parametrize("ticked", ["photo", {"photo": True}, 7])
def test_ticks_that_are_no_list_are_a_problem(door: Door, ticked: object) -> None:
    answer = at(door, ASKING).scan(ticked=ticked)

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_without_script_a_page_asks_and_says_what_is_missing(door: Door) -> None:
    hall = at(door, ASKING)
    page = hall.submit()
    sent = {"code": hall.code, "asked": "1", "scan_id": str(uuid4())}

    again = hall.submit(**sent)
    done = hall.submit(**sent, ticked="photo")

    assert (page.status_code, texts(page, "//*[@class='verdict-word']")) == (200, ["Check first"])
    assert again.status_code == 422
    assert "Tick what has to be checked before anybody comes in." in again.text
    assert texts(done, "//*[@class='verdict-word']") == ["Welcome"]
    assert stored() == [("admit", ["photo"])]


def test_a_family_is_asked_once_for_all(door: Door) -> None:
    hall = at(door, ASKING)
    with transaction():
        family = make_family(door.event, now=door.now, names=("Ada Example", "Vera Example"))
    numbers = [one.ticket.number for one in family]
    shown = hall.submit(code=code_of(family[0].ticket))
    sent = {"tickets": numbers, "scan_id": str(uuid4())}

    def press(**more: object) -> int:
        url = shown.request.path
        return hall.client.post(url, data={**sent, **more}, headers=csrf(hall.client)).status_code

    assert "Photo consent seen" in shown.text
    assert (press(), stored()) == (422, [])
    assert (press(ticked="photo"), stored()) == (303, [("admit", ["photo"])] * 2)


def test_the_ticket_opened_by_any_camera_asks_in_the_same_form(door: Door) -> None:
    hall = at(door, ASKING)
    hall.client.get(hall.url)

    page = hall.client.get(f"/t/{hall.code}")

    assert texts(page, "//form//label")[:1] == ["Photo consent seen"]


def test_a_family_whose_code_was_refused_is_refused_again_by_the_same_scan(door: Door) -> None:
    dinner = at(
        door, PointPlan(name={"en": "Dinner"}, mode=Mode.ONCE, opens_at=door.now + timedelta(hours=2))
    )
    with transaction():
        family = make_family(door.event, now=door.now, names=("Ada Example", "Vera Example"))
    code, scan_id = code_of(family[0].ticket), str(uuid4())
    refused = dinner.scan(code=code, scan_id=scan_id).get_json()
    with transaction():
        point = db.session.get_one(CheckInPoint, dinner.gate.point_id)
        open_now = replace(plan_of(point), opens_at=None)
        change_point(point, open_now, version=1, by="test", now=door.now)

    again = dinner.scan(code=code, scan_id=scan_id).get_json()
    fresh = dinner.scan(code=code).get_json()

    assert (refused["verdict"], again, fresh["verdict"]) == ("not_yet", refused, "party")


def test_who_comes_without_a_ticket_is_checked_too(door: Door) -> None:
    hall = at(door, ASKING)
    page = hall.client.get(f"{hall.url}/walk-in")
    who = {"full_name": "Walk Example", "organisation": "Example", "language": "en"}
    typed = {**fields(page), **who, "csrf_token": ""}

    def send(**more: object) -> int:
        headers = csrf(hall.client)
        return hall.client.post(f"{hall.url}/walk-in", data={**typed, **more}, headers=headers).status_code

    assert "Photo consent seen" in page.text
    assert (send(), stored()) == (422, [])
    assert (send(ticked="photo"), stored()) == (303, [("admit", ["photo"])])


def test_a_refusal_says_who_or_when(door: Door) -> None:
    vip = make_type(door.event, "VIP", now=door.now).public_id
    for_vips = at(door, PointPlan(name={"en": "Lounge"}, mode=Mode.REENTRY, types={vip: Window()}))
    later = PointPlan(name={"en": "Dinner"}, mode=Mode.ONCE, opens_at=door.now + timedelta(hours=2))
    dinner = at(door, later)

    details = [texts(place.submit(), "//*[@class='verdict-detail']")[-1] for place in (for_vips, dinner)]
    data = dinner.scan().get_json()

    assert details[0] == "Only for: VIP"
    assert details[1].startswith("Only from ")
    assert (data["verdict"], data["moment"]) == ("not_yet", later.opens_at.isoformat())
    scanner = for_vips.client.get(for_vips.url).text
    assert 'data-verdict="wrong_type" data-detail="Only for: VIP"' in scanner


def test_a_scan_of_a_point_takes_no_more_statements_than_one_of_the_event(door: Door) -> None:

    hall = at(door, PointPlan(name={"en": "Hall"}, mode=Mode.DAILY, questions=QUESTIONS))
    with statements() as said:
        assert hall.scan(ticked=["photo"]).get_json()["verdict"] == "admit"

    assert len(said) <= 8
