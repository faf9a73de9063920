"""Sealed values: unreadable in the database, bound to their place, every opening told, and a key that can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eventhub.core import keys
from eventhub.db import db, transaction
from eventhub.privacy.models import SealedValue
from eventhub.privacy.rules import DataClass, NothingSealed, WhyMissing
from eventhub.privacy.sealed import (
    list_openings,
    list_sealed,
    open_value,
    remove_sealed,
    seal_anew,
    seal_value,
)

OWNER = ("registration", "abc")
PASSPORT = "4509 123456 Ёлкин 李 '\"\\"


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    keys.configure_field_keys(())


def seal(
    text: str = PASSPORT, *, field: str = "passport", now: datetime, owner: tuple[str, str] = OWNER
) -> None:
    with transaction():
        seal_value(owner, field, text, now)


def opened(field: str = "passport", *, now: datetime, owner: tuple[str, str] = OWNER) -> str:
    with transaction():
        return open_value(owner, field, "officer", "visa letter", now)


def test_what_is_sealed_is_read_back_and_lies_nowhere_in_the_clear(
    both: Flask, app: Flask, now: datetime
) -> None:
    seal(now=now)

    row = db.session.scalars(select(SealedValue)).one()

    assert opened(now=now) == PASSPORT
    assert b"4509" not in (row.ciphertext or b"")
    assert (row.data_class, row.removed_at) == (DataClass.VISA, None)


def test_every_opening_is_written_down_with_who_when_and_why(both: Flask, app: Flask, now: datetime) -> None:
    seal(now=now)
    opened(now=now)
    opened(now=now)

    lines = list_openings(OWNER)

    assert [(one.field, one.by, one.why, one.at) for one in lines] == [
        ("passport", "officer", "visa letter", now)
    ] * 2


def test_nobody_opens_without_a_reason_or_what_is_not_there(both: Flask, app: Flask, now: datetime) -> None:
    seal(now=now)

    for field, why, refusal in (("passport", "  ", WhyMissing), ("diet", "visa letter", NothingSealed)):
        with pytest.raises(refusal), transaction():
            open_value(OWNER, field, "officer", why, now)
    with pytest.raises(NothingSealed), transaction():
        open_value(("registration", "other"), "passport", "officer", "visa letter", now)

    assert list_openings(OWNER) == []


def test_an_opening_that_is_rolled_back_has_told_nobody_anything(
    both: Flask, app: Flask, now: datetime
) -> None:
    seal(now=now)

    with pytest.raises(RuntimeError), transaction():
        open_value(OWNER, "passport", "officer", "visa letter", now)
        raise RuntimeError

    assert list_openings(OWNER) == []


def test_a_new_text_takes_the_place_of_the_old(both: Flask, app: Flask, now: datetime) -> None:
    seal("old", now=now)
    seal("new", now=now)

    assert opened(now=now) == "new"
    assert len(list_sealed(OWNER)) == 1


def test_a_ciphertext_opens_in_its_own_place_alone(both: Flask, app: Flask, now: datetime) -> None:
    """Whoever can write into the database can't read another's value by moving it under their own name."""
    other = ("registration", "thief")
    seal(now=now)
    seal("mine", now=now, owner=other)
    with transaction():
        stolen = select(SealedValue.ciphertext).where(SealedValue.owner_id == "abc").scalar_subquery()
        db.session.execute(
            update(SealedValue).where(SealedValue.owner_id == "thief").values(ciphertext=stolen)
        )

    with pytest.raises(InvalidTag):
        opened(now=now, owner=other)


def test_what_is_removed_does_not_open_and_leaves_its_mark(both: Flask, app: Flask, now: datetime) -> None:
    seal(now=now)
    with transaction():
        seal_value(OWNER, "diet", "no nuts", now, data_class=DataClass.HEALTH)
    with transaction():
        assert remove_sealed(OWNER, data_class=DataClass.HEALTH, now=now) == 1

    assert [(one.field, one.ciphertext is None, one.removed_at) for one in list_sealed(OWNER)] == [
        ("diet", True, now),
        ("passport", False, None),
    ]
    with pytest.raises(NothingSealed):
        opened("diet", now=now)
    assert opened(now=now) == PASSPORT


def test_the_database_refuses_a_mark_without_removal(both: Flask, app: Flask, now: datetime) -> None:
    seal(now=now)

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(SealedValue).values(removed_at=now))


def test_the_key_changes_while_old_values_stay_readable(both: Flask, app: Flask, now: datetime) -> None:
    seal(now=now)
    keys.configure_field_keys(("first field secret",))
    seal("diet", field="diet", now=now)
    keys.configure_field_keys(("second field secret", "first field secret"))

    assert (opened(now=now), opened("diet", now=now)) == (PASSPORT, "diet")
    with transaction():
        assert (seal_anew(limit=1), seal_anew(), seal_anew()) == (1, 1, 0)

    keys.configure_field_keys(("second field secret",))
    assert (opened(now=now), opened("diet", now=now)) == (PASSPORT, "diet")


def test_a_key_that_is_gone_opens_nothing_and_says_so(both: Flask, app: Flask, now: datetime) -> None:
    keys.configure_field_keys(("first field secret",))
    seal(now=now)
    keys.configure_field_keys(("second field secret",))

    with pytest.raises(keys.KeysNotConfigured):
        opened(now=now)
