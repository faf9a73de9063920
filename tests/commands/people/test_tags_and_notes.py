"""Tags, notes and views on both databases: what is stored, what is audited, what is refused."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventhub.audit import AuditEntry
from eventhub.db import db, transaction
from eventhub.people.commands import add_tag, remove_tag, remove_view, save_view, write_note
from eventhub.people.models import SavedView, Tag, Tagging
from eventhub.people.queries import list_notes, list_tags, list_views, tags_by_registration
from eventhub.people.rules import HasNoSuchTag, HasThisTag, TagMissing, ViewNameTaken
from eventhub.registration.models import Registration
from tests.factories import make_attendee, make_event, make_user
from tests.people import at_once


@pytest.fixture
def registration(both: Flask, app: Flask, now: datetime) -> Registration:
    with transaction():
        return make_attendee(make_event(now=now), now=now).registration


def again(registration: Registration) -> Registration:
    return db.session.get_one(Registration, registration.id)


def audited() -> list[tuple[str, str, dict[str, str]]]:
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.actor, entry.detail) for entry in entries]


def test_a_tag_is_put_on_and_taken_off_and_the_audit_tells_both(
    registration: Registration, now: datetime
) -> None:
    with transaction():
        add_tag(again(registration), "Гость", by="somebody", now=now)
    borne = tags_by_registration(registration.event_id)
    with transaction():
        remove_tag(again(registration), "гость", by="somebody", now=now)

    assert borne == {registration.id: ["Гость"]}
    assert tags_by_registration(registration.event_id) == {}
    assert audited() == [
        ("tag.added", "somebody", {"tag": "Гость"}),
        ("tag.removed", "somebody", {"tag": "гость"}),
    ]


@pytest.mark.parametrize(
    ("deed", "name", "refusal"),
    [
        (add_tag, "vip", HasThisTag),
        (add_tag, "", TagMissing),
        (remove_tag, "other", HasNoSuchTag),
        (remove_tag, "", HasNoSuchTag),
    ],
)
def test_a_refused_tag_leaves_all_as_it_was(
    registration: Registration, now: datetime, deed: object, name: str, refusal: type[Exception]
) -> None:
    with transaction():
        add_tag(again(registration), "VIP", by="somebody", now=now)

    with pytest.raises(refusal), transaction():
        deed(again(registration), name, by="somebody", now=now)

    assert tags_by_registration(registration.event_id) == {registration.id: ["VIP"]}
    assert len(audited()) == 1


def test_the_same_tag_from_many_at_once_is_one_tag(
    registration: Registration, app: Flask, now: datetime
) -> None:
    def tag(_number: int) -> bool:
        try:
            with transaction():
                add_tag(again(registration), "VIP", by="somebody", now=now)
        except HasThisTag:
            return False
        return True

    done = at_once(app, tag, times=4)

    db.session.rollback()
    assert sorted(done) == [False, False, False, True]
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Tag, Tagging)] == [1, 1]


def test_tags_of_one_event_are_not_those_of_another(registration: Registration, now: datetime) -> None:
    with transaction():
        other = make_attendee(make_event(now=now), now=now).registration
        add_tag(other, "VIP", by="somebody", now=now)
        other_event = other.event_id

    assert (list_tags(registration.event_id), list_tags(other_event)) == ([], ["VIP"])


def test_a_note_tells_its_author_and_the_audit_only_that_it_was_written(
    registration: Registration, now: datetime
) -> None:
    with transaction():
        author = make_user(now=now, full_name="Test Organiser")
        for text in ("First", "Second\nline"):
            write_note(registration, text, author_id=author.id, by=author.public_id, now=now)

    notes = list_notes(registration.id)
    assert [(note.text, note.author, note.written_at) for note in notes] == [
        ("Second\nline", "Test Organiser", now),
        ("First", "Test Organiser", now),
    ]
    assert [(action, detail) for action, _actor, detail in audited()] == [("note.written", {})] * 2


def test_a_view_has_its_name_once_for_one_person_and_event(registration: Registration, now: datetime) -> None:
    with transaction():
        users = [make_user(f"u{number}@example.org", now=now).id for number in range(2)]
        for user in users:
            save_view(registration.event_id, user, name="Mine", query="tab=pending")

    with pytest.raises(ViewNameTaken), transaction():
        save_view(registration.event_id, users[0], name="MINE", query="")

    assert [(view.name, view.query) for view in list_views(registration.event_id, users[0])] == [
        ("Mine", "tab=pending")
    ]


def test_nobody_removes_the_view_of_somebody_else(registration: Registration, now: datetime) -> None:
    with transaction():
        users = [make_user(f"u{number}@example.org", now=now).id for number in range(2)]
        view = save_view(registration.event_id, users[0], name="Mine", query="")
        db.session.flush()
        kept = view.public_id
    counts = []
    for user in (users[1], users[0], users[0]):
        with transaction():
            remove_view(registration.event_id, user, kept)
        counts.append(db.session.scalar(select(func.count()).select_from(SavedView)))

    assert counts == [1, 0, 0]
