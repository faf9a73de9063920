"""Texts of consents: a new version is looked at, published, and changes nobody's consent to an older one."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import NotFound
from eventhub.db import db, transaction
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.privacy.publishing import NewerThere, NothingNew, NotInBoth, publish_version
from eventhub.privacy.rules import text_hash
from tests.web.reading import error_of, fields, texts

TEXTS = "/organiser/privacy/texts"
TITLE = {"en": "Processing", "ru": "Обработка"}
BODY = {"en": "We keep **your name**.", "ru": "Мы храним имя."}


def versions() -> list[tuple[int, bool]]:
    """Number, and whether it is in force."""
    db.session.rollback()
    db.session.expire_all()
    query = select(ConsentDocument).where(ConsentDocument.purpose == "processing")
    found = db.session.scalars(query.order_by(ConsentDocument.version))
    return [(one.version, one.retired_at is None) for one in found]


def typed(officer: FlaskClient, **changes: str) -> dict[str, str]:
    return {**fields(officer.get(f"{TEXTS}/processing"), form="//form[@class='form']"), **changes}


def test_a_new_version_is_previewed_and_published(
    officer: FlaskClient, client: FlaskClient, own: str
) -> None:
    before = len(versions())
    agreed = [(one.document_id, one.text_hash) for one in db.session.scalars(select(ConsentRecord))]
    new = typed(officer, title_en="New", title_ru="Новое", body_en="**Bold**", body_ru="Текст")
    preview = officer.post(f"{TEXTS}/processing", data={**new, "preview": "1"})
    unchanged = len(versions())
    published = officer.post(f"{TEXTS}/processing", data=new)
    after = versions()

    assert (preview.status_code, texts(preview, "//section//strong")) == (200, ["Bold"])
    assert (before, unchanged, published.status_code) == (1, 1, 302)
    assert after == [(1, False), (2, True)]
    assert [(one.document_id, one.text_hash) for one in db.session.scalars(select(ConsentRecord))] == agreed
    assert client.get("/privacy/processing/1").status_code == 200
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == (
        "consent.published"
    )


def test_what_is_missing_or_not_new_is_said_and_what_was_typed_stays(officer: FlaskClient, own: str) -> None:
    missing = officer.post(f"{TEXTS}/processing", data=typed(officer, title_ru="", title_en="Kept"))
    officer.post(
        f"{TEXTS}/processing", data=typed(officer, title_en="A", title_ru="Б", body_en="c", body_ru="г")
    )
    same = officer.post(f"{TEXTS}/processing", data=typed(officer))

    assert (missing.status_code, error_of(missing, "title_en")) == (
        422,
        "Error: Write the title and the text in English and in Russian.",
    )
    assert "Kept" in missing.text
    assert (same.status_code, error_of(same, "body_en")) == (
        422,
        "Error: This is the text that is in force already.",
    )


def test_the_list_leads_to_each_text_and_unknown_ones_are_not_there(officer: FlaskClient, own: str) -> None:
    page = officer.get(TEXTS)

    assert f"{TEXTS}/processing" in page.text
    assert officer.get(f"{TEXTS}/unknown").status_code == 404


def test_the_command_replaces_the_version_that_was_shown_alone(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        publish_consent(purpose="processing", title=TITLE, body=BODY, is_required=True, now=now)
    new = {"en": "Other", "ru": "Другой"}
    with transaction():
        second = publish_version("processing", after=1, title=TITLE, body=new, by="officer", now=now)
        facts = (second.version, second.is_required, second.text_hash)

    assert facts == (2, True, text_hash(TITLE, new))
    for refusal, after, body in ((NewerThere, 1, BODY), (NothingNew, 2, new), (NotInBoth, 2, {"en": "x"})):
        with pytest.raises(refusal), transaction():
            publish_version("processing", after=after, title=TITLE, body=body, by="officer", now=now)
    with pytest.raises(NotFound), transaction():
        publish_version("unknown", after=1, title=TITLE, body=BODY, by="officer", now=now)
    assert versions() == [(1, False), (2, True)]
