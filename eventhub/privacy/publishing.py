"""A new version of a consent text: who agreed to an older one agreed to that one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from eventhub import audit
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.text import LANGUAGES, N_, Localised
from eventhub.db import db
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentDocument
from eventhub.privacy.rules import text_hash


class NotInBoth(Refusal):
    sentence = N_("Write the title and the text in English and in Russian.")
    status = 422
    field = "title_en"


class NothingNew(Refusal):
    sentence = N_("This is the text that is in force already.")
    status = 422
    field = "body_en"


class NewerThere(Refusal):
    sentence = N_("Somebody published a newer version meanwhile. Look at it first.")


def publish_version(
    purpose: str, *, after: int, title: Localised, body: Localised, by: str, now: datetime
) -> ConsentDocument:
    """Replace version `after` of this text. Raises NotFound, NotInBoth, NothingNew and NewerThere.

    Nobody's line in the ledger changes: each says which version it was about.
    """
    held = select(ConsentDocument).where(
        ConsentDocument.purpose == purpose, ConsentDocument.retired_at.is_(None)
    )
    old = db.session.scalars(held.with_for_update()).one_or_none()
    if old is None:
        raise NotFound()
    if old.version != after:
        raise NewerThere()
    if not all(text.get(language) for text in (title, body) for language in LANGUAGES):
        raise NotInBoth()
    if text_hash(title, body) == old.text_hash:
        raise NothingNew()
    new = publish_consent(purpose=purpose, title=title, body=body, is_required=old.is_required, now=now)
    subject = ("consent_document", purpose)
    audit.record(
        "consent.published", subject=subject, by=by, now=now, version=new.version, hash=new.text_hash
    )
    return new
