"""Who did what to what, and when: one table, one function, nothing is ever changed in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base, connection


class AuditEntry(Base):
    """One deed. `actor` is a user's public id, or who else acted: holder, worker, shell."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]]


_RECORD = insert(AuditEntry)


def record(action: str, *, subject: tuple[str, str], by: str, now: datetime, **detail: Any) -> None:
    """Write the entry with the deed, in the same transaction. `detail` holds old and new values, no secrets."""
    kind, identity = subject
    row = {
        "at": now,
        "actor": by,
        "action": action,
        "subject_kind": kind,
        "subject_id": identity,
        "detail": detail,
    }
    connection().execute(_RECORD, row)
