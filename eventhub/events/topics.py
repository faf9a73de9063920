"""What events are about: a short list that filters and subscriptions share."""

from eventhub.core.text import N_

TOPICS = {
    "ai": N_("Artificial intelligence"),
    "arts": N_("Arts and design"),
    "business": N_("Business and economics"),
    "digital": N_("Digital engineering"),
    "energy": N_("Energy"),
    "environment": N_("Environment"),
    "humanities": N_("Humanities and languages"),
    "life": N_("Life sciences"),
    "making": N_("Making and fabrication"),
    "manufacturing": N_("Manufacturing"),
    "materials": N_("Materials"),
    "physics": N_("Physics and mathematics"),
    "transport": N_("Transport"),
    "urban": N_("Cities and construction"),
}
