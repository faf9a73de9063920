"""Money over HTTP: what a family pays, to whom an invoice goes and where it is fetched, and codes that are guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.accounts.rules import Role
from eventhub.blueprints.organiser import invoices
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.invoicing.rules import InnWrong
from eventhub.registration.limits import GUESSES_OF_A_NETWORK
from eventhub.registration.queries import get_registration
from eventhub.registration.types.editing import Counting, get_type, revise_type
from eventhub.registration.types.models import Payment
from eventhub.registration.types.reading import content_of
from eventhub.registration.types.rules import Access, Paying
from tests.commands.registration.asking import registered as take_place
from tests.commands.registration.types import an_issuer, make_type
from tests.factories import grant, make_event, make_user
from tests.people import csrf, sign_in, statements
from tests.web.delegations.coordinating import ANSWERS as COORDINATOR
from tests.web.delegations.coordinating import PERSON, fill
from tests.web.delegations.coordinating import link_in as link_of
from tests.web.reading import error_of, fields, texts
from tests.web.registrations.guest import ANSWERS, FORM, link_in, press, registered
from tests.web.registrations.test_hostile_text import BILLING, GUARDIAN

FAMILY = "/events/picnic/register/family"
CODE = "welcome-2027"
INN_WRONG = str(InnWrong.sentence)


def plain(found: list[str]) -> str:
    return " ".join(found).replace("\xa0", " ")


def an_organiser(app: Flask, *, now: datetime) -> FlaskClient:
    client = app.test_client()
    with transaction():
        user = make_user("office@example.org", now=now)
        grant(user, Role.OFFICE_MANAGER, now=now)
    sign_in(client, user, now=now)
    return client


def test_a_family_reads_what_it_pays_before_it_registers(
    client: FlaskClient, consent: int, now: datetime
) -> None:
    with transaction():
        picnic = make_event(now=now, slug="picnic", takes_families=True)
    adult = make_type(picnic, "Adult", price=50_000, paying=Paying.ON_SPOT, most=3, now=now).public_id
    child = make_type(
        picnic, "Child", price=20_000, paying=Paying.ON_SPOT, most=3, oldest=10, now=now
    ).public_id
    typed = {
        **GUARDIAN,
        "consents": [consent],
        "ticket_type": adult,
        "children-0-full_name": "Vera Example",
        "children-0-ticket_type": child,
    }

    options = texts(client.get(FAMILY), "//select[@id='children-0-ticket_type']/option")
    summed = client.post(FAMILY, data={**fields(client.get(FAMILY)), **typed, "sum": "yes"})
    too_old = client.post(FAMILY, data={**fields(summed), **typed, "children-0-born_on": "2013-06-01"})
    sent = client.post(FAMILY, data={**fields(too_old), **typed, "children-0-born_on": "2018-06-01"})
    press(client, link_in("registration_confirm"))
    db.session.rollback()
    said = db.session.scalars(select(Message.text).where(Message.letter == "registration_confirmed")).one()

    assert plain(options).startswith(
        "The same as yours Adult · 500 RUB Child · 200 RUB · Up to 10 years of age."
    )
    assert "To pay in all: 700 RUB" in plain(texts(summed, "//form//strong"))
    assert "is not for the age of Vera Example" in error_of(too_old, "children-0-ticket_type")
    assert sent.status_code == 302
    assert "Ticket: Adult, Child\nTo pay: 700 RUB, on the spot\n" in said.replace("\xa0", " ")


def test_who_pays_by_invoice_tells_to_whom_and_fetches_it(
    app: Flask, client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now)
    with transaction():
        an_issuer(db.session.get_one(Event, event.id), now=now)
    organiser, page = an_organiser(app, now=now), f"/organiser/events/{event.slug}/payments"
    manage = registered(client, consent)
    asked = client.get(manage)
    wrong = fill(client, f"{manage}/billing", **{**BILLING, "country": "RU", "tax_number": "7707083894"})
    fill(client, f"{manage}/billing", **BILLING)

    listed = organiser.get(page)
    [make] = [one for one in listed.text.split('"') if "/payments/make/" in one]
    assert organiser.post(make, headers=csrf(organiser)).status_code == 302
    shown = client.get(manage)
    [path] = [one for one in shown.text.split('"') if "/invoices/" in one]
    paper, strange = client.get(path), client.get(path[:-3] + "xyz")
    invoice = path.rpartition("/")[2]
    organiser.post(f"{page}/{invoice}/paid", data={"reference": "T-9"}, headers=csrf(organiser))

    assert "Tell us to whom the invoice goes." in asked.text
    assert "has a mistake in it" in error_of(wrong, "tax_number")
    assert (paper.status_code, paper.data[:5], strange.status_code) == (200, b"%PDF-", 404)
    assert client.get(f"{manage}/billing").status_code == 404
    assert "Paid" in plain(texts(client.get(manage), "//ul//span"))
    db.session.rollback()
    assert db.session.scalars(select(Payment.reference)).one() == "T-9"


def test_the_page_of_payments_asks_as_much_for_thirty_as_for_one(
    app: Flask, consent: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoices, "DEBTORS_PER_PAGE", 20)
    with transaction():
        event = make_event(now=now, slug="hall", capacity=40)
    wish = make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now)
    organiser, page = an_organiser(app, now=now), f"/organiser/events/{event.slug}/payments"

    def counted(first: int, last: int) -> int:
        for number in range(first, last):
            take_place(event.slug, f"guest{number}@example.org", now=now, ticket=wish, consents=(consent,))
        organiser.get(page)
        with statements() as asked:
            assert texts(organiser.get(page), "//tbody/tr")
        return len(asked)

    assert counted(0, 1) == counted(1, 30)
    lengths = [
        len(texts(organiser.get(f"{page}?open={number}"), "//tbody/tr")) for number in ("1", "2", "99", "x")
    ]
    assert lengths == [20, 10, 10, 20]


def test_codes_are_guessed_so_often_an_hour_and_right_ones_count_for_nothing(
    client: FlaskClient, event: Event, now: datetime, today
) -> None:
    make_type(event, "Guest", now=now)
    make_type(event, "VIP", now=now, access=Access.CODE, code=CODE)
    for _ in range(GUESSES_OF_A_NETWORK.tries + 1):
        assert client.get(f"{FORM}?code={CODE}&{_}").status_code == 200
    for number in range(GUESSES_OF_A_NETWORK.tries):
        assert client.get(f"{FORM}?code=guess-{number}").status_code == 200

    typed = {**fields(client.get(FORM)), **ANSWERS}
    refused = [
        client.get(f"{FORM}?code=one-more").status_code,
        client.post(FORM, data={**typed, "code": "and-another"}).status_code,
        client.get(f"{FORM}?code={CODE}&late").status_code,
    ]
    today.shift(timedelta(hours=1))

    assert refused == [429, 429, 429]
    assert client.get(f"{FORM}?code={CODE}").status_code == 200


def test_a_coordinator_chooses_one_ticket_for_all_and_says_who_pays(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    path = f"/events/{event.slug}/delegation"
    make_type(event, "Free", now=now)
    gala = make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now).public_id
    unchosen = fill(client, path, **COORDINATOR)
    fill(client, path, **COORDINATOR, ticket_type=gala)
    home = fill(client, link_of("delegation_confirm")).headers["Location"]
    form = client.get(f"{home}/people/new")
    for number in range(2):
        fill(client, f"{home}/people/new", **{**PERSON, "email": f"person{number}@example.org"})
    asked = client.get(home)
    fill(client, f"{home}/billing", **BILLING)

    assert error_of(unchosen, "ticket_type") == "Error: Choose a ticket."
    assert "Gala · 500 RUB" in form.text.replace("\xa0", " ")
    assert "1,000 RUB" in plain(texts(asked, "//dd"))
    assert "Works" in plain(texts(client.get(home), "//dd"))


@pytest.mark.usefixtures("consent")
def test_who_takes_a_place_over_reads_the_ticket_and_what_is_paid(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Senior", price=50_000, paying=Paying.ON_SPOT, youngest=60, now=now)
    manage = registered(client, consent, born_on="1950-01-01")
    fill(client, f"{manage}/hand-over", full_name="Bob Example", email="bob@example.org")
    path = link_in("place_taken_over")
    answers = {**fields(client.get(path)), **ANSWERS, "consents": [consent]}
    young = client.post(path, data={**answers, "born_on": "2000-01-01"})
    old = client.post(path, data={**answers, "born_on": "1950-01-01"})

    assert "Senior (500 RUB, on the spot)" in plain(texts(client.get(path), "//p")) or old.status_code == 302
    assert "not for your age" in error_of(young, "born_on")
    assert old.status_code == 302
    assert get_registration(old.headers["Location"].split("/")[2]).ticket_type is not None


def test_who_pays_may_be_told_with_the_registration_and_mistakes_stay_beside_their_fields(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    free = make_type(event, "Speaker", now=now).public_id
    without = client.get(FORM).text
    gala = make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now).public_id
    page = client.get(FORM)
    told = {f"payer-{name}": text for name, text in BILLING.items()}
    guest = {**fields(page), **ANSWERS, "consents": [consent], "ticket_type": gala, **told}
    sent = {**guest, "payer-country": "RU", "payer-tax_number": "7707083894", "payer-address": ""}

    wrong = client.post(FORM, data=sent)
    inn = client.post(FORM, data={**sent, "payer-address": "1 Street"})
    right = client.post(FORM, data={**sent, "payer-address": "1 Street", "payer-tax_number": "7707083893"})
    key = {"submission_key": fields(client.get(FORM))["submission_key"]}
    half = {**guest, **key, "payer-address": "", "email": "free@example.org"}
    unbilled = client.post(FORM, data={**half, "ticket_type": free})
    db.session.rollback()
    payers = [(one.name, one.tax_number) for one in db.session.scalars(select(Payer))]

    assert ("payer-name" in without, texts(page, "//details[@id='payer']/@open")) == (False, [])
    assert error_of(wrong, "payer-address") == "Error: Enter the postal address."
    assert texts(wrong, "//div[@class='error-summary']//li") == ["Enter the postal address.", INN_WRONG]
    assert wrong.text.count('id="payer" open>') == 1
    assert fields(wrong)["payer-name"] == BILLING["name"]
    assert "this one has a mistake in it" in error_of(inn, "payer-tax_number")
    assert [one.status_code for one in (wrong, inn, right, unbilled)] == [422, 422, 302, 302]
    assert payers == [(BILLING["name"], "7707083893")]


def test_who_takes_over_a_place_that_is_invoiced_reads_so_and_nothing_of_whom_it_is_addressed_to(
    app: Flask, client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now)
    with transaction():
        an_issuer(db.session.get_one(Event, event.id), now=now)
    organiser, page = an_organiser(app, now=now), f"/organiser/events/{event.slug}/payments"
    first = registered(client, consent)
    fill(client, f"{first}/billing", **BILLING)
    [make] = [one for one in organiser.get(page).text.split('"') if "/payments/make/" in one]
    organiser.post(make, headers=csrf(organiser))
    [paper] = [one for one in client.get(first).text.split('"') if "/invoices/" in one]
    name = paper.rpartition("/")[2]

    fill(client, f"{first}/hand-over", full_name="Bob Example", email="bob@example.org")
    asked = client.get(link_in("place_taken_over"))
    answers = {**ANSWERS, "full_name": "Bob Example", "consents": [consent]}
    second = fill(client, link_in("place_taken_over"), **answers).headers["Location"]
    shown = client.get(second)
    refused = [client.get(f"{second}/{path}").status_code for path in ("billing", f"invoices/{name}")]
    cancel = f"{page}/{name}/cancel"
    organiser.post(cancel, data={"reason": "wrong address"}, headers=csrf(organiser))

    for told in (asked, shown):
        said = plain(texts(told, "//main//div[contains(@class, 'notice')]"))
        assert "This place is on invoice EX-2027-0001." in said
        assert "To be paid: 500 RUB." in said
    assert (BILLING["name"] in shown.text, "Test Guest" in shown.text) == (False, False)
    assert (refused, client.get(paper).status_code) == ([404, 404], 200)
    assert "Tell us to whom the invoice goes." in client.get(second).text


def test_a_price_that_changed_meanwhile_is_shown_before_anybody_is_added(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    path = f"/events/{event.slug}/delegation"
    gala = make_type(event, "Gala", price=50_000, paying=Paying.INVOICE, now=now).public_id
    fill(client, path, **COORDINATOR)
    home = fill(client, link_of("delegation_confirm")).headers["Location"]
    typed = {**fields(client.get(f"{home}/people/new")), **PERSON}
    with transaction():
        mine = db.session.get_one(Event, event.id)
        dearer = replace(content_of(get_type(mine, gala)), price=60_000)
        revise_type(mine, gala, dearer, Counting(), by="test", now=now)

    refused = client.post(f"{home}/people/new", data=typed)

    assert "The ticket or its price was changed meanwhile." in refused.text
    assert "600 RUB" in refused.text.replace("\xa0", " ")
    assert fill(client, f"{home}/people/new", **PERSON).status_code == 302
    db.session.rollback()
    assert db.session.scalars(select(Payment.amount)).all() == [60_000]
