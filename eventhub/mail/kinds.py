"""The letters of an event: how organisers call them, and what a text of theirs may name in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eventhub.core.text import N_

# Placeholder -> the fact of the letter that stands in its place.
COMMON = {
    **{
        name: name
        for name in ("full_name", "event_title", "event_when", "registration_number", "contact_email")
    },
    "ticket": "ticket_name",
    "to_pay": "to_pay",
}
_MANAGE = {"link": "manage_link"}
_WHERE = {"event_where": "event_where"}
# What people wrote: in their place no mail program may find a link.
WRITTEN_BY_PEOPLE = frozenset(
    {"full_name", "ticket", "event_title", "event_where", "session_title", "reason", "missing", "colleague"}
)
MAILING = "mailing"


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """`title` says when it goes; `placeholders` are names for organisers, each with the fact behind it."""

    title: str
    placeholders: Mapping[str, str]


def _kind(title: str, *names: str, **renamed: str) -> LetterKind:
    return LetterKind(title=title, placeholders={**COMMON, **{name: name for name in names}, **renamed})


# Letters whose text an organiser may word, in the order in which people get them.
EDITABLE = {
    "registration_confirm": _kind(N_("Please confirm the address"), "link", "held_until"),
    "registration_requested": _kind(N_("Request received"), **_MANAGE),
    "registration_approved": _kind(N_("Request approved"), **_MANAGE, **_WHERE),
    "registration_rejected": _kind(N_("Request not approved"), "reason"),
    "complete_your_data": _kind(N_("Please complete your details"), "link", "missing", "until"),
    "waiting": _kind(N_("On the waiting list"), "link", "position"),
    "offer": _kind(N_("A place is free"), "until", link="accept_link"),
    "offer_expiring": _kind(N_("The offered place is about to go"), "until", link="accept_link"),
    "session_offer": _kind(
        N_("A place in a session is free"), "session_title", "session_when", "until", link="accept_link"
    ),
    "session_offer_expiring": _kind(
        N_("The offered place in a session is about to go"),
        "session_title",
        "session_when",
        "until",
        link="accept_link",
    ),
    "registration_confirmed": _kind(N_("Place confirmed, with the ticket"), **_MANAGE, **_WHERE),
    "registration_already": _kind(N_("Registered already"), "link"),
    "registration_changed": _kind(N_("Registration changed"), **_MANAGE),
    "ticket_reissued": _kind(N_("New ticket"), **_MANAGE, **_WHERE),
    "place_handed_over": _kind(N_("Place handed to a colleague"), "colleague"),
    "place_taken_over": _kind(N_("A colleague gives you a place"), "link", "until"),
    "reminder": _kind(N_("The event is near"), **_MANAGE, **_WHERE),
    "reconfirm": _kind(N_("Are you still coming?"), "link"),
    "invoice": _kind(N_("Invoice"), "invoice_number", "amount", link="event_link"),
    "invoice_cancelled": _kind(
        N_("Invoice cancelled"), "invoice_number", "cancelled_number", "amount", link="event_link"
    ),
    "registration_cancelled": _kind(N_("Registration cancelled"), "reason", link="event_link"),
    "event_cancelled": _kind(N_("Event cancelled"), "reason"),
}
KINDS = {**EDITABLE, MAILING: _kind(N_("Letter to many"), **_MANAGE, **_WHERE)}
