"""What the data-protection officer says by mail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from eventhub.core.text import N_
from eventhub.core.translation import translator
from eventhub.mail.outbox import Recipient, post
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.rules import RequestKind, RequestState
from eventhub.privacy.working_days import office_day

# As they stand in "You asked for ...".
KINDS = {
    RequestKind.ACCESS: N_("access to your data"),
    RequestKind.RECTIFICATION: N_("correction of your data"),
    RequestKind.ERASURE: N_("erasure of your data"),
    RequestKind.OBJECTION: N_("an end to a use of your data"),
}
LETTERS = "subject_request"


def post_received(request: SubjectRequest, *, now: datetime) -> None:
    """We have it, and answer by then."""
    _post("privacy_received", request, now=now)


def post_extended(request: SubjectRequest, *, now: datetime) -> None:
    """It takes longer, for this reason, until then."""
    _post("privacy_extended", request, now=now, reason=request.extension_reason or "")


def post_answered(request: SubjectRequest, *, now: datetime) -> None:
    """The answer, or why not."""
    refused = request.state is RequestState.REFUSED
    _post("privacy_answered", request, now=now, answer=request.answer or "", is_refused=refused)


def _post(letter: str, request: SubjectRequest, *, now: datetime, **facts: Any) -> None:
    language = request.language
    common = {
        "full_name": request.full_name,
        "asked_for": translator(language)(KINDS[request.kind]),
        "asked_on": _day(office_day(request.received_at), language),
        "due_on": _day(request.due_on, language),
    }
    post(
        letter,
        to=Recipient(email=request.email, full_name=request.full_name, language=language),
        facts={**common, **facts},
        about=(LETTERS, request.public_id),
        now=now,
    )


def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMMM y", locale=language))
