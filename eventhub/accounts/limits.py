"""How often signing in may be tried: by an address, by an account, by a caller."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.core.names import email_key
from eventhub.throttle import Limit, count_try, network_of

LETTERS_TO_AN_ADDRESS = Limit(name="sign-in-letter", tries=5, window=timedelta(hours=1))
LETTERS_BY_A_CALLER = Limit(name="sign-in-asked", tries=20, window=timedelta(minutes=15))
CODES_BY_A_CALLER = Limit(name="sign-in-code", tries=20, window=timedelta(minutes=15))
PASSWORDS_OF_AN_ACCOUNT = Limit(name="password-account", tries=5, window=timedelta(minutes=15))
PASSWORDS_BY_A_CALLER = Limit(name="password-caller", tries=20, window=timedelta(minutes=15))


def count_letter(*, email: str, address: str, now: datetime) -> None:
    """Raises TooMany, for a known and an unknown e-mail address alike."""
    count_try(LETTERS_BY_A_CALLER, network_of(address), now=now)
    count_try(LETTERS_TO_AN_ADDRESS, email_key(email), now=now)


def count_code(*, address: str, now: datetime) -> None:
    """Raises TooMany."""
    count_try(CODES_BY_A_CALLER, network_of(address), now=now)


def count_password(*, email: str, address: str, now: datetime) -> None:
    """Raises TooMany. Stored before the password is looked at, in a transaction of its own."""
    count_try(PASSWORDS_BY_A_CALLER, network_of(address), now=now)
    count_try(PASSWORDS_OF_AN_ACCOUNT, email_key(email), now=now)
