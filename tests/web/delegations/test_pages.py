"""A coordinator starts a delegation, looks after its people, and they answer; all over HTTP, without an account."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.privacy.models import ConsentRecord
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from tests.factories import make_attendee
from tests.people import csrf, statements
from tests.web.delegations.coordinating import (
    ANSWERS,
    FORM,
    PERSON,
    fill,
    link_in,
    paste,
    press_import,
    started,
    stored,
)
from tests.web.reading import fields, parsed


@pytest.fixture
def home(client: FlaskClient, event: Event, consent: int) -> str:
    return started(client)


def text_of(client: FlaskClient, path: str) -> str:
    return " ".join(parsed(client.get(path)).xpath("//main")[0].text_content().split())


def states(client: FlaskClient, home: str) -> list[str]:
    return [
        one.strip()
        for one in parsed(client.get(home)).xpath("//td[@data-label='State']//text()")
        if one.strip()
    ]


def line_path(deed: str, home: str, email: str = "one@example.org") -> str:
    db.session.rollback()
    member = db.session.scalars(select(DelegationMember).where(DelegationMember.email == email)).one()
    return f"{home}/people/{member.public_id}/{deed}"


def test_the_way_there_is_on_the_event_page_and_on_the_form(client: FlaskClient, event: Event) -> None:
    for path in ("/events/shells", "/events/shells/register"):
        assert FORM in [link.get("href") for link in parsed(client.get(path)).xpath("//main//a")]


def test_the_first_form_tells_what_is_missing_and_loses_nothing(client: FlaskClient, event: Event) -> None:
    answer = fill(client, FORM, full_name="Test Coordinator")

    assert answer.status_code == 422
    assert "Enter the e-mail address." in answer.text
    assert "Ask these people first." in answer.text
    assert fields(answer)["full_name"] == "Test Coordinator"
    assert stored(Delegation.id) == []


def test_known_and_new_coordinators_read_the_same_words(client: FlaskClient, event: Event) -> None:
    pages = []
    for _ in range(2):
        assert fill(client, FORM, **ANSWERS).status_code == 302
        pages.append(text_of(client, f"{FORM}/sent"))

    assert pages[0] == pages[1]
    assert len(stored(Delegation.id)) == 1


def test_a_program_is_asked_once_more(client: FlaskClient, event: Event) -> None:
    answer = fill(client, FORM, **{**ANSWERS, "website": "https://spam.example"})

    assert answer.status_code == 422
    assert client.post(FORM, data={**fields(answer), **ANSWERS}).status_code == 302


def test_a_closed_event_starts_nothing(client: FlaskClient, event: Event, today) -> None:
    open_form = fields(client.get(FORM))
    today.move_to(event.ends_at)

    assert "Registration for this event is closed." in client.get(FORM).text
    assert client.post(FORM, data={**open_form, **ANSWERS}).status_code == 409


def test_the_link_in_the_letter_only_asks_and_another_secret_finds_nothing(
    client: FlaskClient, event: Event
) -> None:
    fill(client, FORM, **ANSWERS)
    link = link_in("delegation_confirm")

    assert client.get(link).status_code == 200
    assert stored(Delegation.state)[0] == "pending"
    assert client.get(f"{link[:-1]}{'a' if link[-1] != 'a' else 'b'}").status_code == 404
    assert client.get(link.replace("/confirm/", "/")).status_code == 404


def test_one_person_is_added_corrected_replaced_and_removed(client: FlaskClient, home: str) -> None:
    assert "Nobody is in your delegation yet" in client.get(home).text

    assert fill(client, f"{home}/people/new", **PERSON).status_code == 302
    assert "Test Delegate" in client.get(home).text
    assert states(client, home) == ["Invited"]

    path = line_path("correct", home)
    assert fields(client.get(path))["email"] == "one@example.org"
    assert fill(client, path, full_name="Right Name").status_code == 302
    assert "Right Name" in client.get(home).text

    path = line_path("replace", home)
    assert fill(client, path, **{**PERSON, "email": "two@example.org"}).status_code == 302
    assert "one@example.org" not in client.get(home).text

    assert fill(client, line_path("remove", home, "two@example.org")).status_code == 302
    assert "Nobody is in your delegation yet" in client.get(home).text


def test_a_person_twice_is_told_beside_the_field(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)

    answer = fill(client, f"{home}/people/new", **PERSON)

    assert answer.status_code == 409
    assert (
        parsed(answer)
        .xpath("//*[@id='email-error']")[0]
        .text_content()
        .strip()
        .endswith("This e-mail address is in your list already.")
    )


def test_who_registered_by_themselves_looks_like_anybody_else(
    client: FlaskClient, home: str, event: Event, now
) -> None:
    with transaction():
        make_attendee(
            db.session.get_one(Event, event.id), now=now, email="own@example.org", email_key="own@example.org"
        )
    fill(client, f"{home}/people/new", **PERSON)
    before = len(states(client, home))

    answer = fill(client, f"{home}/people/new", **{**PERSON, "email": "own@example.org"})

    assert (before, answer.status_code) == (1, 302)
    assert states(client, home) == ["Invited", "Invited"]
    for page in ("correct", "replace", "remove"):
        one, own = (
            client.get(line_path(page, home, email)).text.replace(email, "")
            for email in ("one@example.org", "own@example.org")
        )
        shorten = [part.split('name="csrf_token"')[0] for part in (one, own)]
        assert len(shorten[0]) == len(shorten[1])


def test_a_person_reads_who_registered_them_agrees_and_has_a_ticket(
    client: FlaskClient, home: str, consent: int
) -> None:
    fill(client, f"{home}/people/new", **PERSON)
    link = link_in("delegation_member")

    page = text_of(client, link)
    assert "Test Coordinator (Example University) registered you" in page
    refused = fill(client, link)
    assert refused.status_code == 422
    answer = fill(client, link, consents=[consent])

    assert answer.status_code == 302
    assert "Your place is confirmed" in client.get(answer.headers["Location"]).text
    assert states(client, home) == ["Completed"]
    assert len(stored(ConsentRecord.id)) == 1
    assert client.get(link).status_code == 302


def test_the_registrations_own_page_leads_to_the_answer(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)
    link = link_in("delegation_member")

    assert link in [
        one.get("href") for one in parsed(client.get(link.removesuffix("/invitation"))).xpath("//a")
    ]


def test_a_person_who_knows_nothing_of_it_is_gone(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)
    link = link_in("delegation_member")

    assert fill(client, f"{link}/decline").status_code == 302

    assert states(client, home) == ["Declined"]
    assert "Test Delegate" in client.get(home).text
    assert link_in("delegation_declined") == home
    assert stored(Registration.state)[0] is RegistrationState.CANCELLED


def test_who_registered_by_themselves_has_no_invitation(
    client: FlaskClient, home: str, event: Event, now
) -> None:
    with transaction():
        path = manage_path(make_attendee(db.session.get_one(Event, event.id), now=now).registration)

    for page in ("invitation", "invitation/decline"):
        assert client.get(f"{path}/{page}").headers["Location"] == path
        assert client.post(f"{path}/{page}", headers=csrf(client)).headers["Location"] == path


def test_reminding_is_for_once_a_day(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)

    answers = [client.post(f"{home}/remind", data=fields(client.get(home))) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 429]
    assert "You have sent reminders today already." in answers[1].text


def test_another_delegations_people_are_not_found(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)
    other = started(client, email="other@example.org")

    for deed in ("correct", "replace", "remove"):
        path = line_path(deed, home).replace(home, other)
        assert [client.get(path).status_code, fill_blindly(client, path, other)] == [404, 404]


def fill_blindly(client: FlaskClient, path: str, home: str) -> int:
    return client.post(path, data={**fields(client.get(f"{home}/people/new")), **PERSON}).status_code


@pytest.mark.parametrize("page", ["", "/sheet"])
def test_one_and_thirty_people_cost_the_same_statements(client: FlaskClient, home: str, page: str) -> None:
    costs = []
    for number in (1, 30):
        rows = "\n".join(f"Person {index}, p{index}@example.org" for index in range(number))
        check = paste(client, home, rows).headers["Location"]
        press_import(client, check)
        with statements() as said:
            assert client.get(check if page else home).status_code == 200
        costs.append(len(said))

    assert costs[0] == costs[1]


def test_everything_is_said_in_russian(client: FlaskClient, home: str) -> None:
    fill(client, f"{home}/people/new", **PERSON)

    for page in (home, f"{home}/people/new", f"{home}/people/many", line_path("remove", home)):
        answer = client.get(f"{page}?lang=ru")
        assert answer.status_code == 200
        assert "delegation" not in text_of(client, page).lower()
