"""The forms of who makes invoices, of whom an event chooses, and of an invoice that was paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.validators import InputRequired

from eventhub.billing.models import Issuer
from eventhub.billing.rules import Letterhead
from eventhub.blueprints.organiser.fields import in_both, line, lines, spread
from eventhub.core.text import N_, localised
from eventhub.web.forms import PageForm
from eventhub.web.i18n import language

_TEXTS = ("name", "address", "bank", "vat_note")


class IssuerForm(PageForm):
    """Who makes invoices."""

    prefix = line(
        N_("Letters before the number"),
        8,
        description=lazy_gettext(
            N_(
                "SPB gives invoices SPB-2027-0001 and so on. "
                "They are this issuer’s alone, and stay once one is printed."
            )
        ),
    )
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
        return Letterhead(
            **texts, tax_number=self.tax_number.data or "", prefix=(self.prefix.data or "").upper()
        )


def typed_issuer(row: Issuer) -> dict[str, Any]:
    """An issuer as an IssuerForm shows it."""
    return {**spread(_TEXTS, row), "tax_number": row.tax_number, "prefix": row.prefix}


class ChooseIssuerForm(PageForm):
    """Who makes the invoices of an event."""

    issuer = RadioField(
        lazy_gettext(N_("Who makes the invoices")),
        choices=[],
        validators=[InputRequired(lazy_gettext(N_("Choose who makes the invoices.")))],
    )

    def offer(self, issuers: Sequence[Issuer]) -> Self:
        """Show these as choices, by name, prefix and bank account."""
        words = language()
        self.issuer.choices = [
            (one.public_id, f"{localised(one.name, words)} ({one.prefix})") for one in issuers
        ]
        self.hints = {one.public_id: localised(one.bank, words) for one in issuers}
        return self


class SettleForm(PageForm):
    """How the money of an invoice came."""

    reference = line(N_("Receipt or transfer number"), 100)
