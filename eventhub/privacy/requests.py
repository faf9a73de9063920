"""People's requests about their data: asked, given more time, answered or refused, each step told by letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from eventhub import audit
from eventhub.core.errors import IllegalMove, NotFound
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.core.states import sources
from eventhub.db import db, rows_changed
from eventhub.privacy import letters
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.rules import (
    MOVES,
    WAITING,
    AlreadyAsked,
    AnswerMissing,
    ExtensionUnexplained,
    NothingAsked,
    RequestKind,
    RequestState,
    due_on,
    extended,
)
from eventhub.throttle import Limit, count_try

MOST_ROWS = 200
ASKED = Limit(name="subject-request", tries=10, window=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks. `registration` is a public id: the request is about that one alone; None: about all of the address."""

    email: str
    full_name: str
    language: str
    registration: str | None = None


def ask(asker: Asker, *, kind: RequestKind, text: str, by: str, now: datetime) -> SubjectRequest:
    """Register the request; the person hears by letter until when it is answered.

    Raises NothingAsked when only words could say what is wanted, and AlreadyAsked while the same one waits.
    """
    if not text and kind is not RequestKind.ERASURE:
        raise NothingAsked()
    if kind is RequestKind.ERASURE and find_waiting(asker.email, kind, asker.registration):
        raise AlreadyAsked()
    request = SubjectRequest(
        public_id=public_id(),
        kind=kind,
        state=RequestState.RECEIVED,
        subject_key=email_key(asker.email),
        email=asker.email,
        full_name=asker.full_name,
        language=asker.language,
        registration=asker.registration,
        text=text,
        received_at=now,
        due_on=due_on(now),
    )
    db.session.add(request)
    db.session.flush()
    letters.post_received(request, now=now)
    _audit("received", request, by=by, now=now, kind=kind)
    return request


def ask_oneself(asker: Asker, *, kind: RequestKind, text: str, by: str, now: datetime) -> SubjectRequest:
    """As ask(), by the person on a page: a link that was passed on must not fill a mailbox. Raises TooMany, too."""
    count_try(ASKED, email_key(asker.email), now=now)
    return ask(asker, kind=kind, text=text, by=by, now=now)


def extend(request: SubjectRequest, *, reason: str, by: str, now: datetime) -> None:
    """Five working days more, once, for a reason that the person reads. Raises ExtensionUnexplained, IllegalMove."""
    if not reason:
        raise ExtensionUnexplained()
    due = extended(request.due_on)
    _move(request, RequestState.EXTENDED, due_on=due, extension_reason=reason)
    letters.post_extended(request, now=now)
    _audit("extended", request, by=by, now=now)


def answer(request: SubjectRequest, *, text: str, by: str, now: datetime) -> None:
    """Close it with an answer, which goes out as a letter. Raises AnswerMissing, IllegalMove."""
    _close(request, RequestState.ANSWERED, text=text, by=by, now=now)


def refuse(request: SubjectRequest, *, text: str, by: str, now: datetime) -> None:
    """Close it with the reason why not, which goes out as a letter. Raises AnswerMissing, IllegalMove."""
    _close(request, RequestState.REFUSED, text=text, by=by, now=now)


def get_request(identity: str) -> SubjectRequest:
    """By its public id. Raises NotFound."""
    found = db.session.scalars(
        select(SubjectRequest).where(SubjectRequest.public_id == identity)
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def find_waiting(email: str, kind: RequestKind, registration: str | None) -> SubjectRequest | None:
    """A request of the same person about the same that is not answered yet."""
    query = select(SubjectRequest).where(
        SubjectRequest.subject_key == email_key(email),
        SubjectRequest.kind == kind,
        SubjectRequest.state.in_(WAITING),
        SubjectRequest.registration.is_(None)
        if registration is None
        else SubjectRequest.registration == registration,
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def list_requests(*, state: RequestState | None = None) -> Sequence[SubjectRequest]:
    """What waits first, the soonest due before; then what is closed, the newest before. At most 200."""
    is_closed = SubjectRequest.state.not_in(WAITING)
    query = select(SubjectRequest).order_by(
        is_closed, SubjectRequest.closed_at.desc(), SubjectRequest.due_on, SubjectRequest.id
    )
    if state is not None:
        query = query.where(SubjectRequest.state == state)
    return db.session.scalars(query.limit(MOST_ROWS)).all()


def list_requests_of(subject_key: str, *, registration: str | None = None) -> Sequence[SubjectRequest]:
    """Those of one address, or those about one registration alone; the newest first."""
    query = select(SubjectRequest).where(SubjectRequest.subject_key == subject_key)
    if registration is not None:
        query = query.where(SubjectRequest.registration == registration)
    return db.session.scalars(query.order_by(SubjectRequest.id.desc())).all()


def count_requests() -> dict[RequestState, int]:
    """How many stand in each state."""
    rows = db.session.execute(select(SubjectRequest.state, func.count()).group_by(SubjectRequest.state))
    counted = {row[0]: row[1] for row in rows}
    return {state: counted.get(state, 0) for state in RequestState}


def _close(request: SubjectRequest, state: RequestState, *, text: str, by: str, now: datetime) -> None:
    if not text:
        raise AnswerMissing()
    _move(request, state, answer=text, closed_at=now, closed_by=by)
    letters.post_answered(request, now=now)
    _audit(state.value, request, by=by, now=now)


def _move(request: SubjectRequest, state: RequestState, **values: object) -> None:
    """Only from a state that leads there: of two officers at once one wins, the other is told."""
    allowed = SubjectRequest.state.in_(sources(MOVES, state))
    moved = update(SubjectRequest).where(SubjectRequest.id == request.id, allowed)
    if rows_changed(moved.values(state=state, **values)) != 1:
        raise IllegalMove(old=request.state, new=state)
    db.session.refresh(request)


def _audit(deed: str, request: SubjectRequest, *, by: str, now: datetime, **detail: object) -> None:
    subject = ("subject_request", request.public_id)
    audit.record(f"subject_request.{deed}", subject=subject, by=by, now=now, **detail)
