"""Gates, scans and who is inside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.db import Base
from eventhub.events.models import Event
from eventhub.tickets.models import Ticket


class Gate(Base):
    """A door of an event."""

    __tablename__ = "gates"
    __table_args__ = (UniqueConstraint("public_id"), Index("ix_gates_event_id", "event_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    name: Mapped[dict[str, str]]

    event: Mapped[Event] = relationship()


class Scan(Base):
    """Every showing of a ticket, also the refused ones; never changed. Undoing one is another scan.

    `scan_id` is made by whoever scans, so a repeated request finds its answer: the stored verdict.
    """

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        CheckConstraint("(verdict = 'undone') = (undoes_id IS NOT NULL)", name="undoing_names_its_scan"),
        Index("ix_scans_event_id", "event_id", "received_at"),
        Index("ix_scans_ticket_id", "ticket_id"),
        UniqueConstraint("undoes_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gates.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    direction: Mapped[Direction]
    verdict: Mapped[Verdict]
    source: Mapped[ScanSource]
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    first_at: Mapped[datetime | None]
    first_gate: Mapped[dict[str, str] | None]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))
    reason: Mapped[str | None]

    gate: Mapped[Gate | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()


class Presence(Base):
    """Whether a ticket is inside, by the scan that let it in. One row a ticket: only one scan can win it."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_event_id", "event_id", "is_inside"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    is_inside: Mapped[bool]
    scan_id: Mapped[str]
    since: Mapped[datetime]
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gates.id"))
