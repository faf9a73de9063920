"""Answers about health and visas lie sealed: their rows say only that something was answered.

What they say is read for the rules and for the person who answered; for anybody else it is opened, with a reason, and
that is written down (privacy/sealed).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from eventhub.core.text import Localised
from eventhub.db import connection, db
from eventhub.privacy.rules import DataClass as Kept
from eventhub.privacy.sealed import (
    OWNERS_AT_ONCE,
    Owner,
    open_value,
    read_own,
    read_own_of,
    remove_fields,
    seal_values,
)
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.conditions import Value
from eventhub.registration.forms.each import question_in
from eventhub.registration.forms.models import QuestionRow, QuestionVersion
from eventhub.registration.forms.shapes import SEALED
from eventhub.registration.models import Registration

# Stands where the answer would.
LIES_SEALED = {"sealed": True}
_FIELD = "answer:"
_KIND = "registration"


def field_of(public_id: str) -> str:
    """Under which name an answer is sealed: that of the question, or of its copy for a person."""
    return _FIELD + public_id


def owner_of(registration_id: int) -> Owner:
    """Whose the sealed answers of a registration are."""
    return _KIND, connection().execute(_PUBLIC_ID, {"registration": registration_id}).scalar_one()


_PUBLIC_ID = select(Registration.public_id).where(Registration.id == bindparam("registration"))


def is_to_seal(answer: Stored) -> bool:
    """Whether there is something to hide."""
    return answer.question.content.data_class in SEALED and answer.value is not None


def seal_answers(
    registration_id: int, answers: Sequence[Stored], *, replaced: Collection[str], now: datetime
) -> None:
    """Seal those that are to lie sealed, and let go what was sealed for questions that are `replaced` (public ids)."""
    texts = {
        field_of(one.question.public_id): (json.dumps(one.value), Kept(one.question.content.data_class.value))
        for one in answers
        if is_to_seal(one)
    }
    gone = {field_of(name) for name in replaced} - texts.keys()
    if gone:
        remove_fields(owner_of(registration_id), gone, now=now)
    if texts:
        seal_values(owner_of(registration_id), texts, now)


def read_sealed(registration_id: int) -> Mapping[str, Value]:
    """What lies sealed of a registration, by the public ids of the questions."""
    return _values(read_own(owner_of(registration_id)))


def _values(texts: Mapping[str, str]) -> dict[str, Value]:
    return {
        field.removeprefix(_FIELD): json.loads(text)
        for field, text in texts.items()
        if field.startswith(_FIELD)
    }


def with_sealed(registration_id: int, answers: Sequence[Stored]) -> Sequence[Stored]:
    """The same answers, the sealed ones with what they say; None for one whose time is over."""
    if not any(one.is_sealed for one in answers):
        return answers
    return _opened(answers, read_sealed(registration_id))


def with_sealed_of(answers: Mapping[int, Sequence[Stored]]) -> dict[int, Sequence[Stored]]:
    """As with_sealed, of many by the registration's id; two statements for a thousand of whom something lies sealed."""
    owners = _public_ids([number for number, some in answers.items() if any(one.is_sealed for one in some)])
    texts = read_own_of(_KIND, list(owners.values()))
    values = {number: _values(texts.get(owner, {})) for number, owner in owners.items()}
    return {
        number: _opened(some, values[number]) if number in values else some
        for number, some in answers.items()
    }


def _public_ids(registration_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for first in range(0, len(registration_ids), OWNERS_AT_ONCE):
        some = Registration.id.in_(registration_ids[first : first + OWNERS_AT_ONCE])
        rows = db.session.execute(select(Registration.id, Registration.public_id).where(some))
        found.update({row.id: row.public_id for row in rows})
    return found


def _opened(answers: Sequence[Stored], values: Mapping[str, Value]) -> Sequence[Stored]:
    return [
        replace(one, value=values.get(one.question.public_id)) if one.is_sealed else one for one in answers
    ]


def open_answer(registration: Registration, answer: Stored, *, why: str, by: str, now: datetime) -> Stored:
    """What a sealed answer says, for who says why; its owner sees that. Raises WhyMissing and NothingSealed."""
    owner, field = (_KIND, registration.public_id), field_of(answer.question.public_id)
    return replace(answer, value=json.loads(open_value(owner, field, by, why, now)), is_sealed=False)


def labels_of(fields: Iterable[str]) -> dict[str, Localised]:
    """The words of the questions whose answers are sealed under these names."""
    asked = {one: question_in(one.removeprefix(_FIELD)) for one in fields if one.startswith(_FIELD)}
    if not asked:
        return {}
    query = (
        select(QuestionRow.public_id, QuestionVersion.label)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
        .where(QuestionRow.public_id.in_(set(asked.values())), QuestionVersion.number == QuestionRow.version)
    )
    labels = {row.public_id: row.label for row in db.session.execute(query)}
    return {field: labels[name] for field, name in asked.items() if name in labels}


def stored_value(answer: Stored) -> Any:
    """What the answer's row says."""
    return LIES_SEALED if is_to_seal(answer) else answer.value
