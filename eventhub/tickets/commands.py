"""Writes about tickets: issue, re-issue, void, and the change of the key that signs them."""

from __future__ import annotations

from datetime import datetime
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from eventhub import audit
from eventhub.core.errors import Busy, IllegalMove, NotFound
from eventhub.core.ids import readable_number
from eventhub.core.keys import seal
from eventhub.db import as_stored, connection, db, refuses
from eventhub.tickets.models import Ticket, TicketKey, TicketState
from eventhub.tickets.queries import SEALED_FOR, find_signing_key
from eventhub.tickets.rules import next_generation, next_key_id
from eventhub.tickets.signing import TICKET_ID_BYTES

# Two people who rotate at once: the later one is told to try again.
refuses("pk_ticket_keys", Busy)


def issue_ticket(*, event_id: int, now: datetime) -> Ticket:
    """A new valid ticket of the event, signed by the current key; the very first makes the first key."""
    row: dict[str, Any] = {
        "secret": token_bytes(TICKET_ID_BYTES),
        "number": readable_number(),
        "event_id": event_id,
        "key_id": _signing_key(now=now),
        "generation": 1,
        "state": TicketState.VALID,
        "issued_at": now,
        "voided_at": None,
        "void_reason": None,
    }
    return as_stored(Ticket(**row, id=connection().execute(_ISSUE, row).scalar_one()))


_ISSUE = insert(Ticket).returning(Ticket.id)


def reissue_ticket(ticket: Ticket, *, by: str, now: datetime) -> None:
    """Give the ticket a new code, which replaces all its older ones. Raises IllegalMove when it is void."""
    generation = next_generation(ticket.generation)
    if ticket.state is not TicketState.VALID:
        raise IllegalMove()
    _change(ticket, key_id=_signing_key(now=now), generation=generation)
    audit.record("ticket.reissued", subject=_subject(ticket), by=by, now=now, generation=generation)


def void_ticket(ticket: Ticket, *, reason: str, by: str, now: datetime) -> None:
    """Take back the admission, for ever. A void ticket keeps its first reason."""
    if ticket.state is TicketState.VOID:
        return
    _change(ticket, state=TicketState.VOID, voided_at=now, void_reason=reason)
    audit.record("ticket.voided", subject=_subject(ticket), by=by, now=now, reason=reason)


def rotate_key(*, by: str, now: datetime) -> TicketKey:
    """Sign with a new key from now on; codes of older keys stay good. Raises NoKeysLeft."""
    db.session.execute(update(TicketKey).where(TicketKey.retired_at.is_(None)).values(retired_at=now))
    key = _new_key(after=_newest_key_id(), now=now)
    audit.record("ticket_key.rotated", subject=("ticket_key", str(key.id)), by=by, now=now)
    return key


def revoke_key(key_id: int, *, by: str, now: datetime) -> int:
    """Believe no code of a stolen key any more, and re-issue its valid tickets; says how many those are."""
    key = db.session.get(TicketKey, key_id)
    if key is None or key.revoked_at is not None:
        raise NotFound()
    key.revoked_at = now
    key.retired_at = key.retired_at or now
    db.session.flush()
    reissued = _move_valid_tickets(from_key=key_id, to_key=_signing_key(now=now))
    audit.record("ticket_key.revoked", subject=("ticket_key", str(key_id)), by=by, now=now, reissued=reissued)
    return reissued


def _signing_key(*, now: datetime) -> int:
    return find_signing_key() or _first_key(now=now)


def _first_key(*, now: datetime) -> int:
    """Many may want the first ticket at once: the database lets one make its key, and the others use it.

    The newest number is read before looking for a key once more: a key that came in between is then seen here,
    and one that comes later is met at its number.
    """
    newest = _newest_key_id()
    made_meanwhile = find_signing_key()
    if made_meanwhile is not None:
        return made_meanwhile
    try:
        with db.session.begin_nested():
            return _new_key(after=newest, now=now).id
    except IntegrityError:
        key = find_signing_key()
        if key is None:
            raise
        return key


def _newest_key_id() -> int | None:
    return db.session.scalar(select(func.max(TicketKey.id)))


def _new_key(*, after: int | None, now: datetime) -> TicketKey:
    private = Ed25519PrivateKey.generate()
    key = TicketKey(
        id=next_key_id(after),
        public_key=private.public_key().public_bytes_raw(),
        sealed_private_key=seal(SEALED_FOR, private.private_bytes_raw()),
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    return key


def _change(ticket: Ticket, **values: Any) -> None:
    """Write only if nobody changed the ticket since it was read; else raises IllegalMove."""
    unchanged = (
        Ticket.id == ticket.id,
        Ticket.state == ticket.state,
        Ticket.generation == ticket.generation,
    )
    statement = update(Ticket).where(*unchanged).values(**values).returning(Ticket.id)
    if db.session.scalar(statement, execution_options={"synchronize_session": False}) is None:
        raise IllegalMove()
    db.session.refresh(ticket)


def _move_valid_tickets(*, from_key: int, to_key: int) -> int:
    """The key alone makes the codes new; raising generations too, one that is full would stop them all."""
    of_the_key = (Ticket.key_id == from_key, Ticket.state == TicketState.VALID)
    statement = update(Ticket).where(*of_the_key).values(key_id=to_key).returning(Ticket.id)
    return len(db.session.scalars(statement).all())


def _subject(ticket: Ticket) -> tuple[str, str]:
    return "ticket", ticket.number
