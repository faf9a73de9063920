"""Files among the answers: claimed by one registration, sealed in the folder, gone with their answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from eventhub import storage
from eventhub.core.errors import NotFound
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.forms.files import (
    FileGone,
    drop_unsent,
    fetch_upload,
    keep_upload,
    sweep_files,
)
from eventhub.registration.forms.models import Upload
from eventhub.registration.forms.queries import get_form, list_own_answers
from eventhub.registration.forms.shapes import DataClass, QuestionKind
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.models import Registration
from eventhub.registration.personal import export_uploads, forget_registrations
from tests.commands.registration.asking import (
    change,
    count,
    look_again,
    register,
    registered,
)
from tests.commands.registration.questions import a_section, answered, ask, typed
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("books")

CONTENT = b"%PDF-1.7 a letter of motivation"
KEY = "the-form-of-this-guest"


@pytest.fixture(autouse=True)
def folder(both: Flask, tmp_path: Path) -> Iterator[Path]:
    """An empty folder for files."""
    storage.configure(tmp_path)
    yield tmp_path
    storage.configure(both.extensions["settings"].data_dir / "files")


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now)


@pytest.fixture
def letter(event: Event, now: datetime) -> str:
    return ask(event, a_section(event, now=now), now=now, kind=QuestionKind.DOCUMENT, label="Letter")


def sent(event: Event, name: str, *, now: datetime, scope: str = KEY, content: bytes = CONTENT) -> str:
    question = get_form(event.id).find(name)
    assert question is not None
    with transaction():
        return keep_upload(question, content, called="../My\u202e letter.exe", scope=scope, now=now)


def sheet(name: str, value: str, *, scope: str = KEY) -> Sheet:
    return replace(typed(name, value), scope=scope)


def lying(folder: Path) -> list[Path]:
    return list(folder.glob("*/*"))


def test_a_file_is_claimed_with_the_form_and_fetched_again(
    folder: Path, event: Event, letter: str, now: datetime
) -> None:
    value = sent(event, letter, now=now)
    guest = registered(event.slug, now=now, sheet=sheet(letter, value))
    (answer,) = list_own_answers(guest.id)
    file = fetch_upload(guest.id, answer)

    assert value.partition("/")[2] == "My letter.pdf"
    assert (file.content, file.media_type) == (CONTENT, "application/pdf")
    assert all(CONTENT not in one.read_bytes() for one in lying(folder))
    with pytest.raises(NotFound):
        fetch_upload(guest.id + 1, answer)


def test_another_forms_file_and_one_that_was_claimed_are_not_taken(
    event: Event, letter: str, now: datetime
) -> None:
    value = sent(event, letter, now=now)
    with pytest.raises(FileGone):
        register(event.slug, now=now, sheet=sheet(letter, value, scope="another-form-key"))
    register(event.slug, now=now, sheet=sheet(letter, value))
    with pytest.raises(FileGone):
        register(event.slug, "other@example.org", now=now, sheet=sheet(letter, value))


def test_another_file_takes_its_place_and_an_empty_answer_removes_it(
    event: Event, letter: str, now: datetime
) -> None:
    guest = registered(event.slug, now=now, sheet=sheet(letter, sent(event, letter, now=now)))
    again = sent(event, letter, now=now, scope=guest.public_id, content=b"another")
    change(guest, now=now, sheet=sheet(letter, again, scope=guest.public_id))
    after = (answered(guest), count(Upload))
    change(guest, now=now, sheet=sheet(letter, again, scope=guest.public_id))
    same = count(Upload)
    change(guest, now=now, sheet=typed(letter, ""))

    assert after == ({"Letter": again}, 1)
    assert (same, answered(guest), count(Upload)) == (1, {"Letter": None}, 0)


def test_what_nobody_sent_and_what_was_let_go_is_swept_away(
    folder: Path, event: Event, letter: str, now: datetime
) -> None:
    guest = registered(event.slug, now=now, sheet=sheet(letter, sent(event, letter, now=now)))
    sent(event, letter, now=now)
    tomorrow = datetime.now(now.tzinfo) + timedelta(days=2)
    later = max(tomorrow, now + timedelta(days=2))
    with transaction():
        dropped = drop_unsent(now=later)
        swept = sweep_files(now=later)

    assert (dropped, swept, len(lying(folder))) == (1, 1, 1)
    assert fetch_upload(guest.id, list_own_answers(guest.id)[0]).content == CONTENT


def test_the_person_gets_a_copy_and_erasure_leaves_nothing(event: Event, letter: str, now: datetime) -> None:
    guest = registered(event.slug, now=now, sheet=sheet(letter, sent(event, letter, now=now)))
    subject = DataSubject(
        email_key=guest.email_key, addresses=(guest.email,), registrations=(guest.public_id,)
    )
    copy = list(export_uploads(subject).values())
    with transaction():
        forget_registrations(subject, now=now)

    assert (copy, count(Upload)) == ([CONTENT], 0)


def test_a_file_of_a_sealed_class_is_named_nowhere_and_copied_for_the_proven_address_alone(
    event: Event, now: datetime
) -> None:
    scan = ask(
        event, a_section(event, now=now), now=now, kind=QuestionKind.DOCUMENT, data_class=DataClass.VISA
    )
    guest: Registration = registered(event.slug, now=now, sheet=sheet(scan, sent(event, scan, now=now)))
    by_link = DataSubject(
        email_key=guest.email_key, addresses=(guest.email,), registrations=(guest.public_id,)
    )

    look_again()
    assert list(export_uploads(by_link)) == []
    assert list(export_uploads(replace(by_link, is_whole=True)).values()) == [CONTENT]
    db.session.rollback()
