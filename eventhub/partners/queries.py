"""Reads of the directory: its list, whom a typed name means, and what is offered to who types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventhub.core.errors import NotFound
from eventhub.core.text import Localised
from eventhub.db import connection, db
from eventhub.partners.models import Organisation, Spelling
from eventhub.partners.rules import key_of

# About the partners of an office; a longer list makes each form heavier and helps nobody who types.
MOST_SUGGESTED = 300
PAGE = 50
# Anything else names nobody, and a NUL in a text is an error to PostgreSQL.
_PUBLIC_ID = re.compile(r"[\w-]{1,40}", re.ASCII)
_AT_ONCE = 500  # names in one statement


def list_organisations(text: str = "", *, page: int = 1) -> Sequence[Organisation]:
    """A page of those with a spelling that holds the text, in whatever script; by their first spelling."""
    query = select(Organisation).options(selectinload(Organisation.spellings))
    if key := key_of(text):
        has = select(Spelling.organisation_id).where(Spelling.key.contains(key, autoescape=True))
        query = query.where(Organisation.id.in_(has))
    first = (
        select(Spelling.key)
        .where(Spelling.organisation_id == Organisation.id, Spelling.is_public)
        .order_by(Spelling.id)
        .limit(1)
        .scalar_subquery()
    )
    query = query.order_by(first, Organisation.id).limit(PAGE + 1).offset((page - 1) * PAGE)
    return db.session.scalars(query).all()


def get_organisation(public_id: str) -> Organisation:
    """Raises NotFound."""
    organisation = find_organisation(public_id)
    if organisation is None:
        raise NotFound()
    return organisation


def find_organisation(public_id: str) -> Organisation | None:
    if not _PUBLIC_ID.fullmatch(public_id):
        return None
    return db.session.scalars(select(Organisation).filter_by(public_id=public_id)).one_or_none()


def find_by_name(text: str) -> Organisation | None:
    """Whom this name means, in whatever spelling."""
    return find_by_key(key_of(text))


def find_by_key(key: str) -> Organisation | None:
    """Whom a name with this key (rules.key_of) means."""
    query = select(Organisation).join(Spelling, Spelling.organisation_id == Organisation.id)
    return db.session.scalars(query.where(Spelling.key == key)).one_or_none()


def names_meant(typed: Iterable[str]) -> Mapping[str, Localised]:
    """Of these texts those that the directory knows, each with the public name of whom it means."""
    keys = {text: key_of(text) for text in set(typed)}
    asked = sorted(filter(None, set(keys.values())))
    known: dict[str, Localised] = {}
    for start in range(0, len(asked), _AT_ONCE):
        query = select(Spelling.key, Organisation.name).join(Spelling.organisation)
        rows = db.session.execute(query.where(Spelling.key.in_(asked[start : start + _AT_ONCE])))
        known.update({row.key: row.name for row in rows})
    return {text: known[key] for text, key in keys.items() if key in known}


def list_suggestions() -> list[Localised]:
    """Public names, per language, of who can be offered to somebody who types."""
    return list(connection().execute(_SUGGESTED).scalars())


_SUGGESTED = select(Organisation.name).order_by(Organisation.id).limit(MOST_SUGGESTED)
