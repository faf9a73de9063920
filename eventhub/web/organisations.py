"""The field for a university or company: the directory offers its names while typing, and any other may be typed."""

from __future__ import annotations

from wtforms import StringField

from eventhub.core.text import localised
from eventhub.partners.queries import list_suggestions
from eventhub.web.countries import by_alphabet
from eventhub.web.i18n import language


def suggested_names() -> list[str]:
    """The names of the directory in the reader's language, by alphabet."""
    names = {localised(name, language()) for name in list_suggestions()}
    return sorted(names, key=by_alphabet)


class OrganisationField(StringField):
    """A line of text with suggestions."""

    @property
    def suggestions(self) -> list[str]:
        return suggested_names()
