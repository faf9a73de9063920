"""The one table of what is held about a person: which feature, in which tables, how it is told and how it is forgotten.

A feature that begins to hold personal data writes a room `personal.py` and gets a line here. What is in no line is in
EXCEPTIONS with the reason; a test walks all tables and finds what is in neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventhub import audit
from eventhub.accounts.personal import export_account, forget_account
from eventhub.attendance.personal import export_corrections, forget_corrections
from eventhub.badges.personal import export_badges, forget_badges
from eventhub.checkin.offline.personal import export_entries, forget_entries
from eventhub.checkin.personal import export_scans, forget_reasons
from eventhub.core.subjects import DataSubject
from eventhub.mail.models import Message
from eventhub.mail.personal import forget_letters, list_letters_to
from eventhub.people.personal import export_notes, forget_notes
from eventhub.privacy.letters import LETTERS
from eventhub.privacy.personal import (
    export_consents,
    export_openings,
    export_requests,
    export_sealed,
    forget_sealed,
)
from eventhub.registration.delegations.personal import export_delegations, forget_delegations
from eventhub.registration.invoicing.personal import (
    export_billing,
    export_invoice_files,
    export_invoices,
    forget_billing,
)
from eventhub.registration.personal import (
    export_registrations,
    export_tickets,
    export_uploads,
    forget_registrations,
    tickets_of,
)
from eventhub.registration.types.personal import export_lists, forget_in_lists
from eventhub.wallet.personal import export_passes, forget_passes

Export = Callable[[DataSubject, datetime], Any]
Files = Callable[[DataSubject, datetime], dict[str, bytes]]
Forget = Callable[[DataSubject, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """`forget` is None for what stays, and `kept_because` says why."""

    name: str
    tables: frozenset[str]
    export: Export
    files: Files | None = None
    forget: Forget | None = None
    kept_because: str = ""


def _letters(subject: DataSubject, _now: datetime) -> list[dict[str, Any]]:
    return [_letter(row) for row in list_letters_to(*_written_to(subject))]


def _written_to(subject: DataSubject) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """By a link only what was written about its registration."""
    return subject.names, subject.addresses if subject.is_whole else ()


def _letter(row: Message) -> dict[str, Any]:
    return {
        "letter": row.letter,
        "to": row.to_email,
        "subject": row.subject,
        "text": row.text,
        "state": row.state,
        "written_at": row.created_at,
        "sent_at": row.sent_at,
    }


def _forget_letters(subject: DataSubject, now: datetime) -> None:
    """Answers about the person's own data stay: they prove that the answer was given."""
    forget_letters(*_written_to(subject), but=(LETTERS,), now=now)


def _history(subject: DataSubject, _now: datetime) -> list[dict[str, Any]]:
    rows = audit.list_about([*subject.names, *tickets_of(subject)])
    return [
        {"at": row.at, "by": row.actor, "did": row.action, "to": row.subject_kind, "detail": row.detail}
        for row in rows
    ]


