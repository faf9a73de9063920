"""Draws every state machine into docs/states/ (run it after a change of a table)."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from eventhub.billing import rules as billing
from eventhub.core.states import draw
from eventhub.events import rules as events
from eventhub.mail import rules as mail
from eventhub.mailings import rules as mailings
from eventhub.people import rules as people
from eventhub.privacy import rules as privacy
from eventhub.registration import rules as registration
from eventhub.registration.delegations import rules as delegations
from eventhub.registration.session_lines import rules as session_lines
from eventhub.registration.types import rules as types
from eventhub.tickets import models as tickets

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "states"
MACHINES: dict[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "event": events.MOVES,
    "session": events.SESSION_MOVES,
    "registration": registration.MOVES,
    "waiting": registration.WAITING_MOVES,
    "session wish": session_lines.WISH_MOVES,
    "payment": types.PAYMENT_MOVES,
    "invoice": billing.MOVES,
    "ticket": tickets.TICKET_MOVES,
    "letter": mail.MOVES,
    "mailing": mailings.MOVES,
    "request": privacy.MOVES,
    "bulk row": people.ROW_MOVES,
    "delegation": delegations.MOVES,
}


def drawing(name: str) -> str:
    """The page of one machine."""
    return f"# {name.title()}\n\n```mermaid\n{draw(MACHINES[name])}```\n"


def behind() -> list[str]:
    """The machines whose drawing differs from their table."""
    return [name for name in MACHINES if not _path(name).exists() or _path(name).read_text() != drawing(name)]


def _path(name: str) -> Path:
    return FOLDER / f"{name.replace(' ', '-')}.md"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in MACHINES:
        _path(name).write_text(drawing(name))
