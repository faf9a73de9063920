"""The lines of sessions under deeds in any order, found by hypothesis: nobody waits for what is free, nobody is passed
by, every offer holds its place, and the books agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event, Session
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.waiting import lock_pools, offer_places, sweep_event
from tests.commands.registration import asking, lines
from tests.commands.registration.any_order import tries
from tests.conftest import NOW, empty_tables

PEOPLE = st.integers(0, 5)
SESSIONS = st.integers(0, 2)


class Lines(RuleBasedStateMachine):
    """An event with room for all and three sessions of one place, the second at the same time as both others. Three
    have one each, two of them and one more wish for others."""

    @initialize()
    def open_the_event(self) -> None:
        db.session.rollback()
        empty_tables()
        self.now = NOW
        self.sessions = lines.a_programme(NOW, 0, 20, 40, offer_hours=1)
        self.people = [lines.come(f"guest{number}", self.sessions[number], now=NOW) for number in range(3)]
        self.people += [lines.come(f"guest{number}", now=NOW) for number in range(3, 6)]
        for person, wanted in ((3, (0, 1, 2)), (4, (1, 0)), (0, (1, 2))):
            lines.wish(self.people[person], *(self.sessions[each] for each in wanted), now=NOW)

    def _try(self, deed, *args, **kwargs) -> None:
        try:
            deed(*args, now=self.now, **kwargs)
        except Refusal:
            return

    @rule(person=PEOPLE)
    def cancel_and_come_again(self, person: int) -> None:
        self._try(asking.cancel, self.people[person])
        self.people[person] = lines.come(f"guest{person}", now=self.now)

    @rule(person=PEOPLE, chosen=st.sets(SESSIONS, max_size=1))
    def change(self, person: int, chosen: set[int]) -> None:
        wanted = tuple(self.sessions[each].public_id for each in sorted(chosen))
        self._try(asking.change, self.people[person], sessions=wanted)

    @rule(person=PEOPLE, wanted=st.permutations((0, 1, 2)), many=st.integers(1, 3))
    def wish(self, person: int, wanted: list[int], many: int) -> None:
        self._try(lines.wish, self.people[person], *(self.sessions[each] for each in wanted[:many]))

    @rule(number=st.integers(0, 9), says_yes=st.sampled_from((True, True, False)))
    def answer(self, number: int, says_yes: bool) -> None:
        """One of the offers, if there is any."""
        asking.look_again()
        query = select(SessionWish).where(SessionWish.state == WishState.OFFERED).order_by(SessionWish.id)
        offers = db.session.scalars(query).all()
        if offers:
            wish = offers[number % len(offers)]
            person, session = asking.Known(wish.registration.public_id), asking.Known(wish.session.public_id)
            self._try(lines.take if says_yes else lines.decline, person, session)

    @rule(person=PEOPLE, session=SESSIONS)
    def offer_out_of_turn(self, person: int, session: int) -> None:
        self._try(lines.offer_by_hand, self.people[person], self.sessions[session], reason="A tutor")

    @rule(session=st.integers(0, 2), capacity=st.integers(1, 3))
    def have_other_places(self, session: int, capacity: int) -> None:
        def do(*, now) -> None:
            with transaction():
                event = db.session.scalars(select(Event)).one()
                lock_pools(event)
                ours = select(Session).where(Session.public_id == self.sessions[session].public_id)
                resize_pool(db.session.scalars(ours).one().pool, capacity)
                offer_places(event, now=now)

        self._try(do)

    @rule(minutes=st.sampled_from((1, 31, 61)), is_swept=st.booleans())
    def time_passes(self, minutes: int, is_swept: bool) -> None:
        self.now = self.now + timedelta(minutes=minutes)
        if is_swept:
            with transaction():
                sweep_event(db.session.scalars(select(Event)).one(), now=self.now)

    @invariant()
    def the_lines_are_right(self) -> None:
        asking.check_the_books()
        lines.check_the_lines(self.now)


@pytest.mark.slow
def test_deeds_in_any_order_leave_the_lines_right(both: Flask, app: Flask) -> None:
    few = tries(sqlite=8, postgresql=4, steps=20)
    run_state_machine_as_test(Lines, settings=few)
