"""How often a delegation is started, and how often a delegation writes to people."""

from __future__ import annotations

from datetime import datetime, timedelta

from eventhub.core.names import email_key
from eventhub.registration.delegations.rules import RemindedToday
from eventhub.registration.limits import FORMS_OF_A_NETWORK, LETTERS_TO_A_MAILBOX
from eventhub.throttle import Limit, count_tries, count_try, network_of

# More than any list needs with all its corrections; a list that is changed again and again must not become a mailer.
INVITATIONS = Limit(name="delegation-invitations", tries=600, window=timedelta(days=1))
REMINDERS = Limit(name="delegation-reminders", tries=1, window=timedelta(days=1), refusal=RemindedToday)
LETTERS_AGAIN = Limit(name="delegation-again", tries=3, window=timedelta(hours=1))


def count_start(*, email: str, address: str, now: datetime) -> None:
    """Count the form that starts a delegation, in the same transaction: it holds no places, and writes one letter.

    Raises TooManyForms and TooManyLetters.
    """
    count_tries(
        [(FORMS_OF_A_NETWORK, network_of(address)), (LETTERS_TO_A_MAILBOX, email_key(email))], now=now
    )


def count_invitation(delegation: str, *, email: str, now: datetime) -> None:
    """Before a letter to somebody whom the coordinator names. Raises TooMany and TooManyLetters."""
    count_tries([(INVITATIONS, delegation), (LETTERS_TO_A_MAILBOX, email_key(email))], now=now)


def count_reminders(delegation: str, *, now: datetime) -> None:
    """Raises RemindedToday."""
    count_try(REMINDERS, delegation, now=now)
