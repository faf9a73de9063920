"""Badges on organisers' pages: choosing whose, the first page, the document, and one badge once more."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.badges.models import BadgePrint, BadgePrinting
from eventhub.badges.queries import find_plan, prints_of
from eventhub.badges.rules import Layout
from eventhub.core.links import base_url
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.registration.types.editing import list_types
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from tests.commands.registration.types import make_type
from tests.factories import make_attendee
from tests.web.organiser.desk import Statements, error_beside, send
from tests.web.organiser.test_hostile_text import TYPE
from tests.web.reading import dangers, fields, parsed, texts

BADGES = "/organiser/events/own/badges"
MAKE = "//form[.//input[@name='key']]"


@pytest.fixture
def guests(own: Event, now: datetime) -> list[Attendee]:
    found = [make_attendee(own, now=now, full_name=name) for name in ("Ada", "Юрий", "示例")]
    found[1].registration.language = "ru"
    db.session.commit()
    return found


def make(client: FlaskClient, query: str = "") -> TestResponse:
    """Press the button below the choice."""
    page = f"{BADGES}?{query}"
    return client.post(page, data=fields(client.get(page), form=MAKE))


def text_and_codes(answer: TestResponse) -> tuple[str, list[str]]:
    page = pypdfium2.PdfDocument(BytesIO(answer.data))[0]
    codes = zxingcpp.read_barcodes(page.render(scale=3).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)
    return page.get_textpage().get_text_range(), sorted(code.text for code in codes)


def test_badges_are_chosen_seen_and_printed_with_the_codes_of_the_tickets(
    organiser: FlaskClient, guests: list[Attendee]
) -> None:
    codes = sorted(ticket_url(base_url(), code_of(one.ticket)) for one in guests if one.ticket)
    preview = organiser.get(parsed(organiser.get(BADGES)).xpath("//img[@class='badge-preview']/@src")[0])
    made = make(organiser)
    shown = organiser.get(made.location)
    document = organiser.get(f"{made.location}/badges.pdf")
    text, read = text_and_codes(document)

    assert (preview.content_type, preview.data[:4]) == ("image/png", b"\x89PNG")
    assert (made.status_code, texts(shown, "//main//h2")[0]) == (302, "3 badges")
    assert document.content_type == "application/pdf"
    assert read == codes
    assert [
        word for word in ("Ada", "Юрий", "示例", "Participant", "Участник", "Германия") if word not in text
    ] == []
    assert texts(organiser.get(BADGES), "//tbody//td")[:2] == [
        "3",
        "A4 sheet, 8 badges of 90 × 60 mm, to cut",
    ]


def test_only_the_chosen_are_printed_in_the_language_chosen(
    organiser: FlaskClient, guests: list[Attendee]
) -> None:
    ticked = guests[1].registration.public_id
    made = make(organiser, f"who={ticked}&words=en&layout=card")
    text, _codes = text_and_codes(organiser.get(f"{made.location}/badges.pdf"))

    assert ("Юрий" in text, "Ada" in text, "Germany" in text) == (True, False, True)
    assert texts(organiser.get(f"{BADGES}?q=Ada"), "//h3[@id='first-page']") == ["1 badge, 1 page"]
    assert texts(organiser.get(f"{BADGES}?came=no"), "//h3[@id='first-page']") == ["2 badges, 1 page"]
    assert texts(organiser.get(f"{BADGES}?came=yes"), "//h3[@id='first-page']") == []
    assert texts(
        organiser.get(f"{BADGES}?printed=nonsense&layout=x&order=1&words=de"), "//h3[@id='first-page']"
    ) == ["2 badges, 1 page"]


def test_with_nobody_left_there_is_a_hint_and_a_button_pressed_all_the_same_is_refused(
    organiser: FlaskClient, guests: list[Attendee]
) -> None:
    old = fields(organiser.get(BADGES), form=MAKE)
    make(organiser)
    late = organiser.post(BADGES, data={**old, "key": "another"})

    assert (late.status_code, "There is nobody to print a badge for." in late.text) == (422, True)
    assert texts(organiser.get(BADGES), "//div[@class='empty']/h2") == ["No badges to print"]
    assert organiser.get(f"{BADGES}/preview.png").status_code == 404


def test_one_badge_is_printed_from_the_persons_page_and_once_more_with_a_reason(
    organiser: FlaskClient, guests: list[Attendee]
) -> None:
    one = guests[0]
    person = f"/organiser/events/own/people/{one.registration.public_id}"
    page = f"{person}/tickets/{one.ticket.number}/badge"
    how = {"key": "one", "layout": "label", "words": ""}

    first = send(organiser, page, how)
    refused = send(organiser, page, {**how, "key": "two"})
    again = send(organiser, page, {**how, "key": "two", "reason": "Coffee"})
    sheet = send(organiser, page, {**how, "key": "three", "layout": "sheet_8", "reason": "x"})

    assert [answer.status_code for answer in (first, refused, again, sheet)] == [302, 422, 302, 422]
    assert error_beside(refused.text, "reason") == "Say in a few words why."
    assert "Printed 2 times, last Mon 1 March 2027, 12:00 by Test Organiser" in organiser.get(person).text
    assert texts(organiser.get(person), "//ol[@class='timeline']//h3") == ["Badge printed"] * 2
    assert organiser.get(f"{page}.svg").data.startswith(b"<svg")
    assert list(db.session.scalars(select(BadgePrinting.reason).order_by(BadgePrinting.id))) == [
        None,
        "Coffee",
    ]


def test_the_pages_cost_as_many_statements_with_thirty_badges_and_printings_as_with_one(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    def statements() -> list[int]:
        counts = []
        for page in (f"{BADGES}?printed=any", f"{BADGES}/preview.png?printed=any"):
            with Statements() as said:
                assert organiser.get(page).status_code == 200
            counts.append(said.count)
        return counts

    make_attendee(own, now=now)
    db.session.commit()
    last = make(organiser, "printed=any").location
    one = statements()
    with Statements() as of_one:
        organiser.get(f"{last}/badges.pdf")
    for number in range(29):
        make_attendee(own, now=now, full_name=f"Guest {number}")
        db.session.commit()
        last = make(organiser, "printed=any").location
    thirty = statements()
    with Statements() as of_thirty:
        organiser.get(f"{last}/badges.pdf")

    assert (thirty, of_thirty.count) == (one, of_one.count)


def test_hostile_names_stay_text_on_the_pages_and_on_paper(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    name = '<img src=x onerror=alert(1)> #panic("x")'
    guest = make_attendee(own, now=now, full_name=name, organisation="<script>alert(1)</script>")
    db.session.commit()
    made = make(organiser)
    page = f"/organiser/events/own/people/{guest.registration.public_id}/tickets/{guest.ticket.number}/badge"

    assert [dangers(organiser.get(one)) for one in (BADGES, made.location, page)] == [[], [], []]
    assert "<script>" not in organiser.get(f"{page}.svg").text
    assert '#panic("x")' in text_and_codes(organiser.get(f"{made.location}/badges.pdf"))[0]


def test_a_ticket_has_a_colour_of_the_palette_for_its_badge(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    make_type(own, now=now)
    page = f"/organiser/events/own/tickets/{list_types(own)[0].public_id}"

    stored = send(organiser, page, {**TYPE, "badge_colour": "magenta"})
    refused = send(organiser, page, {**TYPE, "badge_colour": "#ff0000"})

    db.session.expire_all()
    assert (stored.status_code, refused.status_code) == (302, 422)
    assert error_beside(refused.text, "badge_colour") == "Not a valid choice."
    assert list_types(own)[0].badge_colour == "magenta"


def test_printing_on_arrival_is_switched_on_with_one_badge_a_page(organiser: FlaskClient, own: Event) -> None:
    refused = send(organiser, BADGES, {"on_arrival": "y", "layout": "sheet_8"}, to=f"{BADGES}/arrival")
    stored = send(organiser, BADGES, {"on_arrival": "y", "layout": "card"}, to=f"{BADGES}/arrival")

    db.session.expire_all()
    plan = find_plan(own.id)
    assert (refused.status_code, stored.status_code) == (422, 302)
    assert plan is not None
    assert (plan.on_arrival, plan.layout) == (True, Layout.CARD)


def test_the_same_button_pressed_twice_prints_once(organiser: FlaskClient, guests: list[Attendee]) -> None:
    typed = fields(organiser.get(BADGES), form=MAKE)
    answers = [organiser.post(BADGES, data=typed).location for _ in range(2)]

    assert answers[0] == answers[1]
    assert list(db.session.scalars(select(BadgePrint.copy))) == [1, 1, 1]
    assert prints_of([]) == {}
