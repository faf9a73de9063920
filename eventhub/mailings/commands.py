"""Writing to many: a draft, the letters that wait a minute, and taking back what has not left."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import update

from eventhub import audit
from eventhub.core.errors import IllegalMove
from eventhub.core.ids import public_id
from eventhub.core.links import absolute
from eventhub.core.states import sources
from eventhub.core.text import LANGUAGES, Localised, localised
from eventhub.db import db, rows_changed
from eventhub.events.models import Event
from eventhub.events.wording import where
from eventhub.mail.kinds import MAILING
from eventhub.mail.outbox import store, withdraw_unsent, written
from eventhub.mail.own_text import OwnText
from eventhub.mail.rules import GIVE_UP_AFTER, TextPlace
from eventhub.mail.texts import check_own_text
from eventhub.mailings.models import Mailing
from eventhub.mailings.queries import list_readers, whom_it_reaches
from eventhub.mailings.rules import (
    MOVES,
    SECOND_THOUGHTS,
    LeftOut,
    MailingState,
    NobodyToWriteTo,
    NothingToSay,
    NothingToWithdraw,
)
from eventhub.registration.letters import facts_of, manage_path, recipient_of
from eventhub.registration.models import Registration

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MailingAsk:
    """What to say, per language, and to whom: states of registrations, or else public ids."""

    subject: Localised
    text: Localised
    states: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


def draft_mailing(event: Event, ask: MailingAsk, *, by: str, now: datetime) -> Mailing:
    """Keep it to look at before it is sent. Raises NothingToSay, NobodyToWriteTo, and what check_own_text raises."""
    _check(ask)
    return _draft(event, ask, by=by, now=now)


def begin_mailing(event: Event, *, chosen: tuple[str, ...], by: str, now: datetime) -> Mailing:
    """A draft to these registrations, by public ids, that still has to be written. Raises NobodyToWriteTo."""
    if not chosen:
        raise NobodyToWriteTo()
    return _draft(event, MailingAsk(subject={}, text={}, chosen=chosen), by=by, now=now)


def _draft(event: Event, ask: MailingAsk, *, by: str, now: datetime) -> Mailing:
    mailing = Mailing(
        public_id=public_id(),
        event_id=event.id,
        state=MailingState.DRAFT,
        author=by,
        created_at=now,
        posted=0,
        withdrawn=0,
        left_out={},
        **_asked(ask),
    )
    db.session.add(mailing)
    db.session.flush()
    return mailing


def revise_mailing(mailing: Mailing, ask: MailingAsk) -> None:
    """Change a draft. Raises IllegalMove when it was sent meanwhile, and what draft_mailing raises."""
    _check(ask)
    _move(mailing, MailingState.DRAFT, **_asked(ask), only_from=(MailingState.DRAFT,))


def discard_mailing(mailing: Mailing) -> None:
    """It is never sent. Raises IllegalMove."""
    _move(mailing, MailingState.DISCARDED)


@dataclass(frozen=True, kw_only=True)
class Written:
    """The letters of a draft as it was, ready to be stored, by the public ids of their readers."""

    sameness: str
    rows: Mapping[str, dict[str, Any]]
    unwritable: int


def write_letters(mailing: Mailing, event: Event, *, now: datetime) -> Written:
    """Write to everybody whom the draft reaches. It takes a millisecond each and changes nothing, so it is done
    before the transaction. Whoever can't be written to does not stop the others."""
    rows, unwritable = {}, 0
    for registration in list_readers(event.id, whom_it_reaches(mailing).readers):
        try:
            rows[registration.public_id] = _letter(mailing, event, registration, now=now)
        except Exception:  # one strange registration must not keep the letter from all others
            log.exception("letter can't be written", extra={"registration": registration.public_id})
            unwritable += 1
    return Written(sameness=mailing.sameness, rows=rows, unwritable=unwritable)


