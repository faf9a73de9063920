"""Which phones hold which passes, and which tickets Google may hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.tickets.models import Ticket


class Told:
    """A copy of a pass that we can't take back. `told_digest` is of the pass that its holder was told of last;
    `tries` counts the times in vain since. It is compared with the pass of today at `look_at`."""

    told_digest: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime]


class PassOnPhone(Told, Base):
    """A pass that a phone wants to hear of. `device` is how the phone calls itself to us, a random name;
    `push_token` is where Apple wakes it, empty when Apple doesn't know the phone any more.

    `digest` is of the pass when it was last looked at, `changed_at` when it was first seen to be another.
    """

    __tablename__ = "passes_on_phones"
    __table_args__ = (
        Index("ix_passes_on_phones_ticket_id", "ticket_id"),
        Index("ix_passes_on_phones_look_at", "look_at"),
    )

    device: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id))
    push_token: Mapped[str]
    digest: Mapped[str]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class PassAtGoogle(Told, Base):
    """A ticket that somebody was about to save in Google's Wallet, in one language: Google does not say who did.

    The row goes once Google was told that the ticket is not good any more, or over.
    """

    __tablename__ = "passes_at_google"
    __table_args__ = (
        Index("ix_passes_at_google_ticket_id", "ticket_id"),
        Index("ix_passes_at_google_look_at", "look_at"),
    )

    serial: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id))
    offered_at: Mapped[datetime]
