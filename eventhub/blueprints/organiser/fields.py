"""Fields that organisers' forms share: texts in two languages, and times by the clocks of a zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    DateTimeLocalField,
    Field,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from eventhub.core.text import LANGUAGES, N_
from eventhub.core.zones import readings, zone_names
from eventhub.web.forms import PageForm, many_lines, one_line

YEARS = range(2000, 2101)
LONGEST_ADDRESS = 500


def line(label: str, longest: int, **more: Any) -> StringField:
    """One line of text."""
    validators = [Length(max=longest), *more.pop("validators", [])]
    return StringField(lazy_gettext(label), filters=[one_line], validators=validators, **more)


def lines(label: str, longest: int, **more: Any) -> TextAreaField:
    """Several lines of text."""
    validators = [Length(max=longest), *more.pop("validators", [])]
    return TextAreaField(lazy_gettext(label), filters=[many_lines], validators=validators, **more)


class WallClock(DateTimeLocalField):
    """A time by the clocks of a zone; moment_of() makes it a moment once the zone is known."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As WTForms reads it, in our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter day and time like 2027-07-12 14:00.")) from None


def wall_clock_field(label: str, *, required: bool = True) -> WallClock:
    """A day and a time; browsers may add seconds."""
    asked = InputRequired(lazy_gettext(N_("Enter day and time."))) if required else Optional()
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return WallClock(lazy_gettext(label), format=formats, validators=[asked])


def moment_of(field: Any, zone: str) -> datetime | None:
    """The moment of a WallClock, None when empty. A time that clocks skip or show twice is told beside it."""
    if field.data is None or field.errors:
        return None
    if field.data.year not in YEARS:
        field.errors = [*field.errors, _("Enter a year between 2000 and 2100.")]
        return None
    moments = readings(field.data, zone)
    if len(moments) == 1:
        return moments[0]
    sentence = (
        _("Clocks go back that night, so this time comes twice. Choose one an hour earlier or later.")
        if moments
        else _("Clocks go forward that night, so this time does not exist. Choose one an hour later.")
    )
    field.errors = [*field.errors, sentence]
    return None


def check_zone(_form: object, field: Field) -> None:
    """A WTForms validator for a name of the IANA zone database."""
    if field.data not in zone_names():
        raise ValidationError(_("Enter a time zone like Europe/Moscow."))


def check_web_address(_form: object, field: Field) -> None:
    """A WTForms validator for an https address; anything else might run in a browser."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and " " not in field.data
    except ValueError:
        is_fine = False
    if not is_fine:
        raise ValidationError(_("Enter an address that begins with https://."))


def choices_of(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Values and translated words of a select."""
    return [(str(value), _(name)) for value, name in names.items()]


def in_both(form: PageForm, name: str) -> dict[str, str]:
    """The texts of name_en and name_ru, empty ones left out."""
    texts = {language: form[f"{name}_{language}"].data or "" for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def spread(names: Iterable[str], thing: Any) -> dict[str, str]:
    """The texts of a plan as the fields name_en and name_ru."""
    return {
        f"{name}_{language}": getattr(thing, name).get(language, "")
        for name in names
        for language in LANGUAGES
    }
