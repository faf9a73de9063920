"""One's own data on pages: consents one by one, a copy as a ZIP, questions, and erasure that waits for its time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.privacy.models import ConsentRecord, SubjectRequest
from eventhub.privacy.rules import RequestKind
from eventhub.privacy.sealed import open_value, seal_value
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from tests.commands.privacy.people import EMAIL, NAME, an_event, fresh, open_consent, takes_part
from tests.factories import make_user
from tests.people import csrf, statements
from tests.web.privacy.conftest import an_officer
from tests.web.reading import parsed

GONE = "/registrations/unknown/unknown/privacy"


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    db.session.rollback()
    return client.post(path, data=fields, headers=csrf(client))


def rows(answer: TestResponse) -> list[tuple[str, str, str]]:
    """Title, state and what can be pressed, of each consent."""
    return [
        (
            row.xpath("./th/text()")[0].strip(),
            row.xpath("./td")[0].text_content().strip(),
            " ".join(row.xpath(".//td[3]//button/text() | .//td[3]/a/text()")),
        )
        for row in parsed(answer).xpath("//section[@aria-labelledby='consents']//tbody/tr")
    ]


def acts() -> list[tuple[str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(ConsentRecord.act, ConsentRecord.method))]


def requests() -> list[SubjectRequest]:
    db.session.rollback()
    return list(db.session.scalars(select(SubjectRequest).order_by(SubjectRequest.id)))


def test_each_consent_is_listed_with_its_state_and_the_way_to_change_it(
    client: FlaskClient, own: str
) -> None:
    assert rows(client.get(own)) == [
        ("Text about processing", "Given", "Withdraw"),
        ("Text about publication", "Given", "Withdraw"),
    ]


def test_publication_is_withdrawn_and_given_again_by_one_button_each(
    client: FlaskClient, own: str, registration: Registration
) -> None:
    path = f"{own}/consents/publication"

    assert press(client, f"{path}/withdraw").location == own
    withdrawn = rows(client.get(own))[1]
    press(client, f"{path}/give")

    assert withdrawn == ("Text about publication", "Withdrawn", "Agree")
    assert acts()[2:] == [("withdrawn", "page"), ("given", "page")]
    assert fresh(registration).state is RegistrationState.CONFIRMED


def test_a_required_consent_is_withdrawn_after_a_page_that_says_what_follows(
    client: FlaskClient, own: str, registration: Registration
) -> None:
    path = f"{own}/consents/processing/withdraw"

    page = client.get(path)
    press(client, path)

    assert "your registration is cancelled" in page.text
    assert fresh(registration).state is RegistrationState.CANCELLED
    assert [one.kind for one in requests()] == [RequestKind.ERASURE]
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("purpose", ["unknown", "'; DROP TABLE", "a" * 400])
def test_a_consent_that_nobody_asks_for_is_not_given(client: FlaskClient, own: str, purpose: str) -> None:
    before = acts()

    assert press(client, f"{own}/consents/{purpose}/give").status_code == 409
    assert press(client, f"{own}/consents/{purpose}/withdraw").status_code == 302
    assert client.get(f"{own}/consents/{purpose}/withdraw").status_code == 404
    assert acts() == before


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_a_button(client: FlaskClient, own: str, next_page: str) -> None:
    db.session.rollback()
    answer = client.post(
        f"{own}/consents/publication/withdraw", query_string={"next": next_page}, headers=csrf(client)
    )

    assert answer.location == own


def test_no_consent_is_ticked_beforehand(
    client: FlaskClient, documents: tuple[int, int], event: Event
) -> None:
    page = parsed(client.get("/events/heat/register"))

    boxes = page.xpath("//input[@name='consents']")
    assert [(box.get("value"), box.get("checked")) for box in boxes] == [
        (str(one), None) for one in documents
    ]


def test_a_copy_of_the_data_is_a_zip_for_the_reader_alone(
    client: FlaskClient, own: str, registration: Registration
) -> None:
    answer = press(client, f"{own}/export")

    data = json.loads(ZipFile(BytesIO(answer.data)).read("data.json"))
    assert data["registrations"][0]["people"][0]["full_name"] == NAME
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/zip", "private, no-store")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'


def test_whoever_signed_in_has_a_copy_of_everything(
    person: FlaskClient, registration: Registration, documents: tuple[int, int], now: datetime
) -> None:
    takes_part(an_event(now), now=now, consents=documents)

    answer = press(person, "/account/privacy/export")

    data = json.loads(ZipFile(BytesIO(answer.data)).read("data.json"))
    assert (len(data["registrations"]), data["about"]["everything"]) == (2, True)


def test_erasure_is_not_offered_to_who_still_takes_part(
    client: FlaskClient, person: FlaskClient, own: str
) -> None:
    for browser, path in ((client, f"{own}/erase"), (person, "/account/privacy/erase")):
        page, answer = browser.get(path), press(browser, path)

        assert parsed(page).xpath("//main//form") == []
        assert "Cancel that registration first" in page.text
        assert answer.status_code == 409

    assert requests() == []


def test_erasure_is_asked_for_on_a_page_that_says_what_stays(
    client: FlaskClient, person: FlaskClient, own: str, registration: Registration, event: Event
) -> None:
    with time_machine.travel(event.ends_at + timedelta(hours=1), tick=False):
        page = client.get(f"{own}/erase")
        answer = press(client, f"{own}/erase")
        again = press(client, f"{own}/erase")
        shown = client.get(own)

    assert "the proof of your consents" in page.text
    assert (answer.status_code, again.status_code) == (302, 409)
    assert [(one.kind, one.registration, one.email) for one in requests()] == [
        (RequestKind.ERASURE, registration.public_id, EMAIL)
    ]
    assert "By 22 March 2027" in shown.text


def test_a_question_becomes_a_request(client: FlaskClient, person: FlaskClient, own: str) -> None:
    press(client, f"{own}/ask", kind="access", text="What do you hold?")
    press(person, "/account/privacy/ask", kind="objection", text="No photographs.")

    assert [(one.kind, one.text, one.registration is None) for one in requests()] == [
        (RequestKind.ACCESS, "What do you hold?", False),
        (RequestKind.OBJECTION, "No photographs.", True),
    ]


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"kind": "access", "text": " "}, ["text-error"]),
        ({"text": "What?"}, ["kind-error"]),
        ({"kind": "erasure", "text": "All."}, ["kind-error"]),
        ({"kind": "access", "text": "x" * 4001}, ["text-error"]),
    ],
)
def test_a_question_that_says_nothing_comes_back(
    client: FlaskClient, own: str, fields: dict[str, str], beside: list[str]
) -> None:
    answer = press(client, f"{own}/ask", **fields)

    assert answer.status_code == 422
    assert parsed(answer).xpath("//*[contains(@class, 'field-error')][not(@hidden)]/@id") == beside
    assert requests() == []


def test_who_opened_a_sealed_value_is_shown_to_its_owner(
    client: FlaskClient, person: FlaskClient, own: str, registration: Registration, now: datetime
) -> None:
    owner = ("registration", registration.public_id)
    with transaction():
        opener = make_user("visa@example.org", now=now, full_name="Vera <b>Visa</b>")
        seal_value(owner, "passport", "4509", now)
        open_value(owner, "passport", opener.public_id, "Visa letter & more", now)

    for page in (client.get(own), person.get("/account/privacy")):
        assert "Vera &lt;b&gt;Visa&lt;/b&gt;" in page.text
        assert "Visa letter &amp; more" in page.text
        assert "4509" not in page.text


def test_another_link_opens_nothing(client: FlaskClient, own: str) -> None:
    secret = own.split("/")[3]
    wrong = own.replace(secret, secret[::-1])

    for path in (wrong, f"{wrong}/erase", f"{wrong}/ask", GONE):
        assert client.get(path).status_code == 404
    for path in (f"{wrong}/export", f"{wrong}/consents/publication/withdraw", f"{wrong}/erase"):
        assert press(client, path).status_code == 404


def test_pages_of_an_account_cost_the_same_for_one_registration_and_for_thirty(
    app: Flask, person: FlaskClient, now: datetime
) -> None:
    document = open_consent("publication", now=now)
    counts = []
    for number in range(30):
        takes_part(an_event(now), now=now, consents=(document.id,))
        if number in (0, 29):
            db.session.rollback()
            with statements() as said:
                assert person.get("/account/privacy").status_code == 200
            counts.append(len(said))

    assert counts[0] == counts[1] <= 12


def test_after_erasure_the_old_link_opens_nothing(
    app: Flask, client: FlaskClient, own: str, event: Event
) -> None:
    then = event.ends_at + timedelta(hours=1)
    with time_machine.travel(then, tick=False):
        press(client, f"{own}/erase")
        done = press(an_officer(app, then), f"/organiser/privacy/{requests()[0].public_id}/erase")
        people = [client.get(own).status_code, client.get(own.removesuffix("/privacy")).status_code]

    assert done.location.startswith("/organiser/privacy/")
    assert people == [404, 404]
