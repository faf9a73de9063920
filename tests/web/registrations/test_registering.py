"""Registering over HTTP: the form, the letter's link, the page to look after it, and whatever may be sent to them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventhub.core.text import clean_line
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, RegistrationState
from tests.factories import both_languages, make_session
from tests.people import statements
from tests.web.reading import HOSTILE, dangers, error_of, fields, parsed, texts, value_of
from tests.web.registrations.guest import FORM, fill, link_in, press, registered, send

pytestmark = pytest.mark.usefixtures("event")
TYPED = ("full_name", "email", "organisation")


def stored() -> list[Registration]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def letters() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message))


def test_a_guest_registers_confirms_and_sees_number_and_ticket(client: FlaskClient, consent: int) -> None:
    answer = send(client, consents=[consent])
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{FORM}/sent")
    assert "guest@example.org" in client.get(f"{FORM}/sent").text

    page = client.get(press(client, link_in("registration_confirm")).headers["Location"])

    (registration,) = stored()
    assert registration.state is RegistrationState.CONFIRMED
    assert texts(page, "//strong[@class='ticket-code']") == [registration.number]
    ticket = parsed(page).xpath("//a[contains(@href, '/t/')]/@href")[0]
    assert texts(client.get(ticket), "//article//p[@class='ticket-name']") == ["Test Guest"]


def test_the_answer_is_the_same_whether_an_address_takes_part_or_not(
    client: FlaskClient, consent: int
) -> None:
    registered(client, consent)

    again = send(client, consents=[consent])
    other = send(client, consents=[consent], email="other@example.org")

    assert (again.status_code, again.headers["Location"]) == (other.status_code, other.headers["Location"])
    assert len(stored()) == 2


def test_without_its_consent_a_form_is_refused_whether_an_address_takes_part_or_not(
    client: FlaskClient, consent: int
) -> None:
    registered(client, consent)

    answers = [send(client, consents=[], email=one) for one in ("guest@example.org", "other@example.org")]

    assert [error_of(one, "consents") != "" for one in answers] == [True, True]
    assert letters() == 2


def test_the_same_form_sent_twice_is_one_registration_and_the_same_page(
    client: FlaskClient, consent: int
) -> None:
    form = fill(client, consents=[consent])

    answers = [client.post(FORM, data=form) for _ in range(2)]

    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(302, f"{FORM}/sent")] * 2
    assert (len(stored()), letters()) == (1, 1)


def test_a_missing_consent_is_said_beside_it_and_keeps_what_was_typed(
    client: FlaskClient, consent: int
) -> None:
    answer = send(client, consents=[])

    assert answer.status_code == 422
    assert "Processing of data" in error_of(answer, "consents")
    assert [value_of(answer, name) for name in TYPED] == [
        "Test Guest",
        "guest@example.org",
        "Example University",
    ]
    assert (stored(), letters()) == ([], 0)


@pytest.mark.parametrize("field", [*TYPED, "country", "language"])
@pytest.mark.parametrize("blank", ["", "   ", "\u00a0\u2003", "\t\r\n", "\x00"])
def test_an_answer_left_blank_is_asked_for_beside_its_field(
    client: FlaskClient, consent: int, field: str, blank: str
) -> None:
    answer = send(client, consents=[consent], **{field: blank})

    assert answer.status_code == 422
    assert error_of(answer, field) != ""
    assert stored() == []


@pytest.mark.parametrize("field", ["full_name", "organisation"])
@pytest.mark.parametrize("name", ["\u200b\u200d\u2060", "---", "…", "\u202e\u2066"])
def test_a_name_without_a_letter_is_refused(client: FlaskClient, consent: int, field: str, name: str) -> None:
    assert error_of(send(client, consents=[consent], **{field: name}), field) != ""


@pytest.mark.parametrize(
    "name",
    [
        "Ø",
        "Ёлка",
        "О’Брайен",
        "Nguyễn Văn Ánh",
        "李明",
        "محمد",
        "José María da Silva-Souza",
        "X Æ A-12",
        "က္ကိ",
    ],
)
def test_names_of_the_world_are_taken_as_they_are(client: FlaskClient, consent: int, name: str) -> None:
    page = client.get(registered(client, consent, full_name=name))

    assert stored()[0].attendees[0].full_name == name
    assert texts(page, "//p[@class='ticket-name']") == [name]


@pytest.mark.parametrize("field", TYPED)
def test_hostile_text_is_refused_beside_the_field_or_stays_text(
    client: FlaskClient, consent: int, field: str
) -> None:
    key = fields(client.get(FORM))
    for vector in HOSTILE:
        typed = vector["text"].encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        form = {**key, **fill_in(consent), field: typed, "submission_key": ""}

        answer = client.post(FORM, data=form)

        assert answer.status_code in {302, 409, 422, 429}, vector["name"]
        if answer.status_code == 422:
            assert error_of(answer, field) != "", vector["name"]
            assert " ".join(value_of(answer, field).split()) == clean_line(typed), vector["name"]
            assert dangers(answer) == [], vector["name"]


def fill_in(consent: int) -> dict[str, object]:
    answers = {"full_name": "Test Guest", "email": "guest@example.org", "organisation": "Example University"}
    return {**answers, "country": "DE", "language": "en", "consents": [consent]}


@pytest.mark.parametrize("vector", HOSTILE, ids=lambda vector: vector["name"])
def test_a_hostile_name_that_is_accepted_is_shown_as_text_everywhere(
    client: FlaskClient, consent: int, vector: dict[str, str]
) -> None:
    typed = vector["text"].encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if send(client, consents=[consent], full_name=typed).status_code != 302:
        return
    manage = client.get(press(client, link_in("registration_confirm")).headers["Location"])
    ticket = parsed(manage).xpath("//a[contains(@href, '/t/')]/@href")[0]
    pages = [manage, client.get(ticket), client.get(manage.request.path + "/change")]

    assert [dangers(page) for page in pages] == [[], [], []]
    assert texts(manage, "//p[@class='ticket-name']") == [stored()[0].attendees[0].full_name]
    assert client.get(f"{ticket}/ticket.pdf").data[:5] == b"%PDF-"


def test_a_field_of_a_megabyte_is_refused_quickly(client: FlaskClient, consent: int) -> None:
    for field in TYPED:
        large = send(client, consents=[consent], **{field: "x" * 1024 * 1024})
        long = send(client, consents=[consent], **{field: "x" * 100_000})
        assert (large.status_code, long.status_code) == (413, 422)
    assert stored() == []


def test_a_form_without_its_token_is_refused(client: FlaskClient, consent: int) -> None:
    form = fill(client, consents=[consent])
    del form["csrf_token"]

    assert client.post(FORM, data=form).status_code == 403
    assert client.application.test_client().post(FORM, data=fill_in(consent)).status_code == 403
    assert stored() == []


def test_a_form_sent_by_another_site_is_refused(client: FlaskClient, consent: int) -> None:
    form = fill(client, consents=[consent])

    assert client.post(FORM, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert stored() == []


def test_fields_that_were_not_asked_for_are_ignored(client: FlaskClient, consent: int) -> None:
    extra = {
        "state": "confirmed",
        "id": "777",
        "event_id": "999",
        "number": "MINE",
        "public_id": "mine",
        "price": "0",
        "is_admin": "1",
        "partner_id": "1",
        "confirmed_at": "2020-01-01",
    }
    send(client, consents=[consent], **extra)

    (registration,) = stored()
    assert registration.state is RegistrationState.PENDING
    assert {registration.number, registration.public_id, registration.id} & {"MINE", "mine", 777} == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "XX"},
        {"country": "\x00"},
        {"language": "de"},
        {"sessions": ["unknown"]},
        {"sessions": [str(number) for number in range(20_000)]},
        {"consents": ["99999999999999999999"]},
        {"consents": ["x"]},
        {"submission_key": "x" * 5000},
        {"submission_key": "'; DROP TABLE events;--"},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_choices_that_were_not_offered_are_no_error_of_ours(
    client: FlaskClient, consent: int, changes: dict[str, object]
) -> None:
    assert send(client, **{"consents": [consent], **changes}).status_code in {302, 422}


def test_opening_the_letters_link_ten_times_changes_nothing(client: FlaskClient, consent: int) -> None:
    send(client, consents=[consent])
    link = link_in("registration_confirm")

    answers = {client.get(link).status_code for _ in range(10)} | {client.head(link).status_code}

    assert answers == {200}
    assert (stored()[0].state, letters()) == (RegistrationState.PENDING, 1)


def test_a_confirmed_link_leads_to_the_registration(client: FlaskClient, consent: int) -> None:
    manage = registered(client, consent)

    answer = client.get(link_in("registration_confirm"))

    assert (answer.status_code, answer.headers["Location"]) == (302, manage)


def test_every_other_secret_is_not_found(client: FlaskClient, consent: int) -> None:
    manage = registered(client, consent)
    confirm = link_in("registration_confirm")
    wrong = [
        manage[:-1] + ("a" if manage[-1] != "a" else "b"),
        manage.rpartition("/")[0] + "/" + confirm.rpartition("/")[2],
        confirm.rpartition("/")[0] + "/" + manage.rpartition("/")[2],
        manage.upper(),
        manage + "%00",
        manage + "%F0%9F%8C%8D",
    ]
    pages = [*wrong, *(f"{one}/change" for one in wrong), *(f"{one}/cancel" for one in wrong)]

    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)


def test_a_hold_that_ran_out_is_told_and_still_confirmed_while_there_is_room(
    client: FlaskClient, consent: int, today, now
) -> None:
    send(client, consents=[consent])
    link = link_in("registration_confirm")
    today.shift(HOLD + timedelta(minutes=1))

    assert "The 30 minutes are over." in client.get(link).text
    assert press(client, link).status_code == 302
    assert stored()[0].state is RegistrationState.CONFIRMED


def test_a_registration_is_changed_by_its_page(client: FlaskClient, consent: int) -> None:
    manage = registered(client, consent)
    form = {**fields(client.get(f"{manage}/change")), "full_name": "New Name", "country": "FI"}

    answer = client.post(f"{manage}/change", data=form)

    assert (answer.status_code, answer.headers["Location"]) == (302, manage)
    assert (stored()[0].attendees[0].full_name, stored()[0].country) == ("New Name", "FI")


def test_a_refused_change_keeps_what_was_typed_and_changes_nothing(
    client: FlaskClient, consent: int, event
) -> None:
    with transaction():
        one, two = (make_session(event, title=both_languages(title)) for title in ("Laser", "Printing"))
        ids = [one.public_id, two.public_id]
    manage = registered(client, consent)
    form = {**fields(client.get(f"{manage}/change")), "full_name": "New Name", "sessions": ids}

    answer = client.post(f"{manage}/change", data=form)

    assert answer.status_code == 422
    assert "Laser" in error_of(answer, "sessions")
    assert "Printing" in error_of(answer, "sessions")
    assert value_of(answer, "full_name") == "New Name"
    assert stored()[0].attendees[0].full_name == "Test Guest"


def test_a_cancelled_registration_frees_its_place_and_its_ticket_shows_no_code(
    client: FlaskClient, consent: int
) -> None:
    manage = registered(client, consent)
    ticket = parsed(client.get(manage)).xpath("//a[contains(@href, '/t/')]/@href")[0]

    assert press(client, f"{manage}/cancel").headers["Location"] == manage

    assert parsed(client.get(manage)).xpath("//a[contains(@href, '/t/')]") == []
    page = client.get(ticket)
    assert (page.status_code, parsed(page).xpath("//img[contains(@src, 'qr')]")) == (200, [])
    gone = [client.get(ticket + end).status_code for end in ("/qr.svg", "/qr.png", "/ticket.pdf")]
    assert gone == [404, 404, 404]


def test_a_ticket_is_found_in_capitals_and_small_letters_and_no_other_code_is(
    client: FlaskClient, consent: int
) -> None:
    manage = registered(client, consent)
    ticket = parsed(client.get(manage)).xpath("//a[contains(@href, '/t/')]/@href")[0]
    code = ticket.removeprefix("/t/")

    assert client.get(f"/t/{code.lower()}").status_code == 200
    assert client.get(f"/t/{code.upper()}").status_code == 200
    assert client.get(f"/T/{code.upper()}", follow_redirects=True).status_code == 200
    other = ("A" if code[20].upper() != "A" else "B").join((code[:20], code[21:]))
    assert [client.get(f"/t/{one}").status_code for one in (other, code[:-1], "", "x" * 4000)] == [404] * 4


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_ticket_is_printed_in_the_language_asked_for(
    client: FlaskClient, consent: int, language: str
) -> None:
    manage = registered(client, consent, full_name="Тестовый Гость")
    ticket = parsed(client.get(manage)).xpath("//a[contains(@href, '/t/')]/@href")[0]

    answer = client.get(f"{ticket}/ticket.pdf?lang={language}")

    assert (answer.content_type, answer.data[:5]) == ("application/pdf", b"%PDF-")
    with pikepdf.open(BytesIO(answer.data)) as printed:
        assert (str(printed.Root.Lang), len(printed.pages)) == (language, 1)


def test_pages_behind_a_secret_are_for_their_reader_alone(client: FlaskClient, consent: int) -> None:
    manage = registered(client, consent)
    ticket = parsed(client.get(manage)).xpath("//a[contains(@href, '/t/')]/@href")[0]
    for page in (FORM, manage, f"{manage}/change", f"{manage}/cancel", ticket, f"{ticket}/ticket.pdf"):
        headers = client.get(page).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Robots-Tag"]) == (
            "private, no-store",
            "no-referrer",
            "noindex",
        ), page


def test_a_whole_registration_costs_few_statements(client: FlaskClient, consent: int, app: Flask) -> None:
    registered(client, consent, email="first@example.org")  # the first one makes the signing key
    form = fill(client, consents=[consent])

    with statements() as submitting:
        assert client.post(FORM, data=form).status_code == 302
    confirm = link_in("registration_confirm")
    button = fields(client.get(confirm))
    with statements() as confirming:
        assert client.post(confirm, data=button).status_code == 302

    # Two count the sending, one asks for the form; one of each asks whether the organiser words the letter.
    assert (len(submitting), len(confirming)) == (13, 8), [*submitting, *confirming]


def test_a_registration_is_looked_up_by_the_house_by_its_public_id(client: FlaskClient, consent: int) -> None:
    registered(client, consent)

    assert get_registration(stored()[0].public_id).email == "guest@example.org"


def test_a_missing_consent_is_told_with_the_other_mistakes(client: FlaskClient, consent: int) -> None:
    refused = send(client, consents=[], full_name="")

    assert texts(refused, "//div[@class='error-summary']//a") == [
        "Enter your full name.",
        "Please agree to “Processing of data”: without it we can't register you.",
    ]
