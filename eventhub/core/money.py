"""Money: an amount in minor units (kopecks, cents) and its ISO 4217 currency; never a float."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import format_currency

# All of them have a hundred minor units.
CURRENCIES = ("RUB", "EUR", "USD", "CNY")
MOST = 100_000_000
_AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


def said(amount: int, currency: str, language: str) -> str:
    """500 RUB or 12.50 RUB as a reader of this language writes it; whole amounts without their minor units."""
    return _formatted(amount, currency, "#,##0.00 ¤¤" if amount % 100 else "#,##0 ¤¤", language)


def printed(amount: int, currency: str, language: str) -> str:
    """500.00 RUB: on a document all sums have their minor units, so that they stand under each other."""
    return _formatted(amount, currency, "#,##0.00 ¤¤", language)


def _formatted(amount: int, currency: str, pattern: str, language: str) -> str:
    value = Decimal(amount) / 100
    return str(format_currency(value, currency, format=pattern, currency_digits=False, locale=language))


def minor_units(text: str) -> int | None:
    """What was typed, 500 or 12.50, in minor units; None for anything else."""
    found = _AMOUNT.fullmatch("".join(text.split()))
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def typed(amount: int) -> str:
    """As minor_units reads it."""
    whole, rest = divmod(amount, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
