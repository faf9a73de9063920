"""Decides what stands on a printed invoice, and on the document that cancels one."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from eventhub.core.text import N_
from eventhub.documents.compiler import compile_pdf

_WORDS = {
    "invoice": N_("Invoice"),
    "cancellation": N_("Cancellation of an invoice"),
    "number": N_("No."),
    "day": N_("Date"),
    "issuer": N_("Issued by"),
    "billed": N_("Invoice to"),
    "subject": N_("Event"),
    "what": N_("Ticket"),
    "count": N_("Quantity"),
    "price": N_("Price"),
    "sum": N_("Sum"),
    "total": N_("Total"),
    "bank": N_("Bank details"),
}


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """A row of the table, in words."""

    text: str
    count: str
    price: str
    sum: str


@dataclass(frozen=True, kw_only=True)
class InvoiceSheet:
    """What is printed, already in the words of its reader. `issuer`, `billed`, `bank` and `notes` may have several
    lines; empty texts are left out."""

    is_cancellation: bool
    number: str
    day: str
    issuer: str
    billed: str
    reference: str
    subject: str
    lines: tuple[SheetLine, ...]
    total: str
    vat_note: str
    bank: str
    notes: str


def invoice_pdf(
    sheet: InvoiceSheet, *, language: str, made_at: datetime, translate: Callable[[str], str] = str
) -> bytes:
    """A PDF of A4 pages. `translate` turns our English labels into `language`, "en" or "ru"."""
    words = {name: translate(word) for name, word in _WORDS.items()}
    title = words["cancellation" if sheet.is_cancellation else "invoice"]
    data = {"title": title, "language": language, "words": words, **asdict(sheet)}
    return compile_pdf("invoice", data, made_at=made_at)
