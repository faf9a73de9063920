"""What organisers do, from the first draft to the last letter. The guard asks whether somebody runs an
event at all; scope.py asks which."""

from eventhub.blueprints.organiser import door, events, letters, people, programme
from eventhub.blueprints.organiser.pages import pages

__all__ = ["door", "events", "letters", "pages", "people", "programme"]
