"""Which ticket a row of a list means: by its name in any of our languages, or by its invitation code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.registration.delegations.columns import Column, key_of, layout_of
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.reading import Row
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import Access, OfferedType, code_matches, why_not_now
from eventhub.registration.types.taking import check_own_of_group

TICKET_UNKNOWN = N_("We don't know the ticket “%(value)s”.")
TICKET_UNCLEAR = N_("Several tickets are called “%(value)s”.")


@dataclass(frozen=True, kw_only=True)
class TicketsOfList:
    """What a list of this delegation may call tickets. One that is for invited people is named by its code alone, but
    for the delegation's own."""

    types: Sequence[OfferedType]
    own: OfferedType | None
    email: str
    now: datetime

    def find(self, said: str, has: str) -> tuple[str, tuple[str, Mapping[str, object]] | None]:
        """As sheets.FindTicket."""
        named = self.called(said, has)
        offered = [one for one in named if why_not_now(one, now=self.now) is None] or named[:1]
        if len(offered) != 1:
            return "", (TICKET_UNCLEAR if offered else TICKET_UNKNOWN, {"value": said[:80]})
        (found,) = offered
        try:
            if found.public_id != has:
                check_own_of_group(found, is_chosen=found is self.own, email=self.email, now=self.now)
        except Refusal as refusal:
            return "", (refusal.sentence, refusal.facts)
        return found.public_id, None

    def called(self, said: str, has: str = "") -> list[OfferedType]:
        """All that are meant by this; the one that the person `has`, where it is among them."""
        key = key_of(said)
        found = [
            one
            for one in self.types
            if code_matches(one, said)
            or (self._is_named(one, has) and key in map(key_of, one.content.name.values()))
        ]
        return [one for one in found if one.public_id == has] or found

    def _is_named(self, one: OfferedType, has: str) -> bool:
        return one.content.access is not Access.CODE or one is self.own or one.public_id == has


def tickets_of_list(delegation: Delegation, *, now: datetime) -> TicketsOfList | None:
    """None where the event has no tickets."""
    types = types_of(delegation.event)
    own = find_in(types, delegation.ticket_type_id)
    return TicketsOfList(types=types, own=own, email=delegation.email, now=now) if types else None


def list_guesses(tickets: TicketsOfList, rows: Sequence[Row]) -> list[str]:
    """Each text that may be an invitation code, since no ticket is called so. Raises ColumnsMissing."""
    layout = layout_of(rows, with_tickets=True)
    people = rows[1:] if layout.has_header else rows
    said: Iterable[str] = (layout.value(cells, Column.TICKET) for _number, cells in people)
    names = {key_of(name) for one in tickets.types for name in one.content.name.values()}
    return [one for one in dict.fromkeys(said) if one and key_of(one) not in names]
