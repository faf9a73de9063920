"""The organiser words letters of the event: with previews of real people, and what may not stand there is refused."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.kinds import EDITABLE
from eventhub.mail.models import LetterText
from eventhub.mail.own_text import OwnText
from eventhub.mail.rules import TextPlace
from eventhub.mail.texts import find_own_text, list_texts
from tests.factories import make_attendee
from tests.web.organiser.desk import Statements, error_beside, send, summary, typed_in
from tests.web.reading import parsed, texts

LIST = "/organiser/events/own/letters/texts"
PAGE = f"{LIST}/reminder"
TYPED = {
    "subject_en": "Soon, {full_name}",
    "text_en": "Bring a {{laptop}}, {full_name}.\n\nSee {link}",
    "place_en": "instead",
    "subject_ru": "",
    "text_ru": "До встречи, {full_name}!",
    "place_ru": "added",
}


@pytest.fixture(autouse=True)
def people(own: Event, now: datetime) -> None:
    with transaction():
        for name in ("Ada", "Bob", "Cyd", "Dan"):
            make_attendee(own, now=now, full_name=name)


def frames(answer: object) -> list[str]:
    return [str(frame) for frame in parsed(answer).xpath("//iframe/@srcdoc")]


def test_a_text_is_stored_and_the_list_says_whose_it_is(organiser: FlaskClient, own: Event) -> None:
    answer = send(organiser, PAGE, TYPED)

    assert (answer.status_code, answer.location) == (302, PAGE)
    stored = find_own_text(own.id, "reminder", "en")
    assert stored == OwnText(subject=TYPED["subject_en"], text=TYPED["text_en"], place=TextPlace.INSTEAD)
    rows = texts(organiser.get(LIST), "//tbody/tr")
    assert len(rows) == len(EDITABLE)
    assert [row for row in rows if "Yours" in row] == [
        "The event is near Yours Mon 1 March 2027, 12:00 Test Organiser"
    ]
    shown = organiser.get(PAGE).text
    assert (typed_in(shown, "text_en"), typed_in(shown, "subject_en")) == (
        TYPED["text_en"],
        TYPED["subject_en"],
    )
    assert "changed Mon 1 March 2027, 12:00 by Test Organiser" in shown


def test_a_preview_shows_three_real_people_in_both_languages_and_stores_nothing(
    organiser: FlaskClient, own: Event
) -> None:
    answer = send(organiser, PAGE, {**TYPED, "do": "preview"})

    assert answer.status_code == 200
    shown = frames(answer)
    assert [name for page in shown for name in ("Ada", "Bob", "Cyd", "Dan") if f"Dear {name}," in page] == [
        "Dan",
        "Cyd",
        "Bob",
    ]
    assert len(shown) == 6
    assert ["Bring a {laptop}" in page for page in shown] == [True] * 3 + [False] * 3
    assert ["До встречи" in page for page in shown] == [False] * 3 + [True] * 3
    assert "До встречи, Bob!" in texts(answer, "//pre")[-1]
    assert list_texts(own.id) == []


def test_a_preview_holds_no_secret_link(organiser: FlaskClient) -> None:
    answer = send(organiser, PAGE, {**TYPED, "do": "preview"})

    found = {path for page in frames(answer) for path in re.findall(r"/registrations/([^\"<\s]+)", page)}
    assert found == {"example"}


def test_an_event_with_nobody_shows_an_example(organiser: FlaskClient, own: Event, now: datetime) -> None:
    with transaction():
        for table in ("places", "attendees", "registrations"):
            db.session.execute(db.text(f"DELETE FROM {table}"))

    answer = organiser.get(PAGE)

    assert texts(answer, "//summary") == ["Ада Примерова / Ada Example (an example)"] * 2


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("text_en", "{event.__init__.__code__}", "Allowed are: {full_name}"),
        ("text_ru", "{{7*7}", "A brace is not closed"),
        ("subject_en", "{accept_link}", "Allowed are: {full_name}"),
        ("subject_ru", "Here: {link}", "Allowed are: {full_name}"),
        ("text_en", "See https://evil.example", "Only links to pages of"),
        ("text_en", "x" * 5001, "longer than 5000"),
        ("subject_ru", "x" * 151, "longer than 150"),
    ],
)
@pytest.mark.parametrize("button", ["preview", "save"])
def test_what_may_not_stand_there_is_refused_beside_its_field(
    organiser: FlaskClient, own: Event, field: str, typed: str, says: str, button: str
) -> None:
    answer = send(organiser, PAGE, {**TYPED, field: typed, "do": button})

    assert answer.status_code == 422
    assert says in error_beside(answer.text, field)
    assert len(summary(answer.text)) == 1
    assert typed_in(answer.text, field) == typed
    assert (frames(answer), list_texts(own.id)) == ([], [])


def test_what_looks_like_code_is_text(organiser: FlaskClient) -> None:
    answer = send(organiser, PAGE, {**TYPED, "text_en": "{{7*7}} %(x)s {{{{ <b>", "do": "preview"})

    assert "{7*7} %(x)s {{ &lt;b&gt;" in frames(answer)[0]


def test_a_subject_with_line_breaks_is_one_line(organiser: FlaskClient, own: Event) -> None:
    send(organiser, PAGE, {**TYPED, "subject_en": "A\r\nBcc: b@example.org"})

    assert find_own_text(own.id, "reminder", "en").subject == "A Bcc: b@example.org"


def test_our_text_is_taken_again(organiser: FlaskClient, own: Event) -> None:
    send(organiser, PAGE, TYPED)

    answer = send(organiser, PAGE, {}, to=f"{PAGE}/reset")

    assert answer.status_code == 302
    assert list_texts(own.id) == []
    assert "reset" not in organiser.get(PAGE).text


def test_a_stored_text_that_is_not_allowed_any_more_is_told_beside_its_field(
    organiser: FlaskClient, own: Event
) -> None:
    send(organiser, PAGE, TYPED)
    with transaction():
        db.session.execute(update(LetterText).where(LetterText.language == "en").values(text="{old_name}"))

    answer = organiser.get(PAGE)

    assert (answer.status_code, frames(answer)) == (200, [])
    assert "{old_name} is no placeholder" in error_beside(answer.text, "text_en")


def test_letters_that_nobody_words_have_no_page(organiser: FlaskClient) -> None:
    assert [organiser.get(f"{LIST}/{one}").status_code for one in ("sign_in", "mailing", "x")] == [404] * 3


@pytest.mark.parametrize("letter", EDITABLE)
def test_every_letter_has_its_page_with_a_preview(organiser: FlaskClient, letter: str) -> None:
    answer = organiser.get(f"{LIST}/{letter}")

    assert (answer.status_code, len(frames(answer))) == (200, 6)
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_list_costs_as_many_statements_with_thirty_texts_as_with_one(
    organiser: FlaskClient,
) -> None:
    send(organiser, PAGE, TYPED)
    with Statements() as one:
        organiser.get(LIST)
    for letter in EDITABLE:
        send(organiser, f"{LIST}/{letter}", {**TYPED, "text_en": "More."})
    with Statements() as thirty:
        answer = organiser.get(LIST)

    assert len([row for row in texts(answer, "//tbody/tr") if "Yours" in row]) == len(EDITABLE)
    assert thirty.count == one.count
