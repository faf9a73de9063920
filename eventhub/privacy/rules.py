"""Which consents are needed, how long data are kept, and by when a person is answered."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from eventhub.core.errors import Refusal
from eventhub.core.text import N_, Localised
from eventhub.privacy.working_days import add_working_days, office_day

PROCESSING = "processing"
PUBLICATION = "publication"
ANSWER_WITHIN = 10
EXTENSION = 5
LONGEST_TEXT = 4000


class Act(StrEnum):
    """What a line of the ledger says."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class DataClass(StrEnum):
    """How sensitive data are, which decides how long they are kept."""

    REGISTRATION = "R"
    MINOR = "M"
    HEALTH = "H"
    VISA = "V"
    LEDGER = "L"
    FINANCE = "F"


# Counted from the end of the event. Three years hold a leap day at most once more.
KEPT_FOR = {
    DataClass.REGISTRATION: timedelta(days=3 * 365 + 1),
    DataClass.MINOR: timedelta(days=30),
    DataClass.HEALTH: timedelta(days=30),
    DataClass.VISA: timedelta(days=90),
    DataClass.LEDGER: timedelta(days=3 * 365 + 1),
    # Accounts are kept for five years (402-FZ, article 29), which hold two leap days at most.
    DataClass.FINANCE: timedelta(days=5 * 365 + 2),
}


def ended_before(data_class: DataClass, *, now: datetime) -> datetime:
    """What belongs to an event that ended at this moment or earlier is not kept any more."""
    return now - KEPT_FOR[data_class]


class RequestKind(StrEnum):
    """What a person may ask for (152-FZ, article 14; GDPR, articles 15, 16, 17 and 21)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    OBJECTION = "objection"


class RequestState(StrEnum):
    """Overdue is derived from the day by which an answer is due."""

    RECEIVED = "received"
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"


MOVES = {
    RequestState.RECEIVED: frozenset({RequestState.EXTENDED, RequestState.ANSWERED, RequestState.REFUSED}),
    RequestState.EXTENDED: frozenset({RequestState.ANSWERED, RequestState.REFUSED}),
    RequestState.ANSWERED: frozenset(),
    RequestState.REFUSED: frozenset(),
}
WAITING = (RequestState.RECEIVED, RequestState.EXTENDED)


def due_on(received_at: datetime) -> date:
    """Ten working days after the day of the request (152-FZ, article 20, part 1)."""
    return add_working_days(office_day(received_at), ANSWER_WITHIN)


def extended(due: date) -> date:
    """Five working days more, with reasons told to the person (152-FZ, article 20, part 1)."""
    return add_working_days(due, EXTENSION)


def is_overdue(state: RequestState, due: date, *, now: datetime) -> bool:
    return state in WAITING and office_day(now) > due


class AnswerMissing(Refusal):
    sentence = N_("Write what the person is told.")
    status = 422
    field = "text"


class ExtensionUnexplained(Refusal):
    sentence = N_("Write why it takes longer.")
    status = 422
    field = "reason"


class NothingAsked(Refusal):
    sentence = N_("Write what you ask for.")
    status = 422
    field = "text"


class AlreadyAsked(Refusal):
    sentence = N_("We have this request of yours already and answer it by letter.")


class StillToCome(Refusal):
    sentence = N_("There is a registration for an event that is still to come. Cancel it first.")


class NotInForce(Refusal):
    sentence = N_("This text is not asked for any more.")


class NothingSealed(Refusal):
    sentence = N_("There is nothing to open: it was never stored, or its time is over.")
    status = 404


class WhyMissing(Refusal):
    sentence = N_("Say in a few words why.")
    status = 422
    field = "why"


class ConsentMissing(Refusal):
    sentence = N_("Please agree to “%(title)s”: without it we can't register you.")
    status = 422
    field = "consents"


class Document(Protocol):
    """What the rule needs to know of a consent document."""

    @property
    def id(self) -> int: ...
    @property
    def is_required(self) -> bool: ...
    @property
    def title(self) -> dict[str, str]: ...


def check_required(documents: Iterable[Document], given: Collection[int]) -> None:
    """Raises ConsentMissing with the first required document that was not given."""
    for document in documents:
        if document.is_required and document.id not in given:
            raise ConsentMissing(title=document.title)


def text_hash(title: Localised, body: Localised) -> str:
    """SHA-256 of the wording in all languages: proof of what was agreed to."""
    return sha256(json.dumps([title, body], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
