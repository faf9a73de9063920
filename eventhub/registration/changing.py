"""A registration is changed by who holds it: the name, the answers, the sessions, the type of ticket."""

from __future__ import annotations

from datetime import datetime

from eventhub.core.names import search_key
from eventhub.db import db
from eventhub.events.stamps import names_changed
from eventhub.registration import letters
from eventhub.registration.asking import Ask
from eventhub.registration.choosing import get_chosen_or_kept, swap_sessions
from eventhub.registration.forms.queries import hold_form
from eventhub.registration.forms.storing import store_answers
from eventhub.registration.forms.taking import (
    take_again,
)
from eventhub.registration.locking import lock, note
from eventhub.registration.models import Registration
from eventhub.registration.reviewing import ask_for_review
from eventhub.registration.rules import (
    AlreadyEnded,
    NotConfirmedYet,
    RegistrationState,
    check_can_change,
    check_can_rename,
)
from eventhub.registration.types.taking import change_type


def change(registration: Registration, ask: Ask, *, now: datetime) -> None:
    """Correct the name and the answers, swap sessions in one step; the address stays what was proven.

    Raises TooLateToChange, TooLateToRename, AlreadyEnded, SessionNotOffered, SessionsClash, SessionFull,
    and as `register` of the event's own questions.
    """
    event = registration.event
    check_can_change(ends_at=event.ends_at, now=now)
    form = hold_form(event.id)
    lock(registration)
    _check_confirmed(registration)
    before = _answers(registration)
    if ask.full_name != before["full_name"] and event.names_until is not None:
        check_can_rename(event.names_until, starts_at=event.starts_at, now=now)
    given = take_again(form, registration.id, ask.sheet, now=now)
    chosen = get_chosen_or_kept(registration, event, ask.sessions)
    is_new_type = change_type(registration, given.types, ask.ticket, now=now)
    registration.companions = given.companions
    swap_sessions(registration, chosen, pools=given.pools, is_new_type=is_new_type, now=now)
    store_answers(registration.id, given, now=now)
    ask_for_review(registration, form, given.changes, now=now)
    registration.attendees[0].full_name = ask.full_name
    registration.attendees[0].search_key = search_key(ask.full_name)
    registration.organisation, registration.country = ask.organisation, ask.country
    registration.language = ask.language
    db.session.flush()
    after = _answers(registration)
    if after != before or given.changes:
        letters.post_changed(registration, event, now=now)
        facts = {"old": before, "new": after, "answers": given.changes}
        note("registration.changed", registration, by="holder", now=now, **facts)
        names_changed(event, now=now)


def _check_confirmed(registration: Registration) -> None:
    if registration.state is RegistrationState.PENDING:
        raise NotConfirmedYet()
    if registration.state is not RegistrationState.CONFIRMED:
        raise AlreadyEnded()


def _answers(registration: Registration) -> dict[str, object]:
    return {
        "full_name": registration.attendees[0].full_name,
        "organisation": registration.organisation,
        "country": registration.country,
        "language": registration.language,
        **({"ticket_type": registration.ticket_type_id} if registration.ticket_type_id else {}),
        "sessions": sorted(choice.session.public_id for choice in registration.choices),
    }
