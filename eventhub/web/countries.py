"""The choice of a country: 250 options are written once a language, not once a form."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

from babel import Locale
from flask_babel import gettext as _
from markupsafe import Markup, escape
from wtforms import Field, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import html_params

from eventhub.core.countries import is_country
from eventhub.web.i18n import language

# Where most partners are; the rest follows by name.
FREQUENT = ("RU", "CN", "DE", "AT", "ES", "IT", "FI", "GB", "BR", "IN")


@lru_cache(maxsize=8)
def countries(words: str) -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes and names in this language, the frequent ones first."""
    names = {code: name for code, name in Locale.parse(words).territories.items() if is_country(code)}
    rest = sorted((code for code in names if code not in FREQUENT), key=lambda code: by_alphabet(names[code]))
    return {code: names[code] for code in (*FREQUENT, *rest)}


def by_alphabet(name: str) -> str:
    """A key to sort names: capitals and accents do not count, so о-в Мэн and Åland stand where they are sought."""
    return "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))


@lru_cache(maxsize=8)
def _options(words: str) -> str:
    lines = (f'<option value="{code}">{escape(name)}</option>' for code, name in countries(words).items())
    return '<option value=""></option>' + "".join(lines)


def _select(field: Field, **attributes: Any) -> Markup:
    """The select element; the chosen option is marked in the text that is kept."""
    attributes = {"id": field.id, "required": field.flags.required, **attributes, "name": field.name}
    chosen = f'<option value="{field.data}"'
    options = (
        _options(language()).replace(chosen, f"{chosen} selected") if field.data else _options(language())
    )
    return Markup(f"<select {html_params(**attributes)}>{options}</select>")  # noqa: S704 - escaped where it is made


class CountryField(StringField):
    """One of the countries, by its code."""

    widget = staticmethod(_select)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What is no country counts as nothing chosen, so it can't come back into the page."""
        super().process_formdata(valuelist)
        if self.data not in countries(language()):
            self.data = ""

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in countries(language()):
            raise ValidationError(_("Choose a country from the list."))
