"""What phones were given of an event's tickets, and who went in twice because two of them could not know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base


class Manifest(Base):
    """The list of an event, and how its gates work without network. `seq` is its newest entry's.

    `salt` (16 bytes) hides the tickets in it. `admits_unlisted`: a good signature that is not on the list comes in.
    `pin_hash`: names may be searched without network by who knows the PIN; None: they may not.
    """

    __tablename__ = "manifests"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    seq: Mapped[int]
    looked_at: Mapped[datetime]
    admits_unlisted: Mapped[bool]
    pin_hash: Mapped[str | None]


class ManifestEntry(Base):
    """A ticket as phones were told of it last; `digest` notices that there is something new to tell.

    `booked` are the points (ids) whose sessions the person takes part in, `sealed` what a card shows.
    """

    __tablename__ = "manifest_entries"
    __table_args__ = (
        UniqueConstraint("event_id", "lookup"),
        Index("ix_manifest_entries_event_id", "event_id", "seq"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    seq: Mapped[int]
    lookup: Mapped[bytes] = mapped_column(LargeBinary)
    flags: Mapped[int]
    generation: Mapped[int]
    key_id: Mapped[int]
    ticket_type: Mapped[str | None]
    booked: Mapped[list[int]] = mapped_column(JSON())
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class ScanConflict(Base):
    """Two admissions of one ticket at one point, both of which happened; derived from scans, and rebuilt with them."""

    __tablename__ = "scan_conflicts"
    __table_args__ = (
        UniqueConstraint("second_id"),
        Index("ix_scan_conflicts_ticket_id", "ticket_id", "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("check_in_points.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("scans.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("scans.id"))
