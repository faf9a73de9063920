"""The pages about people: who registered, letters to them, doors, crew, and the venue."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventhub.accounts.models import RoleGrant, User
from eventhub.accounts.rules import Role
from eventhub.checkin.desk import list_gates
from eventhub.checkin.models import Presence
from eventhub.checkin.points import whole_event
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.mail.outbox import Recipient, post
from eventhub.mail.rules import MessageState
from eventhub.registration.rules import RegistrationState
from eventhub.web.headers import EVERYWHERE
from tests.factories import grant, make_attendee, make_event, make_gate, make_user
from tests.web.organiser.desk import Statements, error_beside, send, typed_in
from tests.web.reading import parsed

PEOPLE = "/organiser/events/own/people"
LETTERS = "/organiser/events/own/letters"


def a_letter(event: Event, *, now: datetime, state: MessageState = MessageState.QUEUED) -> Message:
    to = Recipient(email="guest@example.org", full_name="Test Guest", language="en")
    post("password_changed", to=to, facts={"has_password": True, "link": "/"}, about=("user", "1"), now=now,
         event_id=event.id)  # fmt: skip
    letter = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    letter.state = state
    db.session.commit()
    return letter


def test_people_are_listed_with_ticket_and_presence(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    inside = make_attendee(own, now=now, full_name="Аня Тестова")
    make_attendee(make_event(now=now), now=now, full_name="Stranger Elsewhere")
    came = {"ticket_id": inside.ticket_id, "point_id": whole_event(own.id).id, "entered_at": now}
    db.session.add(Presence(**came, is_inside=True, scan_id="s", since=now))
    db.session.commit()

    page = organiser.get(PEOPLE).text

    assert "<bdi>Аня Тестова</bdi>" in page
    assert inside.ticket.number in page
    assert page.count("Inside</span>") == 1
    assert "Stranger" not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", [True, True]),
        ("?q=тест", [True, False]),
        ("?tab=confirmed", [True, True]),
        ("?tab=cancelled", [False, False]),
        ("?tab=nonsense&page=0", [True, True]),
        ("?page=99999999999999999999", [True, True]),
        ("?page=x", [True, True]),
    ],
)
def test_the_address_says_who_is_listed(
    organiser: FlaskClient, own: Event, now: datetime, query: str, seen: list[bool]
) -> None:
    names = ("Тест Первый", "Second Person")
    for name in names:
        make_attendee(own, now=now, full_name=name)
    db.session.commit()

    page = organiser.get(PEOPLE + query).text

    assert [f"<bdi>{name}</bdi>" in page for name in names] == seen


def test_thirty_people_cost_as_many_statements_as_one(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    make_attendee(own, now=now)
    db.session.commit()
    organiser.get(PEOPLE)
    with Statements() as one:
        organiser.get(PEOPLE)
    for _ in range(29):
        make_attendee(own, now=now)
    db.session.commit()
    with Statements() as thirty:
        organiser.get(PEOPLE)

    assert thirty.count == one.count


def test_the_overview_counts_who_is_registered(organiser: FlaskClient, own: Event, now: datetime) -> None:
    make_attendee(own, now=now)
    make_attendee(own, now=now)
    make_attendee(own, now=now, state=RegistrationState.CANCELLED)
    db.session.commit()

    assert '<dt>Registered</dt>\n  <dd class="big">2</dd>' in organiser.get("/organiser/events/own").text


def test_a_parked_letter_is_sent_again(organiser: FlaskClient, own: Event, now: datetime) -> None:
    letter = a_letter(own, now=now, state=MessageState.PARKED)

    answer = send(organiser, LETTERS, {}, to=f"{LETTERS}/{letter.id}/resend")

    db.session.refresh(letter)
    assert (answer.status_code, letter.state) == (302, MessageState.QUEUED)


def test_letters_of_other_events_are_not_there(organiser: FlaskClient, own: Event, now: datetime) -> None:
    other = a_letter(make_event(now=now), now=now)

    assert other.subject not in organiser.get(LETTERS).text
    assert organiser.get(f"{LETTERS}/{other.id}").status_code == 404
    assert organiser.get(f"{LETTERS}/{other.id}/page").status_code == 404


def test_a_letters_page_stands_in_a_sandbox(organiser: FlaskClient, own: Event, now: datetime) -> None:
    letter = a_letter(own, now=now)
    letter.html, letter.text = "<script>alert(1)</script>", "<script>alert(1)</script> https://example.org/x"
    db.session.commit()

    shown = organiser.get(f"{LETTERS}/{letter.id}")
    alone = organiser.get(f"{LETTERS}/{letter.id}/page")

    assert "&lt;script&gt;" in shown.text
    assert '<a href="https://example.org/x" rel="noopener">' in shown.text
    assert alone.headers["Content-Security-Policy"] == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; style-src 'none'"
    )


def test_a_letter_is_framed_in_its_own_looks_and_only_its_page_may_frame(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    letter = a_letter(own, now=now)

    around = organiser.get(f"{LETTERS}/{letter.id}")
    alone = organiser.get(f"{LETTERS}/{letter.id}/page")

    frame = parsed(around).xpath("//iframe")[0]
    policy = alone.headers["Content-Security-Policy"]
    assert (frame.get("src"), frame.get("sandbox")) == (
        f"{LETTERS}/{letter.id}/page",
        "allow-popups allow-popups-to-escape-sandbox",
    )
    assert around.headers["Content-Security-Policy"] == f"{EVERYWHERE}; frame-src 'self'"
    assert "frame-src" not in organiser.get(LETTERS).headers["Content-Security-Policy"]
    assert (len(parsed(alone).xpath("//style")), policy.count("'sha256-"), "unsafe" in policy) == (
        2,
        2,
        False,
    )
    assert parsed(alone).xpath("//@style") == []
    assert len(parsed(alone).xpath("//*[@data-style]")) > 5


def test_a_gate_is_added_and_renamed(organiser: FlaskClient, own: Event) -> None:
    page = "/organiser/events/own/door"
    nameless = send(organiser, page, {"name_en": " "})
    send(organiser, page, {"name_en": "North gate"})
    (gate,) = list_gates(own.id)
    send(organiser, f"{page}/{gate.public_id}", {"name_en": "South gate", "name_ru": "Южный вход"})

    db.session.refresh(gate)
    assert (nameless.status_code, error_beside(nameless.text, "name_en")) == (422, "Enter a name.")
    assert gate.name == {"en": "South gate", "ru": "Южный вход"}


def test_a_gate_of_another_event_is_not_there(organiser: FlaskClient, own: Event, now: datetime) -> None:
    gate = make_gate(make_event(now=now))
    db.session.commit()

    assert organiser.get(f"/organiser/events/own/door/{gate.public_id}").status_code == 404


CREW = "/organiser/events/own/crew"
SOMEBODY = {"email": "crew@example.org", "full_name": "Test Crew"}


def test_somebody_new_joins_the_crew_once_and_leaves_it(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    done = send(organiser, CREW, SOMEBODY)
    again = send(organiser, CREW, SOMEBODY)
    role = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.CHECKIN_STAFF)).one()
    shown = "Test Crew" in organiser.get(CREW).text
    gone = send(organiser, CREW, {}, to=f"{CREW}/{role.id}/end")

    assert (done.status_code, again.status_code, gone.status_code) == (302, 422, 302)
    assert error_beside(again.text, "email") == "This person is in the crew already."
    assert (role.scope_id, role.user.email, shown) == (own.id, "crew@example.org", True)
    with time_machine.travel(now + timedelta(seconds=1), tick=False):
        assert "<bdi>Test Crew</bdi>" not in organiser.get(CREW).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "nobody", "Enter an e-mail address like name@example.org."),
        ("email", "", "Enter an e-mail address like name@example.org."),
        ("full_name", "", "Enter a name."),
    ],
)
def test_a_mistake_about_crew_is_told_beside_its_field(
    organiser: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = send(organiser, CREW, {**SOMEBODY, field: value})

    kept = "full_name" if field == "email" else "email"
    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert typed_in(answer.text, kept) == SOMEBODY[kept]
    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_a_role_on_another_event_is_not_ended_from_here(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    user = make_user("other@example.org", now=now)
    grant(user, Role.CHECKIN_STAFF, now=now, event=make_event(now=now))
    db.session.commit()

    answer = send(organiser, CREW, {}, to=f"{CREW}/{user.grants[0].id}/end")

    db.session.refresh(user.grants[0])
    assert (answer.status_code, user.grants[0].ends_at) == (404, None)


def test_a_new_venue_becomes_the_events_own(organiser: FlaskClient, own: Event) -> None:
    page = "/organiser/events/own/venue"
    nameless = send(organiser, page, {"country": "RU", "rooms": "101"})
    done = send(
        organiser, page, {"name_ru": "Главный корпус", "country": "RU", "rooms": "101\n 101 \nAssembly hall"}
    )

    db.session.refresh(own)
    assert (nameless.status_code, error_beside(nameless.text, "name_en")) == (422, "Enter a name.")
    assert typed_in(nameless.text, "rooms") == "101"
    assert (done.status_code, own.venue.name, own.revision) == (302, {"ru": "Главный корпус"}, 1)
    assert [room.name["en"] for room in own.venue.rooms] == ["101", "Assembly hall"]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "letters/%d"),
        ("GET", "letters/%d/page"),
        ("POST", "letters/%d/resend"),
        ("POST", "crew/%d/end"),
    ],
)
def test_a_number_that_no_row_can_have_is_not_there(
    organiser: FlaskClient, method: str, path: str, number: int
) -> None:
    address = f"/organiser/events/own/{path % number}"

    answer = (
        organiser.get(address)
        if method == "GET"
        else send(organiser, "/organiser/events/own/crew", {}, to=address)
    )

    assert answer.status_code == 404
