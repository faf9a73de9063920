"""Tickets are issued, replaced and taken back, and their codes follow at once; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import event, select, update

from eventhub.audit import AuditEntry
from eventhub.core.errors import IllegalMove, NotFound
from eventhub.core.keys import unseal
from eventhub.db import db, transaction
from eventhub.tickets.commands import issue_ticket, reissue_ticket, revoke_key, rotate_key, void_ticket
from eventhub.tickets.models import Ticket, TicketKey, TicketState
from eventhub.tickets.queries import (
    SEALED_FOR,
    code_of,
    find_by_code,
    find_signing_key,
    get_by_code,
    public_keys,
)
from eventhub.tickets.rules import ReissuedTooOften, is_current
from eventhub.tickets.signing import ForgedCode, TicketClaim, UnknownKey, verify
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("both", "app")


@pytest.fixture
def ticket(now):
    with transaction():
        return issue_ticket(event_id=make_event(now=now).id, now=now)


def shown(text):
    """The state of what a code leads to, and whether the code is the last one."""
    found, claim = get_by_code(text)
    return found.state, is_current(claim, key_id=found.key_id, generation=found.generation)


def deeds():
    return [(one.action, one.by, one.detail) for one in db.session.execute(_ENTRIES)]


_ENTRIES = select(AuditEntry.action, AuditEntry.actor.label("by"), AuditEntry.detail).order_by(AuditEntry.id)


def test_an_issued_ticket_is_found_by_its_code(ticket):
    claim = TicketClaim(key_id=1, event_number=ticket.event_id, ticket_id=ticket.secret, generation=1)

    assert find_by_code(code_of(ticket)) == (ticket, claim)
    assert verify(code_of(ticket), public_keys()) == claim
    assert shown(code_of(ticket).lower()) == (TicketState.VALID, True)


def test_every_ticket_has_its_own_secret_and_number(now):
    with transaction():
        event_id = make_event(now=now).id
        tickets = [issue_ticket(event_id=event_id, now=now) for _ in range(20)]

    assert len({ticket.secret for ticket in tickets}) == 20
    assert len({ticket.number for ticket in tickets}) == 20
    assert {len(ticket.secret) for ticket in tickets} == {8}


def test_the_first_ticket_makes_the_first_key_and_the_next_ones_use_it(now):
    with transaction():
        event_id = make_event(now=now).id
        key_ids = [issue_ticket(event_id=event_id, now=now).key_id for _ in range(3)]

    assert key_ids == [1, 1, 1]
    assert db.session.scalars(select(TicketKey.id)).all() == [1]


def test_many_first_tickets_at_once_share_one_first_key(app, now):
    with transaction():
        event_id = make_event(now=now).id
    together = Barrier(6)

    def issue_one(_number):
        with app.app_context():
            together.wait(10)
            with transaction():
                return issue_ticket(event_id=event_id, now=now).key_id

    with ThreadPoolExecutor(6) as pool:
        key_ids = list(pool.map(issue_one, range(6)))

    assert key_ids == [1] * 6


def test_issuing_costs_two_statements(ticket, now):
    event_id = ticket.event_id
    with transaction():
        statements = _statements(lambda: issue_ticket(event_id=event_id, now=now))

    assert len(statements) == 2


def test_a_private_key_lies_sealed_in_the_database(ticket):
    key = db.session.get_one(TicketKey, ticket.key_id)
    private = unseal(SEALED_FOR, key.sealed_private_key)

    assert len(private) == 32
    assert private not in key.sealed_private_key
    with pytest.raises(InvalidTag):
        unseal("another purpose", key.sealed_private_key)


def test_a_code_of_another_ticket_number_or_signer_finds_nothing(ticket, now):
    code = code_of(ticket)
    with transaction():
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(secret=bytes(8)))

    assert find_by_code(code) is None
    assert find_by_code("not a code") is None
    with pytest.raises(NotFound):
        get_by_code(code)


def test_a_reissued_ticket_has_a_new_code_and_the_old_one_is_a_replaced_one(ticket, now):
    old = code_of(ticket)
    with transaction():
        reissue_ticket(db.session.merge(ticket), by="holder", now=now)
    ticket = db.session.get_one(Ticket, ticket.id)

    assert shown(code_of(ticket)) == (TicketState.VALID, True)
    assert shown(old) == (TicketState.VALID, False)
    assert deeds() == [("ticket.reissued", "holder", {"generation": 2})]


def test_a_ticket_is_reissued_until_its_generation_is_full(ticket, now):
    with transaction():
        db.session.execute(update(Ticket).values(generation=255))
    with pytest.raises(ReissuedTooOften), transaction():
        reissue_ticket(db.session.get_one(Ticket, ticket.id), by="holder", now=now)

    assert db.session.get_one(Ticket, ticket.id).generation == 255
    assert deeds() == []


def test_a_void_says_when_and_why(ticket, now):
    later = now + timedelta(hours=1)
    with transaction():
        void_ticket(
            db.session.get_one(Ticket, ticket.id), reason="registration cancelled", by="holder", now=later
        )
    ticket = db.session.get_one(Ticket, ticket.id)

    assert shown(code_of(ticket)) == (TicketState.VOID, True)
    assert (ticket.voided_at, ticket.void_reason) == (later, "registration cancelled")
    assert deeds() == [("ticket.voided", "holder", {"reason": "registration cancelled"})]


def void_now(ticket, now):
    void_ticket(ticket, reason="second", by="holder", now=now)


def reissue_now(ticket, now):
    reissue_ticket(ticket, by="holder", now=now)


def test_a_void_ticket_stays_void_for_its_first_reason(ticket, now):
    with transaction():
        void_ticket(db.session.get_one(Ticket, ticket.id), reason="first", by="holder", now=now)
    with transaction():
        void_now(db.session.get_one(Ticket, ticket.id), now)
    with pytest.raises(IllegalMove), transaction():
        reissue_now(db.session.get_one(Ticket, ticket.id), now)

    assert db.session.execute(select(Ticket.void_reason, Ticket.generation)).all() == [("first", 1)]
    assert deeds() == [("ticket.voided", "holder", {"reason": "first"})]


@pytest.mark.parametrize("late", [void_now, reissue_now])
def test_a_change_of_a_ticket_that_somebody_else_changed_meanwhile_is_refused(ticket, now, late):
    with transaction():
        stale = db.session.get_one(Ticket, ticket.id)
        unseen = update(Ticket).values(generation=2)
        db.session.execute(unseen, execution_options={"synchronize_session": False})
        with pytest.raises(IllegalMove):
            late(stale, now)

    assert db.session.execute(select(Ticket.state, Ticket.generation)).all() == [(TicketState.VALID, 2)]


def test_after_a_rotation_new_tickets_use_the_new_key_and_old_codes_stay_good(ticket, now):
    old = code_of(ticket)
    with transaction():
        rotate_key(by="shell", now=now)
        new = issue_ticket(event_id=ticket.event_id, now=now)

    assert new.key_id == 2
    assert find_signing_key() == 2
    assert shown(old) == (TicketState.VALID, True)
    assert shown(code_of(new)) == (TicketState.VALID, True)
    assert deeds() == [("ticket_key.rotated", "shell", {})]


def test_a_ticket_that_is_reissued_after_a_rotation_moves_to_the_new_key(ticket, now):
    with transaction():
        rotate_key(by="shell", now=now)
        reissue_ticket(db.session.get_one(Ticket, ticket.id), by="holder", now=now)
    ticket = db.session.get_one(Ticket, ticket.id)

    assert (ticket.key_id, ticket.generation) == (2, 2)
    assert shown(code_of(ticket)) == (TicketState.VALID, True)


def test_after_a_key_was_stolen_its_codes_are_nothing_and_its_valid_tickets_have_new_ones(ticket, now):
    old = code_of(ticket)
    with transaction():
        gone = issue_ticket(event_id=ticket.event_id, now=now)
        void_ticket(gone, reason="cancelled", by="holder", now=now)
        db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(generation=255))
    with transaction():
        reissued = revoke_key(1, by="shell", now=now)
    ticket = db.session.get_one(Ticket, ticket.id)

    assert reissued == 1
    assert list(public_keys()) == [2]
    assert find_by_code(old) is None
    with pytest.raises(UnknownKey):
        verify(old, public_keys())
    assert shown(code_of(ticket)) == (TicketState.VALID, True)
    assert db.session.get_one(Ticket, gone.id).key_id == 1


@pytest.mark.parametrize("key_id", [1, 9])
def test_a_key_is_revoked_once_and_only_if_there_is_one(ticket, now, key_id):
    with transaction():
        revoke_key(1, by="shell", now=now)
    with pytest.raises(NotFound), transaction():
        revoke_key(key_id, by="shell", now=now)

    assert db.session.scalars(select(TicketKey.id).order_by(TicketKey.id)).all() == [1, 2]


def test_a_code_made_with_the_key_of_another_installation_is_forged(ticket, now):
    code = code_of(ticket)
    with transaction():
        db.session.execute(
            update(TicketKey).values(
                public_key=bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
            )
        )

    assert find_by_code(code) is None
    with pytest.raises(ForgedCode):
        verify(code, public_keys())


def _statements(work):
    seen = []

    def listen(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return seen
