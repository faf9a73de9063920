"""Standing in the line of a session, leaving it, and answering what is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from eventhub import audit
from eventhub.core.refusals import ReasonMissing
from eventhub.db import db, rows_changed
from eventhub.events.models import CapacityPool, Event, Session
from eventhub.events.rules import EventCancelled, EventState, SessionState
from eventhub.registration.choosing import store_choices
from eventhub.registration.holding import free_places
from eventhub.registration.letters import post_changed
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.queries import find_party, list_members
from eventhub.registration.rules import AlreadyEnded, NotInLine, RegistrationState, check_can_change
from eventhub.registration.session_lines.for_parties import Who, name_people, people_for, take_seats
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.offering import (
    end,
    fulfil,
    given_up,
    list_in_line,
    offer,
    settle,
)
from eventhub.registration.session_lines.queries import find_wish, list_open
from eventhub.registration.session_lines.rules import (
    MOST_WISHES,
    NoSuchLine,
    SeatNotOffered,
    SeatOver,
    SessionCancelled,
    TooManyWishes,
    TooSmallForAll,
    WishState,
    exclude_each_other,
)
from eventhub.registration.waiting import lock_pools, offer_places

ALONE = 1  # so many places somebody needs who comes alone
NOBODY_NAMED: Who = {}


def wish_for(
    registration: Registration, wanted: Sequence[str], *, who: Who = NOBODY_NAMED, now: datetime
) -> None:
    """Stand in line for these sessions, the dearest first, and leave every other line. Who stands in a line already
    keeps the place there; who comes when a place is free is offered it at once. An offer waits for its own answer.

    `wanted` are public ids; `who` of a family waits for which (a group waits whole). Other people than before stand at
    the end. Raises TooLateToChange, AlreadyEnded, NoSuchLine, TooManyWishes, and of parties as people_for.
    """
    event = registration.event
    check_can_change(ends_at=event.ends_at, now=now)
    if len(wanted) > MOST_WISHES:
        raise TooManyWishes(most=MOST_WISHES)
    lock(registration)
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()
    lock_pools(event)
    before = {one.session.public_id: one for one in list_in_line(registration)}
    ranked = list(dict.fromkeys(wanted))
    _leave_but(before, ranked, now=now)
    _stand(registration, before, ranked, who, now=now)
    facts = {"old": list(before), "new": ranked}
    note("registration.wished", registration, by="holder", now=now, sessions=facts)
    offer_places(event, now=now)


def _leave_but(before: dict[str, SessionWish], ranked: Sequence[str], *, now: datetime) -> None:
    for public_id, wish in before.items():
        if public_id not in ranked and wish.state is WishState.WAITING:
            end(wish, WishState.LEFT, now=now)


def _stand(
    registration: Registration,
    before: dict[str, SessionWish],
    ranked: Sequence[str],
    who: Who,
    *,
    now: datetime,
) -> None:
    known = {one.public_id: one for one in list_open(registration, now=now)}
    party = find_party(registration)
    members = list_members(registration) if party is not None else []
    for rank, public_id in enumerate(ranked, 1):
        there, session = before.get(public_id), known.get(public_id)
        if there is None and session is None:
            raise NoSuchLine()
        people: list[Attendee] = []
        if party is not None and (
            there is None or (session is not None and there.state is WishState.WAITING)
        ):
            assert session is not None
            people = people_for(members, party, session, who)
        if there is not None and people and not _is_for(there, people):
            end(there, WishState.LEFT, now=now)
            there = None
        if there is None:
            assert session is not None
            there = _new_wish(registration, session, people, now)
        there.rank = rank
        db.session.flush()  # one after the other: the dearest wish comes first in its line


def _is_for(wish: SessionWish, people: Sequence[Attendee]) -> bool:
    return wish.people == sorted(one.id for one in people)


def _new_wish(
    registration: Registration, session: Session, people: Sequence[Attendee], now: datetime
) -> SessionWish:
    size = len(people) or ALONE
    if session.places is not None and size > session.places.capacity:
        raise TooSmallForAll(title=session.title)
    wish = SessionWish(
        registration_id=registration.id,
        session_id=session.id,
        rank=1,
        size=size,
        state=WishState.WAITING,
        created_at=now,
    )
    db.session.add(wish)
    db.session.flush()
    if people:
        name_people(wish, people)
    return wish


def clashing(registration: Registration, session: Session) -> list[SessionChoice]:
    """What somebody who comes alone gives up who takes this session."""
    others = [one for one in registration.choices if one.session_id != session.id]
    return [one for one in others if exclude_each_other(one.session, session)]


def accept_seat(registration: Registration, session_public_id: str, *, now: datetime) -> None:
    """The offered place is the person's. What is at the same time is given up, less dear wishes for that time end, and
    those places go to the next. Asked again, it does nothing.

    Raises EventCancelled, SessionCancelled, SeatNotOffered, and SeatOver when the time ran out.
    """
    event = registration.event
    if event.state is EventState.CANCELLED:
        raise EventCancelled()
    wish = _answer(registration, session_public_id)
    if wish.state is WishState.ACCEPTED:
        return
    _check_is_offered(wish, now=now)
    if wish.people:
        take_seats(wish, now=now)
        fulfil(wish, now=now)
    else:
        _give_up(registration, clashing(registration, wish.session))
        store_choices(registration, [wish.session])
        settle(registration, [wish.session], now=now)
    db.session.expire(registration, ["choices", "places"])
    offer_places(event, now=now)
    post_changed(registration, event, now=now)
    note("registration.seat_taken", registration, by="holder", now=now, session=session_public_id)


def decline_seat(registration: Registration, session_public_id: str, *, now: datetime) -> None:
    """The next in line has the place; other wishes wait on. Asked again, it does nothing. Raises SeatNotOffered."""
    wish = _answer(registration, session_public_id)
    if wish.state is WishState.DECLINED:
        return
    if wish.state is not WishState.OFFERED:
        raise SeatOver() if wish.state is WishState.EXPIRED else SeatNotOffered()
    end(wish, given_up(wish), now=now)
    offer_places(registration.event, now=now)
    note("registration.seat_declined", registration, by="holder", now=now, session=session_public_id)


def _answer(registration: Registration, session_public_id: str) -> SessionWish:
    """What is answered, with nobody else changing it."""
    lock(registration)
    lock_pools(registration.event)
    wish = find_wish(registration, session_public_id)
    if wish is None:
        raise SeatNotOffered()
    return wish


def _check_is_offered(wish: SessionWish, *, now: datetime) -> None:
    if wish.state is WishState.EXPIRED:
        raise SeatOver()
    if wish.state is not WishState.OFFERED or wish.offered_until is None:
        raise SeatNotOffered()
    if wish.offered_until <= now:
        raise SeatOver()
    if wish.session.state is SessionState.CANCELLED:
        raise SessionCancelled()


def _give_up(registration: Registration, choices: Sequence[SessionChoice]) -> None:
    if not choices:
        return
    sessions = [one.session_id for one in choices]
    ours = (SessionChoice.registration_id == registration.id, SessionChoice.session_id.in_(sessions))
    db.session.execute(delete(SessionChoice).where(*ours), execution_options={"synchronize_session": False})
    freed: Counter[int] = Counter()
    for one in choices:
        freed.update(dict.fromkeys(one.session.chain, one.count))
    free_places(registration.id, freed)


def offer_seat_by_hand(
    registration: Registration, session: Session, event: Event, *, reason: str, by: str, now: datetime
) -> None:
    """Out of turn, for a reason that is kept; where nothing is free each of its pools gets those places more.

    Raises ReasonMissing, NotInLine.
    """
    if not reason:
        raise ReasonMissing()
    lock_pools(event)
    wish = find_wish(registration, session.public_id)
    if wish is None or wish.state is not WishState.WAITING or wish.session.pool_id is None:
        raise NotInLine()
    if not _takes_part(wish):
        raise NotInLine()
    wish.reason = reason
    # Each pool gets just what it is short of: the tightest one says how many could not come before.
    added = max(_make_room(pool, wish.size) for pool in sorted(wish.session.chain))
    offer(wish, event, now=now, by=by)
    subject = ("registration", registration.public_id)
    facts = {"reason": reason, "session": session.public_id, "places_added": added}
    audit.record("registration.session_offered_by_hand", subject=subject, by=by, now=now, **facts)


def _takes_part(wish: SessionWish) -> bool:
    state = select(Registration.state).where(Registration.id == wish.registration_id)
    return db.session.scalar(state) is RegistrationState.CONFIRMED


def _make_room(pool_id: int, size: int) -> int:
    """How many places more that made."""
    short = CapacityPool.taken + size - CapacityPool.capacity
    missing = db.session.scalar(select(short).where(CapacityPool.id == pool_id)) or 0
    if missing <= 0:
        return 0
    ours = update(CapacityPool).where(CapacityPool.id == pool_id)
    grown = {"capacity": CapacityPool.capacity + missing, "extra": CapacityPool.extra + missing}
    rows_changed(ours.values(grown))
    return missing
