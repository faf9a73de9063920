"""The directory of organisations as tables: universities and companies, and every spelling by which each is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventhub.db import Base


class Organisation(Base):
    """A partner by the names that it uses in public, per language. `country` is ISO 3166-1 alpha-2, or empty."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("public_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    name: Mapped[dict[str, str]]
    country: Mapped[str]
    created_at: Mapped[datetime]

    spellings: Mapped[list[Spelling]] = relationship(back_populates="organisation", order_by="Spelling.id")


class Spelling(Base):
    """A name as somebody may type it; `key` is what it is found by (rules.key_of), and stands for one organisation.

    The public names are among them; `is_public` tells which.
    """

    __tablename__ = "organisation_spellings"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_organisation_spellings_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    text: Mapped[str]
    key: Mapped[str]
    is_public: Mapped[bool]

    organisation: Mapped[Organisation] = relationship(back_populates="spellings")
