"""Who makes invoices of an event, the numbers they get, and the invoices themselves, which never change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventhub.billing.rules import DocumentKind, InvoiceState, document_name
from eventhub.db import Base


class Issuer(Base):
    """Who asks for money, kept once for all events: what stands at the head of invoices. Texts by language.

    `prefix` begins its numbers; it stays once a number was given. With `retired_at` no event can choose it any more.
    """

    __tablename__ = "issuers"
    __table_args__ = (UniqueConstraint("public_id"), UniqueConstraint("prefix"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    prefix: Mapped[str]
    name: Mapped[dict[str, str]]
    address: Mapped[dict[str, str]]
    bank: Mapped[dict[str, str]]
    vat_note: Mapped[dict[str, str]]
    tax_number: Mapped[str]
    revised_at: Mapped[datetime]
    revised_by: Mapped[str]
    retired_at: Mapped[datetime | None]


class EventIssuer(Base):
    """Who makes the invoices of an event."""

    __tablename__ = "event_issuers"
    __table_args__ = (Index("ix_event_issuers_issuer_id", "issuer_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuers.id"))


class Series(Base):
    """The last number that one issuer, known by its prefix, gave in one year. All its events share it."""

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint("last > 0", name="last_positive"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Invoice(Base):
    """An invoice, or the document that cancels one (`cancels_id`). `total` is in minor units, negative when it cancels.

    `issuer` is the prefix of who made it, `search_key` what it is found by (rules.search_key_of). `content` is what
    was printed and `pdf` how: both are written once. Only the state moves. `subject_kind` and `subject_id` say
    whose it is, as in the outbox: a registration or a delegation.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("issuer", "year", "number"),
        UniqueConstraint("cancels_id"),
        CheckConstraint("(kind = 'cancellation') = (cancels_id IS NOT NULL)", name="cancels_something"),
        CheckConstraint("(kind = 'invoice') = (total > 0)", name="total_of_its_kind"),
        CheckConstraint("(state = 'issued') = (settled_at IS NULL)", name="settled_at_some_time"),
        CheckConstraint("kind = 'invoice' OR state = 'issued'", name="a_cancellation_stays"),
        Index("ix_invoices_event_id", "event_id", "id"),
        Index("ix_invoices_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    issuer: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    kind: Mapped[DocumentKind]
    cancels_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"))
    state: Mapped[InvoiceState]
    language: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    content: Mapped[dict[str, Any]]
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    reference: Mapped[str | None]
    reason: Mapped[str | None]
    search_key: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def name(self) -> str:
        """Its number as people write it, with the prefix of its issuer."""
        return document_name(self.issuer, self.year, self.number)
