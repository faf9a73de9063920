"""Which run of a scheduled job was begun last: what lets each happen once, however many workers there are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base


class JobSlot(Base):
    """A kind of job, and the moment of the schedule that was begun last."""

    __tablename__ = "job_slots"

    kind: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
