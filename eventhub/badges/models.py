"""Which badges were printed, and how an event prints them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.accounts.models import User
from eventhub.badges.rules import Layout
from eventhub.checkin.devices.models import Device
from eventhub.db import Base
from eventhub.events.models import Event
from eventhub.tickets.models import Ticket


class BadgePlan(Base):
    """With which layout the crew of an event prints a badge on arrival; without a row, or not `on_arrival`, none."""

    __tablename__ = "badge_plans"

    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), primary_key=True, autoincrement=False)
    on_arrival: Mapped[bool]
    layout: Mapped[Layout]


class BadgePrinting(Base):
    """One document with badges. `submission_key` is the form's own: the same form twice is one printing.

    `language` is empty for each person's own. `reason`: why somebody's badge was printed once more. Either a person
    printed it or a paired phone.
    """

    __tablename__ = "badge_printings"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("submission_key"),
        Index("ix_badge_printings_event_id", "event_id", "printed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    submission_key: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    layout: Mapped[Layout]
    language: Mapped[str]
    reason: Mapped[str | None]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    device_id: Mapped[int | None] = mapped_column(ForeignKey(Device.id))
    printed_at: Mapped[datetime]


class BadgePrint(Base):
    """A ticket's badge in a printing. `copy` counts the prints of the ticket from 1: only one can be its first."""

    __tablename__ = "badge_prints"
    __table_args__ = (
        UniqueConstraint("ticket_id", "copy"),
        CheckConstraint("copy > 0", name="copy_positive"),
    )

    printing_id: Mapped[int] = mapped_column(ForeignKey(BadgePrinting.id), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey(Ticket.id), primary_key=True)
    copy: Mapped[int]
    position: Mapped[int]
