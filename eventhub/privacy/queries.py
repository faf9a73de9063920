"""Reads of consent documents and of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.privacy.models import ConsentDocument


def list_consent_documents(*, purpose: str | None = None) -> Sequence[ConsentDocument]:
    """The wordings in force, required ones first; with a purpose, also the retired ones of it."""
    query = select(ConsentDocument).order_by(ConsentDocument.is_required.desc(), ConsentDocument.id)
    if purpose is not None:
        return db.session.scalars(query.where(ConsentDocument.purpose == purpose)).all()
    return db.session.scalars(query.where(ConsentDocument.retired_at.is_(None))).all()


def get_consent_document(purpose: str, version: int) -> ConsentDocument:
    """Raises NotFound."""
    query = select(ConsentDocument).where(
        ConsentDocument.purpose == purpose, ConsentDocument.version == version
    )
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise NotFound()
    return document
