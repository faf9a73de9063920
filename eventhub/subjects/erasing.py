"""Erasure: asked for by the person, carried out by the officer, and answered by letter.

What the law wants kept stays (consents, requests, the log); a tombstone stands for the rest, and no total changes.
"""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.core.errors import IllegalMove
from eventhub.core.subjects import DataSubject
from eventhub.core.text import N_
from eventhub.core.translation import translator
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.requests import Asker, answer, ask_oneself
from eventhub.privacy.rules import WAITING, RequestKind, StillToCome
from eventhub.registration.personal import is_still_to_come
from eventhub.subjects.holdings import HOLDINGS
from eventhub.subjects.queries import subject_of_request

ERASED = N_(
    "Your data are erased. What the law tells us to keep stays for its time: the proof of your consents and of this "
    "request, and invoices with what stands on them."
)


def ask_for_erasure(asker: Asker, subject: DataSubject, *, by: str, now: datetime) -> SubjectRequest:
    """Raises StillToCome while the person takes part in something that is not over, AlreadyAsked and TooMany."""
    check_may_be_forgotten(subject, now=now)
    return ask_oneself(asker, kind=RequestKind.ERASURE, text="", by=by, now=now)


def check_may_be_forgotten(subject: DataSubject, *, now: datetime) -> None:
    """Raises StillToCome."""
    if is_still_to_come(subject, now=now):
        raise StillToCome()


def erase(request: SubjectRequest, *, by: str, now: datetime) -> None:
    """Carry out a request for erasure and say so. Raises IllegalMove, StillToCome, StillHasRoles."""
    if request.kind is not RequestKind.ERASURE or request.state not in WAITING:
        raise IllegalMove()
    subject = subject_of_request(request)
    check_may_be_forgotten(subject, now=now)
    forget(subject, now=now)
    for name in subject.names:
        audit.record("data.erased", subject=name, by=by, now=now)
    answer(request, text=translator(request.language)(ERASED), by=by, now=now)


def forget(subject: DataSubject, *, now: datetime) -> None:
    """Whatever holds something that need not stay lets it go."""
    for holding in HOLDINGS:
        if holding.forget is not None:
            holding.forget(subject, now)