def post_mailing(mailing: Mailing, letters: Written, *, by: str, now: datetime) -> int:
    """Store these letters for those whom the draft still reaches; none leaves for a minute. How many there are.

    Of two who send it at once one does. Raises IllegalMove, also when the draft was changed meanwhile, NothingToSay,
    and NobodyToWriteTo.
    """
    leaves_at = now + SECOND_THOUGHTS
    _move(mailing, MailingState.POSTED, leaves_at=leaves_at)
    if mailing.sameness != letters.sameness:
        raise IllegalMove()
    if not mailing.subject:
        raise NothingToSay()
    reached = whom_it_reaches(mailing)
    times = {"next_attempt_at": leaves_at, "give_up_at": leaves_at + GIVE_UP_AFTER}
    rows = [
        {**letters.rows[reader], "mailing_id": mailing.id, **times}
        for reader in reached.readers
        if reader in letters.rows
    ]
    if not rows:
        raise NobodyToWriteTo()
    store(rows)
    left_out = dict(reached.left_out) | (
        {LeftOut.UNWRITABLE: letters.unwritable} if letters.unwritable else {}
    )
    _set(mailing, posted=len(rows), left_out={reason.value: number for reason, number in left_out.items()})
    _audit("mailing.posted", mailing, by=by, now=now, letters=len(rows), subject_line=dict(mailing.subject))
    return len(rows)


def _letter(mailing: Mailing, event: Event, registration: Registration, *, now: datetime) -> dict[str, Any]:
    row = written(
        MAILING,
        to=recipient_of(registration),
        facts=facts_of_mailing(registration, event, registration.language),
        about=("registration", registration.public_id),
        own=own_text_of(mailing, registration.language),
        now=now,
    )
    return {**row, "event_id": event.id}


def facts_of_mailing(registration: Registration, event: Event, language: str) -> dict[str, Any]:
    """What a letter to many may say to this reader."""
    return {
        **facts_of(registration, event, language),
        "event_where": where(event, language),
        "manage_link": absolute(manage_path(registration)),
    }


def own_text_of(mailing: Mailing, language: str) -> OwnText:
    """What it says in this language, or in the other one when it is written in one alone."""
    subject, text = localised(mailing.subject, language), localised(mailing.text, language)
    return OwnText(subject=subject, text=text, place=TextPlace.INSTEAD)


def withdraw_mailing(mailing: Mailing, *, by: str, now: datetime) -> int:
    """Take back what has not left; how many letters that were. What left, left.

    Raises NothingToWithdraw when all have left, and IllegalMove when it was withdrawn before or never sent.
    """
    _move(mailing, MailingState.WITHDRAWN)
    withdrawn = withdraw_unsent(mailing.id)
    if not withdrawn:
        raise NothingToWithdraw()
    _set(mailing, withdrawn=withdrawn)
    _audit("mailing.withdrawn", mailing, by=by, now=now, letters=withdrawn)
    return withdrawn


def _check(ask: MailingAsk) -> None:
    said = [language for language in LANGUAGES if ask.subject.get(language) and ask.text.get(language)]
    half = [
        language for language in LANGUAGES if bool(ask.subject.get(language)) != bool(ask.text.get(language))
    ]
    if half or not said:
        raise NothingToSay()
    if not (ask.states or ask.chosen):
        raise NobodyToWriteTo()
    for language in said:
        check_own_text(OwnText(subject=ask.subject[language], text=ask.text[language]), letter=MAILING)


def _asked(ask: MailingAsk) -> dict[str, Any]:
    subject, text = _some(ask.subject), _some(ask.text)
    written_down = json.dumps([subject, text], sort_keys=True, ensure_ascii=False)
    return {
        "subject": subject,
        "text": text,
        "states": list(ask.states),
        "chosen": list(ask.chosen),
        "sameness": sha256(written_down.encode()).hexdigest(),
    }


def _some(texts: Localised) -> Mapping[str, str]:
    return {language: texts[language] for language in LANGUAGES if texts.get(language)}


def _move(
    mailing: Mailing, new: MailingState, *, only_from: tuple[MailingState, ...] = (), **values: Any
) -> None:
    """Only from a state that leads there: of two at once one wins. Raises IllegalMove for the other."""
    old = only_from or tuple(sources(MOVES, new))
    statement = update(Mailing).where(Mailing.id == mailing.id, Mailing.state.in_(old))
    if rows_changed(statement.values(state=new, **values)) != 1:
        raise IllegalMove(new=new)
    db.session.refresh(mailing)


def _set(mailing: Mailing, **values: Any) -> None:
    rows_changed(update(Mailing).where(Mailing.id == mailing.id).values(**values))
    db.session.refresh(mailing)


def _audit(action: str, mailing: Mailing, *, by: str, now: datetime, **detail: Any) -> None:
    audit.record(
        action, subject=("mailing", mailing.public_id), by=by, now=now, event=mailing.event_id, **detail
    )
