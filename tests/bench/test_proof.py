"""The control of bench.crash: whatever it shall find is found when it is there."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from bench.persistent import Log
from bench.proof import count_unsent, faults_of
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.registration.models import Attendee, Place, Registration
from eventhub.registration.rules import RegistrationState
from tests.commands.registration.asking import GUEST, confirm, register
from tests.factories import make_event

TOLD = Log(sent={GUEST}, confirmed={GUEST})
ALL_SENT = update(Message).values(state=MessageState.SENT)
OF_CONFIRMED = Message.letter == "registration_confirmed"


def found(app: Flask, log: Log = TOLD) -> tuple[int, int, int]:
    faults = faults_of(app, log)
    return len(faults.lost), len(faults.without_letter), len(faults.broken_invariants)


@pytest.fixture
def settled(both: Flask, app: Flask, now: datetime) -> Flask:
    """One confirmed registration with its letters sent."""
    with transaction():
        make_event(now=now, slug="rush", capacity=5)
    confirm(register("rush", now=now), now=now)
    with transaction():
        db.session.execute(ALL_SENT)
    return app


def test_a_settled_house_has_no_fault(settled: Flask) -> None:
    assert (found(settled), count_unsent(settled)) == ((0, 0, 0), 0)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (update(Registration).values(email="other@example.org"), (2, 0, 0)),
        (
            update(Registration).values(
                state=RegistrationState.CANCELLED,
            ),
            (1, 0, 1),
        ),
        (update(Message).where(OF_CONFIRMED).values(state=MessageState.QUEUED), (0, 1, 0)),
        (delete(Message), (0, 2, 1)),
        (update(CapacityPool).values(taken=4), (0, 0, 1)),
        (delete(Place), (0, 0, 2)),
        (update(Attendee).values(ticket_id=None), (0, 0, 1)),
    ],
    ids=["gone", "not confirmed", "letter not sent", "no letters", "counter", "places", "ticket"],
)
def test_each_damage_is_found(settled: Flask, damage, expected: tuple[int, int, int]) -> None:
    with transaction():
        db.session.execute(damage)

    assert found(settled) == expected


def test_a_second_letter_with_the_ticket_is_found(settled: Flask) -> None:
    with transaction():
        letter = db.session.query(Message).filter(OF_CONFIRMED).one()
        columns = {column.name: getattr(letter, column.name) for column in Message.__table__.columns}
        db.session.execute(insert(Message).values({**columns, "id": letter.id + 1, "message_id": "another"}))

    assert found(settled) == (0, 0, 1)
