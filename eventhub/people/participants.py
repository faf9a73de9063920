"""The public list of participants: only who agreed to stand on it, and has not withdrawn that since.

Publishing is a consent of its own (152-FZ, art. 10.1), so nothing else counts as one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import aliased

from eventhub.db import db
from eventhub.privacy.models import ConsentDocument, ConsentRecord
from eventhub.registration.models import Attendee, Registration
from eventhub.registration.rules import RegistrationState

PARTICIPANT_LIST = "participant_list"
MOST_LISTED = 2000


def list_participants(event_id: int) -> Sequence[Row[str, str, str]]:
    """(full name, organisation, country) of the confirmed who agreed, by name; in one statement."""
    query = (
        select(Attendee.full_name, Registration.organisation, Registration.country)
        .join(Attendee.registration)
        .where(
            Registration.event_id == event_id,
            Registration.state == RegistrationState.CONFIRMED,
            _agreed_and_not_withdrawn(),
        )
        .order_by(Attendee.search_key, Attendee.id)
        .limit(MOST_LISTED)
    )
    return db.session.execute(query).all()


def _agreed_and_not_withdrawn() -> ColumnElement[bool]:
    """Given for this registration; a later withdrawal counts wherever it was made."""
    given, withdrawn = aliased(ConsentRecord), aliased(ConsentRecord)
    of_purpose = select(ConsentDocument.id).where(ConsentDocument.purpose == PARTICIPANT_LIST)
    later = exists().where(
        withdrawn.subject_key == Registration.email_key,
        withdrawn.document_id.in_(of_purpose),
        withdrawn.act == "withdrawn",
        withdrawn.id > given.id,
    )
    return (
        exists()
        .where(
            given.subject_key == Registration.email_key,
            given.context == "registration:" + Registration.public_id,
            given.document_id.in_(of_purpose),
            given.act == "given",
            ~later.correlate(Registration, given),
        )
        .correlate(Registration)
    )
