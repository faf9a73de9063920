"""What is asked for when several people come on one registration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eventhub.registration.forms.each import newcomer
from eventhub.registration.parties.rules import PartyKind


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """Somebody who comes along. `sessions` are public ids; `ticket` is the number of who is there already,
    `ticket_type` a public id; an empty one: the same as the adult's."""

    full_name: str
    born_on: date | None = None
    sessions: tuple[str, ...] = ()
    may_leave_alone: bool = False
    may_be_photographed: bool = False
    ticket: str = ""
    ticket_type: str = ""


@dataclass(frozen=True, kw_only=True)
class PartyPlan:
    """`people` without the adult who registers. Of a family `phone` and `relation` are told, of a group the others.
    `form_key` is that of the form which changes a party: sent twice it changes it once."""

    kind: PartyKind
    people: tuple[PersonPlan, ...]
    phone: str = ""
    relation: str = ""
    grade: str = ""
    youngest: int | None = None
    oldest: int | None = None
    form_key: str = ""

    def keys(self, known: Mapping[str, int] | None = None) -> list[str]:
        """By which keys those who come along answer for themselves (forms/each): of a family each, of a group nobody.
        `known` are the attendees by their tickets' numbers."""
        if self.kind is not PartyKind.FAMILY:
            return []
        return [key_of(person.ticket, at, known or {}) for at, person in enumerate(self.people)]


def key_of(ticket: str, at: int, known: Mapping[str, int]) -> str:
    """The key of somebody who has this ticket, or none yet, by the place among those who come along."""
    return str(known[ticket]) if ticket in known else newcomer(at)
