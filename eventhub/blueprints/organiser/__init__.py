"""What organisers do, from the first draft to the last letter. The guard asks whether somebody runs an
event at all; scope.py asks which."""

from eventhub.blueprints.organiser import (
    crew,
    decisions,
    delegations,
    door,
    events,
    letter_texts,
    mailings,
    outbox,
    people,
    people_bulk,
    people_lists,
    person,
    programme,
    questions,
    reminding,
    sections,
    sites,
)
from eventhub.blueprints.organiser.pages import pages

__all__ = [
    "crew",
    "decisions",
    "delegations",
    "door",
    "events",
    "letter_texts",
    "mailings",
    "outbox",
    "pages",
    "people",
    "people_bulk",
    "people_lists",
    "person",
    "programme",
    "questions",
    "reminding",
    "sections",
    "sites",
]
