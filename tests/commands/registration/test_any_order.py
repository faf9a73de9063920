"""Registrations under deeds in any order, found by hypothesis: places, tickets, letters and states always agree."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from eventhub.registration.models import Place, Registration
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.registration.waiting import expire_holds
from eventhub.tickets.models import Ticket, TicketState
from tests.commands.registration import asking
from tests.commands.registration.any_order import tries
from tests.conftest import NOW, empty_tables
from tests.factories import make_event, make_session

GUESTS = ("a@example.org", "b@example.org", "c@example.org", "A@EXAMPLE.org")
FORMS = ("the-first-form-key", "the-second-form-key", None)


class Desk(RuleBasedStateMachine):
    """One event of two places with three sessions of one place each; the second and third clash."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.codes: set[bytes] = set()

    @initialize()
    def open_the_event(self) -> None:
        db.session.rollback()
        empty_tables()
        with transaction():
            event = make_event(now=NOW, slug="desk", capacity=2)
            starts = (0, 30, 45)
            self.sessions = [
                make_session(
                    event,
                    capacity=1,
                    starts_at=event.starts_at + timedelta(minutes=start),
                    ends_at=event.starts_at + timedelta(minutes=start + 30),
                ).public_id
                for start in starts
            ]

    def _try(self, deed, *args, **kwargs) -> None:
        try:
            deed(*args, now=self.now, **kwargs)
        except Refusal:
            return

    def _some(self, number: int) -> asking.Known | None:
        asking.look_again()
        ids = db.session.scalars(select(Registration.public_id).order_by(Registration.id)).all()
        return asking.Known(ids[number % len(ids)]) if ids else None

    def _choose(self, numbers: set[int]) -> tuple[str, ...]:
        return tuple(self.sessions[number] for number in sorted(numbers))

    @rule(
        guest=st.sampled_from(GUESTS),
        form=st.sampled_from(FORMS),
        chosen=st.sets(st.integers(0, 2), max_size=2),
    )
    def register(self, guest: str, form: str | None, chosen: set[int]) -> None:
        self._try(asking.register, "desk", guest, key=form, sessions=self._choose(chosen))

    @rule(number=st.integers(0, 9))
    def confirm(self, number: int) -> None:
        if (one := self._some(number)) is not None:
            self._try(asking.confirm, one)

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        if (one := self._some(number)) is not None:
            self._try(asking.cancel, one)

    @rule(number=st.integers(0, 9), chosen=st.sets(st.integers(0, 2), max_size=2))
    def change(self, number: int, chosen: set[int]) -> None:
        if (one := self._some(number)) is not None:
            self._try(asking.change, one, sessions=self._choose(chosen))

    @rule(minutes=st.sampled_from((1, 29, 31)), is_swept=st.booleans())
    def time_passes(self, minutes: int, is_swept: bool) -> None:
        self.now: datetime = self.now + timedelta(minutes=minutes)
        if is_swept:
            with transaction():
                expire_holds(now=self.now)

    @invariant()
    def the_books_are_right(self) -> None:
        asking.check_the_books()

    @invariant()
    def only_live_registrations_hold_places(self) -> None:
        ended = select(Registration.id).where(Registration.state.not_in(LIVE))
        assert db.session.scalars(select(Place.pool_id).where(Place.registration_id.in_(ended))).all() == []

    @invariant()
    def every_confirmed_one_has_a_valid_ticket_and_one_letter_and_no_other_has(self) -> None:
        for one in db.session.scalars(select(Registration)):
            is_confirmed = one.state is RegistrationState.CONFIRMED
            states = [person.ticket.state for person in one.attendees if person.ticket is not None]
            assert (states == [TicketState.VALID]) is is_confirmed
            query = select(Message.letter).where(Message.subject_id == one.public_id)
            sent = list(db.session.scalars(query))
            assert sent.count("registration_confirm") == 1
            assert sent.count("registration_confirmed") == (one.confirmed_at is not None)

    @invariant()
    def a_ticket_is_never_used_for_another(self) -> None:
        secrets = db.session.scalars(select(Ticket.secret)).all()
        assert len(set(secrets)) == len(secrets)
        assert self.codes <= set(secrets)
        self.codes = set(secrets)


@pytest.mark.slow
def test_deeds_in_any_order_leave_the_books_right(both: Flask, app: Flask) -> None:
    few = tries(sqlite=8, postgresql=4, steps=15)
    run_state_machine_as_test(Desk, settings=few)
