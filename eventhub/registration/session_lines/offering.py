"""Places in sessions for those who stand in line: offered, held by an offer, accepted, and passed on.

Everything here is done while all pools of the event are locked by the caller (see registration/waiting), so a wish is
written by one at a time and no row of this table is locked by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Select, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from eventhub import audit
from eventhub.core.states import check_move
from eventhub.db import Columns, db, rows_changed
from eventhub.events.models import Event, Session
from eventhub.events.places import room_in_session, take_places
from eventhub.events.rules import EventState, SessionFull, SessionState
from eventhub.registration.holding import add_places, free_places
from eventhub.registration.models import Registration
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.letters import post_session_offer
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import IN_LINE, WISH_MOVES, WishState, exclude_each_other

MOST_AT_ONCE = 500  # offers in one transaction; the sweep makes the rest


def has_line(event: Event) -> bool:
    """Whether somebody may be in line at this event, for it or for one of its sessions."""
    return event.has_waiting_list or _is_wished(event)


def _is_wished(event: Event) -> bool:
    wished = select(SessionWish.id).join(Session).where(Session.event_id == event.id)
    return db.session.scalar(wished.where(SessionWish.state.in_(IN_LINE)).limit(1)) is not None


def is_on() -> ColumnElement[bool]:
    """Whether the line of a session is on: as the session says, else as its event does. Joins both."""
    return func.coalesce(Session.has_waiting_list, Event.has_waiting_list)


def is_to_come(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    """What a session must be for anybody to get a place in it."""
    return (
        Session.is_bookable.is_(True),
        Session.state == SessionState.SCHEDULED,
        Session.starts_at > now,
        Event.state == EventState.PUBLISHED,
    )


def offer_sessions(event: Event, *, now: datetime) -> int:
    """Pass on what was not accepted in time, and offer what is free to those in line who fit, the first come first.
    How many got an offer."""
    if not _is_wished(event):
        return 0
    _end_overdue(event, now=now)
    offered = 0
    while offered < MOST_AT_ONCE and (wish := _next_that_fits(event, now=now)) is not None:
        offer(wish, event, now=now)
        offered += 1
    return offered


def _end_overdue(event: Event, *, now: datetime) -> None:
    overdue = (
        _wishes().join(Session).where(Session.event_id == event.id, SessionWish.state == WishState.OFFERED)
    )
    for wish in db.session.scalars(overdue.where(SessionWish.offered_until <= now)).all():
        end(wish, WishState.EXPIRED, now=now)


def _next_that_fits(event: Event, *, now: datetime) -> SessionWish | None:
    query = that_fit(_wishes(), now=now).where(Session.event_id == event.id)
    return db.session.scalars(query.order_by(SessionWish.id).limit(1)).one_or_none()


def that_fit(query: Select[*Columns], *, now: datetime) -> Select[*Columns]:
    """Of the wishes that wait, those for which there is room now."""
    joined = query.join(Session, Session.id == SessionWish.session_id).join(
        Event, Event.id == Session.event_id
    )
    return joined.join(Registration, Registration.id == SessionWish.registration_id).where(
        SessionWish.state == WishState.WAITING,
        Session.pool_id.is_not(None),
        room_in_session() >= SessionWish.size,
        Registration.state == RegistrationState.CONFIRMED,
        is_on(),
        *is_to_come(now),
    )


def _wishes() -> Select[SessionWish]:
    """Whole and as they are in the database now."""
    whole = (
        joinedload(SessionWish.session),
        selectinload(SessionWish.named),
        joinedload(SessionWish.registration).selectinload(Registration.attendees),
    )
    return select(SessionWish).options(*whole).execution_options(populate_existing=True)


def offer(wish: SessionWish, event: Event, *, now: datetime, by: str = "system") -> None:
    """Hold its places until it is answered, or until the session begins, and say so by mail. Raises SessionFull."""
    session, registration = wish.session, wish.registration
    needed = dict.fromkeys(session.chain, wish.size)
    if take_places(needed) is not None:
        raise SessionFull(title=session.title)
    add_places(registration.id, needed)
    until = min(now + timedelta(hours=event.offer_hours), session.starts_at)
    _move(wish, WishState.OFFERED, offered_at=now, offered_until=until)
    post_session_offer(wish, event, now=now)
    facts = {"session": session.public_id, "until": until.isoformat()}
    audit.record(
        "registration.session_offered",
        subject=("registration", registration.public_id),
        by=by,
        now=now,
        **facts,
    )


def end(wish: SessionWish, state: WishState, *, now: datetime) -> None:
    """It stands in line no more; a place that was held for it is free."""
    if wish.state is WishState.OFFERED:
        free_places(wish.registration_id, dict.fromkeys(wish.session.chain, wish.size))
    _move(wish, state, offered_until=None, ended_at=now)


def _move(wish: SessionWish, state: WishState, **values: object) -> None:
    check_move(WISH_MOVES, wish.state, state)
    for name, value in {"state": state, **values}.items():
        setattr(wish, name, value)
    db.session.flush()


def list_in_line(registration: Registration) -> Sequence[SessionWish]:
    """Its wishes that wait or are on offer, the dearest first."""
    query = _wishes().where(SessionWish.registration_id == registration.id, SessionWish.state.in_(IN_LINE))
    return db.session.scalars(query.order_by(SessionWish.rank, SessionWish.id)).all()


def seats_on_offer(registration: Registration, *, chosen: Iterable[Session] = ()) -> list[Session]:
    """The sessions in which an offer holds places for it, as often as there are places, but those that it has chosen:
    a part of what it needs. What is offered to some of a party is not what others of it have."""
    held = [one for one in list_in_line(registration) if one.state is WishState.OFFERED]
    return seats_of(held, chosen=chosen)


def seats_of(offers: Iterable[SessionWish], *, chosen: Iterable[Session]) -> list[Session]:
    """As seats_on_offer, of offers to one registration that were read already."""
    known = {session.id for session in chosen}
    still = [one for one in offers if one.people or one.session_id not in known]
    return [one.session for one in still for _ in range(one.size)]


def list_offers_to(registration_ids: Sequence[int]) -> dict[int, list[SessionWish]]:
    """The offers to these, by the registration's id, in two statements."""
    found: dict[int, list[SessionWish]] = {}
    whole = (joinedload(SessionWish.session), selectinload(SessionWish.named))
    offers = (SessionWish.registration_id.in_(registration_ids), SessionWish.state == WishState.OFFERED)
    query = select(SessionWish).where(*offers).options(*whole).order_by(SessionWish.id)
    for one in db.session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(one.registration_id, []).append(one)
    return found


