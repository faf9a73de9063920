"""Decides what a pass is called, and who may ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eventhub.core.keys import token_for, token_matches

_SERIAL = re.compile(r"([0-9A-Z-]{1,40})\.([0-9]{1,3})\.([0-9]{1,3})")
_DEVICE = re.compile(r"[0-9A-Za-z._-]{1,128}")
_PURPOSE = "wallet-pass"


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
