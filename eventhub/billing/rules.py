"""What an invoice says, how it moves, and what is said no to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eventhub.core.errors import Refusal
from eventhub.core.names import search_key
from eventhub.core.text import N_, Localised


class DocumentKind(StrEnum):
    """An invoice is never deleted: another document cancels it."""

    INVOICE = "invoice"
    CANCELLATION = "cancellation"


class InvoiceState(StrEnum):
    """Written down by hand: nobody asks a bank."""

    ISSUED = "issued"
    PAID = "paid"
    CANCELLED = "cancelled"


MOVES = {
    InvoiceState.ISSUED: frozenset({InvoiceState.PAID, InvoiceState.CANCELLED}),
    InvoiceState.PAID: frozenset({InvoiceState.CANCELLED}),
    InvoiceState.CANCELLED: frozenset[InvoiceState](),
}


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The issuer as the office describes it; texts by language. `prefix` begins the numbers of its invoices."""

    prefix: str
    name: Localised
    address: Localised
    bank: Localised
    vat_note: Localised
    tax_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Billed:
    """To whom an invoice goes. `tax_number` is an INN or a VAT id, `reference` the payer's own word for the order."""

    name: str
    address: str
    country: str
    email: str
    tax_number: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many of the same at one price, in minor units."""

    text: str
    count: int
    price: int

    @property
    def sum(self) -> int:
        return self.count * self.price


@dataclass(frozen=True, kw_only=True)
class Bill:
    """All that an invoice asks for. `about` is whose it is: ("registration", its public id)."""

    billed: Billed
    lines: tuple[Line, ...]
    currency: str
    language: str
    about: tuple[str, str]

    @property
    def total(self) -> int:
        return sum(line.sum for line in self.lines)


class IssuerMissing(Refusal):
    sentence = N_("Choose first who makes the invoices.")


class IssuerRetired(Refusal):
    sentence = N_("This issuer makes no invoices for other events any more. Choose another one.")
    status = 422
    field = "issuer"


class IssuerIncomplete(Refusal):
    sentence = N_("Enter it in English or in Russian.")
    status = 422


class PrefixWrong(Refusal):
    sentence = N_("Enter 2 to 8 capital Latin letters or digits, a letter first, like SPB or INST2.")
    status = 422
    field = "prefix"


class PrefixTaken(Refusal):
    sentence = N_("Another issuer has these letters: two invoices could have the same number.")
    status = 422
    field = "prefix"


class PrefixUsed(Refusal):
    sentence = N_("Invoices with these letters are printed already, so they stay.")
    status = 422
    field = "prefix"


class NothingToInvoice(Refusal):
    sentence = N_("There is nothing to invoice here any more.")


class InvoiceSettled(Refusal):
    sentence = N_("This invoice is paid or cancelled already.")


class InvoiceEmptied(Refusal):
    sentence = N_("What this invoice said went when its time was over; it stays as it is.")


_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")


def document_name(series: str, year: int, number: int) -> str:
    """A number as people write it: SPB-2027-0014.

    Documents from before issuers had prefixes stand in a series with a key without capitals, and were printed as
    2027-0014.
    """
    plain = f"{year}-{number:04}"
    return f"{series}-{plain}" if _PREFIX.fullmatch(series) else plain


def search_key_of(series: str, year: int, number: int, content: Mapping[str, Any]) -> str:
    """What a document is looked up in: its number, and who pays, as long as it says that."""
    payer = content.get("billed", {}).get("name", "")
    return search_key(f"{document_name(series, year, number)} {payer}".strip())


def check_letterhead(head: Letterhead) -> None:
    """Raises PrefixWrong and IssuerIncomplete, beside the field."""
    if not _PREFIX.fullmatch(head.prefix):
        raise PrefixWrong()
    for name in ("name", "address", "bank"):
        if not any(getattr(head, name).values()):
            refusal = IssuerIncomplete()
            refusal.field = f"{name}_en"
            raise refusal
