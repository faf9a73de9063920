"""Check-in points with their gates, scans, and who is inside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.db import Base
from eventhub.events.models import Event, Session
from eventhub.tickets.models import Ticket

_IS_WHOLE_EVENT = text("kind = 'event'")


class CheckInPoint(Base):
    """What tickets are checked in to, and by which rules; each change of them is another `version`.

    Without hours of its own it has those of its session, else those of the event. `types` None admits every ticket,
    else it maps the public ids of ticket types to [opens_at, closes_at] in ISO 8601 or null. `questions` are ticked at
    the door: [{"id", "text" per language, "required"}]. `most_inside` is what the site allows at once; it is
    watched, and turns nobody away.
    """

    __tablename__ = "check_in_points"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR closes_at > opens_at", name="hours_in_order"
        ),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("most_inside > 0", name="most_inside_positive"),
        Index(
            "uq_check_in_points_whole_event",
            "event_id",
            unique=True,
            sqlite_where=_IS_WHOLE_EVENT,
            postgresql_where=_IS_WHOLE_EVENT,
        ),
        Index("ix_check_in_points_event_id", "event_id"),
        Index("ix_check_in_points_session_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    kind: Mapped[PointKind]
    name: Mapped[dict[str, str]]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"))
    mode: Mapped[Mode]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    types: Mapped[dict[str, list[str | None]] | None] = mapped_column(JSON(none_as_null=True))
    booked_only: Mapped[bool]
    paid_only: Mapped[bool]
    most_inside: Mapped[int | None]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    version: Mapped[int]

    session: Mapped[Session | None] = relationship()


class Gate(Base):
    """A door at which one point is checked; a point may have several."""

    __tablename__ = "gates"
    __table_args__ = (
        UniqueConstraint("public_id"),
        Index("ix_gates_event_id", "event_id"),
        Index("ix_gates_point_id", "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("check_in_points.id"))
    name: Mapped[dict[str, str]]

    event: Mapped[Event] = relationship()
    point: Mapped[CheckInPoint] = relationship()


class Scan(Base):
    """Every showing of a ticket, also the refused ones; never changed. Undoing one is another scan.

    `scan_id` is made by whoever scans, so a repeated request finds its answer: the stored verdict. `moment` is what
    the verdict speaks of, `ticked` the questions (ids) that were ticked at the door, `mode` that of the rules which
    judged it (old scans have none). Made without network it has what its phone knew: its counter, its clock then and
    how far that was off, and when its list was made (`listed_at`); where that clock was no good, `is_time_trusted` is
    false.
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
    point_id: Mapped[int] = mapped_column(ForeignKey("check_in_points.id"))
    rules_version: Mapped[int]
    mode: Mapped[Mode | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    direction: Mapped[Direction]
    verdict: Mapped[Verdict]
    source: Mapped[ScanSource]
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("gate_devices.id"))
    moment: Mapped[datetime | None]
    first_gate: Mapped[dict[str, str] | None]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))
    reason: Mapped[str | None]
    ticked: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    device_seq: Mapped[int | None]
    device_at: Mapped[datetime | None]
    offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    listed_at: Mapped[datetime | None]
    is_time_trusted: Mapped[bool] = mapped_column(default=True)

    gate: Mapped[Gate | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship()


class Presence(Base):
    """Whether a ticket is inside at a point, by the scan that moved it last. One row, so only one can win it.

    `since` and `gate_id` are of the last move, `entered_at` and `entry_gate_id` of the last admission.
    """

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_point_id", "point_id", "is_inside"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    point_id: Mapped[int] = mapped_column(
        ForeignKey("check_in_points.id"), primary_key=True, autoincrement=False
    )
    is_inside: Mapped[bool]
    scan_id: Mapped[str]
    since: Mapped[datetime]
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gates.id"))
    entered_at: Mapped[datetime]
    entry_gate_id: Mapped[int | None] = mapped_column(ForeignKey("gates.id"))