def settle(registration: Registration, chosen: Iterable[Session], *, now: datetime) -> None:
    """These sessions are the person's: their wishes are fulfilled, and of the others those end that are less dear and
    can't be had at the same time. Those of a party are fulfilled for_parties."""
    had = {session.id for session in chosen}
    wishes = list_in_line(registration)
    for got in [one for one in wishes if one.session_id in had and not one.people]:
        fulfilled = got.state is WishState.OFFERED
        _move(got, WishState.ACCEPTED if fulfilled else WishState.LEFT, offered_until=None, ended_at=now)
        for other in wishes:
            is_worse = other.rank > got.rank and other.state in IN_LINE
            if is_worse and exclude_each_other(other.session, got.session):
                end(other, given_up(other), now=now)


def fulfil(wish: SessionWish, *, now: datetime) -> None:
    """Its people have what was offered."""
    _move(wish, WishState.ACCEPTED, offered_until=None, ended_at=now)


def given_up(wish: SessionWish) -> WishState:
    """How a wish ends that its own person does not have any more."""
    return WishState.DECLINED if wish.state is WishState.OFFERED else WishState.LEFT


def leave_lines(registration_ids: Sequence[int], *, now: datetime) -> None:
    """These registrations take part no more; whoever says so lets their places go."""
    if not registration_ids:
        return
    ours = (SessionWish.registration_id.in_(registration_ids), SessionWish.state.in_(IN_LINE))
    gone = update(SessionWish).where(*ours)
    rows_changed(
        gone.values(state=WishState.LEFT, offered_until=None, ended_at=now).execution_options(
            synchronize_session=False
        )
    )


def events_to_sweep(*, now: datetime) -> tuple[Select[int], Select[int]]:
    """Ids of events where an offered place in a session is overdue, and where one is free for somebody in line."""
    overdue = select(Session.event_id).join(SessionWish, SessionWish.session_id == Session.id)
    waits = that_fit(select(Session.event_id).select_from(SessionWish), now=now)
    return (
        overdue.where(SessionWish.state == WishState.OFFERED, SessionWish.offered_until <= now),
        waits,
    )
