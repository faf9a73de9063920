"""Who is asked about: everything under one address, or one registration alone."""

from __future__ import annotations

from sqlalchemy import select

from eventhub.accounts.personal import find_account
from eventhub.core.subjects import DataSubject
from eventhub.db import db
from eventhub.privacy.models import SubjectRequest
from eventhub.registration.models import Registration


def subject_of_registration(registration: Registration) -> DataSubject:
    """Who has this registration's link."""
    return DataSubject(
        email_key=registration.email_key,
        addresses=(registration.email,),
        registrations=(registration.public_id,),
    )


def subject_of_address(email_key: str, *, email: str) -> DataSubject:
    """Who has proven this address: all registrations and the account of it."""
    rows = db.session.execute(
        select(Registration.public_id, Registration.email)
        .where(Registration.email_key == email_key)
        .order_by(Registration.id)
    ).all()
    user = find_account(email_key)
    return DataSubject(
        email_key=email_key,
        addresses=tuple(dict.fromkeys((email, *(row.email for row in rows)))),
        registrations=tuple(row.public_id for row in rows),
        user=user.public_id if user else None,
        is_whole=True,
    )


def subject_of_request(request: SubjectRequest) -> DataSubject:
    """Whom the request is about, as things stand now."""
    if request.registration is None:
        return subject_of_address(request.subject_key, email=request.email)
    return DataSubject(
        email_key=request.subject_key, addresses=(request.email,), registrations=(request.registration,)
    )
