"""Which sessions a registration takes: those asked for, those kept, and the swap of one choice for another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert

from eventhub.db import connection, db
from eventhub.events.models import Event, Session
from eventhub.events.queries import list_chosen
from eventhub.registration.holding import expire_overdue, hold
from eventhub.registration.models import Registration, SessionChoice
from eventhub.registration.needs import NO_POOLS, Claims, needs
from eventhub.registration.parties.fares import other_types
from eventhub.registration.rules import SessionNotOffered, Slot, check_no_clash
from eventhub.registration.session_lines.offering import seats_on_offer, settle
from eventhub.registration.types.queries import find_door_of, find_type
from eventhub.registration.types.rules import DoorHold
from eventhub.registration.waiting import give_on, offer_places

# More than any programme offers at different times; a database takes only so many parameters.
MOST_SESSIONS = 200
# Anything else names no session, and a NUL in a text is an error to PostgreSQL.
_PUBLIC_ID = re.compile(r"[\w-]{1,40}", re.ASCII)


def get_chosen(event: Event, wanted: Sequence[str]) -> list[Session]:
    """The sessions by their public ids, checked. Raises SessionNotOffered and SessionsClash."""
    chosen = get_offered(event, wanted)
    check_times(chosen)
    return chosen


def get_offered(event: Event, wanted: Sequence[str]) -> list[Session]:
    """The sessions by their public ids, at whatever times they are. Raises SessionNotOffered."""
    asked = set(wanted)
    if not asked:
        return []
    is_readable = len(asked) <= MOST_SESSIONS and all(map(_PUBLIC_ID.fullmatch, asked))
    chosen = list(list_chosen(event.id, asked)) if is_readable else []
    if len(chosen) != len(asked):
        raise SessionNotOffered()
    return chosen


def check_times(sessions: Sequence[Session]) -> None:
    """Raises SessionsClash when one person can't be in all of them."""
    check_no_clash([Slot(title=one.title, starts_at=one.starts_at, ends_at=one.ends_at) for one in sessions])


def store_choices(registration: Registration, chosen: Sequence[Session]) -> None:
    """A session that is named several times is taken by so many people."""
    counted = Counter(session.id for session in chosen)
    rows = [
        {"registration_id": registration.id, "session_id": session, "count": count}
        for session, count in counted.items()
    ]
    if rows:
        connection().execute(_CHOOSE, rows)


_CHOOSE = insert(SessionChoice)


def taken_sessions(registration: Registration) -> list[Session]:
    """What was chosen, each session as often as people of this registration take it."""
    return [choice.session for choice in registration.choices for _each in range(choice.count)]


def get_chosen_or_kept(registration: Registration, event: Event, wanted: Sequence[str]) -> list[Session]:
    """A session that was chosen before may be kept although it is not offered to others any more."""
    kept = [choice.session for choice in registration.choices if choice.session.public_id in wanted]
    fresh = get_chosen(event, [one for one in wanted if one not in {session.public_id for session in kept}])
    check_times([*kept, *fresh])
    return [*kept, *fresh]


def swap_sessions(
    registration: Registration,
    chosen: Sequence[Session],
    *,
    pools: Claims = NO_POOLS,
    is_new_type: bool = False,
    now: datetime,
) -> None:
    """Take these sessions, the places of the options `pools` and those of the ticket type, in place of what was chosen
    before.

    Places that are on offer to this registration stay so. What is given up goes to the next in line.
    """
    door = find_door_of(registration)
    if _is_as_before(registration, chosen, pools, door) and not is_new_type:
        return
    give_on(registration.event, expire_overdue(now=now, event_id=registration.event_id), now=now)
    on_offer = seats_on_offer(
        registration, chosen=chosen
    )  # once more: it may have changed before the pools were ours
    hold(registration, [*chosen, *on_offer], leaving=[registration.id], pools=pools, door=door)
    db.session.execute(delete(SessionChoice).where(SessionChoice.registration_id == registration.id))
    db.session.expire(registration, ["choices", "places"])
    store_choices(registration, chosen)
    settle(registration, chosen, now=now)
    offer_places(registration.event, now=now)


def _is_as_before(
    registration: Registration, chosen: Sequence[Session], pools: Claims, door: DoorHold | None
) -> bool:
    """Whether these are the sessions, and nothing that is needed is missing or left over."""
    needed = needs(
        registration.event,
        [*chosen, *seats_on_offer(registration, chosen=chosen)],
        size=registration.size,
        options=pools,
        ticket_type=find_type(registration.event_id, registration.ticket_type_id),
        others=other_types(registration),
        door=door,
    )
    held = {place.pool_id: place.count for place in registration.places}
    before = {choice.session_id for choice in registration.choices}
    return {session.id for session in chosen} == before and held == needed.counts
