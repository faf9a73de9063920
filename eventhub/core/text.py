"""Text that people wrote: cleaned once at the door, picked in the reader's language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LANGUAGES = ("en", "ru")
Localised = Mapping[str, str]

# C0 and C1 controls without tab and newline, line and paragraph separators, bidi overrides and isolates,
# the byte-order mark and unpaired surrogates: invisible, and each has broken some reader.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BLANKS = re.compile(r"\s+")


def N_(sentence: str) -> str:
    """Mark a source string for translation; the edge translates it."""
    return sentence


def NN_(singular: str, plural: str) -> tuple[str, str]:
    """Mark a source string with its plural for translation."""
    return singular, plural


def clean_text(value: str) -> str:
    """Several lines, NFC, without characters that nobody can see; newlines are \\n."""
    newlines = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _HARMFUL.sub("", newlines)).strip()


def small_number(text: str) -> int | None:
    """A number of at most five digits 0 to 9; None for everything else, also for what int() would take or choke on."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def clean_line(value: str) -> str:
    """One line: as clean_text, and every run of white space is one blank."""
    return _BLANKS.sub(" ", clean_text(value)).strip()


def localised(texts: Localised | None, language: str) -> str:
    """The text in this language, else in English, else in any, else empty."""
    if not texts:
        return ""
    return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), "")


# BGN/PCGN without its signs; the hard and the soft sign have no letter.
_ROMAN = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia".replace("_", "").split(
    " "
)
_CYRILLIC = str.maketrans(dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _ROMAN, strict=True)))


def slug_of(title: str) -> str:
    """A readable address part, at most 60 characters of a-z, 0-9 and hyphens; may be empty."""
    latin = title.casefold().translate(_CYRILLIC)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")
