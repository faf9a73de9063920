"""The one table: what each kind of later work does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from eventhub import throttle
from eventhub.accounts.commands import forget_old_sign_ins
from eventhub.billing.queries import invoice_pdf as find_pages
from eventhub.billing.queries import list_misnumbered
from eventhub.calendars.catalogue import entry_of, reader_of
from eventhub.calendars.ical import render
from eventhub.checkin.offline.personal import drop_old_lists
from eventhub.core import clock
from eventhub.db import snapshot, transaction
from eventhub.events.queries import get_event_by_id
from eventhub.mail.envelope import Attachment, Sender
from eventhub.mail.sending import PostOffice, Recipe, send_due_letters
from eventhub.mailings import reminders
from eventhub.people.bulk import do_rows
from eventhub.registration import waiting, warning
from eventhub.registration.delegations import digests
from eventhub.registration.delegations.keeping import drop_old_sheets
from eventhub.registration.forms import files
from eventhub.registration.printing import ticket_document
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.registration.queries import EntryMark, get_entry_mark
from eventhub.registration.types.pools import list_events_to_release, release_due_holds
from eventhub.subjects.retention import list_due, purge
from eventhub.wallet.rounds import go_round
from eventhub.wallet.saved import SavedTickets
from eventhub.wallet.waking import Phones
from eventhub.web.proxies import settings_of
from eventhub.web.wallets import wallets_at

log = logging.getLogger(__name__)


def send_letters(_now: datetime) -> None:
    """What is due in the outbox leaves. Letters take time, so the clock is read again for each batch."""
    settings = settings_of()
    sender = Sender(address=settings.mail_from, host=settings.host.partition(":")[0])
    send_due_letters(PostOffice(mail_url=settings.mail_url, sender=sender, recipes=RECIPES))


def expire_holds(now: datetime) -> None:
    """Places that nobody confirmed or accepted are free again, and go to the next in line; who is about to lose one
    hears of it. One event that fails stops no other."""
    for event_id in waiting.list_events_to_sweep(now=now):
        _alone(partial(_sweep_event, event_id, now=now))
    for event_id in list_events_to_release(now=now):
        _alone(partial(_release_holds, event_id, now=now))
    for public_id in warning.list_to_warn(now=now):
        _alone(partial(warning.warn, public_id, now=now))
    for wish_id in warning.list_seats_to_warn(now=now):
        _alone(partial(warning.warn_of_seat, wish_id, now=now))


def _release_holds(event_id: int, *, now: datetime) -> None:
    release_due_holds(now=now, events=[get_event_by_id(event_id)])


def _sweep_event(event_id: int, *, now: datetime) -> None:
    waiting.sweep_event(get_event_by_id(event_id), now=now)


def do_bulk(_now: datetime) -> None:
    """What organisers ask for many registrations goes on, row by row; each row reads the clock."""
    do_rows()


def wake_phones(now: datetime) -> None:
    """Phones whose passes changed hear of it, where the installation has Apple's keys."""
    identity = wallets_at(now).apple
    if identity is not None:
        with closing(Phones(identity)) as phones:
            go_round(phones)


def change_saved_tickets(now: datetime) -> None:
    """Tickets in Google's Wallet are changed as ours are, where the installation has its keys."""
    identity = wallets_at(now).google
    if identity is not None:
        with closing(SavedTickets(identity)) as tickets:
            go_round(tickets)


def prove_capacity(_now: datetime) -> None:
    """Counters and places agree, or somebody hears of it. It takes its time, and nobody waits for it."""
    with snapshot():
        for miscount in list_miscounts():
            log.error("pool miscounted", extra=asdict(miscount))
        for misheld in list_misheld():
            log.error("registration holds wrong places", extra=asdict(misheld))
        for misnumbered in list_misnumbered():
            log.error("invoices misnumbered", extra=asdict(misnumbered))


def forget(now: datetime) -> None:
    """What served its purpose goes: old tries, sign-in links and sign-ins."""
    with transaction():
        throttle.forget_old_tries(now=now)
        forget_old_sign_ins(now=now)


def remind(now: datetime) -> None:
    """Who takes part hears that the event is near, or is asked; places of those who did not answer become free."""
    for public_id, kind in reminders.list_due(now=now):
        _alone(partial(reminders.remind, public_id, kind, now=now))
    for public_id in reminders.list_silent(now=now):
        _alone(partial(reminders.take_silent_place, public_id, now=now))


def drop_sheets(now: datetime) -> None:
    """Lists of people that were checked and whose hour is over go."""
    with transaction():
        drop_old_sheets(now=now)


def write_digests(now: datetime) -> None:
    """Coordinators hear once a week whose data are missing."""
    for delegation_id in digests.list_due(now=now):
        _alone(partial(digests.write_digest, delegation_id, now=now))


def purge_what_is_due(now: datetime) -> None:
    """Data go when their time is over."""
    with snapshot():
        due = list(list_due(now=now))
    for task in due:
        _alone(partial(purge, task, now=now))
    _alone(partial(drop_old_lists, now=now))
    _alone(partial(files.drop_unsent, now=now))
    _alone(partial(files.sweep_files, now=now))


def _alone(deed: Callable[[], object]) -> None:
    """A deed of its own: when it fails, the others are done all the same, and it is tried at the next look."""
    try:
        with transaction():
            deed()
    except Exception:  # one strange registration must not stop all others
        log.exception("left for the next time")


HANDLERS: dict[str, Callable[[datetime], None]] = {
    "send_letters": send_letters,
    "expire_holds": expire_holds,
    "do_bulk": do_bulk,
    "wake_phones": wake_phones,
    "change_saved_tickets": change_saved_tickets,
    "prove_capacity": prove_capacity,
    "forget": forget,
    "remind": remind,
    "drop_sheets": drop_sheets,
    "write_digests": write_digests,
    "purge": purge_what_is_due,
}


def ticket_pdf(recipe: dict[str, Any]) -> Attachment:
    """{"kind": "ticket_pdf", "ticket": id}: the ticket to print, as it is when the letter leaves."""
    ticket_id = int(recipe["ticket"])
    content = ticket_document(ticket_id, now=clock.now())
    return Attachment(name="ticket.pdf", media_type="application/pdf", content=content)


def event_ics(recipe: dict[str, Any]) -> Attachment:
    """{"kind": "event_ics", "registration": public_id}: the entry for the participant's calendar."""
    content = _entry_file(get_entry_mark(recipe["registration"]))
    return Attachment(name="event.ics", media_type="text/calendar; method=PUBLISH", content=content)


@lru_cache(maxsize=32)
def _entry_file(mark: EntryMark) -> bytes:
    """The same for all participants of one language, until something visible changes."""
    event, reader = get_event_by_id(mark.event_id), reader_of(mark.language)
    entry = replace(entry_of(event, reader), conference_url=mark.online_link)
    return render(None, [entry], words=reader.words).body


def invoice_pdf(recipe: dict[str, Any]) -> Attachment:
    """{"kind": "invoice_pdf", "invoice": public_id}: the pages as they were printed."""
    number, content = find_pages(recipe["invoice"])
    return Attachment(name=f"invoice-{number}.pdf", media_type="application/pdf", content=content)


RECIPES: dict[str, Recipe] = {
    "ticket_pdf": ticket_pdf,
    "event_ics": event_ics,
    "invoice_pdf": invoice_pdf,
}
