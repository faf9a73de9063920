"""A partner's delegation, from the first form to the list of people; the link in the coordinator's mail opens it."""

from eventhub.blueprints.delegations import paying, people, sheets, starting
from eventhub.blueprints.delegations.blueprint import pages

__all__ = ["pages", "paying", "people", "sheets", "starting"]
