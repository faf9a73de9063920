"""Which people of an event are asked for and in what order, and what may be done for many of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.registration.rules import RegistrationState

PAGE = 50
LONGEST_TAG = 40
LONGEST_NOTE = 2000
LONGEST_VIEW = 60
LONGEST_REASON = 300


class Tab(StrEnum):
    """What an organiser asks for by one word; several states may share one."""

    ALL = "all"
    CONFIRMED = "confirmed"
    PENDING = "pending"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    CHECKED_IN = "checked_in"


# By the stored word: a word that is no state yet counts nothing, a state without its word stops the start.
_TAB_OF_WORD = {
    "confirmed": Tab.CONFIRMED,
    "pending": Tab.PENDING,
    "requested": Tab.PENDING,
    "waitlisted": Tab.WAITING,
    "offered": Tab.OFFERED,
    "cancelled": Tab.CANCELLED,
    "rejected": Tab.CANCELLED,
    "declined": Tab.CANCELLED,
    "expired": Tab.CANCELLED,
}
TAB_OF = {state: _TAB_OF_WORD[state] for state in RegistrationState}


class Sort(StrEnum):
    NAME = "name"
    TIME = "time"
    ORGANISATION = "organisation"
    STATE = "state"


class Column(StrEnum):
    """What may stand in a row beside the name, in this order."""

    ORGANISATION = "organisation"
    COUNTRY = "country"
    STATE = "state"
    TICKET = "ticket"
    CHECKED_IN = "checked_in"
    TAGS = "tags"
    TYPE = "type"
    EMAIL = "email"
    LANGUAGE = "language"
    SESSIONS = "sessions"
    REGISTERED = "registered"
    NUMBER = "number"
    DELEGATION = "delegation"
    ACCOMPANYING = "accompanying"
    PARTNER = "partner"


USUAL_COLUMNS = (
    Column.ORGANISATION,
    Column.COUNTRY,
    Column.STATE,
    Column.TICKET,
    Column.CHECKED_IN,
    Column.TAGS,
)


@dataclass(frozen=True, kw_only=True)
class PeopleWish:
    """Which people of an event, in what order; an empty text or None asks for nothing in particular.

    `session` and `delegation` are public ids, `tag` the name of a tag; `since` and `until` are days by the
    clocks of the event, both included.
    """

    event_id: int
    zone: str = "UTC"
    tab: Tab = Tab.ALL
    text: str = ""
    country: str = ""
    organisation: str = ""
    language: str = ""
    session: str = ""
    tag: str = ""
    ticket_type: str = ""
    delegation: str = ""
    has_come: bool | None = None
    since: date | None = None
    until: date | None = None
    sort: Sort = Sort.NAME
    is_descending: bool = False


def counted_by_tab(states: Mapping[RegistrationState, tuple[int, int]]) -> dict[Tab, int]:
    """How many each tab shows, of (people, of them checked in) by state."""
    counts = dict.fromkeys(Tab, 0)
    for state, (people, come) in states.items():
        counts[TAB_OF[state]] += people
        counts[Tab.ALL] += people
        counts[Tab.CHECKED_IN] += come
    return counts


class BulkAction(StrEnum):
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    CANCEL = "cancel"
    RESEND = "resend"
    COMPLETE = "complete"


class RowState(StrEnum):
    """A row waits and is then done, left out for a reason, or failed by a mistake of ours; nothing moves on."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


ROW_MOVES = {
    RowState.WAITING: frozenset({RowState.DONE, RowState.SKIPPED, RowState.FAILED}),
    RowState.DONE: frozenset[RowState](),
    RowState.SKIPPED: frozenset[RowState](),
    RowState.FAILED: frozenset[RowState](),
}


class TagMissing(Refusal):
    sentence = N_("Enter a tag.")
    status = 422
    field = "tag"


class NobodyChosen(Refusal):
    sentence = N_("Nobody is chosen. Tick somebody in the table first.")
    status = 422


class ViewNameTaken(Refusal):
    sentence = N_("You have a view of this name already.")
    status = 422
    field = "name"


class HasThisTag(Refusal):
    sentence = N_("It has this tag already.")
    status = 422
    field = "tag"


class HasNoSuchTag(Refusal):
    sentence = N_("It has no such tag.")
