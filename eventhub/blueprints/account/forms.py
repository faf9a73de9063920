"""What is typed on the pages about oneself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, Email, Length, Optional, Regexp

from eventhub.accounts.rules import CODE_DIGITS, LONGEST_PASSWORD
from eventhub.web.forms import LANGUAGES, PageForm, one_line


def _digits(value: str | None) -> str:
    """A code as it is copied from a letter: "123 456"."""
    return "".join(one_line(value).replace("-", "").split())


class EmailForm(PageForm):
    email = StringField(
        _("E-mail"),
        filters=[one_line],
        validators=[
            DataRequired(_("Enter your e-mail address.")),
            Length(max=254, message=_("This address is too long.")),
            Email(_("Enter an address like name@university.example.")),
        ],
    )


class CodeForm(PageForm):
    code = StringField(
        _("Code from the letter"),
        filters=[_digits],
        validators=[
            DataRequired(_("Enter the code from the letter.")),
            Regexp(rf"[0-9]{{{CODE_DIGITS}}}\Z", message=_("The code has six digits.")),
        ],
    )


class LinkForm(PageForm):
    """Only a button: following a link changes nothing, since mail scanners follow links."""


class PasswordSignInForm(EmailForm):
    password = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Enter your password.")), Length(max=LONGEST_PASSWORD)],
    )


class DetailsForm(PageForm):
    full_name = StringField(
        _("Full name"),
        filters=[one_line],
        validators=[Optional(), Length(max=200, message=_("Use at most 200 characters."))],
    )
    language = RadioField(_("Language of pages and letters"), choices=LANGUAGES)


class NewPasswordForm(PageForm):
    username = StringField(filters=[one_line])
    password = PasswordField(
        _("New password"),
        validators=[
            DataRequired(_("Enter a new password.")),
            Length(max=LONGEST_PASSWORD, message=_("Use at most 200 characters.")),
        ],
    )
