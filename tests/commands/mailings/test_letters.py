"""Every letter of approval, waiting and reminding is posted whole, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.registration.approval_letters import post_approved, post_complete, post_rejected, post_requested
from eventhub.registration.handover_letters import post_handed_over, post_take_over
from eventhub.registration.models import Registration
from eventhub.registration.reminder_letters import post_reconfirm, post_reminder
from eventhub.registration.session_lines.letters import post_session_offer_expiring
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.waiting_letters import post_offer, post_offer_expiring, post_waiting
from tests.commands.mailings.writing import messages
from tests.factories import make_attendee, make_event, make_room, make_session

Post = Callable[[Registration, Event, datetime], None]
OFFER = {"accept_link": "/accept/1", "decline_link": "/decline/1"}
POSTS: dict[str, tuple[Post, list[str]]] = {
    "registration_requested": (lambda r, e, now: post_requested(r, e, now=now), ["/registrations/"]),
    "registration_approved": (lambda r, e, now: post_approved(r, e, now=now), ["/registrations/"]),
    "registration_rejected": (
        lambda r, e, now: post_rejected(r, e, reason="Мест нет / No room", now=now),
        ["Мест нет / No room"],
    ),
    "complete_your_data": (
        lambda r, e, now: post_complete(r, e, missing="Passport", link="/fill/1", until=e.starts_at, now=now),
        ["Passport", "/fill/1", "2027"],
    ),
    "waiting": (
        lambda r, e, now: post_waiting(r, e, position=7, link="/leave/1", now=now),
        ["7", "/leave/1"],
    ),
    "offer": (
        lambda r, e, now: post_offer(r, e, **OFFER, until=e.starts_at, now=now),
        ["/accept/1", "/decline/1", "2027"],
    ),
    "offer_expiring": (
        lambda r, e, now: post_offer_expiring(r, e, **OFFER, until=e.starts_at, now=now),
        ["/accept/1", "/decline/1", "2027"],
    ),
    "session_offer_expiring": (
        lambda r, e, now: post_session_offer_expiring(a_wish(r, e, now), e, now=now),
        ["Workshop", "?answer=no", "2027"],
    ),
    "place_handed_over": (
        lambda r, e, now: post_handed_over(r, e, colleague="Bob Example", now=now),
        ["Bob Example"],
    ),
    "place_taken_over": (
        lambda r, e, now: post_take_over(r, e, until=e.starts_at, now=now),
        ["/take-over/", "2027"],
    ),
    "reminder": (lambda r, e, now: post_reminder(r, e, now=now), ["Main building", "/registrations/"]),
    "reconfirm": (
        lambda r, e, now: post_reconfirm(r, e, link="/answer/1", until=e.starts_at, now=now),
        ["/answer/1", "2027"],
    ),
}


def a_wish(registration: Registration, event: Event, now: datetime) -> SessionWish:
    session = make_session(event, capacity=1)
    facts = {"registration": registration, "session": session, "rank": 1, "size": 1, "created_at": now}
    return SessionWish(state=WishState.OFFERED, offered_until=event.starts_at, **facts)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("letter", POSTS)
def test_a_letter_is_posted_whole(app: Flask, now: datetime, letter: str, language: str) -> None:
    post, said = POSTS[letter]
    with transaction():
        event = make_event(now=now, venue_id=make_room().venue_id)
        registration = make_attendee(event, now=now, language=language).registration
        post(registration, event, now)

    (message,) = messages()
    assert (message.letter, message.language, message.state) == (letter, language, "queued")
    assert message.subject_id == registration.public_id
    assert [word for word in [*said, "Ada Example", registration.number] if word not in message.text] == []
    assert [word for word in [*said, registration.number] if word not in message.html] == []
    assert len(message.attachments) == (2 if letter == "registration_approved" else 0)


def test_a_rejection_without_a_reason_says_none(app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now)
        post_rejected(make_attendee(event, now=now).registration, event, now=now)

    assert "Why" not in messages()[0].text
