"""Forms for what organisers say by mail: their words in our letters, letters to many, and reminders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from eventhub.blueprints.organiser.fields import choices_of, in_both, line, lines
from eventhub.blueprints.organiser.words import REGISTRATIONS
from eventhub.core.errors import Refusal
from eventhub.core.text import LANGUAGES, N_
from eventhub.mail.kinds import MAILING
from eventhub.mail.own_text import LONGEST_SUBJECT, LONGEST_TEXT, OwnText, check_subject, check_text
from eventhub.mail.rules import TextPlace
from eventhub.mailings.commands import MailingAsk
from eventhub.mailings.models import Mailing
from eventhub.mailings.rules import MOST_DAYS, MOST_HOURS, Plan
from eventhub.registration.rules import LIVE
from eventhub.web.forms import PageForm, Ticks
from eventhub.web.i18n import sentence_of

PLACES = {TextPlace.ADDED: N_("After our sentences"), TextPlace.INSTEAD: N_("In place of our sentences")}


class WordsForm(PageForm):
    """A subject and a text in both languages; placeholders are checked beside their field."""

    letter = MAILING

    subject_en = line(N_("Subject in English"), LONGEST_SUBJECT)
    text_en = lines(N_("Text in English"), LONGEST_TEXT)
    subject_ru = line(N_("Subject in Russian"), LONGEST_SUBJECT)
    text_ru = lines(N_("Text in Russian"), LONGEST_TEXT)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each text by the list of what it may name."""
        super().validate(extra_validators)
        return self.has_good_texts()

    def has_good_texts(self) -> bool:
        """Also of what was stored before: what was allowed then may not be so now."""
        for language in LANGUAGES:
            self._try(f"subject_{language}", check_subject)
            self._try(f"text_{language}", check_text)
        return not self.errors

    def _try(self, name: str, check: Callable[..., None]) -> None:
        field: Any = self[name]
        if field.errors:
            return
        try:
            check(field.data or "", letter=self.letter)
        except Refusal as refusal:
            field.errors = [*field.errors, sentence_of(refusal)]


class LetterTextForm(WordsForm):
    """The organiser's words in one letter of ours."""

    place_en = SelectField(lazy_gettext(N_("Where the English text stands")), default=TextPlace.ADDED)
    place_ru = SelectField(lazy_gettext(N_("Where the Russian text stands")), default=TextPlace.ADDED)

    def offer(self, letter: str) -> LetterTextForm:
        """Say which letter it is."""
        self.letter = letter
        self.place_en.choices = self.place_ru.choices = choices_of(PLACES)
        return self

    def own_texts(self) -> dict[str, OwnText]:
        """What was typed, per language."""
        return {
            language: OwnText(
                subject=self[f"subject_{language}"].data or "",
                text=self[f"text_{language}"].data or "",
                place=TextPlace(self[f"place_{language}"].data),
            )
            for language in LANGUAGES
        }

    @staticmethod
    def data_of(own_texts: dict[str, OwnText]) -> dict[str, str]:
        """The fields of texts that are stored."""
        return {
            f"{name}_{language}": str(getattr(own, name))
            for language, own in own_texts.items()
            for name in ("subject", "text", "place")
        }


class MailingForm(WordsForm):
    """A letter to many; one language is enough."""

    states = Ticks(lazy_gettext(N_("To whom")), default=[])

    chosen: tuple[str, ...] = ()

    def offer(self, *, chosen: tuple[str, ...] = ()) -> MailingForm:
        """Fill the ticks with the states in which somebody takes part or may; chosen registrations need no tick."""
        self.chosen = chosen
        self.states.choices = choices_of({state: REGISTRATIONS[state] for state in LIVE})
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever writes a subject writes a text, and the other way round."""
        super().validate(extra_validators)
        if not self.errors:
            self._check_pairs()
        if not self.states.data and not self.states.errors and not self.chosen:
            self.states.errors = [_("Choose whom the letter goes to.")]
        return not self.errors

    def _check_pairs(self) -> None:
        for language in LANGUAGES:
            subject: Any = self[f"subject_{language}"]
            text: Any = self[f"text_{language}"]
            if subject.data and not text.data:
                text.errors = [_("Write a text too.")]
            elif text.data and not subject.data:
                subject.errors = [_("Write a subject too.")]
        if not self.errors and not in_both(self, "subject"):
            self.subject_en.errors = [_("Write a subject and a text, in English or in Russian.")]

    def ask(self) -> MailingAsk:
        """What was typed."""
        return MailingAsk(
            subject=in_both(self, "subject"),
            text=in_both(self, "text"),
            states=tuple(self.states.data or ()),
            chosen=self.chosen,
        )

    @staticmethod
    def data_of(mailing: Mailing) -> dict[str, Any]:
        """The fields of a draft."""
        texts = {
            f"{name}_{language}": getattr(mailing, name).get(language, "")
            for name in ("subject", "text")
            for language in LANGUAGES
        }
        return {**texts, "states": mailing.states}


def _number(label: str, most: int) -> IntegerField:
    sentence = lazy_gettext(N_("Enter a whole number from 1 to %(most)s, or nothing."), most=most)
    return IntegerField(
        lazy_gettext(label), validators=[Optional(), NumberRange(min=1, max=most, message=sentence)]
    )


class ReminderForm(PageForm):
    """What goes out by itself before the event; empty is off."""

    remind_days = _number(N_("Remind so many days before"), MOST_DAYS)
    reconfirm_days = _number(N_("Ask so many days before"), MOST_DAYS)
    complete_days = _number(N_("Ask for missing answers so many days before"), MOST_DAYS)
    give_back_hours = _number(N_("Give places back so many hours before"), MOST_HOURS)

    def plan(self) -> Plan:
        """What was typed."""
        return Plan(
            remind_days=self.remind_days.data,
            reconfirm_days=self.reconfirm_days.data,
            give_back_hours=self.give_back_hours.data,
            complete_days=self.complete_days.data,
        )
