"""Consent documents and the ledger of who agreed to which, people's requests, sealed values and their openings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.db import Base
from eventhub.privacy.rules import Act, DataClass, RequestKind, RequestState


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
    """A line of the ledger: never changed, a withdrawal is another line.

    Whoever consents for a minor is named as the guardian. Three years after the event the line keeps what was agreed
    to and when, and `removed_at` says since when no longer who.
    """

    __tablename__ = "consent_records"
    __table_args__ = (
        CheckConstraint("act IN ('given', 'withdrawn')", name="act_is_known"),
        CheckConstraint("(guardian_name IS NULL) = (guardian_relation IS NULL)", name="guardian_is_whole"),
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
    guardian_name: Mapped[str | None]
    guardian_relation: Mapped[str | None]
    removed_at: Mapped[datetime | None]

    @property
    def is_given(self) -> bool:
        return self.act == Act.GIVEN


class SubjectRequest(Base):
    """What somebody asks about their data, and what became of it.

    `registration` is a public id when it was asked by that registration's link and is about it alone; else it is about
    everything that is held under the address. `due_on` is a day of the office's calendar.
    """

    __tablename__ = "subject_requests"
    __table_args__ = (
        UniqueConstraint("public_id"),
        CheckConstraint(
            "(state IN ('answered', 'refused')) = (closed_at IS NOT NULL)", name="closed_when_answered"
        ),
        CheckConstraint("state <> 'extended' OR extension_reason IS NOT NULL", name="extended_for_a_reason"),
        Index("ix_subject_requests_state", "state", "due_on"),
        Index("ix_subject_requests_subject", "subject_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    kind: Mapped[RequestKind]
    state: Mapped[RequestState]
    subject_key: Mapped[str]
    email: Mapped[str]
    full_name: Mapped[str]
    language: Mapped[str]
    registration: Mapped[str | None]
    text: Mapped[str]
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    extension_reason: Mapped[str | None]
    answer: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class SealedValue(Base):
    """One field that lies encrypted, under a key that is not in the database. When its time is over the value goes and
    the row stays. `key_mark` tells which key opens it."""

    __tablename__ = "sealed_values"
    __table_args__ = (
        UniqueConstraint("owner_kind", "owner_id", "field"),
        CheckConstraint("(ciphertext IS NULL) = (removed_at IS NOT NULL)", name="removed_is_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]
    owner_id: Mapped[str]
    field: Mapped[str]
    data_class: Mapped[DataClass]
    key_mark: Mapped[str]
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SealedOpening(Base):
    """Who opened a sealed value, when and why: its owner sees it. Never changed."""

    __tablename__ = "sealed_openings"
    __table_args__ = (Index("ix_sealed_openings_owner", "owner_kind", "owner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]
    owner_id: Mapped[str]
    field: Mapped[str]
    by: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
