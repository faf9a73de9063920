"""Sealed values: single fields that lie encrypted, bound to their place, and whose every opening is written down.

An owner is (kind, id), for instance ("registration", its public id). The key comes from the environment, so neither the
database nor a backup of it opens anything.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub.core.keys import field_key_mark, seal_field, unseal_field
from eventhub.db import connection, db, rows_changed
from eventhub.privacy.models import SealedOpening, SealedValue
from eventhub.privacy.rules import DataClass, NothingSealed, WhyMissing

Owner = tuple[str, str]
AT_ONCE = 100
OWNERS_AT_ONCE = 1000  # a database takes only so many parameters


def seal_value(
    owner: Owner, field: str, text: str, now: datetime, *, data_class: DataClass = DataClass.VISA
) -> None:
    """Store the text encrypted; what stood in this field before is gone. The class decides how long it is kept."""
    seal_values(owner, {field: (text, data_class)}, now)
    db.session.expire_all()


def seal_values(owner: Owner, texts: Mapping[str, tuple[str, DataClass]], now: datetime) -> None:
    """As seal_value, several fields in one statement; rows that were read before stay as they were read."""
    rows = [
        {
            "owner_kind": owner[0],
            "owner_id": owner[1],
            "field": field,
            "data_class": data_class,
            "key_mark": field_key_mark(),
            "ciphertext": seal_field(text.encode(), about=_place(owner, field)),
            "sealed_at": now,
            "removed_at": None,
        }
        for field, (text, data_class) in texts.items()
    ]
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    new = dialect.insert(SealedValue).values(rows)
    identity = ("owner_kind", "owner_id", "field")
    written = {name: new.excluded[name] for name in rows[0] if name not in identity}
    connection().execute(new.on_conflict_do_update(index_elements=identity, set_=written))


def read_own(owner: Owner) -> dict[str, str]:
    """All texts of this owner by field, for the rules and for the owner; nobody of the staff is shown them."""
    query = select(SealedValue).where(*_is(owner), SealedValue.ciphertext.is_not(None))
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.field: _text(row) for row in rows}


def read_own_of(kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """As read_own, of many owners of a kind in one statement for a thousand, by their ids."""
    found: dict[str, dict[str, str]] = {}
    for first in range(0, len(ids), OWNERS_AT_ONCE):
        theirs = (
            SealedValue.owner_kind == kind,
            SealedValue.owner_id.in_(ids[first : first + OWNERS_AT_ONCE]),
        )
        query = select(SealedValue).where(*theirs, SealedValue.ciphertext.is_not(None))
        for row in db.session.scalars(query.execution_options(populate_existing=True)):
            found.setdefault(row.owner_id, {})[row.field] = _text(row)
    return found


def remove_fields(owner: Owner, fields: Collection[str], *, now: datetime) -> None:
    """The values of these fields go; that there were some stays."""
    gone = update(SealedValue).where(
        *_is(owner), SealedValue.field.in_(fields), SealedValue.removed_at.is_(None)
    )
    rows_changed(gone.values(ciphertext=None, removed_at=now))


def open_value(owner: Owner, field: str, by: str, why: str, now: datetime) -> str:
    """The text, for who says why; the opening is written down, and the owner sees it.

    Raises WhyMissing, and NothingSealed when it was never stored or its time is over.
    """
    if not why.strip():
        raise WhyMissing()
    found = db.session.scalars(
        select(SealedValue).where(*_is(owner), SealedValue.field == field)
    ).one_or_none()
    if found is None or found.ciphertext is None:
        raise NothingSealed()
    db.session.add(SealedOpening(owner_kind=owner[0], owner_id=owner[1], field=field, by=by, why=why, at=now))
    db.session.flush()
    return _text(found)


def list_sealed(owner: Owner) -> Sequence[SealedValue]:
    """What lies sealed for this owner, unopened, by field."""
    return db.session.scalars(select(SealedValue).where(*_is(owner)).order_by(SealedValue.field)).all()


def list_openings(*owners: Owner) -> Sequence[SealedOpening]:
    """Who opened what of these owners, the newest first."""
    each = [and_(SealedOpening.owner_kind == kind, SealedOpening.owner_id == of) for kind, of in owners]
    query = select(SealedOpening).where(or_(false(), *each))
    return db.session.scalars(query.order_by(SealedOpening.id.desc())).all()


def remove_sealed(owner: Owner, *, now: datetime, data_class: DataClass | None = None) -> int:
    """The values of this owner go, of one class or all; that there were some stays. How many."""
    only = () if data_class is None else (SealedValue.data_class == data_class,)
    gone = update(SealedValue).where(*_is(owner), *only, SealedValue.removed_at.is_(None))
    removed = rows_changed(gone.values(ciphertext=None, removed_at=now))
    db.session.expire_all()
    return removed


def seal_anew(*, limit: int = AT_ONCE) -> int:
    """Bring some of the values that lie under an older key under the newest; how many. Zero: all are."""
    old = select(SealedValue).where(
        SealedValue.key_mark != field_key_mark(), SealedValue.ciphertext.is_not(None)
    )
    rows = db.session.scalars(old.order_by(SealedValue.id).limit(limit).with_for_update()).all()
    for row in rows:
        text = _text(row)
        row.ciphertext = seal_field(text.encode(), about=_place((row.owner_kind, row.owner_id), row.field))
        row.key_mark = field_key_mark()
    db.session.flush()
    return len(rows)


def _text(row: SealedValue) -> str:
    place = _place((row.owner_kind, row.owner_id), row.field)
    return unseal_field(row.ciphertext or b"", mark=row.key_mark, about=place).decode()


def _is(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (SealedValue.owner_kind == owner[0], SealedValue.owner_id == owner[1])


def _place(owner: Owner, field: str) -> bytes:
    """What the ciphertext is bound to: copied to another row it does not open."""
    return json.dumps(["sealed_values", *owner, field]).encode()
