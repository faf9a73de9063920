"""Reads about the lines of sessions: where somebody stands and why, who stands in one, which sessions have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from eventhub.db import db
from eventhub.events.models import Event, Session
from eventhub.events.places import room_in_session
from eventhub.registration.models import Registration, SessionChoice
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.offering import is_on, is_to_come
from eventhub.registration.session_lines.rules import IN_LINE, WishState

MOST_ROWS = 200


@dataclass(frozen=True)
class SeatStanding:
    """Where a wish stands: `position` 1 is the next of `length`; `left` places are free. 0 while it is on offer."""

    wish: SessionWish
    position: int
    length: int
    left: int


def find_wish(registration: Registration, session_public_id: str) -> SessionWish | None:
    """The last one of this registration for this session, as it is now."""
    query = (
        select(SessionWish)
        .join(SessionWish.session)
        .where(SessionWish.registration_id == registration.id, Session.public_id == session_public_id)
        .options(joinedload(SessionWish.session), selectinload(SessionWish.named))
        .options(joinedload(SessionWish.registration).selectinload(Registration.attendees))
        .order_by(SessionWish.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def list_standings(registration: Registration, *, now: datetime) -> list[SeatStanding]:
    """Of all its wishes for sessions to come, the dearest first, in one statement."""
    values = {"registration": registration.id, "now": now}
    return [
        SeatStanding(wish, position if wish.state is WishState.WAITING else 0, length, left)
        for wish, position, length, left in db.session.execute(_standings(), values)
    ]


@cache
def _standings() -> Select[SessionWish, int, int, int]:
    other = aliased(SessionWish)
    line = select(func.count()).where(
        other.session_id == SessionWish.session_id, other.state == WishState.WAITING
    )
    before = line.where(other.id <= SessionWish.id)
    return (
        select(
            SessionWish,
            before.correlate(SessionWish).scalar_subquery(),
            line.correlate(SessionWish).scalar_subquery(),
            room_in_session(),
        )
        .join(Session, Session.id == SessionWish.session_id)
        .where(Session.pool_id.is_not(None))
        .where(SessionWish.registration_id == bindparam("registration"), SessionWish.state.in_(IN_LINE))
        .where(Session.starts_at > bindparam("now"))
        .options(joinedload(SessionWish.session), selectinload(SessionWish.named))
        .order_by(SessionWish.rank, SessionWish.id)
    )


def list_open(registration: Registration, *, now: datetime) -> Sequence[Session]:
    """The sessions for which this registration may stand in line, in the programme's order: those with counted places
    and a line, that it, or somebody of a party, has not chosen."""
    return db.session.scalars(_open(), _whose(registration, now)).unique().all()


def list_full(registration: Registration, *, now: datetime) -> Sequence[Session]:
    """Of those, the ones in which nothing is free, or not enough for all of a party."""
    return db.session.scalars(_full(), _whose(registration, now)).unique().all()


def _whose(registration: Registration, now: datetime) -> dict[str, object]:
    heads = len(registration.attendees)
    return {"registration": registration.id, "event": registration.event_id, "heads": heads, "now": now}


@cache
def _open() -> Select[Session]:
    everybody = SessionChoice.count >= bindparam("heads")
    ours = SessionChoice.registration_id == bindparam("registration")
    mine = select(SessionChoice.session_id).where(ours, everybody)
    return (
        select(Session)
        .join(Event, Event.id == Session.event_id)
        .join(Session.pool)
        .where(Session.event_id == bindparam("event"))
        .where(Session.id.not_in(mine), is_on(), *is_to_come(bindparam("now")))
        .options(contains_eager(Session.pool), joinedload(Session.above))
        .order_by(Session.starts_at, Session.position, Session.id)
    )


@cache
def _full() -> Select[Session]:
    return _open().where(room_in_session() < bindparam("heads"))


def list_line(session: Session) -> Sequence[SessionWish]:
    """Who stands in this line, the first come first, with those who have an offer; at most 200."""
    query = (
        select(SessionWish)
        .where(SessionWish.session_id == session.id, SessionWish.state.in_(IN_LINE))
        .options(joinedload(SessionWish.registration).selectinload(Registration.attendees))
        .order_by(SessionWish.id)
        .limit(MOST_ROWS)
    )
    return db.session.scalars(query).all()


def count_lines(event_id: int) -> dict[int, int]:
    """How many wait or have an offer, by the session's id."""
    query = (
        select(SessionWish.session_id, func.count())
        .join(Session, Session.id == SessionWish.session_id)
        .where(Session.event_id == event_id, SessionWish.state.in_(IN_LINE))
        .group_by(SessionWish.session_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
