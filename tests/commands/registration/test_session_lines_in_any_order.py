"""The lines of sessions under deeds in any order, found by hypothesis: nobody waits for what is free, nobody is passed
by, every offer holds its place, and the books agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event, Session
from eventhub.registration.waiting import lock_pools, offer_places, sweep_event
from tests.commands.registration import asking, lines
from tests.commands.registration.test_any_order import Desk
from tests.conftest import NOW, empty_tables
from tests.factories import make_event, make_session


class Lines(Desk):
    """An event with room for all and three sessions of one place; the second overlaps with both others."""

    @initialize()
    def open_the_event(self) -> None:
        db.session.rollback()
        empty_tables()
        with transaction():
            event = make_event(now=NOW, slug="desk", capacity=20, has_waiting_list=True, offer_hours=1)
            self.sessions = [
                make_session(
                    event,
                    capacity=1,
                    starts_at=event.starts_at + timedelta(minutes=start),
                    ends_at=event.starts_at + timedelta(minutes=start + 30),
                ).public_id
                for start in (0, 20, 40)
            ]

    @rule(guest=st.integers(0, 5), chosen=st.sets(st.integers(0, 2), max_size=1))
    def come(self, guest: int, chosen: set[int]) -> None:
        """Register and confirm at once: only who takes part can wait."""
        self._try(
            asking.registered, "desk", f"guest{guest}@example.org", key=None, sessions=self._choose(chosen)
        )

    @rule(number=st.integers(0, 9), wanted=st.permutations((0, 1, 2)), many=st.integers(0, 3))
    def wish(self, number: int, wanted: list[int], many: int) -> None:
        if (one := self._some(number)) is not None:
            sessions = [asking.Known(self.sessions[each]) for each in wanted[:many]]
            self._try(lines.wish, one, *sessions)

    @rule(number=st.integers(0, 9), session=st.integers(0, 2), says_yes=st.booleans())
    def answer(self, number: int, session: int, says_yes: bool) -> None:
        if (one := self._some(number)) is not None:
            self._try(lines.take if says_yes else lines.decline, one, asking.Known(self.sessions[session]))

    @rule(number=st.integers(0, 9), session=st.integers(0, 2))
    def offer_out_of_turn(self, number: int, session: int) -> None:
        if (one := self._some(number)) is not None:
            wanted = asking.Known(self.sessions[session])
            self._try(lines.offer_by_hand, one, wanted, reason="A tutor")

    @rule(session=st.integers(0, 2), capacity=st.integers(1, 3))
    def have_other_places(self, session: int, capacity: int) -> None:
        def do(*, now) -> None:
            with transaction():
                event = db.session.scalars(select(Event)).one()
                lock_pools(event)
                ours = select(Session).where(Session.public_id == self.sessions[session])
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
        lines.check_the_lines(self.now)


@pytest.mark.slow
def test_deeds_in_any_order_leave_the_lines_right(both: Flask, app: Flask) -> None:
    examples = 8 if db.engine.dialect.name == "sqlite" else 4
    few = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Lines, settings=few)
