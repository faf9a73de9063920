"""A phone that works at the gates of one event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.checkin.devices.rules import Profile
from eventhub.db import Base


class Device(Base):
    """A phone, and for how long and where it may scan.

    Until it is paired there is a link, good once and until `pairing_until`; `pairing` counts the links. Then only the
    hash of its token is kept. `gates` None: every gate of the event, else the public ids of some. `battery` is
    the percentage that the phone told last.
    """

    __tablename__ = "gate_devices"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("token_hash"),
        CheckConstraint("token_hash IS NULL OR pairing_until IS NULL", name="paired_or_to_be_paired"),
        CheckConstraint("revoked_at IS NULL OR token_hash IS NULL", name="revoked_has_no_token"),
        Index("ix_gate_devices_event_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    name: Mapped[str]
    profile: Mapped[Profile]
    gates: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    expires_at: Mapped[datetime]
    pairing: Mapped[int]
    pairing_until: Mapped[datetime | None]
    token_hash: Mapped[str | None]
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    battery: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    def may_be_paired(self, now: datetime) -> bool:
        """Whether its link is still good."""
        return self.pairing_until is not None and self.pairing_until > now and self.expires_at > now
