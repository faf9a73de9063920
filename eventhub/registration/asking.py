"""What somebody asks for who registers, and how it was asked."""

from __future__ import annotations

from dataclasses import dataclass

from eventhub.registration.forms.taking import Sheet
from eventhub.registration.invoicing.rules import PayerWish
from eventhub.registration.parties.plans import PartyPlan
from eventhub.registration.types.rules import TypeWish

# Registered by the crew at the door: no window of time, and no address has to be proven.
WALK_IN = "walk_in"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a person asks for. `sessions` are public ids; `sheet` answers the event's own questions; `ticket` is the
    type of ticket, where the event has several; `party` are those who come along; `payer` is told at once or later."""

    full_name: str
    email: str
    organisation: str
    country: str
    language: str
    sessions: tuple[str, ...] = ()
    sheet: Sheet = Sheet()
    ticket: TypeWish = TypeWish()
    party: PartyPlan | None = None
    payer: PayerWish | None = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """How it was asked: the form's own key (the same form twice makes one), the ticks, and from where."""

    key: str
    consents: tuple[int, ...]
    address: str
    method: str = "form"

    @property
    def is_at_the_door(self) -> bool:
        return self.method == WALK_IN
