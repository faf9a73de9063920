"""The office keeps the directory: organisations are added, renamed, known by more spellings, and made one.

Nothing that somebody typed when registering is ever changed by it: the directory only says whom it means.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.core.ids import public_id
from eventhub.core.text import Localised
from eventhub.db import db, refuses
from eventhub.partners.models import Organisation, Spelling
from eventhub.partners.queries import find_by_key
from eventhub.partners.rules import (
    LONGEST_NAME,
    NameTaken,
    OtherMissing,
    SpellingIsPublic,
    SpellingMissing,
    SpellingTaken,
    SpellingTooLong,
    check_organisation,
    key_of,
)

refuses("uq_organisation_spellings_key", NameTaken)


def add_organisation(*, name: Localised, country: str, by: str, now: datetime) -> Organisation:
    """Raises what check_organisation does, and NameTaken."""
    check_organisation(name, country)
    organisation = Organisation(public_id=public_id(), name=dict(name), country=country, created_at=now)
    db.session.add(organisation)
    db.session.flush()
    _publish_names(organisation)
    _record("added", organisation, by=by, now=now, name=name)
    return organisation


def add_typed(text: str, *, language: str, by: str, now: datetime) -> None:
    """A new organisation of this name, as somebody typed it. Known already, it does nothing. Raises SpellingMissing
    and SpellingTooLong."""
    key = _checked_key(text)
    if find_by_key(key) is None:
        add_organisation(name={language: text}, country="", by=by, now=now)


def rename_organisation(
    organisation: Organisation, *, name: Localised, country: str, by: str, now: datetime
) -> None:
    """The names of before stay spellings, so that whoever typed them is still understood. As add_organisation."""
    check_organisation(name, country)
    _lock(organisation)
    old, organisation.name, organisation.country = organisation.name, dict(name), country
    for spelling in organisation.spellings:
        spelling.is_public = False
    _publish_names(organisation)
    _record("renamed", organisation, by=by, now=now, name=[old, name])


def _publish_names(organisation: Organisation) -> None:
    own = {spelling.key: spelling for spelling in organisation.spellings}
    for text in organisation.name.values():
        key = key_of(text)
        if not key:
            continue
        if key in own:
            own[key].text, own[key].is_public = text, True
            continue
        if find_by_key(key) is not None:
            raise NameTaken()
        own[key] = _spell(organisation, text, key, is_public=True)
    db.session.flush()


def _spell(organisation: Organisation, text: str, key: str, *, is_public: bool) -> Spelling:
    spelling = Spelling(text=text, key=key, is_public=is_public)
    organisation.spellings.append(spelling)
    db.session.flush()
    return spelling


def add_spelling(organisation: Organisation | None, text: str, *, by: str, now: datetime) -> None:
    """Whoever typed this means that organisation. Known already, it does nothing.

    Raises OtherMissing, SpellingMissing, SpellingTooLong and SpellingTaken.
    """
    if organisation is None:
        raise OtherMissing()
    _lock(organisation)
    key = _checked_key(text)
    there = find_by_key(key)
    if there is not None:
        if there.id != organisation.id:
            raise SpellingTaken(other=there.name)
        return
    _spell(organisation, text, key, is_public=False)
    _record("spelling_added", organisation, by=by, now=now, spelling=text)


def _checked_key(text: str) -> str:
    key = key_of(text)
    if not key:
        raise SpellingMissing()
    if len(text) > LONGEST_NAME:
        raise SpellingTooLong(most=LONGEST_NAME)
    return key


def remove_spelling(organisation: Organisation, number: int, *, by: str, now: datetime) -> None:
    """Gone already, it does nothing. Raises SpellingIsPublic."""
    spelling = next((one for one in organisation.spellings if one.id == number), None)
    if spelling is None:
        return
    if spelling.is_public:
        raise SpellingIsPublic()
    organisation.spellings.remove(spelling)
    db.session.delete(spelling)
    _record("spelling_removed", organisation, by=by, now=now, spelling=spelling.text)


def merge(organisation: Organisation, into: Organisation | None, *, by: str, now: datetime) -> None:
    """Both are one: what this was called are spellings of the other from here on. Raises OtherMissing."""
    if into is None or into.id == organisation.id:
        raise OtherMissing()
    _lock(organisation, into)
    moved = update(Spelling).where(Spelling.organisation_id == organisation.id)
    db.session.execute(
        moved.values(organisation_id=into.id, is_public=False),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()
    _record("merged", organisation, by=by, now=now, into=into.public_id, name=organisation.name)
    db.session.delete(organisation)
    db.session.flush()


def remove_organisation(organisation: Organisation, *, by: str, now: datetime) -> None:
    """What people typed stays as they typed it."""
    _lock(organisation)
    for spelling in db.session.scalars(select(Spelling).filter_by(organisation_id=organisation.id)).all():
        db.session.delete(spelling)
    db.session.flush()
    _record("removed", organisation, by=by, now=now, name=organisation.name)
    db.session.expire(organisation, ["spellings"])
    db.session.delete(organisation)
    db.session.flush()


def _lock(*organisations: Organisation) -> None:
    """Until the end nobody else changes them, or makes one of them another. Raises NotFound for who is gone."""
    ids = [one.id for one in organisations]
    query = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    rows = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    if len(rows) != len(ids):
        raise NotFound()


def _record(deed: str, organisation: Organisation, *, by: str, now: datetime, **detail: object) -> None:
    subject = ("organisation", organisation.public_id)
    audit.record(f"organisation.{deed}", subject=subject, by=by, now=now, **detail)
