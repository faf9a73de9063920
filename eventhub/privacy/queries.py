"""Reads of consent documents and of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from eventhub.core.errors import NotFound
from eventhub.db import connection, db
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.privacy.standing import LedgerLine, Text

_IN_ORDER = select(ConsentDocument).order_by(ConsentDocument.is_required.desc(), ConsentDocument.id)
# Built once: every form of registration asks it.
_IN_FORCE = _IN_ORDER.where(ConsentDocument.retired_at.is_(None))


class Wording(NamedTuple):
    """A consent document as far as agreeing to it needs it."""

    id: int
    is_required: bool
    title: dict[str, str]
    text_hash: str


_WORDINGS = _IN_FORCE.with_only_columns(
    ConsentDocument.id, ConsentDocument.is_required, ConsentDocument.title, ConsentDocument.text_hash
)


def list_wordings_in_force() -> list[Wording]:
    """Required ones first."""
    return [Wording(*row) for row in connection().execute(_WORDINGS)]


def list_consent_documents(*, purpose: str | None = None) -> Sequence[ConsentDocument]:
    """The wordings in force, required ones first; with a purpose, also the retired ones of it."""
    if purpose is None:
        return db.session.scalars(_IN_FORCE).all()
    return db.session.scalars(_IN_ORDER.where(ConsentDocument.purpose == purpose)).all()


def get_consent_document(purpose: str, version: int) -> ConsentDocument:
    """Raises NotFound."""
    query = select(ConsentDocument).where(
        ConsentDocument.purpose == purpose, ConsentDocument.version == version
    )
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise NotFound()
    return document


def list_texts_in_force() -> list[Text]:
    """Required ones first."""
    return [Text(*row) for row in db.session.execute(_TEXTS)]


_TEXTS = _IN_FORCE.with_only_columns(
    ConsentDocument.id,
    ConsentDocument.purpose,
    ConsentDocument.version,
    ConsentDocument.title,
    ConsentDocument.is_required,
)


def list_ledger(subject_key: str, *, context: str | None = None) -> list[LedgerLine]:
    """What this address agreed to and withdrew, in one context or all, the oldest first."""
    query = _LEDGER.where(ConsentRecord.subject_key == subject_key)
    if context is not None:
        query = query.where(ConsentRecord.context == context)
    return [LedgerLine._make(row) for row in db.session.execute(query)]


_LEDGER = (
    select(
        ConsentRecord.id,
        ConsentRecord.context,
        ConsentRecord.act,
        ConsentRecord.at,
        ConsentRecord.method,
        ConsentRecord.address,
        ConsentRecord.guardian_name,
        ConsentRecord.guardian_relation,
        ConsentRecord.text_hash,
        ConsentRecord.document_id,
        ConsentDocument.purpose,
        ConsentDocument.version,
        ConsentDocument.title,
        ConsentDocument.body,
        ConsentDocument.is_required,
    )
    .join(ConsentDocument, ConsentDocument.id == ConsentRecord.document_id)
    .order_by(ConsentRecord.id)
)
