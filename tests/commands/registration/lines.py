"""What tests of a session's line do, and what must be true of it after each deed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.registration.models import Place, Registration
from eventhub.registration.parties.queries import find_party
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.commands import (
    accept_seat,
    decline_seat,
    offer_seat_by_hand,
    wish_for,
)
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import IN_LINE, WishState, exclude_each_other
from tests.commands.registration.asking import Known, look_again, registered
from tests.factories import both_languages, make_event, make_session


def a_programme(now: datetime, *starts: int, capacity: int = 1, **changes: Any) -> list[Known]:
    """An event with a line and sessions of half an hour that start so many minutes after it; their public ids."""
    with transaction():
        event = make_event(now=now, slug="rush", capacity=200, **{"has_waiting_list": True, **changes})
        sessions = [
            make_session(
                event,
                capacity=capacity,
                title=both_languages(f"Workshop {number}"),
                starts_at=event.starts_at + timedelta(minutes=start),
                ends_at=event.starts_at + timedelta(minutes=start + 30),
            )
            for number, start in enumerate(starts)
        ]
        return [Known(session.public_id) for session in sessions]


def come(name: str, *sessions: Known, now: datetime) -> Known:
    """Somebody who takes part, in these sessions."""
    chosen = tuple(one.public_id for one in sessions)
    return Known(registered("rush", f"{name}@example.org", now=now, sessions=chosen).public_id)


def wish(one: Known, *sessions: Known, now: datetime) -> None:
    with transaction():
        wish_for(get_registration(one.public_id), [each.public_id for each in sessions], now=now)


def take(one: Known, session: Known, *, now: datetime) -> None:
    with transaction():
        accept_seat(get_registration(one.public_id), session.public_id, now=now)


def decline(one: Known, session: Known, *, now: datetime) -> None:
    with transaction():
        decline_seat(get_registration(one.public_id), session.public_id, now=now)


def offer_by_hand(one: Known, session: Known, *, reason: str, now: datetime) -> None:
    with transaction():
        registration = get_registration(one.public_id)
        wanted = db.session.scalars(select(Session).where(Session.public_id == session.public_id)).one()
        offer_seat_by_hand(registration, wanted, registration.event, reason=reason, by="chief", now=now)


def wishes(one: Known) -> dict[str, str]:
    """What became of each wish, by the title of its session, the oldest first."""
    look_again()
    query = (
        select(Session.title, SessionWish.state)
        .join(Session, Session.id == SessionWish.session_id)
        .join(Registration, Registration.id == SessionWish.registration_id)
        .where(Registration.public_id == one.public_id)
        .order_by(SessionWish.id)
    )
    return {row.title["en"]: row.state.value for row in db.session.execute(query)}


def line(session: Known, *people: Known) -> list[str]:
    """What became of these people's last wish for this session."""
    look_again()
    found = []
    for one in people:
        query = (
            select(SessionWish.state)
            .join(Session, Session.id == SessionWish.session_id)
            .join(Registration, Registration.id == SessionWish.registration_id)
            .where(Session.public_id == session.public_id, Registration.public_id == one.public_id)
        )
        state = db.session.scalars(query.order_by(SessionWish.id.desc()).limit(1)).one_or_none()
        found.append(state.value if state else "")
    return found


def chosen(one: Known) -> list[str]:
    look_again()
    return sorted(choice.session.title["en"] for choice in get_registration(one.public_id).choices)


def pool_of(session: Known) -> tuple[int, int]:
    """Taken places, and how many there are."""
    look_again()
    query = select(CapacityPool.taken, CapacityPool.capacity).join(
        Session, Session.pool_id == CapacityPool.id
    )
    row = db.session.execute(query.where(Session.public_id == session.public_id)).one()
    return row[0], row[1]


def check_the_lines(now: datetime) -> None:
    """As check_the_order, and each holds what was chosen and offered."""
    check_the_order(now)
    for registration in db.session.scalars(select(Registration)):
        _check_choices(registration)


def check_the_order(now: datetime) -> None:
    """Nobody waits for what is free, nobody was passed by, and each offer holds its places."""
    look_again()
    every = db.session.scalars(select(SessionWish).order_by(SessionWish.id)).all()
    assert [one.id for one in every if _could_be_had(one, now)] == []
    assert [(one.id, other.id) for one in every for other in every if _passed_by(one, other)] == []
    live = [one for one in every if one.state in IN_LINE]
    assert {one.registration.state for one in live} <= {RegistrationState.CONFIRMED}
    offers = [one for one in live if one.state is WishState.OFFERED and not one.session.shares_pool]
    assert [_held(one) for one in offers] == [one.size for one in offers]


def _could_be_had(one: SessionWish, now: datetime) -> bool:
    event: Event = one.session.event
    places = one.session.places
    is_on = event.has_waiting_list if one.session.has_waiting_list is None else one.session.has_waiting_list
    is_open = is_on and event.state == "published" and one.session.state == "scheduled"
    fits = one.size <= places.capacity - places.taken
    return one.state is WishState.WAITING and is_open and one.session.starts_at > now and fits


def _passed_by(one: SessionWish, other: SessionWish) -> bool:
    """Whether the other came later to the same line and had an offer in turn, and this one still waits."""
    is_behind = other.session_id == one.session_id and other.id > one.id and other.size >= one.size
    return one.state is WishState.WAITING and is_behind and other.offered_at is not None and not other.reason


def _held(one: SessionWish) -> int:
    """Places of the session beyond those of the people of this registration who have chosen it."""
    query = select(Place.count).where(
        Place.registration_id == one.registration_id, Place.pool_id == one.session.pool_id
    )
    chosen = (each.count for each in one.registration.choices if each.session_id == one.session_id)
    return (db.session.scalar(query) or 0) - sum(chosen)


def _check_choices(registration: Registration) -> None:
    """What is held are the event, the chosen sessions and the offers, and no two chosen ones are at the same time."""
    sessions = [choice.session for choice in registration.choices]
    if find_party(registration) is not None:
        return  # each of them takes other sessions
    pairs = [(one, other) for one in sessions for other in sessions if one.id < other.id]
    assert [pair for pair in pairs if exclude_each_other(*pair)] == []
    if registration.state is RegistrationState.CONFIRMED:
        offers = select(Session).join(SessionWish, SessionWish.session_id == Session.id)
        ours = (SessionWish.registration_id == registration.id, SessionWish.state == WishState.OFFERED)
        every = [*sessions, *db.session.scalars(offers.where(*ours))]
        needed = {registration.event.pool_id, *(pool for one in every for pool in one.chain)}
        assert {place.pool_id for place in registration.places} == needed - {None}
