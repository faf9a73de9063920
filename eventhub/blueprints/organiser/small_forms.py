"""The small forms of the organisers' pages: names, titles, reasons, crew, venues."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pycountry import countries
from wtforms import DateField, SelectField, ValidationError
from wtforms.validators import Email, InputRequired

from eventhub.blueprints.organiser.fields import YEARS, line, lines
from eventhub.core.text import N_, localised
from eventhub.events.models import Section
from eventhub.web.countries import by_alphabet
from eventhub.web.forms import PageForm, one_line
from eventhub.web.i18n import language
from eventhub.web.wording import country_name

LONGEST_NAME = 80
MOST_ROOMS = 100


class CancelForm(PageForm):
    """Why an event is called off."""

    reason_en = lines(N_("Reason in English"), 1000)
    reason_ru = lines(N_("Reason in Russian"), 1000)


class CloneForm(PageForm):
    """On which day the copy starts."""

    starts_on = DateField(
        lazy_gettext(N_("First day")), validators=[InputRequired(lazy_gettext(N_("Enter a day.")))]
    )

    def validate_starts_on(self, field: Any) -> None:
        """WTForms calls it by its name."""
        if field.data and field.data.year not in YEARS:
            raise ValidationError(_("Enter a year between 2000 and 2100."))


class NameForm(PageForm):
    """What a gate or a room is called."""

    name_en = line(N_("Name in English"), LONGEST_NAME)
    name_ru = line(N_("Name in Russian"), LONGEST_NAME)

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is enough."""
        is_fine = super().validate(extra_validators)
        if is_fine and not (self.name_en.data or self.name_ru.data):
            self.name_en.errors = [_("Enter a name.")]
        return is_fine and not self.errors


class TitleForm(PageForm):
    """What a section of the programme is called."""

    title_en = line(N_("Title in English"), 200)
    title_ru = line(N_("Title in Russian"), 200)

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is enough."""
        is_fine = super().validate(extra_validators)
        if is_fine and not (self.title_en.data or self.title_ru.data):
            self.title_en.errors = [_("Enter a title.")]
        return is_fine and not self.errors


class SectionForm(TitleForm):
    """A new section, with its institute."""

    parent = SelectField(lazy_gettext(N_("Belongs to")))

    def offer(self, institutes: list[Section]) -> SectionForm:
        """Fill the select with the sections that may have others under them."""
        chosen = [(str(one.id), localised(one.title, language())) for one in institutes]
        self.parent.choices = [("", _("The event itself")), *chosen]
        return self


class SeriesForm(TitleForm):
    """A new series of seminars."""

    summary_en = line(N_("Summary in English"), 300)
    summary_ru = line(N_("Summary in Russian"), 300)


class ReasonForm(PageForm):
    """Why something is taken from somebody."""

    reason = line(N_("Reason"), 300)


class WhyForm(PageForm):
    """Why something sealed is opened."""

    why = line(N_("Why do you open it?"), 300)


class CrewForm(PageForm):
    """Somebody for the door."""

    email = line(
        N_("E-mail"),
        254,
        validators=[
            InputRequired(lazy_gettext(N_("Enter an e-mail address like name@example.org."))),
            Email(lazy_gettext(N_("Enter an e-mail address like name@example.org."))),
        ],
    )
    full_name = line(
        N_("Full name"), LONGEST_NAME, validators=[InputRequired(lazy_gettext(N_("Enter a name.")))]
    )


class VenueForm(PageForm):
    """A building or a site with its rooms."""

    name_en = line(N_("Name in English"), 150)
    name_ru = line(N_("Name in Russian"), 150)
    address_en = line(N_("Address in English"), 200)
    address_ru = line(N_("Address in Russian"), 200)
    city_en = line(N_("City in English"), 80)
    city_ru = line(N_("City in Russian"), 80)
    country = SelectField(lazy_gettext(N_("Country")), default="RU")
    rooms = lines(N_("Rooms"), 5000)

    def offer(self) -> VenueForm:
        """Fill the select with all countries by name."""
        names = ((country.alpha_2, country_name(country.alpha_2)) for country in countries)
        self.country.choices = sorted(names, key=lambda pair: by_alphabet(pair[1]))
        return self

    def room_names(self) -> list[str]:
        """One a line, each once."""
        typed = (one_line(room) for room in (self.rooms.data or "").splitlines())
        return list(dict.fromkeys(room for room in typed if room))

    def validate(self, extra_validators: Any = None) -> bool:
        """One name is enough."""
        is_fine = super().validate(extra_validators)
        if is_fine and not (self.name_en.data or self.name_ru.data):
            self.name_en.errors = [_("Enter a name.")]
        return is_fine and not self.errors

    def validate_rooms(self, _field: Any) -> None:
        """WTForms calls it by its name."""
        rooms = self.room_names()
        if len(rooms) > MOST_ROOMS or any(len(room) > LONGEST_NAME for room in rooms):
            raise ValidationError(_("Enter at most 100 rooms with names of at most 80 characters."))
