"""Reads about tickets: the code of a ticket, the ticket of a code, and the keys behind both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import bindparam, select

from eventhub.core.errors import NotFound
from eventhub.core.keys import unseal
from eventhub.db import connection, db
from eventhub.tickets.models import Ticket, TicketKey
from eventhub.tickets.signing import BadCode, TicketClaim, sign, verify

SEALED_FOR = "ticket-keys"
_SEALED_KEY = select(TicketKey.sealed_private_key).where(TicketKey.id == bindparam("key"))

_IS_USABLE = (TicketKey.retired_at.is_(None), TicketKey.revoked_at.is_(None))
_SIGNING_KEY = select(TicketKey.id).where(*_IS_USABLE).order_by(TicketKey.id.desc()).limit(1)


class Signable(Protocol):
    """A ticket, or as much of its row as its code says."""

    @property
    def number(self) -> str: ...
    @property
    def key_id(self) -> int: ...
    @property
    def event_id(self) -> int: ...
    @property
    def secret(self) -> bytes: ...
    @property
    def generation(self) -> int: ...


def code_of(ticket: Ticket) -> str:
    """The ticket's current code. It is signed anew each time, and always comes out the same."""
    return codes_of([ticket])[ticket.number]


def codes_of(tickets: Sequence[Signable]) -> dict[str, str]:
    """The codes of several tickets by their numbers; one statement for each key that signed some of them."""
    keys = {key: _private_key(key) for key in {ticket.key_id for ticket in tickets}}
    return {ticket.number: sign(_claim(ticket), keys[ticket.key_id]) for ticket in tickets}


def _private_key(key_id: int) -> Ed25519PrivateKey:
    sealed = connection().execute(_SEALED_KEY, {"key": key_id}).scalar_one()
    return Ed25519PrivateKey.from_private_bytes(unseal(SEALED_FOR, sealed))


def _claim(ticket: Signable) -> TicketClaim:
    return TicketClaim(
        key_id=ticket.key_id,
        event_number=ticket.event_id,
        ticket_id=ticket.secret,
        generation=ticket.generation,
    )


def signing_key() -> tuple[int, Ed25519PrivateKey]:
    """The key that signs new tickets, with its id. Raises NotFound before the very first ticket."""
    key_id = find_signing_key()
    if key_id is None:
        raise NotFound()
    return key_id, _private_key(key_id)


def find_by_code(text: str) -> tuple[Ticket, TicketClaim] | None:
    """The ticket of a code and what the code claims, whatever its state; None when we did not sign it.

    Whether the code is the ticket's last one says `rules.is_current`.
    """
    try:
        claim = verify(text, public_keys())
    except BadCode:
        return None
    ticket = db.session.scalars(select(Ticket).where(Ticket.secret == claim.ticket_id)).one_or_none()
    return None if ticket is None else (ticket, claim)


def get_by_code(text: str) -> tuple[Ticket, TicketClaim]:
    """As find_by_code; raises NotFound instead of None."""
    found = find_by_code(text)
    if found is None:
        raise NotFound()
    return found


def public_keys() -> dict[int, Ed25519PublicKey]:
    """The keys whose codes we believe, by their id: all but the revoked."""
    rows = db.session.execute(
        select(TicketKey.id, TicketKey.public_key)
        .where(TicketKey.revoked_at.is_(None))
        .order_by(TicketKey.id)
    )
    return {key_id: Ed25519PublicKey.from_public_bytes(public) for key_id, public in rows}


def find_signing_key() -> int | None:
    """The id of the key that signs new tickets."""
    return connection().execute(_SIGNING_KEY).scalar()
