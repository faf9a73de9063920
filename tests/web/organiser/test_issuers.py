"""Who makes invoices: the office keeps the list, an event chooses, and its copy has the same."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.billing.commands import issue
from eventhub.billing.issuers import add_issuer
from eventhub.billing.queries import find_issuer, list_issuers
from eventhub.billing.rules import Bill, Billed, Letterhead, Line
from eventhub.db import db, transaction
from eventhub.events.models import Event
from tests.commands.registration.types import an_issuer
from tests.factories import both_languages
from tests.web.organiser.desk import Statements, error_beside, send, typed_in
from tests.web.reading import texts

LIST = "/organiser/issuers"
CHOICE = "/organiser/events/own/payments/issuer"
HEAD = {
    "prefix": "spb",
    "name_en": "Example University",
    "address_en": "1 Example Road",
    "bank_en": "Account 1",
}


def test_an_issuer_is_kept_by_the_office_chosen_by_an_event_and_copied_with_it(
    office: FlaskClient, organiser: FlaskClient, own: Event
) -> None:
    nobody = texts(organiser.get(CHOICE), "//main//div[contains(@class, 'empty')]//p")
    wrong = send(office, f"{LIST}/new", {**HEAD, "prefix": "S-1"})
    added = send(office, f"{LIST}/new", HEAD)
    [spb] = list_issuers()
    again = send(office, f"{LIST}/new", {**HEAD, "prefix": "SPB"})
    unchosen = send(organiser, CHOICE, {})
    chosen = send(organiser, CHOICE, {"issuer": spb.public_id})
    revised = send(office, f"{LIST}/{spb.public_id}", {**HEAD, "bank_en": "Account 2"})
    copied = send(office, "/organiser/events/own/clone", {"starts_on": "2028-03-08"})
    db.session.rollback()
    slug = copied.headers["Location"].rpartition("/")[2]
    copy = find_issuer(db.session.scalars(select(Event.id).where(Event.slug == slug)).one())

    assert nobody == ["Ask the office to add who does: name, address and bank."]
    assert error_beside(wrong.text, "prefix").startswith("Enter 2 to 8 capital Latin letters or digits")
    assert typed_in(wrong.text, "name_en") == "Example University"
    assert error_beside(again.text, "prefix").startswith("Another issuer has these letters")
    assert error_beside(unchosen.text, "issuer") == "Choose who makes the invoices."
    assert [one.status_code for one in (added, chosen, revised)] == [302] * 3
    assert copy is not None
    assert (copy.prefix, copy.bank) == ("SPB", {"en": "Account 2"})


def test_a_retired_issuer_is_chosen_by_no_other_event_until_it_is_offered_again(
    office: FlaskClient, organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        old = an_issuer(own, now=now, prefix="OLD").public_id
        new = add_issuer(head("NEW"), by="test", now=now).public_id
    press = {"to": f"{LIST}/{old}/retire"}
    retired = [send(office, f"{LIST}/{old}", {}, **press).status_code for _time in range(2)]
    copied = send(office, "/organiser/events/own/clone", {"starts_on": "2028-03-08"})
    slug = copied.headers["Location"].rpartition("/")[2]
    other = f"/organiser/events/{slug}/payments/issuer"
    offered = [texts(office.get(path), "//form//label") for path in (CHOICE, other)]
    kept = send(organiser, CHOICE, {"issuer": old})
    sly = send(office, other, {"issuer": old})
    listed = texts(office.get(LIST), "//tbody/tr")
    warned = "OLD is retired." in office.get("/organiser/events/own/payments").text
    moved = send(organiser, CHOICE, {"issuer": new})
    again = send(office, f"{LIST}/{old}", {}, to=f"{LIST}/{old}/offer")
    back = send(organiser, CHOICE, {"issuer": old})

    assert retired == [302, 302]
    assert offered == [["Example (NEW)", "Example (OLD)"], ["Example (NEW)"]]
    assert (kept.status_code, sly.status_code, warned) == (302, 422, True)
    assert [row.split()[0] for row in listed] == ["NEW", "OLD"]
    assert "Retired" in listed[1]
    assert [one.status_code for one in (moved, again, back)] == [302] * 3


def head(prefix: str) -> Letterhead:
    words = both_languages("Example")
    return Letterhead(prefix=prefix, name=words, address=words, bank=words, vat_note=words)


def test_thirty_issuers_cost_as_many_statements_as_one(
    office: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        an_issuer(own, now=now)
    office.get(LIST)
    with Statements() as one:
        office.get(LIST)
    with transaction():
        for number in range(29):
            an_issuer(own, now=now, prefix=f"EX{number}")
    with Statements() as thirty:
        office.get(LIST)

    assert thirty.count == one.count


def test_an_invoice_is_found_by_its_number_and_by_who_pays(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        for prefix, name in (("ONE", "Ada Works"), ("TWO", "Боб Работает")):
            an_issuer(own, now=now, prefix=prefix)
            an_invoice(own, name, now=now)

    asked = ("", "one-2027-0001", "БОБ раб", "bob", "nobody", "100%")
    found = {text: numbers(organiser, q=text) for text in asked}

    one, two = "ONE-2027-0001", "TWO-2027-0001"
    assert found == dict(zip(asked, ([two, one], [one], [two], [two], [], []), strict=True))


def test_invoices_come_in_pages_that_cost_the_same_however_many_there_are(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        an_issuer(own, now=now)
        an_invoice(own, "Ada Works", now=now)
    numbers(organiser)
    with Statements() as one:
        numbers(organiser)
    with transaction():
        for _number in range(51):
            an_invoice(own, "Ada Works", now=now)
    with Statements() as many:
        first = numbers(organiser)

    assert (many.count, len(first), first[0]) == (one.count, 50, "EX-2027-0052")
    assert [numbers(organiser, page=page) for page in ("2", "99", "x")] == [
        ["EX-2027-0002", "EX-2027-0001"],
        ["EX-2027-0002", "EX-2027-0001"],
        first,
    ]


def an_invoice(event: Event, name: str, *, now: datetime) -> None:
    line = Line(text="Guest", count=1, price=100)
    billed = Billed(name=name, address="1 Street", country="DE", email="bills@example.org")
    about = ("registration", "nobody")
    bill = Bill(billed=billed, lines=(line,), currency="RUB", language="en", about=about)
    issue(event, bill, by="test", now=now)


def numbers(client: FlaskClient, **asked: str) -> list[str]:
    answer = client.get("/organiser/events/own/payments", query_string=asked)
    return texts(answer, "//table//th[@scope='row']")
