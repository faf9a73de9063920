"""Draws every table of moves into `docs/states/`, one page each: `python -m tools.states`."""

from pathlib import Path

from eventhub.core.states import draw
from eventhub.events.rules import MOVES as EVENT_MOVES
from eventhub.events.rules import SESSION_MOVES
from eventhub.mail.rules import MOVES as LETTER_MOVES
from eventhub.registration.rules import MOVES as REGISTRATION_MOVES
from eventhub.tickets.models import TICKET_MOVES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "states"


def pages() -> dict[str, str]:
    """File name to text, of all states that are stored."""
    drawn = {
        "event": draw(EVENT_MOVES),
        "session": draw(SESSION_MOVES),
        "registration": draw(REGISTRATION_MOVES),
        "ticket": draw(TICKET_MOVES),
        "letter": draw(LETTER_MOVES),
    }
    return {f"{name}.md": f"# {name.title()}\n\n```mermaid\n{text}```\n" for name, text in drawn.items()}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
