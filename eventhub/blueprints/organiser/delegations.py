"""The delegations of an event with their counts, and the letter that asks a partner to send one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import DataRequired, Email, InputRequired, NumberRange, Optional

from eventhub.blueprints.delegations import words as delegation_words
from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.fields import line
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.type_fields import named_price
from eventhub.core import clock
from eventhub.core.ids import public_id
from eventhub.core.text import N_
from eventhub.events.models import Event
from eventhub.people.delegations import list_delegations
from eventhub.registration.delegations.commands import Start, invite_partner
from eventhub.registration.delegations.rules import LONGEST_EMAIL, MOST_MEMBERS, Entry
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.rules import TypeWish
from eventhub.registration.types.taking import for_groups
from eventhub.web.forms import LANGUAGES, PageForm


class PartnerForm(PageForm):
    """Whom to ask for a delegation, and how large it may be."""

    key = HiddenField(default=public_id, filters=[lambda key: (key or public_id())[:40]])
    email = line(
        N_("E-mail"),
        LONGEST_EMAIL,
        validators=[
            DataRequired(lazy_gettext(N_("Enter the e-mail address."))),
            Email(lazy_gettext(N_("Enter an e-mail address like name@example.org."))),
        ],
    )
    language = SelectField(
        lazy_gettext(N_("Language of the letter")),
        choices=LANGUAGES,
        validators=[InputRequired(lazy_gettext(N_("Choose a language.")))],
    )
    most = IntegerField(
        lazy_gettext(N_("People at most")),
        default=MOST_MEMBERS,
        validators=[
            InputRequired(lazy_gettext(N_("Enter how many people may come."))),
            NumberRange(1, MOST_MEMBERS, lazy_gettext(N_("Enter a number from 1 to 200."))),
        ],
    )

    ticket = SelectField(
        lazy_gettext(N_("Ticket for each person")), choices=[], validators=[Optional()], validate_choice=False
    )

    def offer(self, event: Event) -> PartnerForm:
        """The tickets that a delegation can have; without any the field is not there."""
        named = [(one.public_id, named_price(one)) for one in for_groups(types_of(event))]
        self.ticket.choices = [("", _("The partner chooses")), *named] if named else []
        return self

    def start(self) -> Start:
        """Who it is they say themselves."""
        coordinator = Entry(
            full_name="",
            email=self.email.data or "",
            organisation="",
            country="",
            language=self.language.data,
        )
        ticket = TypeWish(public_id=(self.ticket.data or "")[:60]) if self.ticket.choices else TypeWish()
        return Start(coordinator=coordinator, key=self.key.data or "", ticket=ticket)


@pages.route("/events/<slug>/delegations", methods=["GET", "POST"])
def delegations(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = PartnerForm().offer(event)

    def deed() -> None:
        invite_partner(event, form.start(), most=form.most.data or 1, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The partner has a letter with the link."))
        return redirect(url_for(".delegations", slug=slug))
    page = render_template(
        "organiser/delegations.html",
        event=event,
        form=form,
        rows=list_delegations(event.id),
        says=delegation_words,
    )
    return page, status_of(form)
