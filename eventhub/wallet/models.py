"""Which phones hold which passes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.tickets.models import Ticket


class PassOnPhone(Base):
    """A pass that a phone wants to hear of. `device` is how the phone calls itself to us, a random name;
    `push_token` is where Apple would wake it.

    `digest` is of the pass when it was last looked at, `changed_at` when it was first seen to be another.
    """

    __tablename__ = "passes_on_phones"
    __table_args__ = (Index("ix_passes_on_phones_ticket_id", "ticket_id"),)

    device: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id))
    push_token: Mapped[str]
    digest: Mapped[str]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
