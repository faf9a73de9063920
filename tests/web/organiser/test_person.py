"""The page of one registration: what staff does for a person, and what it can't do."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.checkin.rules import ScanSource
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.people.commands import add_tag, write_note
from eventhub.registration.asking import Ask
from eventhub.registration.changing import change
from eventhub.registration.desk import write_again
from eventhub.registration.models import Attendee
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.models import TicketState
from tests.factories import make_attendee, make_gate, make_scan, make_user
from tests.web.organiser.desk import Statements, error_beside, send, typed_in
from tests.web.reading import dangers, parsed, texts

PEOPLE = "/organiser/events/own/people"
REASON = {"reason": "Registered twice."}
CHANGED = Ask(full_name="New Name", email="", organisation="Other University", country="FI", language="en")


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


def test_tags_and_notes_stand_on_the_page_as_written(
    organiser: FlaskClient, guest: Attendee, page: str
) -> None:
    answers = [
        send(organiser, page, {"tag": "<b>VIP</b>"}, to=f"{page}/tags"),
        send(organiser, page, {"note": "First line\n<script>alert(1)</script>"}, to=f"{page}/notes"),
    ]

    shown = organiser.get(page)
    assert [answer.status_code for answer in answers] == [302, 302]
    assert dangers(shown) == []
    assert "&lt;b&gt;VIP&lt;/b&gt;" in shown.text
    assert texts(shown, "//ol[@class='timeline']//h3") == ["Tag added", "Note"]
    assert deeds() == ["tag.added", "note.written"]

    send(organiser, page, {"name": "<b>VIP</b>"}, to=f"{page}/tags/remove")
    assert parsed(organiser.get(page)).xpath("//input[@name='name']") == []
    assert deeds() == ["tag.added", "note.written", "tag.removed"]


@pytest.mark.parametrize(
    ("where", "fields", "field", "sentence"),
    [
        ("tags", {"tag": "  "}, "tag", "Enter a tag."),
        ("tags", {"tag": "vip"}, "tag", "It has this tag already."),
        ("notes", {"note": " \n "}, "note", "Write something first."),
    ],
)
def test_a_refused_tag_or_note_is_told_beside_its_field(
    organiser: FlaskClient, guest: Attendee, page: str, where: str, fields: dict[str, str], field: str,
    sentence: str,
) -> None:  # fmt: skip
    send(organiser, page, {"tag": "VIP"}, to=f"{page}/tags")

    answer = send(organiser, page, fields, to=f"{page}/{where}")

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert deeds() == ["tag.added"]


def test_the_timeline_tells_letters_scans_and_changes_newest_first(
    organiser: FlaskClient, own: Event, guest: Attendee, page: str, now: datetime
) -> None:
    gate = make_gate(own, "North gate")
    make_scan(gate, now=now + timedelta(hours=3), ticket_id=guest.ticket_id, source=ScanSource.LINK)
    db.session.commit()
    with transaction():
        change(get_registration(guest.registration.public_id), CHANGED, now=now + timedelta(hours=1))
    with transaction():
        write_again(
            get_registration(guest.registration.public_id), by="somebody", now=now + timedelta(hours=2)
        )

    shown = organiser.get(page)

    assert texts(shown, "//ol[@class='timeline']//h3") == [
        "Scanned at North gate Welcome",
        "Letter sent again",
        "Your ticket: Seminar on testing Waiting to be sent",
        "Answers changed",
        "Your registration was changed: Seminar on testing Waiting to be sent",
    ]
    assert texts(shown, "//ol[@class='timeline']//p[del]") == [
        "Name: Test Guest New Name",
        "Organisation: Example University Other University",
        "Country: Germany Finland",
    ]


def test_the_page_costs_as_many_statements_with_thirty_entries_of_each_kind(
    organiser: FlaskClient, own: Event, guest: Attendee, page: str, now: datetime
) -> None:
    counts = []
    for times in (1, 29):
        for number in range(times):
            with transaction():
                registration = get_registration(guest.registration.public_id)
                add_tag(registration, f"{times} {number}", by="test", now=now)
                author = make_user(f"{times}-{number}@example.org", now=now)
                write_note(registration, "Note", author_id=author.id, by=author.public_id, now=now)
        with Statements() as said:
            organiser.get(page)
        counts.append(said.count)

    assert counts[0] == counts[1]
