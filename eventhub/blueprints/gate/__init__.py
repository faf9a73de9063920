"""The door: who works there chooses a gate, scans, looks people up and takes a scan back."""

from eventhub.blueprints.gate import (
    app,
    badges,
    choosing,
    kiosk,
    live,
    machine,
    names,
    offline,
    parties,
    scanner,
    walk_in,
)
from eventhub.blueprints.gate.blueprint import pages

__all__ = [
    "app",
    "badges",
    "choosing",
    "kiosk",
    "live",
    "machine",
    "names",
    "offline",
    "pages",
    "parties",
    "scanner",
    "walk_in",
]
