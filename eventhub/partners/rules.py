"""When two names are the same organisation's, and what an entry of the directory must have."""

from __future__ import annotations

import re

from eventhub.core.countries import is_country
from eventhub.core.errors import Refusal
from eventhub.core.latin import latin
from eventhub.core.names import folded
from eventhub.core.text import N_, Localised

LONGEST_NAME = 160
_NUMBER = re.compile(r"(\d+)")


class OrganisationNameMissing(Refusal):
    sentence = N_("Enter the name, in English or in Russian.")
    status = 422
    field = "name_en"


class NameTooLong(Refusal):
    sentence = N_("Enter at most %(most)s characters.")
    status = 422
    field = "name_en"


class NameTaken(Refusal):
    sentence = N_("Another organisation has this name already.")
    status = 422
    field = "name_en"


class CountryUnknown(Refusal):
    sentence = N_("Choose a country from the list.")
    status = 422
    field = "country"


class SpellingMissing(Refusal):
    sentence = N_("Enter the spelling.")
    status = 422
    field = "spelling"


class SpellingTooLong(NameTooLong):
    field = "spelling"


class SpellingTaken(Refusal):
    sentence = N_("“%(other)s” has this spelling already.")
    status = 422
    field = "spelling"


class SpellingIsPublic(Refusal):
    sentence = N_("This is the public name. Change the name instead.")


class OtherMissing(Refusal):
    sentence = N_("Enter the name of another organisation of the directory.")
    status = 422
    field = "other"


def key_of(name: str) -> str:
    """What is the same for all spellings of a name: without case, diacritics, signs and blanks, in Latin letters.

    Numbers stay as they are, since the 11th school is not the first.
    """
    signs = "".join(letter if letter.isalnum() else " " for letter in folded(name))
    parts = (part if part.isdigit() else latin(part) or part for part in _NUMBER.split(signs))
    return "".join("".join(parts).split())


def check_organisation(name: Localised, country: str) -> None:
    """Raises OrganisationNameMissing, NameTooLong and CountryUnknown."""
    if not any(map(key_of, name.values())):
        raise OrganisationNameMissing()
    if any(len(text) > LONGEST_NAME for text in name.values()):
        raise NameTooLong(most=LONGEST_NAME)
    if country and not is_country(country):
        raise CountryUnknown()
