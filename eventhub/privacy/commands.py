"""Recording consents: each document with its own tick, version, time and address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from eventhub.core.text import Localised
from eventhub.db import connection, db
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.privacy.queries import Wording, list_consent_documents, list_wordings_in_force
from eventhub.privacy.rules import Act, check_required, text_hash

_RECORD = insert(ConsentRecord)


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """Who consents for a minor, and what they are to the child."""

    full_name: str
    relation: str


def publish_consent(
    *, purpose: str, title: Localised, body: Localised, is_required: bool, now: datetime
) -> ConsentDocument:
    """A new wording: the next version of its purpose; the version before is retired."""
    versions = list_consent_documents(purpose=purpose)
    for document in versions:
        document.retired_at = document.retired_at or now
    newest = ConsentDocument(
        purpose=purpose,
        version=max((document.version for document in versions), default=0) + 1,
        title=dict(title),
        body=dict(body),
        text_hash=text_hash(title, body),
        is_required=is_required,
        published_at=now,
    )
    db.session.add(newest)
    db.session.flush()
    return newest


def get_consents(given: Collection[int]) -> list[Wording]:
    """The wordings in force that were agreed to. Raises ConsentMissing when a required one is not among them."""
    wordings = list_wordings_in_force()
    check_required(wordings, given)
    return [wording for wording in wordings if wording.id in given]


def record_consents(
    wordings: Iterable[Wording],
    *,
    subject_key: str,
    context: str,
    address: str,
    method: str,
    now: datetime,
    act: Act = Act.GIVEN,
    guardian: Guardian | None = None,
) -> None:
    """Write one line for every wording that was agreed to, or is agreed to no more."""
    rows = [
        {
            "document_id": wording.id,
            "subject_key": subject_key,
            "context": context,
            "act": act.value,
            "text_hash": wording.text_hash,
            "method": method,
            "address": address,
            "at": now,
            "guardian_name": guardian and guardian.full_name,
            "guardian_relation": guardian and guardian.relation,
        }
        for wording in wordings
    ]
    if rows:
        connection().execute(_RECORD, rows)
