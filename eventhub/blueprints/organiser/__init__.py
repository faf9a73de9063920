"""What organisers do, from the first draft to the last letter. The guard asks whether somebody runs an
event at all; scope.py asks which."""

from eventhub.blueprints.organiser import (
    crew,
    door,
    events,
    outbox,
    people,
    people_bulk,
    people_lists,
    person,
    programme,
    sections,
    sites,
)
from eventhub.blueprints.organiser.pages import pages

__all__ = [
    "crew",
    "door",
    "events",
    "outbox",
    "pages",
    "people",
    "people_bulk",
    "people_lists",
    "person",
    "programme",
    "sections",
    "sites",
]
