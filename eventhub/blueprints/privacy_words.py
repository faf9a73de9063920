"""What the pages about people's data share: the words of requests, and the forms that ask and answer them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from eventhub.core.text import N_
from eventhub.privacy.rules import LONGEST_TEXT, RequestKind, RequestState
from eventhub.web.forms import LANGUAGES, PageForm, many_lines, one_line

KINDS = {
    RequestKind.ACCESS: N_("Access"),
    RequestKind.RECTIFICATION: N_("Correction"),
    RequestKind.ERASURE: N_("Erasure"),
    RequestKind.OBJECTION: N_("Objection"),
}
QUESTIONS = {
    RequestKind.ACCESS: N_("What do you hold about me, and what for?"),
    RequestKind.RECTIFICATION: N_("Something is wrong: correct it"),
    RequestKind.OBJECTION: N_("Stop using my data for something"),
}
STATES = {
    RequestState.RECEIVED: N_("Waiting for an answer"),
    RequestState.EXTENDED: N_("Given more time"),
    RequestState.ANSWERED: N_("Answered"),
    RequestState.REFUSED: N_("Refused"),
}
TONES = {RequestState.RECEIVED: "warn", RequestState.EXTENDED: "warn", RequestState.ANSWERED: "ok"}
OUTCOMES = {
    RequestState.ANSWERED: N_("We did what was asked"),
    RequestState.REFUSED: N_("We can't do it, and say why"),
}


def letter_text(label: str) -> TextAreaField:
    """Words that go into a letter or come from one."""
    too_long = lazy_gettext(N_("Enter at most %(max)d characters."))
    return TextAreaField(
        lazy_gettext(label), filters=[many_lines], validators=[Length(max=LONGEST_TEXT, message=too_long)]
    )


class AskForm(PageForm):
    """What somebody wants to know or to have done. Erasure has a page of its own."""

    kind = RadioField(
        lazy_gettext(N_("What is it about?")),
        validators=[InputRequired(lazy_gettext(N_("Choose what it is about.")))],
    )
    text = letter_text(N_("In your words"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, _(question)) for kind, question in QUESTIONS.items()]


class RegisterForm(PageForm):
    """A request that came on paper or by telephone."""

    kind = RadioField(
        lazy_gettext(N_("What is it about?")),
        validators=[InputRequired(lazy_gettext(N_("Choose what it is about.")))],
    )
    email = EmailField(
        lazy_gettext(N_("E-mail")),
        filters=[one_line],
        validators=[
            DataRequired(lazy_gettext(N_("Enter an e-mail address like name@example.org."))),
            Length(max=254, message=lazy_gettext(N_("This address is too long."))),
            Email(lazy_gettext(N_("Enter an e-mail address like name@example.org."))),
        ],
    )
    full_name = StringField(
        lazy_gettext(N_("Full name")),
        filters=[one_line],
        validators=[
            DataRequired(lazy_gettext(N_("Enter a name."))),
            Length(max=80, message=lazy_gettext(N_("Enter a name of at most %(max)d characters."))),
        ],
    )
    language = RadioField(lazy_gettext(N_("Language of our letters")), choices=LANGUAGES, default="ru")
    text = letter_text(N_("What was asked"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, _(name)) for kind, name in KINDS.items()]


class AnswerForm(PageForm):
    """The answer, which is sent as a letter."""

    outcome = RadioField(
        lazy_gettext(N_("What became of it")),
        validators=[InputRequired(lazy_gettext(N_("Choose what became of it.")))],
    )
    text = letter_text(N_("Our answer"))

    def offer(self, kind: RequestKind) -> AnswerForm:
        """What was asked to be erased is erased by its own button, so here it can only be refused."""
        states = [RequestState.REFUSED] if kind is RequestKind.ERASURE else list(OUTCOMES)
        self.outcome.choices = [(state.value, _(OUTCOMES[state])) for state in states]
        return self


class ExtendForm(PageForm):
    """Why the answer takes longer."""

    reason = letter_text(N_("Why it takes longer"))


class OnlyButton(PageForm):
    """A button without fields."""
