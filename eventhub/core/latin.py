"""Names in one Latin spelling, so that Юлия, Yuliya, Iuliia and Julia are found by each other.

For comparing, never for showing: what comes out is nobody's name.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# What the passport, GOST, BGN and habit write differently. The order matters: a later line sees what the earlier
# ones left. Inside a word only, since Ye, Yo and Liu are whole names.
_VARIANTS = [
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        ("[^a-z0-9 ]", ""),  # soft and hard signs, apostrophes, hyphens
        ("[iy]e(?=[a-z])", "e"),  # Yelena, Soloviev
        ("yo(?=[a-z])", "e"),  # Fyodor
        ("(?<=l)[iy](?=u[a-z])", ""),  # Lyudmila
        ("shch|sch|shh", "sh"),
        ("kh", "h"),
        ("ph", "f"),
        ("tz", "ts"),
        ("x", "ks"),
        ("c(?=k)|c(?![ehiy])", "k"),
        ("w", "v"),
        ("q", "k"),
        ("[jy]", "i"),
        (r"(.)\1+", r"\1"),  # Dmitrii, Anna, Filipp
    )
]
_WITH_HACEK = str.maketrans({"č": "ch", "š": "sh", "ž": "zh"})


def latin(text: str) -> str:
    """The one spelling: a-z, 0-9 and single blanks, the same for every usual way to write a name."""
    known = unicodedata.normalize("NFC", text.casefold()).translate(_WITH_HACEK)
    # Symbols would bring words of their own: a smiley is no part of a name.
    letters = "".join(letter if letter.isalnum() else " " if letter.isspace() else "'" for letter in known)
    spelling = anyascii(letters).lower()
    for pattern, same in _VARIANTS:
        spelling = pattern.sub(same, spelling)
    return spelling.strip()
