"""Sessions with places of their own inside shared ones: taken together, given back together, offered wherever one is
free. And a race for the last shared place, with a control that oversells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.cloning import clone_event
from eventhub.events.commands import CapacityBelowTaken
from eventhub.events.models import CapacityPool, Session
from eventhub.events.places import take_places
from eventhub.events.plans import plan_of_session
from eventhub.events.queries import get_event
from eventhub.events.rules import EventState, SessionFull, SharedPlacesFull
from eventhub.registration.queries import get_registration
from eventhub.registration.revising import revise_session
from eventhub.registration.session_lines.commands import offer_seat_by_hand, wish_for
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.queries import list_full, list_standings
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.types.copying import copy_shared_places
from eventhub.registration.types.models import NamedPool
from eventhub.registration.types.pools import PoolInUse, add_pool, remove_pool, resize_named_pool
from eventhub.registration.types.queries import list_pools
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.types.sharing import NotForSessions, count_in, find_shared, list_shareable
from tests.commands.registration.asking import Known, cancel, change, look_again, register, registered, taken
from tests.commands.registration.lines import check_the_lines
from tests.factories import both_languages, make_event, make_pool, make_session
from tests.people import at_once, statements

pytestmark = pytest.mark.usefixtures("books")


class Lab:
    """Two slots with two places each and a third without a number of its own; the lab has three altogether, and lies in
    a house with four."""

    def __init__(self, now: datetime, **of_lab: Any) -> None:
        with transaction():
            event = make_event(now=now, slug="lab", capacity=20, has_waiting_list=True)
            hours = [event.starts_at + timedelta(minutes=40 * number) for number in range(3)]
            self.names = [
                make_session(
                    event, capacity=2, starts_at=hour, ends_at=hour + timedelta(minutes=30)
                ).public_id
                for hour in hours
            ]
        self.house = self._add(4, now)
        self.lab = self._add(3, now, parent=self.house)
        for name, own in zip(self.names, (2, 2, None), strict=True):
            with transaction():
                count_in(get_event("lab"), session_of(name), self.lab, places=own, by="test", now=now)

    @staticmethod
    def _add(many: int, now: datetime, **more: Any) -> str:
        with transaction():
            facts = {"kind": PoolKind.SHARED, "places": many, "by": "test", "now": now}
            return add_pool(get_event("lab"), name=both_languages("Lab"), **facts, **more).public_id

    def come(self, name: str, *numbers: int, now: datetime) -> Known:
        chosen = tuple(self.names[number] for number in numbers)
        return Known(registered("lab", f"{name}@example.org", now=now, sessions=chosen).public_id)

    def figures(self) -> list[int]:
        """Taken of the first slot, the second, the lab and the house."""
        look_again()
        pools = db.session.scalars(select(NamedPool).order_by(NamedPool.pool_id.desc())).all()
        ids = [*(session_of(name).pool_id for name in self.names[:2]), *(one.pool_id for one in pools)]
        return [taken(one) for one in ids]


def session_of(name: str) -> Session:
    return db.session.scalars(select(Session).where(Session.public_id == name)).one()


@pytest.fixture
def lab(both: Flask, app: Flask, now: datetime) -> Lab:
    return Lab(now)


def wish(who: Known, name: str, *, now: datetime) -> None:
    with transaction():
        wish_for(get_registration(who.public_id), [name], now=now)


def wishes() -> list[tuple[str, WishState]]:
    look_again()
    rows = db.session.scalars(select(SessionWish).order_by(SessionWish.id)).all()
    return [(one.session.public_id, one.state) for one in rows]


def test_a_place_is_taken_in_the_whole_chain_or_nowhere_and_it_is_said_which_is_full(
    lab: Lab, now: datetime
) -> None:
    ada = lab.come("ada", 0, 2, now=now)
    assert lab.figures() == [1, 0, 2, 2]
    lab.come("bob", 0, now=now)

    with pytest.raises(SessionFull) as own:
        register("lab", "eve@example.org", now=now, sessions=(lab.names[0],))
    with pytest.raises(SharedPlacesFull):
        register("lab", "eve@example.org", now=now, sessions=(lab.names[1],))
    assert type(own.value) is SessionFull
    assert lab.figures() == [2, 0, 3, 3]

    change(ada, now=now, sessions=(lab.names[1],))
    assert lab.figures() == [1, 1, 2, 2]
    cancel(ada, now=now)
    assert lab.figures() == [1, 0, 1, 1]


def test_a_place_freed_in_one_session_is_offered_to_who_waits_for_another(lab: Lab, now: datetime) -> None:
    lab.come("ada", 0, now=now)
    bob, cyd, eve = lab.come("bob", 0, now=now), lab.come("cyd", 2, now=now), lab.come("eve", now=now)
    full = list_full(get_registration(eve.public_id), now=now)
    assert [one.public_id for one in full] == lab.names

    wish(eve, lab.names[1], now=now)
    assert [one.left for one in list_standings(get_registration(eve.public_id), now=now)] == [0]
    wish(cyd, lab.names[0], now=now)
    assert wishes() == [(lab.names[1], WishState.WAITING), (lab.names[0], WishState.WAITING)]
    cancel(bob, now=now)

    assert wishes() == [(lab.names[1], WishState.OFFERED), (lab.names[0], WishState.WAITING)]
    assert lab.figures() == [1, 1, 3, 3]
    check_the_lines(now)
    with transaction():
        resize_named_pool(get_event("lab"), lab.lab, places=9, by="test", now=now)
    assert (wishes()[1][1], lab.figures()) == (WishState.OFFERED, [2, 1, 4, 4])


def test_out_of_turn_each_pool_of_the_chain_gets_just_what_is_short(lab: Lab, now: datetime) -> None:
    for name in "ab":
        lab.come(name, 0, now=now)
    eve = lab.come("eve", 2, now=now)
    wish(eve, lab.names[0], now=now)

    with transaction():
        event, one = get_event("lab"), get_registration(eve.public_id)
        offer_seat_by_hand(one, session_of(lab.names[0]), event, reason="A speaker", by="test", now=now)

    look_again()
    session = session_of(lab.names[0])
    assert [(one.taken, one.capacity) for one in (session.pool, *session.above)] == [(3, 3), (4, 4), (4, 4)]


def test_pools_of_sessions_are_resized_kept_and_changed_as_all_others(lab: Lab, now: datetime) -> None:
    lab.come("ada", 0, now=now)

    def outcome(deed: Callable[..., object], *args: Any, **said: Any) -> str:
        try:
            with transaction():
                deed(get_event("lab"), *args, by="test", now=now, **said)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    assert outcome(resize_named_pool, lab.house, places=0) == CapacityBelowTaken.__name__
    assert outcome(remove_pool, lab.lab) == outcome(remove_pool, lab.house) == PoolInUse.__name__
    assert outcome(count_in, session_of(lab.names[0]), "") == "SessionTaken"
    second = session_of(lab.names[1])
    assert outcome(count_in, second, lab.house) == "done"
    assert (find_shared(second).public_id, second.shares_pool, second.ids_above) == (lab.house, True, None)
    assert outcome(count_in, second, lab.lab, places=5) == "done"
    assert [one.capacity for one in (second.pool, *second.above)] == [5, 3, 4]
    assert outcome(count_in, second, "", places=5) == "done"
    assert (find_shared(second), second.pool.capacity, second.above) == (None, 5, [])


def test_what_is_held_back_is_not_for_sessions_however_deep(lab: Lab, now: datetime) -> None:
    with transaction():
        facts = {"name": both_languages("Held"), "places": 2, "by": "test", "now": now}
        hold = add_pool(get_event("lab"), kind=PoolKind.HOLD, **facts).public_id
        inside = add_pool(get_event("lab"), kind=PoolKind.SHARED, parent=hold, **facts).public_id

    offered = {one.public_id for one in list_shareable(get_event("lab").id)}
    assert offered == {lab.house, lab.lab}
    with pytest.raises(NotForSessions), transaction():
        count_in(get_event("lab"), session_of(lab.names[1]), inside, places=2, by="test", now=now)


def test_a_copy_of_an_event_shares_its_places_as_it_does(lab: Lab, now: datetime) -> None:
    with transaction():
        resize_named_pool(get_event("lab"), lab.house, places=1, by="test", now=now)
    lab.come("first", 0, now=now)
    with transaction():
        starts_on = (now + timedelta(days=400)).date()
        copy = clone_event(get_event("lab"), starts_on=starts_on, by="test", now=now)
        alone = [one.pool.capacity for one in copy.sessions]
        copy_shared_places(get_event("lab"), copy, by="test", now=now)
    look_again()

    pools = {one.pool_id: one for one in list_pools(copy.id)}
    assert alone == [1, 1, 1]
    assert [(one.pool.capacity, one.pool.taken) for one in pools.values()] == [(1, 0), (3, 0)]
    assert [len(one.chain) for one in copy.sessions] == [3, 3, 2]
    assert [one.pool.capacity for one in copy.sessions] == [2, 2, 3]
    assert {frozenset(one.chain[-2:]) for one in copy.sessions} == {frozenset(pools)}


def test_a_chain_costs_a_registration_no_statement_but_its_places(lab: Lab, now: datetime) -> None:
    """One UPDATE for each pool above, and nothing to know that they are there."""
    with transaction():
        alone = make_session(get_event("lab"), capacity=2).public_id
    register("lab", "warm@example.org", now=now, sessions=(alone,))
    asked = []
    for name in (alone, lab.names[0]):
        with statements() as said:
            register("lab", f"{name}@example.org", now=now, sessions=(name,))
        asked.append(len(said))
    assert asked[1] - asked[0] == 2


@pytest.mark.parametrize("times", [12])
def test_of_many_who_race_for_slots_of_one_lab_just_as_many_win_as_it_has(
    both: Flask, lab: Lab, now: datetime, times: int
) -> None:
    def one(number: int) -> str:
        try:
            register("lab", f"{number}@example.org", now=now, sessions=(lab.names[number % 2],))
        except SessionFull:
            return "full"
        return "done"

    assert Counter(at_once(both, one, times=times)) == {"done": 3, "full": times - 3}
    assert lab.figures()[2:] == [3, 3]


def guarded(chain: tuple[int, ...]) -> bool:
    return take_places(dict.fromkeys(chain, 1)) is None


def unguarded(chain: tuple[int, ...]) -> bool:
    """Looks first, and takes then."""
    pools = [db.session.get_one(CapacityPool, pool) for pool in chain]
    if any(pool.taken >= pool.capacity for pool in pools):
        return False
    sleep(0.02)
    for pool in pools:
        more = update(CapacityPool).where(CapacityPool.id == pool.id).values(taken=pool.taken + 1)
        db.session.execute(more)
    return True


@pytest.mark.parametrize(("take", "is_exact"), [(guarded, True), (unguarded, False)])
def test_the_control_gives_out_more_than_the_lab_has(
    postgresql_app: Flask, app: Flask, now: datetime, take: Callable[[tuple[int, ...]], bool], is_exact: bool
) -> None:
    with postgresql_app.app_context():
        with transaction():
            one_slot, other_slot, shared = (make_pool(places).id for places in (2, 2, 3))
        chains = [(one_slot, shared), (other_slot, shared)]

        def one(number: int) -> bool:
            with transaction():
                return take(chains[number % 2])

        assert (at_once(postgresql_app, one, times=12).count(True) == 3) is is_exact
        with transaction():
            db.session.execute(update(CapacityPool).values(taken=0))


def test_two_organisers_who_move_a_session_at_once_leave_one_chain(
    both: Flask, lab: Lab, now: datetime
) -> None:
    """The second one read the session before the first was done."""

    def move(number: int) -> None:
        with transaction():
            session = session_of(lab.names[0])
            assert session.pool is not None
            sleep(0.1 + 0.3 * number)
            count_in(get_event("lab"), session, lab.lab, places=7 if number else None, by="test", now=now)

    at_once(both, move, times=2)

    look_again()
    session = session_of(lab.names[0])
    assert len(set(session.chain)) == len(session.chain) == (2 if session.shares_pool else 3)
    lab.come("ada", 0, now=now)
    assert lab.figures()[-2:] == [1, 1]


def test_a_draft_session_that_nobody_may_choose_leaves_the_shared_places(
    both: Flask, app: Flask, lab: Lab, now: datetime
) -> None:
    with transaction():
        event, session = get_event("lab"), session_of(lab.names[0])
        event.state = EventState.DRAFT
        plan = replace(plan_of_session(session), is_bookable=False, capacity=None)
        revise_session(event, session, plan=plan, pool=lab.lab, by="test", now=now)

    look_again()
    assert (session_of(lab.names[0]).chain, find_shared(session_of(lab.names[0]))) == ((), None)
