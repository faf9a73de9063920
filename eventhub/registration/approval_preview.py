"""What approving many would do: each needs places in every pool that is theirs, and the first come have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventhub.core.errors import Refusal
from eventhub.events.models import Event
from eventhub.events.rules import EventFull
from eventhub.mail.letters import Rendered
from eventhub.registration.approval_letters import render_approved
from eventhub.registration.approving import list_chosen_requests
from eventhub.registration.choosing import taken_sessions
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.queries import get_form, list_own_answers_of
from eventhub.registration.forms.shapes import Form
from eventhub.registration.forms.taking import pools_of_answers
from eventhub.registration.models import Registration
from eventhub.registration.needs import Needs, needs
from eventhub.registration.parties.fares import Tickets, list_other_types
from eventhub.registration.types.queries import room_in
from eventhub.registration.types.reading import find_in


@dataclass(frozen=True)
class Preview:
    """Who gets a place, who stands in line, who is left out and why, and the letter."""

    placed: Sequence[Registration]
    in_line: Sequence[Registration]
    left_out: Sequence[tuple[Registration, Refusal]]
    letter: Rendered | None


def preview_of(event: Event, public_ids: Sequence[str]) -> Preview:
    """As things stand now; others may take the last places before it is done. As many statements for one as for all."""
    found = list_chosen_requests(event.id, public_ids)
    form = get_form(event.id)
    answers = list_own_answers_of([one.id for one in found]) if form.pools else {}
    others = list_other_types([one.id for one in found], {event.id: form.types}) if form.types else {}
    needed = {
        one.id: _needs(event, one, form, answers.get(one.id, ()), others.get(one.id, ())) for one in found
    }
    left = room_in(pool for one in needed.values() for pool in one.counts)
    why = [(one, _take(needed[one.id], left)) for one in found]
    placed = [one for one, refusal in why if refusal is None]
    rest = [(one, refusal) for one, refusal in why if refusal is not None]
    in_line = [one for one, refusal in rest if event.has_waiting_list and isinstance(refusal, EventFull)]
    return Preview(
        placed=placed,
        in_line=in_line,
        left_out=[(one, refusal) for one, refusal in rest if one not in in_line],
        letter=render_approved(placed[0], event) if placed else None,
    )


def _needs(
    event: Event, registration: Registration, form: Form, answers: Sequence[Stored], others: Tickets
) -> Needs:
    return needs(
        event,
        taken_sessions(registration),
        size=registration.size,
        options=pools_of_answers(form, answers),
        ticket_type=find_in(form.types, registration.ticket_type_id),
        others=others,
    )


def _take(needed: Needs, left: dict[int, int]) -> Refusal | None:
    """From what is `left` of each pool, or nothing of it and the reason, in the order in which the database says no."""
    counts: Mapping[int, int] = needed.counts
    for pool, count in sorted(counts.items()):
        if left[pool] < count:
            return needed.refusals[pool]
    for pool, count in counts.items():
        left[pool] -= count
    return None
