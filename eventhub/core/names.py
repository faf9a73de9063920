"""Names and addresses of people: kept as typed, compared by one normal form."""

from __future__ import annotations

import unicodedata


def email_key(address: str) -> str:
    """The form in which two addresses are the same: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def search_key(name: str) -> str:
    """A form for searching: case folded, without diacritics, ё as е."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
