"""Consent: documents with versions, and an append-only ledger of who agreed to which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base


class ConsentDocument(Base):
    """One consent is one document of its own (152-FZ as of 2025-09-01). A new wording is a new version."""

    __tablename__ = "consent_documents"
    __table_args__ = (UniqueConstraint("purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    version: Mapped[int]
    title: Mapped[dict[str, str]]
    body: Mapped[dict[str, str]]
    text_hash: Mapped[str]
    is_required: Mapped[bool]
    published_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ConsentRecord(Base):
    """A line of the ledger: never changed, a withdrawal is another line."""

    __tablename__ = "consent_records"
    __table_args__ = (
        CheckConstraint("act IN ('given', 'withdrawn')", name="act_is_known"),
        Index("ix_consent_records_subject", "subject_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("consent_documents.id"))
    subject_key: Mapped[str]
    context: Mapped[str]
    act: Mapped[str]
    text_hash: Mapped[str]
    method: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
