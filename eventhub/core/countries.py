"""Which codes are countries: ISO 3166-1 alpha-2 as the locale data (CLDR) has them."""

from __future__ import annotations

from functools import cache

from babel import Locale

# Groups and private-use codes that the locale data names beside the countries.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@cache
def country_codes() -> frozenset[str]:
    """Every country's code."""
    codes = map(str, Locale.parse("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES)


def is_country(code: str) -> bool:
    """Whether this is a country's code, in capitals."""
    return code in country_codes()


def country_in(code: str, language: str) -> str:
    """The country's name in a language; the code itself when nobody knows it."""
    return str(Locale.parse(language).territories.get(code, code))
