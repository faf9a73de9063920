"""Ticket types over HTTP: what a guest is offered, why something is not, and what it says afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db
from eventhub.registration.models import Registration
from eventhub.registration.types.rules import Access, Paying
from tests.commands.registration.types import make_type
from tests.people import statements
from tests.web.reading import error_of, fields, parsed, texts
from tests.web.registrations.guest import ANSWERS, FORM, fill, link_in, press, send

pytestmark = pytest.mark.usefixtures("consent")
CODE = "welcome-2027"


def offered(page) -> list[str]:
    return texts(page, "//fieldset[@id='ticket_type']//label")


def type_of(email: str = ANSWERS["email"]) -> str | None:
    db.session.rollback()
    found = db.session.scalars(select(Registration).where(Registration.email_key == email)).one()
    return found.ticket_type and found.ticket_type.name["en"]


def test_without_types_the_form_asks_for_none(client: FlaskClient, event) -> None:
    page = client.get(FORM)

    assert (offered(page), parsed(page).xpath("//*[@name='born_on' or @id='invitation']")) == ([], [])


def test_types_are_offered_with_price_places_and_reason(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    make_type(event, "Student", now=now, places=2, price=50_000, paying=Paying.ON_SPOT)
    make_type(event, "Late", now=now, opens_at=now + timedelta(days=1))
    make_type(event, "VIP", now=now, access=Access.CODE, code=CODE)

    page = client.get(FORM)

    assert offered(page) == ["Student", "Late"]
    shown = " ".join(texts(page, "//fieldset[@id='ticket_type']")).replace("\xa0", " ")
    assert "500 RUB · 2 places left" in shown
    assert "Paid on the spot." in shown
    assert "Offered from 2 March 2027, 12:00" in shown
    assert parsed(page).xpath("//input[@name='ticket_type'][@disabled]/@id") == ["ticket_type-1"]
    assert offered(client.get(f"{FORM}?code={CODE}")) == ["Student", "Late", "VIP"]
    assert offered(client.get(f"{FORM}?code=wrong")) == ["Student", "Late"]


def test_the_chosen_ticket_is_on_the_page_and_on_the_paper(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    make_type(event, "Guest", now=now)
    paid = make_type(event, "Student", now=now, price=50_000, paying=Paying.ON_SPOT)
    assert send(client, consents=[consent], ticket_type=paid.public_id).status_code == 302

    page = client.get(press(client, link_in("registration_confirm")).headers["Location"])

    rows = dict(zip(texts(page, "//dt"), texts(page, "//dt/following-sibling::dd[1]"), strict=True))
    assert rows["Ticket"] == "Student"
    assert rows["Price"].replace("\xa0", " ") == "500 RUB: to be paid"
    pdf = client.get(parsed(page).xpath("//a[contains(@href, 'ticket.pdf')]/@href")[0]).data
    assert pikepdf.open(BytesIO(pdf)).pages


def test_nobody_chooses_for_a_guest_who_has_a_choice(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    make_type(event, "One", now=now)
    make_type(event, "Two", now=now)

    answer = send(client, consents=[consent])

    assert (answer.status_code, error_of(answer, "ticket_type")) == (422, "Error: Choose a ticket.")


def test_a_code_brings_its_ticket_and_stays_with_the_form(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    make_type(event, "Guest", now=now)
    vip = make_type(event, "VIP", now=now, access=Access.CODE, code=CODE)
    held = {**fields(client.get(f"{FORM}?code={CODE}")), **ANSWERS, "consents": [consent]}

    without = client.post(FORM, data={**held, "code": "", "ticket_type": vip.public_id})
    assert without.status_code == 422
    assert "not offered any more" in error_of(without, "ticket_type")
    assert client.post(FORM, data={**held, "ticket_type": vip.public_id}).status_code == 302
    assert type_of() == "VIP"


def test_a_date_of_birth_is_asked_where_an_age_counts_and_kept_nowhere(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    young = make_type(event, "Young", now=now, oldest=17)
    for typed, said in (
        ("", "Enter your date"),
        ("31.5.2012", "Enter a day"),
        ("1990-05-31", "not for your"),
    ):
        answer = send(client, consents=[consent], ticket_type=young.public_id, born_on=typed)
        assert answer.status_code == 422
        assert said in error_of(answer, "born_on")

    born = date(event.starts_at.year - 15, 1, 1).isoformat()
    assert send(client, consents=[consent], ticket_type=young.public_id, born_on=born).status_code == 302
    db.session.rollback()
    dump = " ".join(str(tuple(row)) for row in db.session.execute(select(Registration.__table__)))
    assert born not in dump


def test_a_full_ticket_is_refused_beside_the_choice(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    student = make_type(event, "Student", now=now, places=0)
    make_type(event, "Guest", now=now)

    answer = send(client, consents=[consent], ticket_type=student.public_id)

    assert (answer.status_code, "All places of “Student”" in error_of(answer, "ticket_type")) == (409, True)


def test_a_free_ticket_is_changed_by_link(client: FlaskClient, event, consent: int, now: datetime) -> None:
    one, two = make_type(event, "One", now=now, places=1), make_type(event, "Two", now=now, places=1)
    make_type(event, "Paid", now=now, price=100, paying=Paying.INVOICE)
    send(client, consents=[consent], ticket_type=one.public_id)
    manage = press(client, link_in("registration_confirm")).headers["Location"]
    page = client.get(f"{manage}/change")
    assert offered(page) == ["One", "Two"]

    answer = client.post(f"{manage}/change", data={**fields(page), "ticket_type": two.public_id})

    assert (answer.status_code, type_of()) == (302, "Two")


def test_a_form_that_was_shown_before_there_were_types_is_shown_again(
    client: FlaskClient, event, consent: int, now: datetime
) -> None:
    typed = fill(client, consents=[consent])
    make_type(event, "One", now=now)

    answer = client.post(FORM, data={**typed, "form_mark": typed.get("form_mark", "")})

    assert (answer.status_code, offered(answer)) == (409, ["One"])


@pytest.mark.parametrize(("types", "most"), [(0, 13), (3, 19)])
def test_registering_costs_few_statements_with_types_and_none_more_without(
    client: FlaskClient, event, consent: int, now: datetime, types: int, most: int
) -> None:
    wishes = [make_type(event, f"Type {number}", now=now, places=3) for number in range(types)]
    more = {"ticket_type": wishes[0].public_id} if wishes else {}
    send(client, consents=[consent], email="first@example.org", **more)
    typed = fill(client, consents=[consent], **more)

    with statements() as said:
        assert client.post(FORM, data=typed).status_code == 302

    assert len(said) == most, said
