"""Ticket types of an event, its named pools, and what somebody owes for a place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.billing.models import Invoice
from eventhub.db import Base
from eventhub.events.models import CapacityPool
from eventhub.registration.types.rules import Access, Paying, PaymentState, PoolKind


class TicketType(Base):
    """One of the kinds of ticket of an event. `price` is in minor units.

    `pool_id` None: as many as the event has places. Else a pool of its own, or a named one. `code_pool_id` counts how
    often the invitation code may be used. `badge_colour`: one of the colours of events; None: the event's own.
    """

    __tablename__ = "ticket_types"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("(paying = 'free') = (price = 0)", name="free_costs_nothing"),
        CheckConstraint("(access = 'code') = (code_hash IS NOT NULL)", name="code_when_asked"),
        CheckConstraint("code_pool_id IS NULL OR code_hash IS NOT NULL", name="uses_of_a_code"),
        CheckConstraint("least > 0 AND most >= least", name="group_in_order"),
        CheckConstraint("youngest IS NULL OR oldest IS NULL OR oldest >= youngest", name="ages_in_order"),
        CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name="window_in_order"
        ),
        Index("ix_ticket_types_event_id", "event_id"),
        Index("ix_ticket_types_pool_id", "pool_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    position: Mapped[int]
    name: Mapped[dict[str, str]]
    help: Mapped[dict[str, str]]
    access: Mapped[Access]
    code_hash: Mapped[str | None]
    code_pool_id: Mapped[int | None] = mapped_column(ForeignKey("capacity_pools.id"))
    allowed: Mapped[list[str]] = mapped_column(JSON)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    price: Mapped[int]
    currency: Mapped[str]
    paying: Mapped[Paying]
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("capacity_pools.id"))
    least: Mapped[int]
    most: Mapped[int]
    needs_approval: Mapped[bool]
    youngest: Mapped[int | None]
    oldest: Mapped[int | None]
    badge_colour: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class NamedPool(Base):
    """A pool of an event with a name: shared by several types, or held back.

    A hold's whole capacity is taken in the pool `parent_id`, so whoever takes from the hold takes from it alone; a
    shared pool's places are its parent's too. `released_at`: what the hold did not use went back.
    """

    __tablename__ = "named_pools"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint("pool_id <> parent_id", name="not_its_own_parent"),
        CheckConstraint("kind = 'shared' OR parent_id IS NOT NULL", name="held_in_a_pool"),
        CheckConstraint("kind <> 'shared' OR releases_at IS NULL", name="only_holds_are_released"),
        Index("ix_named_pools_event_id", "event_id"),
        Index("ix_named_pools_parent_id", "parent_id"),
        Index("ix_named_pools_releases_at", "releases_at"),
    )

    pool_id: Mapped[int] = mapped_column(ForeignKey("capacity_pools.id"), primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    name: Mapped[dict[str, str]]
    kind: Mapped[PoolKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("capacity_pools.id"))
    releases_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    pool: Mapped[CapacityPool] = relationship(foreign_keys=[pool_id])


class Payment(Base):
    """What a registration owes, as it was shown to whoever registered. It moves apart from the registration.

    `method` and `reference` say how it was paid, `reason` why it need not be. `invoice_id`: the
    invoice by which it is asked for.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(state = 'paid') = (method IS NOT NULL)", name="paid_somehow"),
        CheckConstraint("(state = 'due') = (decided_at IS NULL)", name="decided_at_some_time"),
        Index("ix_payments_state", "state"),
        Index("ix_payments_invoice_id", "invoice_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    state: Mapped[PaymentState]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    paying: Mapped[Paying]
    method: Mapped[str | None]
    reference: Mapped[str | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey(Invoice.id))
