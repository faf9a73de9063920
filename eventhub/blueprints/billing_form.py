"""The form of who pays by invoice: the same for one registration and for a delegation, at once or later."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FormField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from eventhub.billing.rules import Billed
from eventhub.blueprints.contact_fields import country_field, email_field, no_links, some_letter
from eventhub.core.errors import Refusal
from eventhub.registration.invoicing.models import Payer
from eventhub.registration.invoicing.rules import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_REFERENCE,
    PayerWish,
    check_tax_number,
)
from eventhub.web.forms import LANGUAGES, PageForm, many_lines, one_line

_TOO_LONG = _l("Enter at most %(max)d characters.")


def _shorter(longest: int) -> Length:
    return Length(max=longest, message=_TOO_LONG)


class BillingForm(PageForm):
    """To whom the invoice goes."""

    name = StringField(
        _l("Organisation or person"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter who pays.")),
            _shorter(LONGEST_NAME),
            some_letter,
            no_links,
        ],
    )
    address = TextAreaField(
        _l("Postal address"),
        description=_l("Street, town and postal code, as they should stand on the invoice."),
        filters=[many_lines],
        validators=[
            DataRequired(_l("Enter the postal address.")),
            _shorter(LONGEST_ADDRESS),
            some_letter,
            no_links,
        ],
    )
    country = country_field(missing=_l("Choose the country of who pays."))
    tax_number = StringField(
        _l("Tax number"),
        description=_l("INN in Russia, VAT id elsewhere."),
        filters=[one_line],
        validators=[_shorter(30)],
    )
    reference = StringField(
        _l("Your own reference"),
        description=_l("An order or project number that you want to read on the invoice."),
        filters=[one_line],
        validators=[_shorter(LONGEST_REFERENCE), no_links],
    )
    email = email_field(_l("E-mail for the invoice"), missing=_l("Enter the e-mail address."))
    language = SelectField(
        _l("Language of the invoice"),
        choices=LANGUAGES,
        validators=[InputRequired(_l("Choose a language."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A tax number is judged by its country."""
        is_fine: bool = super().validate(extra_validators)
        try:
            check_tax_number(self.tax_number.data or "", self.country.data or "")
        except Refusal as refusal:
            return not self.lay(refusal)
        return is_fine

    @property
    def billed(self) -> Billed:
        """What was typed, after it was found in order."""
        texts = {name: self[name].data or "" for name in Billed.__dataclass_fields__}
        return Billed(**texts)

    @staticmethod
    def data_of(payer: Payer) -> dict[str, Any]:
        return {name: getattr(payer, name) for name in (*Billed.__dataclass_fields__, "language")}


class PayerForm(BillingForm):
    """The same as a part of another form, whose key is enough."""

    class Meta(BillingForm.Meta):
        csrf = False


class PayerField(FormField):  # type: ignore[type-arg]  # generic for the checker alone
    """A part that may be left alone as a whole."""

    @property
    def is_told(self) -> bool:
        """Whether anything was typed; the language is chosen from the start."""
        return any(self.form[name].data for name in Billed.__dataclass_fields__)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Nothing is asked for where nothing was typed, or nothing is paid by invoice."""
        return not (self.is_told and form.wants_invoice) or bool(super().validate(form, extra_validators))

    @property
    def wish(self) -> PayerWish | None:
        """What was told, as a command takes it."""
        return PayerWish(billed=self.form.billed, language=self.form.language.data) if self.is_told else None
