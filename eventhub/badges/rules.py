"""On which paper badges are printed, whom a printing is for, and when a reason is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.people.rules import PeopleWish

# A document of so many takes three to four seconds (bench/RESULTS.md); the rest is printed next.
MOST_BADGES = 500
LONGEST_REASON = 200


class Layout(StrEnum):
    """How badges lie on paper; the sizes stand in documents/badge.PAPERS under the same words."""

    SHEET_8 = "sheet_8"
    SHEET_10 = "sheet_10"
    A6 = "a6"
    A6_FOLDED = "a6_folded"
    LABEL = "label"
    CARD = "card"


# One badge fills the page, so a printer beside the door may have nothing else to do.
SINGLE = (Layout.LABEL, Layout.CARD, Layout.A6, Layout.A6_FOLDED)


class Printed(StrEnum):
    """Whether a badge was printed before."""

    NOT_YET = "not_yet"
    ANY = "any"
    BEFORE = "before"


class Order(StrEnum):
    """In which order badges lie on their pages."""

    NAME = "name"
    ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class BadgeWish:
    """Whose badges, in what order: those of `people` with a valid ticket. `ticket_type` is the type of the person's
    own ticket, by its public id; `registrations`, when there are some, are the only ones, by their public ids."""

    people: PeopleWish
    registrations: tuple[str, ...] = ()
    ticket_type: str = ""
    printed: Printed = Printed.NOT_YET
    order: Order = Order.NAME


@dataclass(frozen=True, kw_only=True)
class PrintAsk:
    """How it is printed: `language` is "en" or "ru", empty for each person's own. `key` is the form's own: the same
    form twice is one printing."""

    key: str
    layout: Layout
    language: str = ""
    reason: str = ""


class NobodyToPrint(Refusal):
    sentence = N_("There is nobody to print a badge for.")
    status = 422


class PrintsOne(Refusal):
    """A sheet of many can't be printed at a door."""

    sentence = N_("Choose a layout with one badge on a page.")
    status = 422
    field = "layout"
