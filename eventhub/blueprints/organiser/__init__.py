"""What organisers do, from the first draft to the last letter. The guard asks whether somebody runs an
event at all; scope.py asks which."""

from eventhub.blueprints.organiser import door, events, outbox, people, programme
from eventhub.blueprints.organiser.pages import pages

__all__ = ["door", "events", "outbox", "pages", "people", "programme"]
