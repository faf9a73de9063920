"""An organiser's own words in the letters of an event: kept, used, taken back, and never sent half-filled."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove, NotFound
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.handlers import HANDLERS
from eventhub.mail.models import LetterText, Message
from eventhub.mail.outbox import StillUnresolved, resend
from eventhub.mail.own_text import ForeignLink, NotOneLine, OwnText
from eventhub.mail.placeholders import PlaceholderUnknown
from eventhub.mail.postmen import Memory
from eventhub.mail.rules import MessageState, TextPlace
from eventhub.mail.texts import find_own_text, list_texts, take_back_texts, word_letter
from eventhub.registration.models import Registration
from eventhub.registration.reminder_letters import post_reminder
from eventhub.registration.waiting_letters import post_offer
from tests.commands.mailings.writing import an_event, messages

OWN = OwnText(subject="For {full_name}", text="Bring {registration_number}.", place=TextPlace.INSTEAD)


@pytest.fixture
def event(app: Flask, now: datetime) -> Event:
    return an_event("Ada", now=now)


def word(
    event: Event, own: OwnText, *, now: datetime, letter: str = "reminder", language: str = "en"
) -> None:
    with transaction():
        word_letter(event.id, letter, {language: own}, by="organiser", now=now)


def remind(event: Event, *, now: datetime) -> Message:
    with transaction():
        registration = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
        post_reminder(registration, event, now=now)
    return messages("reminder")[-1]


def deeds() -> list[tuple[str, str]]:
    query = select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.action == "letter_text.changed")
    return [tuple(row) for row in db.session.execute(query)]


def test_a_letter_says_what_the_organiser_wrote(both: Flask, app: Flask, event: Event, now: datetime) -> None:
    word(event, OWN, now=now)

    letter = remind(event, now=now)

    assert (letter.subject, letter.state) == ("For Ada", MessageState.QUEUED)
    assert "Bring " in letter.text
    assert "look forward" not in letter.text
    assert deeds() == [("letter_text.changed", "organiser")]


def test_other_letters_events_and_languages_keep_our_words(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    other = an_event("Bob", now=now)
    word(event, OWN, now=now, letter="registration_confirmed")
    word(event, OWN, now=now, language="ru")

    assert [remind(one, now=now).subject for one in (event, other)] == ["Soon: Seminar on testing"] * 2


def test_changing_and_emptying_a_text(both: Flask, app: Flask, event: Event, now: datetime) -> None:
    word(event, OWN, now=now)
    word(event, OWN, now=now)
    word(event, OwnText(text="More.", place=TextPlace.ADDED), now=now)
    assert find_own_text(event.id, "reminder", "en") == OwnText(text="More.")

    word(event, OwnText(), now=now)

    assert find_own_text(event.id, "reminder", "en") is None
    assert len(deeds()) == 3


def test_taking_texts_back_makes_all_languages_ours(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    word(event, OWN, now=now)
    word(event, OWN, now=now, language="ru")

    with transaction():
        assert take_back_texts(event.id, "reminder", by="organiser", now=now)
        assert not take_back_texts(event.id, "reminder", by="organiser", now=now)

    assert list_texts(event.id) == []
    assert remind(event, now=now).subject == "Soon: Seminar on testing"


@pytest.mark.parametrize(
    ("own", "refusal"),
    [
        (OwnText(text="{event.__init__.__code__}"), PlaceholderUnknown),
        (OwnText(text="{accept_link}"), PlaceholderUnknown),
        (OwnText(subject="{nobody}"), PlaceholderUnknown),
        (OwnText(subject="a\r\nBcc: b@example.org"), NotOneLine),
        (OwnText(text="https://evil.example"), ForeignLink),
    ],
)
def test_what_may_not_stand_there_is_not_stored(
    both: Flask, app: Flask, event: Event, now: datetime, own: OwnText, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        word(event, own, now=now)

    assert (list_texts(event.id), deeds()) == ([], [])


def test_a_letter_that_nobody_may_word_is_not_there(app: Flask, event: Event, now: datetime) -> None:
    for letter in ("sign_in", "mailing", "../secrets"):
        with pytest.raises(NotFound):
            word(event, OWN, now=now, letter=letter)


def spoil(event: Event, *, now: datetime, letter: str = "reminder") -> None:
    """A text as an older version may have allowed it."""
    word(event, OWN, now=now, letter=letter)
    with transaction():
        db.session.execute(update(LetterText).values(text="Bring {secret_token}."))


def test_a_letter_with_an_unresolved_placeholder_is_parked_and_never_leaves(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    spoil(event, now=now)

    letter = remind(event, now=now)
    HANDLERS["send_letters"](now)

    assert (letter.state, letter.last_error) == (MessageState.PARKED, "unresolved: {secret_token}")
    assert (messages()[0].state, Memory.delivered) == (MessageState.PARKED, [])
    with pytest.raises(StillUnresolved), transaction():
        resend(letter, by="organiser", now=now)
    assert messages()[0].state is MessageState.PARKED


def test_after_the_text_was_mended_it_is_written_anew_and_sent(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    spoil(event, now=now)
    parked = remind(event, now=now)
    word(event, OwnText(text="Mended.", place=TextPlace.INSTEAD), now=now)

    with transaction():
        resend(parked, by="organiser", now=now)
    HANDLERS["send_letters"](now)

    (letter,) = messages()
    assert (letter.state, letter.unfinished, letter.last_error) == (MessageState.SENT, None, None)
    assert "Mended." in letter.text
    assert [mail["Subject"] for mail in Memory.delivered] == ["Soon: Seminar on testing"]
    with pytest.raises(IllegalMove), transaction():
        resend(letter, by="organiser", now=now)


def test_the_database_itself_keeps_an_unfinished_letter_back(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    spoil(event, now=now)
    remind(event, now=now)

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Message).values(state=MessageState.QUEUED))


@pytest.mark.parametrize(
    "name",
    ["{link}", "{event.__init__.__code__}", "%(x)s", "{{7*7}}", "Name\r\nBcc: b@evil.example", "N" * 10_000],
)
def test_a_hostile_name_leaves_as_text(both: Flask, app: Flask, now: datetime, name: str) -> None:
    event = an_event("Ada", now=now)
    word(event, OWN, now=now)
    with transaction():
        registration = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
        registration.attendees[0].full_name = name
        db.session.flush()
        post_reminder(registration, event, now=now)

    HANDLERS["send_letters"](now)

    (mail,) = Memory.delivered
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("For ")
    assert len(mail["Subject"]) < 250
    assert "49" not in mail["Subject"]


def test_an_offer_holds_its_links_whatever_the_organiser_writes(
    both: Flask, app: Flask, event: Event, now: datetime
) -> None:
    word(event, OwnText(text="Hurry.", place=TextPlace.INSTEAD), now=now, letter="offer")
    with transaction():
        registration = db.session.scalars(select(Registration)).one()
        post_offer(
            registration, event, accept_link="/yes", decline_link="/no", until=event.starts_at, now=now
        )

    (letter,) = messages("offer")
    assert ("/yes" in letter.text, "/no" in letter.text, "Hurry." in letter.html) == (True, True, True)
