"""Names and addresses of people: kept as typed, compared by one normal form."""

from __future__ import annotations

import unicodedata

from eventhub.core.latin import latin


def email_key(address: str) -> str:
    """The form in which two addresses are the same: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def folded(text: str) -> str:
    """Without case and diacritics, ё as е."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def search_key(name: str) -> str:
    """What a name is looked up in: its own script first, for sorting, then its Latin spelling."""
    return f"{folded(name)} {latin(name)}"


def spellings(word: str) -> tuple[str, ...]:
    """The forms of a typed word of which one has to occur in a search key.

    Half a name may have another Latin spelling than the whole, so the word as typed counts too.
    """
    as_typed, spelling = folded(word), latin(word)
    return (as_typed, spelling) if len(spelling) > 1 and spelling != as_typed else (as_typed,)
