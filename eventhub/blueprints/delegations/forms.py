"""The forms of a delegation: its coordinator, one person, and many people at once."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired

from eventhub.blueprints.contact_fields import (
    InPageOrder,
    country_field,
    email_field,
    language_field,
    name_field,
    organisation_field,
)
from eventhub.blueprints.type_fields import TypesForm
from eventhub.core.ids import public_id
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.reading import Row, read_file, read_text
from eventhub.registration.delegations.rules import Entry, NoSheet
from eventhub.web import snares
from eventhub.web.forms import PageForm
from eventhub.web.i18n import sentence_of


def _short(key: str | None) -> str:
    """A WTForms filter: without a key of ours the form is new."""
    return (key or public_id())[:40]


def _without_nul(text: str | None) -> str:
    """A WTForms filter: what no page can show again."""
    return (text or "").replace("\0", "")


class WhoForm(PageForm):
    """Who somebody is and where they come from."""

    full_name = name_field(_l("Full name"), missing=_l("Enter the full name."))
    organisation = organisation_field(
        _l("University or company"), missing=_l("Enter the university or company.")
    )
    country = country_field(missing=_l("Choose the country of the organisation."))
    language = language_field()

    def entry(self, email: str) -> Entry:
        return Entry(
            full_name=self.full_name.data or "",
            email=email,
            organisation=self.organisation.data or "",
            country=self.country.data or "",
            language=self.language.data,
        )


class PersonForm(InPageOrder, WhoForm):
    """A person of the delegation."""

    email = email_field(_l("E-mail"), missing=_l("Enter the e-mail address."))

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
