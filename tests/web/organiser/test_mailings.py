"""Writing to many: who gets it, what they read, sending, and a minute to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.mailings.commands import MailingAsk, begin_mailing, draft_mailing
from eventhub.mailings.models import Mailing
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE, RegistrationState
from tests.factories import make_attendee
from tests.web.organiser.desk import Statements, error_beside, send, typed_in
from tests.web.reading import parsed, texts

LIST = "/organiser/events/own/letters/mailings"
NEW = f"{LIST}/new"
TYPED = {
    "states": ["confirmed"],
    "subject_en": "News of {event_title}",
    "text_en": "The room changed, {full_name}.",
    "subject_ru": "",
    "text_ru": "",
}


@pytest.fixture(autouse=True)
def people(own: Event, now: datetime) -> None:
    with transaction():
        for name in ("Ada", "Bob"):
            make_attendee(own, now=now, full_name=name)
        make_attendee(own, now=now, full_name="Gone", state=RegistrationState.CANCELLED, ended_at=now)


def written(organiser: FlaskClient) -> str:
    """The page of a draft."""
    answer = send(organiser, NEW, TYPED)
    assert answer.status_code == 302
    return str(answer.location)


def sent(organiser: FlaskClient) -> str:
    page = written(organiser)
    assert send(organiser, page, {}, to=f"{page}/send").status_code == 302
    return page


def states() -> Sequence[str]:
    db.session.rollback()
    return [state.value for state in db.session.scalars(select(Message.state).order_by(Message.id))]


def frames(answer: object) -> list[str]:
    return [str(frame) for frame in parsed(answer).xpath("//iframe/@srcdoc")]


def test_a_draft_shows_who_gets_it_and_what_they_read_and_sends_nothing(organiser: FlaskClient) -> None:
    answer = organiser.get(written(organiser))

    assert texts(answer, "//h3")[0] == "2 people get it"
    assert ["The room changed, Ada." in page for page in frames(answer)] == [True, False, False] * 2
    assert "/registrations/example" in frames(answer)[0]
    assert states() == []


def test_sent_it_waits_a_minute_and_can_be_undone(organiser: FlaskClient, now: datetime) -> None:
    page = sent(organiser)

    shown = organiser.get(page)
    assert states() == ["queued", "queued"]
    assert f"{page}/undo" in shown.text
    assert "2 letters leave in a minute" in shown.text
    assert set(db.session.scalars(select(Message.next_attempt_at))) == {now + timedelta(seconds=60)}

    undone = organiser.post(f"{page}/undo", headers=token(organiser))

    assert undone.status_code == 302
    after = organiser.get(page)
    assert states() == ["cancelled", "cancelled"]
    assert "2 of 2 letters never left." in after.text
    assert f"{page}/undo" not in after.text


def token(organiser: FlaskClient) -> dict[str, str]:
    field = parsed(organiser.get(NEW)).xpath("//input[@name='csrf_token']/@value")[0]
    return {"X-CSRFToken": str(field)}


def test_what_left_left_and_the_page_says_how_many(organiser: FlaskClient, now: datetime) -> None:
    page = sent(organiser)
    with transaction():
        first = select(Message.id).order_by(Message.id).limit(1).scalar_subquery()
        db.session.execute(
            update(Message).where(Message.id == first).values(state=MessageState.SENT, attempts=1)
        )

    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        assert "Withdraw what has not left" in organiser.get(page).text
        send(organiser, page, {}, to=f"{page}/undo")
        assert "1 of 2 letters never left." in organiser.get(page).text
        again = organiser.post(f"{page}/undo", headers=token(organiser))

    assert (states(), again.status_code) == (["sent", "cancelled"], 409)


def test_sent_twice_it_goes_once(organiser: FlaskClient) -> None:
    page = sent(organiser)

    again = organiser.post(f"{page}/send", headers=token(organiser))

    assert (again.status_code, len(states())) == (409, 2)


def test_a_draft_is_changed_and_discarded(organiser: FlaskClient) -> None:
    page = written(organiser)
    edit = f"{page}/edit"
    assert typed_in(organiser.get(edit).text, "text_en") == TYPED["text_en"]

    assert send(organiser, edit, {**TYPED, "subject_en": "Other"}).status_code == 302
    assert texts(organiser.get(page), "//h2")[0] == "Other Draft"

    assert send(organiser, page, {}, to=f"{page}/discard").status_code == 302
    assert "No letters to many yet" in organiser.get(LIST).text
    assert organiser.get(edit).status_code == 409


def test_a_choice_of_registrations_is_kept_when_the_draft_is_changed(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        chosen = tuple(db.session.scalars(select(Registration.public_id).order_by(Registration.id)))
        ask = MailingAsk(subject={"en": "News"}, text={"en": "Text"}, chosen=(chosen[0], chosen[2]))
        page = f"{LIST}/{draft_mailing(own, ask, by='test', now=now).public_id}"

    send(organiser, f"{page}/edit", TYPED)
    answer = organiser.get(page)

    assert texts(answer, "//h3")[0] == "1 person gets it"
    assert texts(answer, "//section//li")[0] == "1: their registration has ended"


def test_a_draft_that_began_with_a_choice_is_written_before_it_is_sent(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        chosen = db.session.scalars(select(Registration.public_id).order_by(Registration.id).limit(1)).one()
        page = f"{LIST}/{begin_mailing(own, chosen=(chosen,), by='test', now=now).public_id}"

    opened = organiser.get(page)
    too_early = organiser.post(f"{page}/send", headers=token(organiser))
    stored = send(organiser, f"{page}/edit", {**TYPED, "states": []})

    assert (opened.status_code, opened.location, too_early.status_code) == (302, f"{page}/edit", 422)
    assert "To 1 chosen registration." in organiser.get(f"{page}/edit").text
    assert (stored.status_code, states()) == (302, [])
    assert texts(organiser.get(page), "//h3")[0] == "1 person gets it"


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"text_en": ""}, "text_en", "Write a text too."),
        ({"subject_en": ""}, "subject_en", "Write a subject too."),
        ({"subject_en": "", "text_en": ""}, "subject_en", "in English or in Russian"),
        ({"states": []}, "states", "Choose whom"),
        ({"states": ["cancelled"]}, "states", "not a valid choice"),
        ({"text_en": "{event.__init__.__code__}"}, "text_en", "Allowed are: {full_name}"),
        ({"text_en": "www.evil.example"}, "text_en", "Only links"),
        ({"subject_en": "{7*7}"}, "subject_en", "Allowed are"),
    ],
)
def test_what_can_not_be_sent_is_refused_beside_its_field(
    organiser: FlaskClient, changes: dict[str, object], field: str, says: str
) -> None:
    answer = send(organiser, NEW, {**TYPED, **changes})

    assert answer.status_code == 422
    assert says in error_beside(answer.text, field)
    for name in ("subject_en", "text_en"):
        assert typed_in(answer.text, name) == {**TYPED, **changes}[name]
    assert db.session.scalars(select(Mailing)).all() == []


def test_every_state_of_somebody_who_takes_part_can_be_chosen(organiser: FlaskClient) -> None:
    offered = parsed(organiser.get(NEW)).xpath("//input[@name='states']/@value")

    assert offered == [state.value for state in LIVE]


def test_the_lists_cost_as_many_statements_with_thirty_rows_as_with_one(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    sent(organiser)
    with Statements() as one:
        organiser.get(LIST)
    db.session.rollback()
    with transaction():
        event = db.session.scalars(select(Event)).one()
        for number in range(29):
            ask = MailingAsk(subject={"en": f"News {number}"}, text={"en": "Text"}, states=("confirmed",))
            draft_mailing(event, ask, by="test", now=now)
    with Statements() as thirty:
        answer = organiser.get(LIST)

    assert len(texts(answer, "//tbody/tr")) == 30
    assert thirty.count == one.count


def test_a_drafts_page_costs_as_many_statements_with_thirty_people_as_with_three(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    page = written(organiser)
    with transaction():
        event = db.session.scalars(select(Event)).one()
        make_attendee(event, now=now)
    with Statements() as three:
        organiser.get(page)
    db.session.rollback()
    with transaction():
        event = db.session.scalars(select(Event)).one()
        for _ in range(27):
            make_attendee(event, now=now)
    with Statements() as thirty:
        answer = organiser.get(page)

    assert texts(answer, "//h3")[0] == "30 people get it"
    assert thirty.count == three.count


def test_a_letter_that_can_not_be_filled_is_listed_with_the_way_to_mend_it(
    organiser: FlaskClient, own: Event
) -> None:
    sent(organiser)
    with transaction():
        db.session.execute(
            update(Message).values(
                state=MessageState.PARKED,
                letter="reminder",
                last_error="unresolved: {old_name}",
                unfinished={"facts": {}, "own": None},
            )
        )

    answer = organiser.get("/organiser/events/own/letters")

    assert "The text names something that is not known here: {old_name}." in texts(answer, "//tbody/tr")[0]
    assert parsed(answer).xpath("//tbody//a/@href")[-1] == "/organiser/events/own/letters/texts/reminder"
