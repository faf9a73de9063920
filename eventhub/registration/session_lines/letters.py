"""What is said by mail to who waits for a session: a place there is free for you."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.core.text import localised
from eventhub.events.models import Event
from eventhub.registration.letters import by_when, post_letter
from eventhub.registration.queries import Linked, link_subject
from eventhub.registration.session_lines.models import SessionWish

SEAT = "registration.seat"


def seat_path(registration: Linked, session_public_id: str) -> str:
    """Where a place in a session is taken or declined."""
    secret = token_for(SEAT, link_subject(registration))
    return f"/registrations/{registration.public_id}/sessions/{secret}/{session_public_id}"


def post_session_offer(wish: SessionWish, event: Event, *, now: datetime) -> None:
    """A place in the session is held for the person; the letter says until when."""
    _post("session_offer", wish, event, now=now)


def post_session_offer_expiring(wish: SessionWish, event: Event, *, now: datetime) -> None:
    """As post_session_offer, shortly before the place goes to the next person."""
    _post("session_offer_expiring", wish, event, now=now)


def _post(letter: str, wish: SessionWish, event: Event, *, now: datetime) -> None:
    registration, session = wish.registration, wish.session
    link = absolute(seat_path(registration, session.public_id))
    language = registration.language
    post_letter(
        letter,
        registration,
        event,
        now=now,
        session_title=localised(session.title, language),
        session_when=by_when(session.starts_at, event, language),
        places=wish.size,
        accept_link=link,
        decline_link=f"{link}?answer=no",
        until=by_when(wish.offered_until or now, event, language),
    )