HOLDINGS = (
    Holding(
        name="sealed",
        tables=frozenset({"sealed_values"}),
        export=lambda subject, now: export_sealed(subject, now=now),
        forget=lambda subject, now: forget_sealed(subject, now=now),
    ),
    Holding(
        name="openings",
        tables=frozenset({"sealed_openings"}),
        export=lambda subject, _now: export_openings(subject),
        kept_because="it proves who saw what was sealed, and holds none of it",
    ),
    Holding(
        name="letters",
        tables=frozenset({"messages"}),
        export=_letters,
        forget=_forget_letters,
    ),
    Holding(
        name="registrations",
        tables=frozenset(
            {
                "registrations",
                "attendees",
                "session_choices",
                "session_wishes",
                "wish_people",
                "tickets",
                "answers",
                "attendee_answers",
                "uploads",
                "waiting_entries",
                "payments",
                "parties",
                "children",
                "seats",
                "fares",
            }
        ),
        export=lambda subject, _now: export_registrations(subject),
        files=lambda subject, now: export_tickets(subject, now=now) | export_uploads(subject),
        forget=lambda subject, now: forget_registrations(subject, now=now),
    ),
    Holding(
        name="delegations",
        tables=frozenset({"delegations", "delegation_members"}),
        export=lambda subject, _now: export_delegations(subject),
        forget=lambda subject, now: forget_delegations(subject, now=now),
    ),
    Holding(
        name="billing",
        tables=frozenset({"payers"}),
        export=lambda subject, _now: export_billing(subject),
        forget=lambda subject, _now: forget_billing(subject),
    ),
    Holding(
        name="invoices",
        tables=frozenset({"invoices"}),
        export=lambda subject, _now: export_invoices(subject),
        files=lambda subject, _now: export_invoice_files(subject),
        kept_because="invoices are kept for five years with what stands on them (402-FZ, article 29)",
    ),
    Holding(
        name="guest_lists",
        tables=frozenset({"ticket_types"}),
        export=lambda subject, _now: export_lists(subject),
        forget=lambda subject, _now: forget_in_lists(subject),
    ),
    Holding(
        name="notes",
        tables=frozenset({"notes", "taggings"}),
        export=lambda subject, _now: export_notes(subject),
        forget=lambda subject, _now: forget_notes(subject),
    ),
    Holding(
        name="scans",
        tables=frozenset({"scans", "presences", "scan_conflicts"}),
        export=lambda subject, _now: export_scans(subject),
        # A scan itself names a ticket and nobody, and the totals of the door rest on it.
        forget=lambda subject, _now: forget_reasons(subject),
    ),
    Holding(
        name="gate_lists",
        tables=frozenset({"manifest_entries"}),
        export=lambda subject, _now: export_entries(subject),
        forget=lambda subject, _now: forget_entries(subject),
    ),
    Holding(
        name="attendance",
        tables=frozenset({"attendance_corrections"}),
        export=lambda subject, _now: export_corrections(subject),
        forget=lambda subject, _now: forget_corrections(subject),
    ),
    Holding(
        name="badges",
        tables=frozenset({"badge_printings", "badge_prints"}),
        export=lambda subject, _now: export_badges(subject),
        forget=lambda subject, _now: forget_badges(subject),
    ),
    Holding(
        name="passes",
        tables=frozenset({"passes_on_phones", "passes_at_google"}),
        export=lambda subject, _now: export_passes(subject),
        forget=lambda subject, _now: forget_passes(subject),
    ),
    Holding(
        name="account",
        tables=frozenset({"users", "role_grants", "sign_ins", "sign_in_requests"}),
        export=lambda subject, _now: export_account(subject),
        forget=lambda subject, now: forget_account(subject, now=now),
    ),
    Holding(
        name="consents",
        tables=frozenset({"consent_records"}),
        export=lambda subject, _now: export_consents(subject),
        kept_because="the proof of a consent is kept for three years after it ended (152-FZ, article 9, part 3)",
    ),
    Holding(
        name="requests",
        tables=frozenset({"subject_requests"}),
        export=lambda subject, _now: export_requests(subject),
        kept_because="it proves that the request was answered in time",
    ),
    Holding(
        name="history",
        tables=frozenset({"audit_entries"}),
        export=_history,
        kept_because="who did what stays; the values that named the person go with what they were about",
    ),
)

EXCEPTIONS = {
    "gate_devices": "the name of a phone, given by the event's organisers, who can end it",
    "check_in_points": "the name of a door or a meal",
    "named_pools": "the name of places, not of a person",
    "issuers": "who makes invoices, as it stands on all of them",
    "event_issuers": "who makes the invoices of an event",
    "invoice_series": "the last number of a year",
    "events": "the contact address is the host's, published by the host",
    "speakers": "named by the host in the public programme, without an address by which one could be asked for",
    "venues": "an address of a building",
    "rooms": "the name of a room",
    "organisations": "the name of a university or a company",
    "organisation_spellings": "how the name of a university or a company is written",
    "gates": "the name of a door",
    "badge_plans": "on which paper an event prints badges",
    "stamps": "the name of a number",
    "tags": "words of organisers, of which each may stand for many people",
    "saved_views": "what an organiser looks for in a table; it names no participant but by the organiser's own search",
    "bulk_rows": "for which registrations a deed was done; they tell of themselves",
    "reminders": "that a reminder went to a registration and whether its question was answered",
    "mailings": "a letter to many; whom it went to, the letters tell",
    "delegation_sheets": "a list of people between its check and its import, for one hour at most",
    "places": "counts of a registration, whose own line tells of it",
    "throttle_tries": "hashes of addresses, for one day",
    "consent_documents": "texts for everybody",
}
