"""What organisers do, from the first draft to the last letter. The guard asks whether somebody runs an
event at all; scope.py asks which."""

from eventhub.blueprints.organiser import (
    crew,
    decisions,
    door,
    events,
    letter_texts,
    mailings,
    outbox,
    payments,
    people,
    people_bulk,
    people_lists,
    person,
    places,
    programme,
    questions,
    reminding,
    sections,
    sites,
    ticket_types,
)
from eventhub.blueprints.organiser.pages import pages

__all__ = [
    "crew",
    "decisions",
    "door",
    "events",
    "letter_texts",
    "mailings",
    "outbox",
    "pages",
    "payments",
    "people",
    "people_bulk",
    "people_lists",
    "person",
    "places",
    "programme",
    "questions",
    "reminding",
    "sections",
    "sites",
    "ticket_types",
]
