"""A registration's consents: how it stands to each, and giving or withdrawing one later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventhub.db import db
from eventhub.events.stamps import names_changed
from eventhub.privacy.commands import record_consents
from eventhub.privacy.queries import Wording, list_ledger, list_texts_in_force, list_wordings_in_force
from eventhub.privacy.requests import Asker, ask, find_waiting
from eventhub.privacy.rules import Act, NotInForce, RequestKind
from eventhub.privacy.standing import LedgerLine, Standing, standings
from eventhub.registration.commands import cancel
from eventhub.registration.locking import ALONE
from eventhub.registration.models import Registration
from eventhub.registration.participants import consent_context
from eventhub.registration.rules import LIVE
from eventhub.registration.waiting import hold_entry


@dataclass(frozen=True, kw_only=True)
class Saying:
    """How a consent was given or withdrawn: by which page, and from where."""

    method: str
    address: str


def list_standings(registration: Registration) -> list[Standing]:
    """How it stands to each consent, required ones first."""
    return standings(_ledger(registration), list_texts_in_force())


def standings_of_all(registrations: Sequence[Registration], subject_key: str) -> dict[str, list[Standing]]:
    """The same for all registrations of one address, by public id, in two statements."""
    lines, texts = list_ledger(subject_key), list_texts_in_force()
    return {
        one.public_id: standings([line for line in lines if line.context == _context(one)], texts)
        for one in registrations
    }


def give_consent(registration: Registration, *, purpose: str, saying: Saying, now: datetime) -> None:
    """Agree to the text in force. Who agreed to it already changes nothing. Raises NotInForce."""
    _wait_for_others(registration)
    versions = {text.id for text in list_texts_in_force() if text.purpose == purpose}
    wording = next((one for one in list_wordings_in_force() if one.id in versions), None)
    if wording is None:
        raise NotInForce()
    newest = _newest(registration, purpose)
    if newest is None or newest.act != Act.GIVEN or newest.document_id != wording.id:
        _write(registration, wording, Act.GIVEN, saying, now=now)


def withdraw_consent(registration: Registration, *, purpose: str, saying: Saying, now: datetime) -> None:
    """Agree no more; nothing happens to who had not agreed.

    Without a consent that is required nothing may be kept: the registration ends, and its data are asked to be erased
    (152-FZ, article 21, part 5: within 30 days).
    """
    _wait_for_others(registration)
    newest = _newest(registration, purpose)
    if newest is None or newest.act != Act.GIVEN:
        return
    wording = Wording(newest.document_id, newest.is_required, newest.title, newest.text_hash)
    _write(registration, wording, Act.WITHDRAWN, saying, now=now)
    if newest.is_required:
        _end(registration, now=now)


def _end(registration: Registration, *, now: datetime) -> None:
    if registration.state in LIVE and now < registration.event.ends_at:
        cancel(registration, by="holder", now=now)
    if find_waiting(registration.email, RequestKind.ERASURE, registration.public_id) is None:
        ask(asker_of(registration), kind=RequestKind.ERASURE, text="", by="holder", now=now)


def asker_of(registration: Registration) -> Asker:
    """Who has the registration's link, asking about it alone."""
    return Asker(
        email=registration.email,
        full_name=registration.attendees[0].full_name,
        language=registration.language,
        registration=registration.public_id,
    )


def _wait_for_others(registration: Registration) -> None:
    """Of two who press at once the second reads what the first wrote."""
    hold_entry(registration)
    db.session.refresh(registration, with_for_update=ALONE)


def _write(registration: Registration, wording: Wording, act: Act, saying: Saying, *, now: datetime) -> None:
    record_consents(
        [wording],
        subject_key=registration.email_key,
        context=_context(registration),
        address=saying.address,
        method=saying.method,
        act=act,
        now=now,
    )
    names_changed(registration.event, now=now)


def _newest(registration: Registration, purpose: str) -> LedgerLine | None:
    lines = [line for line in _ledger(registration) if line.purpose == purpose]
    return lines[-1] if lines else None


def _ledger(registration: Registration) -> list[LedgerLine]:
    return list_ledger(registration.email_key, context=_context(registration))


def _context(registration: Registration) -> str:
    return consent_context(registration.public_id)
