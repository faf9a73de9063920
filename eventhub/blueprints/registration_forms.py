"""The forms of a registration: what is asked, in which words it is refused, and the ask that a command takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Optional

from eventhub.blueprints.billing_form import PayerField, PayerForm
from eventhub.blueprints.consent_fields import ConsentsForm
from eventhub.blueprints.contact_fields import (
    InPageOrder,
    country_field,
    email_field,
    language_field,
    name_field,
    organisation_field,
)
from eventhub.blueprints.question_fields import AskingForm
from eventhub.blueprints.type_fields import TypesForm
from eventhub.core import moments
from eventhub.core.ids import public_id
from eventhub.core.text import localised
from eventhub.events.models import Event, Session
from eventhub.registration.asking import Ask, Submission
from eventhub.registration.invoicing.rules import PayerWish
from eventhub.registration.models import Registration
from eventhub.registration.types.rules import Paying
from eventhub.web import snares
from eventhub.web.forms import PageForm, Ticks
from eventhub.web.i18n import language, sentence_of
from eventhub.web.wording import ages_note, seats_note

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class AnswersForm(AskingForm, TypesForm):
    """What every registration tells, and can correct later."""

    full_name = name_field(
        _l("Full name"),
        missing=_l("Enter your full name."),
        description=_l("As it should stand on your ticket and badge."),
    )
    organisation = organisation_field(
        _l("University or company"), missing=_l("Enter your university or company.")
    )
    country = country_field(missing=_l("Choose the country of your organisation."))
    language = language_field()
    # What may be chosen is judged by the command, in the same transaction in which it is taken.
    sessions = Ticks(_l("Sessions"), validators=[Optional()], choices=[], validate_choice=False)

    def offer(self, sessions: Sequence[Session]) -> None:
        """Show these sessions as choices, with their times and what is left."""
        words = language()
        self.sessions.choices = [(one.public_id, localised(one.title, words)) for one in sessions]
        self.session_hints = {one.public_id: _hint(one, one.event) for one in sessions}
        self.session_notes = {one.public_id: note for one in sessions if (note := self.note_of(one))}

    def note_of(self, session: Session) -> str:
        """What is worth saying of its places."""
        return seats_note(session.places)

    def ask(self, *, email: str) -> Ask:
        """The answers as a command takes them."""
        return Ask(
            full_name=self.full_name.data or "",
            email=email,
            organisation=self.organisation.data or "",
            country=self.country.data or "",
            language=self.language.data,
            sessions=tuple(self.sessions.data or ()),
            sheet=self.sheet,
            ticket=self.wish,
        )


class AgreeingForm(AnswersForm, ConsentsForm):
    """The answers, and each consent with its own tick."""

    def ask_questions(self, *args: Any, **kwargs: Any) -> None:
        """The consents stay last."""
        super().ask_questions(*args, **kwargs)
        self._fields["consents"] = self._fields.pop("consents")


class RegistrationForm(InPageOrder, AgreeingForm):
    """The first form: the answers, the address to prove, and each consent with its own tick."""

    submission_key = HiddenField(default=public_id)
    asked_again = HiddenField()
    email = email_field(
        _l("E-mail"),
        missing=_l("Enter your e-mail address."),
        description=_l("We send you a link to confirm your place."),
    )

    asks_payer = False

    def offer_types(self, *args: Any, **kwargs: Any) -> None:
        """Where one is paid by invoice, who pays can be told at once."""
        super().offer_types(*args, **kwargs)
        if not self.asks_payer and any(
            one.content.paying is Paying.INVOICE for one in self.shown_types.values()
        ):
            self._ask_payer()

    def _ask_payer(self) -> None:
        self.asks_payer = True
        unbound = PayerField(PayerForm, default={"language": language()})
        bound = {"name": "payer", "prefix": "", "translations": self.meta.get_translations(self)}
        field = self.meta.bind_field(self, unbound, bound)
        field.process(request.form if request.method == "POST" else None)
        self._fields["payer"] = field
        self._fields["consents"] = self._fields.pop("consents")

    @property
    def payer_wish(self) -> PayerWish | None:
        return self._fields["payer"].wish if self.asks_payer and self.wants_invoice else None

    @property
    def wants_invoice(self) -> bool:
        """Whether a chosen ticket is paid by invoice; one that is not known may be."""
        chosen = [self.shown_types.get(name) for name in self.wished_types]
        return any(one is None or one.content.paying is Paying.INVOICE for one in chosen)

    @property
    def wished_types(self) -> Sequence[str]:
        """The public ids of the tickets that were chosen."""
        return [self.ticket_type.data or ""]

    @property
    def was_asked_more(self) -> bool:
        """Whether the person was shown questions of the event's own."""
        return bool(self.shown_mark or self.typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """The answers are right, and a person seems to have given them; else they are asked to send it once more."""
        is_right: bool = super().validate(extra_validators)
        key = self.submission_key.data = ours(self.submission_key.data)
        is_person = snares.is_person(key, asked_again=self.asked_again.data or "")
        if not is_person:
            self.form_errors.append(sentence_of(snares.OnceMore()))
        self.asked_again.data = snares.pass_for(key)
        return is_right and is_person

    def note_of(self, session: Session) -> str:
        """A full session can be waited for, once one takes part."""
        places = session.places
        if places is not None and places.taken >= places.capacity and session.has_line:
            return str(_l("All places taken: you can wait for it after you have registered"))
        return super().note_of(session)

    @property
    def scope(self) -> str:  # type: ignore[override]  # the form's own key
        """Files that come belong to this form until it is sent."""
        return ours(self.submission_key.data)

    def registration(self) -> Ask:
        return replace(self.ask(email=self.email.data or ""), payer=self.payer_wish)

    def submission(self, address: str) -> Submission:
        """How the form was sent, from this address."""
        return Submission(
            key=ours(self.submission_key.data),
            consents=tuple(self.consents.data or ()),
            address=address,
        )


class TakeOverForm(AgreeingForm):
    """What a colleague answers who takes a place over."""

    def submission(self, address: str) -> Submission:
        """How the form was sent, from this address."""
        ticked = tuple(self.consents.data or ())
        return Submission(key=public_id(), consents=ticked, address=address, method="page")


class HandOverForm(PageForm):
    """Who gets the place."""

    full_name = name_field(
        _l("Full name of your colleague"), missing=_l("Enter the full name of your colleague.")
    )
    email = email_field(
        _l("E-mail of your colleague"), missing=_l("Enter the e-mail address of your colleague.")
    )


class ChangeForm(AnswersForm):
    """The same answers, later."""

    @staticmethod
    def data_of(registration: Registration) -> dict[str, Any]:
        return {
            "full_name": registration.attendees[0].full_name,
            "organisation": registration.organisation,
            "country": registration.country,
            "language": registration.language,
            "sessions": [choice.session.public_id for choice in registration.choices],
        }


def ours(key: str | None) -> str:
    """The form's key; one that is not of our making counts as none."""
    return key if key and _KEY.fullmatch(key) else public_id()


def _hint(session: Session, event: Event) -> str:
    day = moments.day(session.starts_at, event.timezone, language())
    hours = moments.hours(session.starts_at, session.ends_at, event.timezone)
    told = f"{day}, {hours} ({moments.zone_city(event.timezone, language())})"
    return " · ".join(part for part in (told, ages_note(session)) if part)
