"""The page of one registration: what staff does for a person, and what it can't do."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.db import db
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.registration.models import Attendee
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.models import TicketState
from tests.factories import make_attendee
from tests.web.organiser.desk import Statements, error_beside, send, typed_in

PEOPLE = "/organiser/events/own/people"
REASON = {"reason": "Registered twice."}


@pytest.fixture
def guest(own: Event, now: datetime) -> Attendee:
    attendee = make_attendee(own, now=now, full_name="Test Guest")
    db.session.commit()
    return attendee


@pytest.fixture
def page(guest: Attendee) -> str:
    return f"{PEOPLE}/{guest.registration.public_id}"


def letters() -> list[str]:
    return list(db.session.scalars(select(Message.letter).order_by(Message.id)))


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_registration_is_cancelled_with_a_reason_that_the_person_reads(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    answer = send(organiser, f"{page}/cancel", REASON)

    db.session.expire_all()
    letter = db.session.scalars(select(Message)).one()
    assert answer.status_code == 302
    assert (guest.registration.state, guest.ticket.state) == (RegistrationState.CANCELLED, TicketState.VOID)
    assert (letter.letter, "Registered twice." in letter.text) == ("registration_cancelled", True)
    assert deeds() == ["ticket.voided", "registration.cancelled"]


@pytest.mark.parametrize("deed", ["cancel", "void"])
def test_without_a_reason_nothing_is_taken(
    organiser: FlaskClient, guest: Attendee, page: str, deed: str
) -> None:
    address = f"{page}/cancel" if deed == "cancel" else f"{page}/tickets/{guest.ticket.number}/void"
    answer = send(organiser, address, {"reason": "  "})

    db.session.expire_all()
    assert (answer.status_code, error_beside(answer.text, "reason")) == (422, "Say in a few words why.")
    assert (guest.registration.state, guest.ticket.state) == (RegistrationState.CONFIRMED, TicketState.VALID)
    assert (typed_in(answer.text, "reason"), letters(), deeds()) == ("", [], [])


def test_a_ticket_is_replaced_and_the_new_one_sent(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    answer = send(organiser, f"{page}/tickets/{guest.ticket.number}/reissue", {})

    db.session.expire_all()
    letter = db.session.scalars(select(Message)).one()
    assert (answer.status_code, guest.ticket.generation) == (302, 2)
    assert (letter.letter, letter.attachments) == (
        "ticket_reissued",
        [{"kind": "ticket_pdf", "ticket": guest.ticket_id}],
    )
    assert deeds() == ["ticket.reissued"]


def test_a_void_ticket_is_not_replaced(organiser: FlaskClient, guest: Attendee, page: str) -> None:
    ticket = f"{page}/tickets/{guest.ticket.number}"
    voided = send(organiser, f"{ticket}/void", REASON)
    again = send(organiser, f"{ticket}/reissue", {})

    db.session.expire_all()
    assert (voided.status_code, again.status_code) == (302, 409)
    assert (guest.ticket.state, guest.ticket.void_reason) == (TicketState.VOID, "Registered twice.")
    assert (guest.registration.state, letters(), deeds()) == (
        RegistrationState.CONFIRMED,
        [],
        ["ticket.voided"],
    )


def test_the_ticket_is_sent_again_at_most_five_times_an_hour(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    answers = [send(organiser, page, {}, to=f"{page}/letter").status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]
    assert (letters(), deeds()) == (["registration_confirmed"] * 5, ["registration.written_again"] * 5)


def test_who_has_cancelled_gets_no_letter_and_is_not_cancelled_again(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    guest.registration.state = RegistrationState.CANCELLED
    db.session.commit()

    shown = organiser.get(page).text
    cancelled = send(organiser, f"{page}/cancel", REASON)
    written = send(organiser, f"{page}/cancel", {}, to=f"{page}/letter")

    assert (f"{page}/letter" in shown, f"{page}/cancel" in shown) == (False, False)
    assert (cancelled.status_code, written.status_code, letters(), deeds()) == (409, 409, [], [])


def test_the_ticket_of_somebody_else_is_not_there(
    organiser: FlaskClient, own: Event, page: str, now: datetime
) -> None:
    other = make_attendee(own, now=now)
    db.session.commit()

    assert organiser.get(f"{page}/tickets/{other.ticket.number}/void").status_code == 404


def test_the_page_costs_as_many_statements_with_thirty_letters_as_with_one(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    send(organiser, page, {}, to=f"{page}/letter")
    with Statements() as one:
        organiser.get(page)
    letter = db.session.scalars(select(Message)).one()
    copied = {c.key: getattr(letter, c.key) for c in Message.__table__.columns if c.key != "id"}
    db.session.add_all(Message(**{**copied, "message_id": f"copy-{number}"}) for number in range(29))
    db.session.commit()
    with Statements() as thirty:
        organiser.get(page)

    assert thirty.count == one.count
