"""What registration says by mail before an event: it is near, and are you still coming."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.events.models import Event
from eventhub.events.wording import where
from eventhub.registration.letters import by_when, manage_path, post_letter
from eventhub.registration.models import Registration
from eventhub.registration.queries import Linked, link_subject

RECONFIRM = "registration.reconfirm"


def reconfirm_path(registration: Linked) -> str:
    """Where its holder says: I come, or I give my place back."""
    secret = token_for(RECONFIRM, link_subject(registration))
    return f"/registrations/{registration.public_id}/reconfirm/{secret}"


def post_reminder(registration: Registration, event: Event, *, now: datetime) -> None:
    """The event is near."""
    post_letter(
        "reminder",
        registration,
        event,
        now=now,
        event_where=where(event, registration.language),
        online_link=event.online_link,
        manage_link=absolute(manage_path(registration)),
    )


def post_reconfirm(
    registration: Registration, event: Event, *, link: str, now: datetime, until: datetime | None = None
) -> None:
    """Are you still coming? `link` is a path of ours; without an answer the place goes at `until`, if that is set."""
    said = until and by_when(until, event, registration.language)
    post_letter("reconfirm", registration, event, now=now, link=absolute(link), until=said)
