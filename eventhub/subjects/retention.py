"""What is due to go: for each class of data what is over its time, found in lists and let go one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventhub import audit
from eventhub.core.subjects import DataSubject
from eventhub.mail.personal import forget_letter, list_old_letters
from eventhub.privacy.personal import forget_consent, forget_request, list_forgettable_requests
from eventhub.privacy.rules import DataClass, ended_before
from eventhub.privacy.sealed import remove_sealed
from eventhub.registration.delegations.personal import forget_delegation, list_forgettable_delegations
from eventhub.registration.forms.personal import forget_answer, list_forgettable_answers
from eventhub.registration.invoicing.personal import (
    forget_invoice,
    forget_payer,
    list_forgettable_invoices,
    list_forgettable_payers,
)
from eventhub.registration.parties.personal import forget_child, list_forgettable_children
from eventhub.registration.personal import (
    list_forgettable,
    list_forgettable_consents,
    list_forgettable_sealed,
)
from eventhub.subjects.erasing import forget

# A night's work; the rest waits for the next.
MOST_A_NIGHT = 5000

Due = Callable[[datetime], Sequence[Any]]
LetGo = Callable[[Any, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One kind of row under one class: `due` gives what belongs to before a moment, `let_go` removes one of them."""

    data_class: DataClass
    kind: str
    due: Due
    let_go: LetGo


@dataclass(frozen=True)
class Task:
    """One row that is over its time."""

    term: Term
    identity: Any


def _sealed(data_class: DataClass) -> Term:
    return Term(
        data_class=data_class,
        kind="registration",
        due=lambda before: list_forgettable_sealed(data_class, ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, now: _remove_sealed(one, data_class, now),
    )


def _remove_sealed(registration: str, data_class: DataClass, now: datetime) -> None:
    remove_sealed(("registration", registration), data_class=data_class, now=now)


def _answers(data_class: DataClass) -> Term:
    return Term(
        data_class=data_class,
        kind="answer",
        due=lambda before: list_forgettable_answers(data_class, ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, _now: forget_answer(*one),
    )


def _forget_registration(registration: str, now: datetime) -> None:
    forget(DataSubject(email_key="", addresses=(), registrations=(registration,)), now=now)


TERMS = (
    _sealed(DataClass.HEALTH),
    _sealed(DataClass.MINOR),
    _sealed(DataClass.VISA),
    _sealed(DataClass.REGISTRATION),
    _answers(DataClass.HEALTH),
    _answers(DataClass.MINOR),
    _answers(DataClass.VISA),
    Term(
        data_class=DataClass.MINOR,
        kind="child",
        due=lambda before: list_forgettable_children(ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, now: forget_child(one, now=now),
    ),
    Term(
        data_class=DataClass.REGISTRATION,
        kind="registration",
        due=lambda before: list_forgettable(ended_before=before, limit=MOST_A_NIGHT),
        let_go=_forget_registration,
    ),
    Term(
        data_class=DataClass.REGISTRATION,
        kind="delegation",
        due=lambda before: list_forgettable_delegations(ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, now: forget_delegation(one, now=now),
    ),
    Term(
        data_class=DataClass.REGISTRATION,
        kind="payer",
        due=lambda before: list_forgettable_payers(ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, _now: forget_payer(one),
    ),
    Term(
        data_class=DataClass.FINANCE,
        kind="invoice",
        due=lambda before: list_forgettable_invoices(ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, _now: forget_invoice(one),
    ),
    # About no registration, so their time is counted from the day on which they were written.
    Term(
        data_class=DataClass.REGISTRATION,
        kind="letter",
        due=lambda before: list_old_letters(written_before=before, but=("registration",), limit=MOST_A_NIGHT),
        let_go=lambda one, now: forget_letter(one, now=now),
    ),
    Term(
        data_class=DataClass.LEDGER,
        kind="consent",
        due=lambda before: list_forgettable_consents(ended_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, now: forget_consent(one, now=now),
    ),
    Term(
        data_class=DataClass.LEDGER,
        kind="subject_request",
        due=lambda before: list_forgettable_requests(closed_before=before, limit=MOST_A_NIGHT),
        let_go=lambda one, now: forget_request(one, now=now),
    ),
)


def list_due(*, now: datetime) -> Iterator[Task]:
    """All that is over its time, the shortest kept class first."""
    for term in TERMS:
        for identity in term.due(ended_before(term.data_class, now=now)):
            yield Task(term, identity)


def purge(task: Task, *, now: datetime) -> None:
    """Let one go and write that down. For a transaction of its own, so that a bad row stops no other."""
    task.term.let_go(task.identity, now)
    subject = (task.term.kind, str(task.identity))
    audit.record("retention.purged", subject=subject, by="worker", now=now, data_class=task.term.data_class)
