"""An invoice in the words of its reader, and the invoice as a PDF."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from eventhub.billing.models import Invoice
from eventhub.billing.rules import DocumentKind
from eventhub.core import moments, money
from eventhub.core.countries import country_in
from eventhub.core.text import N_
from eventhub.core.translation import translator
from eventhub.documents.invoice import InvoiceSheet, SheetLine, invoice_pdf

CANCELS = N_("Cancels invoice %(number)s of %(day)s. Nothing is to be paid for it.")
WHY = N_("Reason: %(reason)s")
TAX_NUMBER = N_("Tax number: %(number)s")
REFERENCE = N_("Your reference: %(reference)s")


def print_invoice(invoice: Invoice, *, made_at: datetime) -> bytes:
    """What stands in its content, in its language; printed once, when it is made."""
    language = invoice.language
    return invoice_pdf(sheet_of(invoice), language=language, made_at=made_at, translate=translator(language))


def sheet_of(invoice: Invoice) -> InvoiceSheet:
    """What is printed of this invoice."""
    content, language = invoice.content, invoice.language
    say, sign = translator(language), 1 if invoice.kind is DocumentKind.INVOICE else -1
    return InvoiceSheet(
        is_cancellation=invoice.kind is DocumentKind.CANCELLATION,
        number=invoice.name,
        day=_day(content["day"], language),
        issuer=_lines(content["issuer"]["name"], content["issuer"]["address"], _tax(content["issuer"], say)),
        billed=_billed(content["billed"], language),
        reference=_said(say(REFERENCE), reference=content["billed"]["reference"]),
        subject=content["event"],
        lines=tuple(_line(one, sign, invoice.currency, language) for one in content["lines"]),
        total=money.printed(invoice.total, invoice.currency, language),
        vat_note=content["issuer"]["vat_note"],
        bank="" if sign < 0 else content["issuer"]["bank"],
        notes=_notes(content, language),
    )


def _line(one: dict[str, Any], sign: int, currency: str, language: str) -> SheetLine:
    return SheetLine(
        text=one["text"],
        count=str(one["count"]),
        price=money.printed(sign * one["price"], currency, language),
        sum=money.printed(sign * one["price"] * one["count"], currency, language),
    )


def _billed(billed: dict[str, str], language: str) -> str:
    country = country_in(billed["country"], language)
    return _lines(billed["name"], billed["address"], country, _tax(billed, translator(language)))


def _notes(content: dict[str, Any], language: str) -> str:
    cancels = content.get("cancels")
    if not cancels:
        return ""
    say = translator(language)
    what = say(CANCELS) % {"number": cancels["name"], "day": _day(cancels["day"], language)}
    return _lines(what, _said(say(WHY), reason=cancels["reason"]))


def _tax(who: dict[str, str], say: Any) -> str:
    return _said(say(TAX_NUMBER), number=who["tax_number"])


def _said(sentence: str, **facts: str) -> str:
    """The sentence with its facts; nothing where they are empty."""
    return sentence % facts if all(facts.values()) else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _day(iso: str, language: str) -> str:
    return moments.whole_day(date.fromisoformat(iso), language)
