"""Random identifiers for the outside: nothing can be counted or guessed."""

from __future__ import annotations

from secrets import choice, token_urlsafe

# Crockford's alphabet without the letters that are read as digits.
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def public_id() -> str:
    """96 random bits for an address."""
    return token_urlsafe(12)


def secret() -> str:
    """256 random bits for a cookie or a one-time link."""
    return token_urlsafe(32)


def readable_number() -> str:
    """A number to say on the phone, like K7QX-M2DP-4RTW: 58 random bits."""
    letters = "".join(choice(_READABLE) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))
