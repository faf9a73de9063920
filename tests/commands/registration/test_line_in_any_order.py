"""The line under deeds in any order, found by hypothesis: nobody waits for what is free, and all books agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event
from eventhub.registration.answering_offers import accept_offer, decline_offer
from eventhub.registration.approving import approve, reject
from eventhub.registration.models import Registration, WaitingEntry
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState, WaitingState
from eventhub.registration.waiting import lock_pools, offer_by_hand, offer_places, sweep_event
from eventhub.tickets.models import TicketState
from tests.commands.registration import asking
from tests.commands.registration.any_order import tries
from tests.commands.registration.test_any_order import Desk
from tests.conftest import NOW, empty_tables
from tests.factories import make_event, make_session

MIRROR = {
    WaitingState.WAITING: RegistrationState.WAITLISTED,
    WaitingState.OFFERED: RegistrationState.OFFERED,
}


class Line(Desk):
    """One event of two places with a line; a session of one place. Now and then the organiser approves."""

    needs_approval = False

    @initialize()
    def open_the_event(self) -> None:
        db.session.rollback()
        empty_tables()
        with transaction():
            event = make_event(
                now=NOW,
                slug="desk",
                capacity=2,
                has_waiting_list=True,
                offer_hours=1,
                needs_approval=self.needs_approval,
            )
            self.sessions = [make_session(event, capacity=1).public_id] * 3

    def _decide(self, number: int, deed, **said) -> None:
        if (one := self._some(number)) is not None:

            def do(*, now) -> None:
                with transaction():
                    deed(get_registration(one.public_id), now=now, **said)

            self._try(do)

    @rule(number=st.integers(0, 9))
    def accept(self, number: int) -> None:
        self._decide(number, accept_offer)

    @rule(number=st.integers(0, 9))
    def decline(self, number: int) -> None:
        self._decide(number, decline_offer)

    @rule(number=st.integers(0, 9))
    def offer_out_of_turn(self, number: int) -> None:
        self._decide(number, offer_by_hand, reason="A speaker", by="chief")

    @rule(number=st.integers(0, 9), says_yes=st.booleans())
    def answer_a_request(self, number: int, says_yes: bool) -> None:
        if says_yes:
            self._decide(number, approve, by="chief")
        else:
            self._decide(number, reject, by="chief", reason="Full")

    @rule(capacity=st.integers(1, 4))
    def have_other_places(self, capacity: int) -> None:
        def do(*, now) -> None:
            with transaction():
                event = db.session.scalars(select(Event)).one()
                lock_pools(event)
                resize_pool(event.pool, capacity)
                offer_places(event, now=now)

        self._try(do)

    @rule(minutes=st.sampled_from((1, 31, 61)), is_swept=st.booleans())
    def time_passes(self, minutes: int, is_swept: bool) -> None:
        self.now = self.now + timedelta(minutes=minutes)
        if is_swept:
            with transaction():
                sweep_event(db.session.scalars(select(Event)).one(), now=self.now)

    @invariant()
    def nobody_waits_for_what_is_free(self) -> None:
        asking.look_again()
        event = db.session.scalars(select(Event)).one()
        in_line = select(WaitingEntry.size).where(WaitingEntry.state == WaitingState.WAITING)
        left = event.pool.capacity - event.pool.taken
        assert [size for size in db.session.scalars(in_line) if size <= left] == []

    @invariant()
    def who_stands_in_line_is_waitlisted_or_offered_and_nobody_else_is(self) -> None:
        entries = db.session.scalars(select(WaitingEntry).where(WaitingEntry.state.in_(MIRROR)))
        in_line = {entry.registration_id: MIRROR[entry.state] for entry in entries}
        waiting = select(Registration).where(Registration.state.in_(MIRROR.values()))
        assert {one.id: one.state for one in db.session.scalars(waiting)} == in_line

    @invariant()
    def every_confirmed_one_has_a_valid_ticket_and_one_letter_and_no_other_has(self) -> None:
        for one in db.session.scalars(select(Registration)):
            states = [person.ticket.state for person in one.attendees if person.ticket is not None]
            assert (states == [TicketState.VALID]) is (one.state is RegistrationState.CONFIRMED)
            sent = asking.letters(one)
            brought = sent.count("registration_confirmed") + sent.count("registration_approved")
            assert brought == (one.confirmed_at is not None)


class ApprovedLine(Line):
    needs_approval = True


@pytest.mark.slow
@pytest.mark.parametrize("machine", [Line, ApprovedLine])
def test_deeds_in_any_order_leave_the_line_right(both: Flask, app: Flask, machine: type[Line]) -> None:
    few = tries(sqlite=8, postgresql=4, steps=20)
    run_state_machine_as_test(machine, settings=few)
