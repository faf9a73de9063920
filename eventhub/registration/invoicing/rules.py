"""Which billing data are in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eventhub.billing.rules import Billed
from eventhub.core.errors import Refusal
from eventhub.core.text import N_

LONGEST_NAME = 160
LONGEST_ADDRESS = 400
LONGEST_REFERENCE = 60
# An INN has a check digit, and so has each country's VAT id; abroad only the shape is judged.
_TAX_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{3,28}[A-Z0-9]", re.IGNORECASE)
_INN_WEIGHTS = {
    10: ((2, 4, 10, 3, 5, 9, 4, 6, 8),),
    12: ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)),
}


@dataclass(frozen=True, kw_only=True)
class PayerWish:
    """To whom an invoice shall go, and in which language."""

    billed: Billed
    language: str


class TaxNumberWrong(Refusal):
    sentence = N_("Enter a tax number like DE123456789, or leave it empty.")
    status = 422
    field = "tax_number"


class InnWrong(Refusal):
    sentence = N_(
        "An INN has 10 or 12 digits, and this one has a mistake in it. Compare it, or leave it empty."
    )
    status = 422
    field = "tax_number"


def check_tax_number(number: str, country: str) -> None:
    """Raises InnWrong in Russia, TaxNumberWrong elsewhere; an empty one is right."""
    if not number:
        return
    if country == "RU":
        if not is_inn(number):
            raise InnWrong()
    elif not _TAX_NUMBER.fullmatch(number):
        raise TaxNumberWrong()


def is_inn(number: str) -> bool:
    """Whether the check digits of a Russian taxpayer's number are right (order of the Federal Tax Service
    ED-7-14/559)."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = [int(sign) for sign in number]
    return len(digits) in _INN_WEIGHTS and all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 % 10
        == digits[len(weights)]
        for weights in _INN_WEIGHTS[len(digits)]
    )
