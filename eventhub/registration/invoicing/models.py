"""To whom the invoice of a registration or of a whole delegation goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base


class Payer(Base):
    """What somebody told for the invoice: of one registration, or of one delegation for all of its people.

    `tax_number` is an INN or a VAT id; `email` is where the invoice is sent.
    """

    __tablename__ = "payers"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("registration_id"),
        UniqueConstraint("delegation_id"),
        CheckConstraint("(registration_id IS NULL) <> (delegation_id IS NULL)", name="of_one_thing"),
        Index("ix_payers_event_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegations.id"))
    name: Mapped[str]
    address: Mapped[str]
    country: Mapped[str]
    tax_number: Mapped[str]
    reference: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    told_at: Mapped[datetime]
