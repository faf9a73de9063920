"""The forms of the directory of organisations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length

from eventhub.core.text import LANGUAGES, N_
from eventhub.partners.models import Organisation
from eventhub.partners.rules import LONGEST_NAME
from eventhub.partners.sheets import MOST_BYTES, Unreadable, read_csv
from eventhub.web.countries import CountryField
from eventhub.web.forms import PageForm, one_line
from eventhub.web.organisations import OrganisationField

_TOO_LONG = lazy_gettext(N_("Enter at most %(max)d characters."))


def _name(label: str) -> StringField:
    return StringField(
        lazy_gettext(label), filters=[one_line], validators=[Length(max=LONGEST_NAME, message=_TOO_LONG)]
    )


def _known(label: str) -> OrganisationField:
    """A name of the directory, of which the first are offered."""
    return OrganisationField(
        lazy_gettext(label), filters=[one_line], validators=[Length(max=LONGEST_NAME, message=_TOO_LONG)]
    )


class OrganisationForm(PageForm):
    """The public names and the country."""

    name_en = _name(N_("Name in English"))
    name_ru = _name(N_("Name in Russian"))
    country = CountryField(lazy_gettext(N_("Country")))

    @staticmethod
    def data_of(organisation: Organisation) -> dict[str, Any]:
        names = {f"name_{code}": organisation.name.get(code, "") for code in LANGUAGES}
        return {**names, "country": organisation.country}

    def facts(self) -> dict[str, Any]:
        """Name and country as a command takes them."""
        names = {code: self[f"name_{code}"].data or "" for code in LANGUAGES}
        return {
            "name": {code: name for code, name in names.items() if name},
            "country": self.country.data or "",
        }


class SpellingForm(PageForm):
    spelling = _name(N_("Another spelling"))


class MergeForm(PageForm):
    other = _known(N_("It is the same as"))


class MeantForm(PageForm):
    """A name as it was typed, and whom it means; nobody: a new organisation."""

    spelling = _name(N_("As it was typed"))
    other = _known(N_("It is"))


class ImportForm(PageForm):
    sheet = FileField(lazy_gettext(N_("CSV file")))

    def rows(self) -> list[dict[str, str]]:
        """Raises what read_csv does."""
        if not self.sheet.data:
            raise Unreadable()
        content = self.sheet.data.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Unreadable()
        return read_csv(content)
