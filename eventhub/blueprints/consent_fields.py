"""Consents on forms: each with its own tick, and with all other mistakes the one that is missing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from eventhub.core.text import localised
from eventhub.privacy.models import ConsentDocument
from eventhub.privacy.queries import list_consent_documents
from eventhub.privacy.rules import ConsentMissing, check_required
from eventhub.web.forms import PageForm, Ticks
from eventhub.web.i18n import language, sentence_of


def consents_field(label: str) -> Ticks:
    """Which ones there are, the form is told before it is shown; the command knows which are required."""
    return Ticks(label, coerce=int, validators=[Optional()], choices=[], validate_choice=False)


class ConsentsForm(PageForm):
    """A form that asks for consents."""

    consents = consents_field(_l("Your consent"))

    def ask_consents(self) -> None:
        """Show those in force."""
        documents = list_consent_documents()
        self.documents: dict[int, ConsentDocument] = {one.id: one for one in documents}
        self.consents.choices = [(one.id, localised(one.title, language())) for one in documents]
        if any(field.errors for field in self) and not self.consents.errors:
            self._tell_what_is_missing()

    def _tell_what_is_missing(self) -> None:
        try:
            check_required(self.documents.values(), self.consents.data or ())
        except ConsentMissing as missing:
            self.consents.errors = [sentence_of(missing)]
