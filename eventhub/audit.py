"""Who did what to what, and when: one table, in which deeds are added and never changed.

Values that name a person leave the detail of a deed with that person's data; the deed, its actor and its moment stay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, false, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base, connection, db

# Deeds that let data go hold none themselves, and prove that they were done.
FORGETTING = "retention."


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


def list_about(subjects: Collection[tuple[str, str]]) -> Sequence[AuditEntry]:
    """Every deed done to one of these things, (kind, id), the oldest first."""
    return db.session.scalars(select(AuditEntry).where(_about(subjects)).order_by(AuditEntry.id)).all()


def empty_details(subjects: Collection[tuple[str, str]], *, now: datetime) -> None:
    """The old and new values of these things go from the log, since they name somebody who is forgotten."""
    named = (_about(subjects), ~AuditEntry.action.startswith(FORGETTING))
    emptied = update(AuditEntry).where(*named).values(detail={"removed_at": now.isoformat()})
    db.session.execute(emptied, execution_options={"synchronize_session": False})


def _about(subjects: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    each = [and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id == of) for kind, of in subjects]
    return or_(false(), *each)
