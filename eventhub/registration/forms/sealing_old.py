"""Answers that were stored before those of their class lay sealed: each is sealed once (docs/adr/0015).

The keys are outside the database, so that a migration could not do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, String, bindparam, cast, select, update

from eventhub.db import db, rows_changed
from eventhub.registration.forms.models import Answer, QuestionVersion
from eventhub.registration.forms.queries import list_answers
from eventhub.registration.forms.sealing import LIES_SEALED, is_to_seal, seal_answers
from eventhub.registration.forms.shapes import SEALED
from eventhub.registration.locking import lock
from eventhub.registration.models import Registration

AT_ONCE = 100


def list_plain(*, after: int = 0) -> Sequence[int]:
    """Ids of registrations with an answer that should lie sealed and does not, a hundred at once."""
    return db.session.scalars(_PLAIN, {"after": after}).all()


def seal_plain(registration_id: int, *, now: datetime) -> int:
    """Seal such answers of a registration, which nobody changes meanwhile; how many. Done again, it does nothing."""
    lock(db.session.get_one(Registration, registration_id))
    plain = [one for one in list_answers(registration_id) if not one.is_sealed and is_to_seal(one)]
    seal_answers(registration_id, plain, replaced=(), now=now)
    for one in plain:
        theirs = (Answer.registration_id == registration_id, Answer.question_id == one.question.id)
        rows_changed(update(Answer).where(*theirs).values(value=LIES_SEALED))
    return len(plain)


def _plain() -> Select[int]:
    """JSON is compared as text: it was written by the same code in the same way on both databases."""
    text = cast(Answer.value, String)
    return (
        select(Answer.registration_id)
        .distinct()
        .join(QuestionVersion, QuestionVersion.id == Answer.version_id)
        .where(
            QuestionVersion.data_class.in_(SEALED),
            Answer.registration_id > bindparam("after"),
            text != "null",
            text != '{"sealed": true}',
        )
        .order_by(Answer.registration_id)
        .limit(AT_ONCE)
    )


_PLAIN = _plain()
