"""The forms of who makes invoices, and of an invoice that was paid."""

from __future__ import annotations

from typing import Any

from eventhub.billing.models import Issuer
from eventhub.billing.rules import Letterhead
from eventhub.blueprints.organiser.fields import in_both, line, lines, spread
from eventhub.core.text import N_
from eventhub.web.forms import PageForm

_TEXTS = ("name", "address", "bank", "vat_note")


class IssuerForm(PageForm):
    """Who makes the invoices of an event."""

    name_en = line(N_("Name in English"), 160)
    name_ru = line(N_("Name in Russian"), 160)
    address_en = lines(N_("Address in English"), 400)
    address_ru = lines(N_("Address in Russian"), 400)
    tax_number = line(N_("Tax number"), 30)
    bank_en = lines(N_("Bank details in English"), 600)
    bank_ru = lines(N_("Bank details in Russian"), 600)
    vat_note_en = line(N_("Note on value-added tax in English"), 300)
    vat_note_ru = line(N_("Note on value-added tax in Russian"), 300)

    def to_letterhead(self) -> Letterhead:
        """What was typed."""
        texts = {name: in_both(self, name) for name in _TEXTS}
        return Letterhead(**texts, tax_number=self.tax_number.data or "")


def typed_issuer(row: Issuer) -> dict[str, Any]:
    """An issuer as an IssuerForm shows it."""
    return {**spread(_TEXTS, row), "tax_number": row.tax_number}


class SettleForm(PageForm):
    """How the money of an invoice came."""

    reference = line(N_("Receipt or transfer number"), 100)
