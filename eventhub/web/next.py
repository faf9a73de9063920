"""Where to go after signing in: a page of ours, or nowhere."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote, urlsplit

LONGEST = 1000
MOST_ENCODINGS = 4


def safe_next(address: str | None) -> str | None:
    """The address if every browser stays on this site with it, else None.

    One slash, then a path. Browsers drop tabs and newlines, read `\\` as `/` and a second slash as another
    host, so none of these may stand in the path, however often it is encoded.
    """
    if not address or len(address) > LONGEST or not address.startswith("/"):
        return None
    if any(unicodedata.category(letter)[0] in "CZ" for letter in address) or "\\" in address:
        return None
    return address if _is_plain_path(urlsplit(address).path) and address[1:2] != "/" else None


def _is_plain_path(path: str) -> bool:
    for _ in range(MOST_ENCODINGS):
        if "//" in path or "\\" in path or any(unicodedata.category(letter)[0] == "C" for letter in path):
            return False
        decoded = unquote(path)
        if decoded == path:
            return True
        path = decoded
    return False
