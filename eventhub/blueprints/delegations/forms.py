"""The forms of a delegation: its coordinator, one person, and many people at once."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from eventhub.blueprints.registration_forms import no_links, some_letter
from eventhub.blueprints.type_fields import TypesForm
from eventhub.core.ids import public_id
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.reading import Row, read_file, read_text
from eventhub.registration.delegations.rules import LONGEST_EMAIL, LONGEST_ORGANISATION, Entry, NoSheet
from eventhub.registration.rules import LONGEST_NAME
from eventhub.web import snares
from eventhub.web.countries import CountryField
from eventhub.web.forms import PageForm, one_line
from eventhub.web.i18n import NAMES, sentence_of


def _short(key: str | None) -> str:
    """A WTForms filter: without a key of ours the form is new."""
    return (key or public_id())[:40]


def _without_nul(text: str | None) -> str:
    """A WTForms filter: what no page can show again."""
    return (text or "").replace("\0", "")


class WhoForm(PageForm):
    """Who somebody is and where they come from."""

    full_name = StringField(
        _l("Full name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the full name.")),
            Length(max=LONGEST_NAME, message=_l("Enter a name of at most %(max)d characters.")),
            some_letter,
            no_links,
        ],
    )
    organisation = StringField(
        _l("University or company"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the university or company.")),
            Length(max=LONGEST_ORGANISATION, message=_l("Enter at most %(max)d characters.")),
            some_letter,
            no_links,
        ],
    )
    country = CountryField(
        _l("Country"), validators=[DataRequired(_l("Choose the country of the organisation."))]
    )
    language = SelectField(
        _l("Language of our letters"), choices=NAMES, validators=[InputRequired(_l("Choose a language."))]
    )

    def entry(self, email: str) -> Entry:
        return Entry(
            full_name=self.full_name.data or "",
            email=email,
            organisation=self.organisation.data or "",
            country=self.country.data or "",
            language=self.language.data,
        )


class PersonForm(WhoForm):
    """A person of the delegation."""

    email = EmailField(
        _l("E-mail"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the e-mail address.")),
            Length(max=LONGEST_EMAIL, message=_l("Enter an address of at most %(max)d characters.")),
            Email(_l("Enter an e-mail address like name@example.org.")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Mistakes are listed in the order of the page.
        fields = self.__dict__["_fields"]
        self.__dict__["_fields"] = {name: fields[name] for name in ("full_name", "email")} | fields

    @property
    def person(self) -> Entry:
        return self.entry(self.email.data or "")

    @staticmethod
    def data_of(member: DelegationMember) -> dict[str, Any]:
        names = ("full_name", "email", "organisation", "country", "language")
        return {name: getattr(member, name) for name in names}


class StartForm(PersonForm, TypesForm):
    """The coordinator, who is asked once more when a program seems to have filled it in."""

    submission_key = HiddenField(default=public_id, filters=[_short])
    asked_again = HiddenField()
    people_know = BooleanField(
        _l("The people whom I register know that I pass on their names and addresses"),
        validators=[InputRequired(_l("Ask these people first."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """The answers are right, and a person seems to have given them."""
        is_right: bool = super().validate(extra_validators)
        key = self.submission_key.data or ""
        is_person = snares.is_person(key, asked_again=self.asked_again.data or "")
        if not is_person:
            self.form_errors.append(sentence_of(snares.OnceMore()))
        self.asked_again.data = snares.pass_for(key)
        return is_right and is_person


class TicketForm(TypesForm):
    """The ticket for all who are added from now on."""


class AcceptForm(WhoForm, TypesForm):
    """A coordinator whose address is known."""

    people_know = BooleanField(
        _l("The people whom I register know that I pass on their names and addresses"),
        validators=[InputRequired(_l("Ask these people first."))],
    )


class ManyForm(PageForm):
    """Pasted rows, or a file."""

    # Blanks at the edges are empty cells, so they stay.
    rows = TextAreaField(_l("Rows from a spreadsheet"), filters=[_without_nul])
    file = FileField(_l("Or a file: XLSX or CSV"))

    def read(self) -> list[Row]:
        """Rows of what was sent; a file goes first. Raises NoSheet and as reading does."""
        if self.file.data:
            return read_file(self.file.data.read())
        if self.rows.data and self.rows.data.strip():
            return read_text(self.rows.data)
        raise NoSheet()
