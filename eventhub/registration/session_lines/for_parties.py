"""Wishes of those who come together: for whom of them, and what each gives up for a place.

A wish is for the people whom it names, as many places as they are. It is offered to all of them or to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from eventhub.db import connection, db, rows_changed
from eventhub.events.models import Session
from eventhub.registration.holding import free_places
from eventhub.registration.models import Attendee, Registration, SessionChoice
from eventhub.registration.parties.models import Party, Seat
from eventhub.registration.parties.queries import Member, list_members
from eventhub.registration.parties.rules import (
    Born,
    PartyKind,
    check_adult_comes,
    check_adult_may,
    check_age,
    check_group_fits,
)
from eventhub.registration.parties.seating import ages_of
from eventhub.registration.session_lines.models import SessionWish, WishPerson
from eventhub.registration.session_lines.offering import end, given_up, list_in_line
from eventhub.registration.session_lines.rules import (
    NobodyWaits,
    WishState,
    exclude_each_other,
)

Who = Mapping[str, Collection[str]]  # numbers of tickets, by the public id of a session


def people_for(members: Sequence[Member], party: Party, session: Session, who: Who) -> list[Attendee]:
    """Those of the party, whose people are `members`, who are to wait for the session: of a group all, of a family
    those who are named by `who` and are not in it yet.

    Raises NobodyWaits, and of their ages what parties/rules says.
    """
    if party.kind is PartyKind.SCHOOL_GROUP:
        check_group_fits(ages_of(session, session.event), party.youngest, party.oldest)
        return [one.attendee for one in members]
    named = set(who.get(session.public_id, ()))
    waiting = [one for one in members if _number(one) in named and session not in one.sessions]
    if not waiting:
        raise NobodyWaits(title=session.title)
    _check_ages(members, waiting, session)
    return [one.attendee for one in waiting]


def _number(member: Member) -> str:
    return member.attendee.ticket.number if member.attendee.ticket else ""


def _check_ages(members: Sequence[Member], waiting: Sequence[Member], session: Session) -> None:
    adult, ages = members[0], ages_of(session, session.event)
    adult_takes = [session.id] if adult in waiting or session in adult.sessions else []
    for at, one in enumerate(waiting):
        if one.child is None:
            check_adult_may(ages)
        elif one.child.born_on is not None:
            born = Born(full_name=one.attendee.full_name, on=one.child.born_on, at=at)
            check_age(born, ages)
            check_adult_comes(born, ages, adult_takes)


def name_people(wish: SessionWish, people: Sequence[Attendee]) -> None:
    """The wish is for these."""
    rows = [{"wish_id": wish.id, "attendee_id": one.id} for one in people]
    connection().execute(insert(WishPerson), rows)
    db.session.expire(wish, ["named"])


def trim_wishes(
    registration: Registration,
    *,
    staying: Collection[int],
    seats: Mapping[int, Collection[int]],
    now: datetime,
) -> None:
    """The party changes: wishes forget who stays at home (all but `staying`, ids of attendees), and who has the session
    from here on (`seats`: ids of sessions by attendee). A wish that is for nobody any more ends.

    The caller has the pools.
    """
    for wish in list_in_line(registration):
        waiting = [one for one in wish.people if one in staying and wish.session_id not in seats.get(one, ())]
        if not waiting:
            end(wish, given_up(wish), now=now)
        elif len(waiting) < wish.size:
            _shrink(wish, waiting)
    gone = select(SessionWish.id).where(SessionWish.registration_id == registration.id)
    strangers = (WishPerson.wish_id.in_(gone), WishPerson.attendee_id.not_in(list(staying)))
    db.session.execute(delete(WishPerson).where(*strangers), execution_options={"synchronize_session": False})


def _shrink(wish: SessionWish, waiting: Sequence[int]) -> None:
    others = (WishPerson.wish_id == wish.id, WishPerson.attendee_id.not_in(waiting))
    db.session.execute(delete(WishPerson).where(*others), execution_options={"synchronize_session": False})
    if wish.state is WishState.OFFERED:
        fewer = wish.size - len(waiting)
        free_places(wish.registration_id, dict.fromkeys(wish.session.chain, fewer))
    wish.size = len(waiting)
    db.session.flush()
    db.session.expire(wish, ["named"])


def take_seats(wish: SessionWish, *, now: datetime) -> None:
    """The offered places are theirs: what each has at the same time is given up, and wishes that are less dear and for
    one of them at the same time end. Raises AdultMissing where a child would be left alone."""
    registration, session = wish.registration, wish.session
    people = set(wish.people)
    lost = seats_lost(wish)
    _check_nobody_is_left(wish, lost)
    _give_up(registration, lost)
    rows = [{"attendee_id": one, "session_id": session.id} for one in sorted(people)]
    connection().execute(insert(Seat), rows)
    _choose(registration, session, len(people))
    for other in list_in_line(registration):
        is_worse = other.rank > wish.rank and other.id != wish.id
        if is_worse and people & set(other.people) and exclude_each_other(other.session, session):
            end(other, given_up(other), now=now)


def seats_lost(wish: SessionWish) -> list[tuple[int, Session]]:
    """(attendee, session) of what its people have at the same time."""
    people = set(wish.people)
    return [
        (one.attendee.id, session)
        for one in list_members(wish.registration)
        if one.attendee.id in people
        for session in one.sessions
        if exclude_each_other(session, wish.session)
    ]


def _check_nobody_is_left(wish: SessionWish, lost: Sequence[tuple[int, Session]]) -> None:
    people, gone = set(wish.people), {(one, session.id) for one, session in lost}
    members = list_members(wish.registration)
    taken = {one.attendee.id: _after(one, wish, gone) for one in members}
    adult = [session.id for session in taken[members[0].attendee.id]]
    for at, one in enumerate(members[1:]):
        if one.child is None or one.child.born_on is None:
            continue
        born = Born(full_name=one.attendee.full_name, on=one.child.born_on, at=at)
        for session in taken[one.attendee.id]:
            if one.attendee.id in people or session.id not in adult:
                check_adult_comes(born, ages_of(session, session.event), adult)


def _after(member: Member, wish: SessionWish, gone: Collection[tuple[int, int]]) -> list[Session]:
    """What this person takes once the wish is fulfilled."""
    number = member.attendee.id
    kept = [one for one in member.sessions if (number, one.id) not in gone]
    return [*kept, wish.session] if number in wish.people else kept


def _give_up(registration: Registration, lost: Sequence[tuple[int, Session]]) -> None:
    freed: Counter[int] = Counter()
    for person, session in lost:
        db.session.execute(
            delete(Seat).where(Seat.attendee_id == person, Seat.session_id == session.id),
            execution_options={"synchronize_session": False},
        )
        freed.update(session.chain)
    for session_id, fewer in Counter(session.id for _person, session in lost).items():
        ours = (SessionChoice.registration_id == registration.id, SessionChoice.session_id == session_id)
        last = delete(SessionChoice).where(*ours, SessionChoice.count == fewer)
        if rows_changed(last) != 1:
            rows_changed(update(SessionChoice).where(*ours).values(count=SessionChoice.count - fewer))
    free_places(registration.id, freed)


def _choose(registration: Registration, session: Session, many: int) -> None:
    """So many more of the party take the session."""
    ours = (SessionChoice.registration_id == registration.id, SessionChoice.session_id == session.id)
    if rows_changed(update(SessionChoice).where(*ours).values(count=SessionChoice.count + many)) != 1:
        row = {"registration_id": registration.id, "session_id": session.id, "count": many}
        connection().execute(insert(SessionChoice), row)
