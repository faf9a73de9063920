"""What privacy itself holds about somebody: consents, requests, sealed values and who opened them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from eventhub.core.subjects import DataSubject
from eventhub.core.tombstones import tombstone
from eventhub.db import db
from eventhub.privacy.models import ConsentRecord, SubjectRequest
from eventhub.privacy.queries import list_ledger
from eventhub.privacy.requests import list_requests_of
from eventhub.privacy.sealed import list_openings, list_sealed, open_value, remove_sealed
from eventhub.privacy.standing import LedgerLine

OWN_EXPORT = "export of one's own data"


def export_consents(subject: DataSubject) -> list[dict[str, Any]]:
    """Every line of the ledger with the text that it was about."""
    contexts = {f"registration:{identity}" for identity in subject.registrations}
    lines = list_ledger(subject.email_key)
    return [
        _consent(line) for line in lines if subject.is_whole or line.context.partition("/")[0] in contexts
    ]


def _consent(line: LedgerLine) -> dict[str, Any]:
    return {
        "purpose": line.purpose,
        "version": line.version,
        "title": line.title,
        "text": line.body,
        "text_hash": line.text_hash,
        "act": line.act,
        "at": line.at,
        "for": line.context,
        "by": line.method,
        "from_address": line.address,
        "guardian": line.guardian_name and {"name": line.guardian_name, "relation": line.guardian_relation},
    }


def export_requests(subject: DataSubject) -> list[dict[str, Any]]:
    """What was asked about these data, and what became of it."""
    if subject.is_whole:
        rows = list(list_requests_of(subject.email_key))
    else:
        rows = [
            row
            for one in subject.registrations
            for row in list_requests_of(subject.email_key, registration=one)
        ]
    return [_request(row) for row in rows]


def _request(row: SubjectRequest) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "state": row.state,
        "text": row.text,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "extended_because": row.extension_reason,
        "answer": row.answer,
        "closed_at": row.closed_at,
    }


def export_sealed(subject: DataSubject, *, now: datetime) -> list[dict[str, Any]]:
    """What lies sealed, opened for its owner alone: a link may have been passed on, so by a link only its names."""
    return [
        {
            "field": value.field,
            "sealed_at": value.sealed_at,
            "removed_at": value.removed_at,
            "text": open_value(owner, value.field, by="holder", why=OWN_EXPORT, now=now)
            if subject.is_whole and value.ciphertext is not None
            else None,
        }
        for owner in subject.names
        for value in list_sealed(owner)
    ]


def export_openings(subject: DataSubject) -> list[dict[str, Any]]:
    """Who opened which sealed value, when and why."""
    return [
        {"field": row.field, "by": row.by, "why": row.why, "at": row.at}
        for owner in subject.names
        for row in list_openings(owner)
    ]


def forget_sealed(subject: DataSubject, *, now: datetime) -> None:
    """Sealed values go at once, whatever their class."""
    for owner in subject.names:
        remove_sealed(owner, now=now)


def list_forgettable_requests(*, closed_before: datetime, limit: int) -> Sequence[str]:
    """Public ids of requests that were closed at this moment or before and still name somebody."""
    query = select(SubjectRequest.public_id).where(
        SubjectRequest.closed_at <= closed_before, SubjectRequest.removed_at.is_(None)
    )
    return db.session.scalars(query.order_by(SubjectRequest.id).limit(limit)).all()


def forget_request(identity: str, *, now: datetime) -> None:
    """That something was asked and answered in time stays; who asked and in which words goes."""
    row = db.session.scalars(
        select(SubjectRequest).where(SubjectRequest.public_id == identity).with_for_update()
    ).one()
    row.email = row.subject_key = f"removed-{identity}@removed.invalid"
    row.full_name, row.text, row.removed_at = tombstone(now), "", now
    row.answer = row.answer and tombstone(now)
    row.extension_reason = row.extension_reason and tombstone(now)
    db.session.flush()


def forget_consent(number: int, *, now: datetime) -> None:
    """What was agreed to and when stays; who it was goes."""
    row = db.session.get_one(ConsentRecord, number, with_for_update=True)
    row.subject_key, row.address, row.removed_at = f"removed-{number}", "", now
    if row.guardian_name is not None:
        row.guardian_name = tombstone(now)
    db.session.flush()


def named_lines() -> ColumnElement[bool]:
    """The lines of the ledger that still say who it was."""
    return ConsentRecord.removed_at.is_(None)
