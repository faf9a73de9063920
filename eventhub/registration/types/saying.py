"""A ticket and what is to be paid for it, in the words of a letter's reader."""

from __future__ import annotations

from collections import Counter

from eventhub.core import money
from eventhub.core.text import N_, localised
from eventhub.core.translation import translator
from eventhub.registration.models import Registration
from eventhub.registration.parties.fares import named_fares
from eventhub.registration.types.queries import find_payment, find_type
from eventhub.registration.types.rules import OfferedType, Paying, PaymentState

PAID = N_("%(amount)s, paid")
WAYS = {
    Paying.ON_SPOT: N_("%(amount)s, on the spot"),
    Paying.INVOICE: N_("%(amount)s, by invoice"),
}


def ticket_facts(registration: Registration, language: str) -> dict[str, str]:
    """The name of the ticket and what is to be paid; both empty where the event has no types, which costs nothing."""
    kind = find_type(registration.event_id, registration.ticket_type_id)
    may_owe = kind is not None and (kind.content.price or len(registration.attendees) > 1)
    payment = find_payment(registration.id) if may_owe else None
    return {
        "ticket_name": _names(registration, kind, language) if kind else "",
        "to_pay": said_to_pay(payment.amount, payment.currency, payment.paying, payment.state, language)
        if payment
        else "",
    }


def _names(registration: Registration, kind: OfferedType, language: str) -> str:
    """Student; of several people Adult, Child × 2."""
    own, heads = localised(kind.content.name, language), len(registration.attendees)
    fares = [localised(name, language) for name in named_fares(registration).values()]
    counts = Counter(fares or [own] * heads)
    return ", ".join(name if count == 1 else f"{name} × {count}" for name, count in counts.items())


def said_to_pay(amount: int, currency: str, paying: Paying, state: PaymentState, language: str) -> str:
    """500 RUB, on the spot; nothing for what need not be paid."""
    if state is PaymentState.WAIVED:
        return ""
    say = translator(language)
    sentence = PAID if state is PaymentState.PAID else WAYS.get(paying, "%(amount)s")
    return say(sentence) % {"amount": money.said(amount, currency, language)}
