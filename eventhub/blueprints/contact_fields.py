"""The fields in which people tell who they are, the same in every form: name, address, organisation, country, language.

`missing` is what is said of an empty field; without it the field may stay empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, ValidationError

from eventhub.registration.delegations.rules import LONGEST_EMAIL, LONGEST_ORGANISATION
from eventhub.registration.rules import LONGEST_NAME
from eventhub.web.countries import CountryField
from eventhub.web.forms import LANGUAGES, PageForm, one_line
from eventhub.web.organisations import OrganisationField

_LINK = re.compile(r"https?:|www\.|://|\[.*\]\(", re.IGNORECASE)


def no_links(_form: PageForm, field: Field) -> None:
    """Our letters carry names: a link in one would be somebody else's letter (pretalx 2026.1)."""
    if field.data and _LINK.search(field.data):
        raise ValidationError(str(_l("Enter it without links.")))


def some_letter(_form: PageForm, field: Field) -> None:
    """A name of blanks and invisible characters alone would print an empty badge."""
    if not any(character.isalnum() for character in field.data or ""):
        raise ValidationError(str(_l("Enter it with at least one letter.")))


def name_field(label: Any, *, missing: Any, **more: Any) -> StringField:
    """The full name of a person."""
    too_long = Length(max=LONGEST_NAME, message=_l("Enter a name of at most %(max)d characters."))
    return StringField(
        label,
        filters=[one_line],
        validators=[DataRequired(missing), too_long, some_letter, no_links],
        **more,
    )


def email_field(label: Any, *, missing: Any = None, **more: Any) -> EmailField:
    """An address to write to."""
    return EmailField(
        label,
        filters=[one_line],
        validators=[
            Optional() if missing is None else DataRequired(missing),
            Length(max=LONGEST_EMAIL, message=_l("Enter an address of at most %(max)d characters.")),
            Email(_l("Enter an e-mail address like name@example.org.")),
        ],
        **more,
    )


def organisation_field(label: Any, *, missing: Any = None, **more: Any) -> OrganisationField:
    """University or company, with the names that the directory offers."""
    needed: Sequence[Any] = () if missing is None else (DataRequired(missing), some_letter)
    too_long = Length(max=LONGEST_ORGANISATION, message=_l("Enter at most %(max)d characters."))
    return OrganisationField(label, filters=[one_line], validators=[*needed, too_long, no_links], **more)


def country_field(*, missing: Any) -> CountryField:
    return CountryField(_l("Country"), validators=[DataRequired(missing)])


def language_field() -> SelectField:
    """In which language letters come."""
    return SelectField(
        _l("Language of our letters"), choices=LANGUAGES, validators=[InputRequired(_l("Choose a language."))]
    )


class InPageOrder:
    """Mistakes are listed in the order of the page: name and address first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.__dict__["_fields"]
        self.__dict__["_fields"] = {name: fields[name] for name in ("full_name", "email")} | fields
