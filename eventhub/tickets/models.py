"""Tickets and the keys that sign them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base


class TicketState(StrEnum):
    VALID = "valid"
    VOID = "void"


TICKET_MOVES = {TicketState.VALID: frozenset({TicketState.VOID}), TicketState.VOID: frozenset()}


class TicketKey(Base):
    """A signing key, Ed25519. The private half is sealed under the master key; retired keys still verify."""

    __tablename__ = "ticket_keys"
    __table_args__ = (CheckConstraint("id BETWEEN 1 AND 255", name="id_is_a_byte"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Ticket(Base):
    """One attendee's admission to one event. A re-issue raises `generation`, so that older codes stop to work.

    `secret` is the 8 random bytes in the code; `number` is what a person can say. The attendee refers to the
    ticket, not the other way round: who comes lies a floor above.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("secret"),
        UniqueConstraint("number"),
        CheckConstraint("generation BETWEEN 1 AND 255", name="generation_is_a_byte"),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL)", name="voided_at_some_time"),
        Index("ix_tickets_event_id", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    number: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("ticket_keys.id"))
    generation: Mapped[int]
    state: Mapped[TicketState]
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
