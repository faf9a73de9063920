"""Decides what a pass is called, and who may ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from eventhub.core.keys import token_for, token_matches

# Whoever is still inside then shall not find the ticket among the expired ones.
STAYS = timedelta(days=1)
# A pass is compared with what was told of it so often, and so many together.
LOOK_AGAIN = timedelta(minutes=5)
BATCH = 100
# After this long nobody is told any more in this round: the last one must hear while its turn still lasts.
ROUND_LASTS = timedelta(seconds=40)
# Apple asks for a quarter of an hour before the first.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 360, 720))

_SERIAL = re.compile(r"([0-9A-Z-]{1,40})\.([0-9]{1,3})\.([0-9]{1,3})")
_DEVICE = re.compile(r"[0-9A-Za-z._-]{1,128}")
_PURPOSE = "wallet-pass"


class Answer(Enum):
    """What came of telling a wallet that a pass has changed: it knows, it will never want to, or perhaps later."""

    TOLD = auto()
    GONE = auto()
    LATER = auto()


@dataclass(frozen=True, kw_only=True)
class Serial:
    """One code of one ticket. A re-issued ticket is another pass: whoever held the old code never gets the new one."""

    number: str
    key_id: int
    generation: int

    def __str__(self) -> str:
        return f"{self.number}.{self.key_id}.{self.generation}"


def read_serial(text: str) -> Serial | None:
    """The serial as it was written on a pass, or None."""
    found = _SERIAL.fullmatch(text)
    if found is None:
        return None
    serial = Serial(number=found[1], key_id=int(found[2]), generation=int(found[3]))
    return serial if str(serial) == text else None


def token_of(serial: Serial) -> str:
    """What the phone that holds the pass shows to our update service."""
    return token_for(_PURPOSE, str(serial))


def may_ask_for(serial: str, token: str) -> bool:
    """Whether the token stands on the pass of this serial."""
    return token_matches(_PURPOSE, serial, token)


def is_device(text: str) -> bool:
    """Whether a phone may call itself so."""
    return _DEVICE.fullmatch(text) is not None


def next_try(tries: int, *, now: datetime) -> datetime | None:
    """When to tell again after so many tries in vain, or None to leave it until the pass changes once more."""
    return now + BACK_OFF[tries - 1] if tries <= len(BACK_OFF) else None
